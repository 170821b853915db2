//! A password, as its hash.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, Version,
    password_hash::phc::{Output, Salt},
};

/// The most memory that a hash may take, in KiB: what argon2-cffi takes if it is not told otherwise.
const MOST_MEMORY: u32 = 65_536;
/// The most memory times passes, in KiB: more could not be computed before the server gives up.
const MOST_WORK: u32 = 4 * MOST_MEMORY;

/// A hash that a password can be compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Password {
    params: Params,
    salt: Salt,
    hash: Output,
}

impl Password {
    /// Reads a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
    ///
    /// # Errors
    /// Why it is none, in words that follow "the hash".
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let read = PasswordHash::new(text).map_err(|_| "is no PHC string, `$argon2id$v=19$m=…`")?;
        if read.algorithm.as_str() != Algorithm::Argon2id.as_str() {
            return Err("is not of Argon2id");
        }
        if read.version != Some(Version::V0x13.into()) {
            return Err("is not of Argon2's version 19");
        }
        let (Some(salt), Some(hash)) = (read.salt, read.hash) else {
            return Err("ends too soon");
        };
        let params = Params::try_from(&read).map_err(|_| "has parameters that are none of Argon2's")?;
        if params.m_cost() > MOST_MEMORY || params.m_cost().saturating_mul(params.t_cost()) > MOST_WORK {
            return Err("costs too much: 64 MiB at most, and with the passes 256 MiB");
        }
        Ok(Self { params, salt, hash })
    }

    /// Whether it takes as much to compare with it as with the other.
    pub fn costs_like(&self, other: &Self) -> bool {
        let cost = |params: &Params| [params.m_cost(), params.t_cost(), params.p_cost()];
        cost(&self.params) == cost(&other.params)
    }

    /// Whether it is this one. Takes as long for one that is right as for one that is wrong.
    ///
    /// # Errors
    /// If there is not enough memory to find out.
    pub fn is(&self, password: &str) -> Result<bool, String> {
        let Self { params, salt, hash } = self;
        let mut bytes = [0; Output::MAX_LENGTH];
        let bytes = &mut bytes[..hash.len()];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into(password.as_bytes(), salt, bytes)
            .map_err(|error| {
                let needed = params.m_cost().div_ceil(1024) + 8;
                format!(
                    "a password cannot be looked at: {error}; give limits = {{ memory = \"{needed} MiB\" }}"
                )
            })?;
        // Outputs are compared in constant time.
        Ok(Output::new(bytes).is_ok_and(|output| output == *hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of Debian's `argon2` and of Python's argon2-cffi.
    const HORSE: &str =
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdC1vZi1hbm4$5uWHKqGYTgW2FPaEv4tz/dtVrZnLPB97YC7TtOVfh0c";
    const SESAME: &str =
        "$argon2id$v=19$m=8,t=1,p=1$dY8XehO0vOXAiYOVFwD3sw$Uvfez/+/qhaxDmDyW3OUiTnQ0kj1PPFTUR/ATxO5ajY";
    const ZOE: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$YjEijxzKpATgTBhWlgRSupyxpU4eLtVYT+y7lRwLc5w";
    const LANES: &str =
        "$argon2id$v=19$m=65536,t=3,p=4$TlZfZ4mPdstwIWeOKequqA$t8sfkgrf5eP+raoIY666EcYH32/4I5ktqKNJEI3udwA";

    #[test]
    fn a_password_is_right_or_wrong() {
        for (hash, right) in [(HORSE, "correct horse"), (SESAME, "sesame"), (ZOE, "zoë"), (LANES, "sesame")]
        {
            let password = Password::read(hash).unwrap();
            assert_eq!(password.is(right), Ok(true), "{hash}");
            assert_eq!(password.is(&right.to_uppercase()), Ok(false), "{hash}");
            assert_eq!(password.is(""), Ok(false), "{hash}");
        }
    }

    #[test]
    fn cost_is_memory_passes_and_lanes() {
        let horse = Password::read(HORSE).unwrap();
        assert!(horse.costs_like(&Password::read(SESAME).unwrap()));
        for other in ["m=9,t=1,p=1", "m=8,t=2,p=1", "m=16,t=1,p=2"] {
            let other = Password::read(&HORSE.replace("m=8,t=1,p=1", other)).unwrap();
            assert!(!horse.costs_like(&other));
        }
    }

    #[test]
    fn what_is_no_hash_is_told_why() {
        for (text, words) in [
            ("", "no PHC string"),
            ("sesame", "no PHC string"),
            (&HORSE[1..], "no PHC string"),
            (&HORSE.replace("argon2id", "argon2i"), "not of Argon2id"),
            (&HORSE.replace("argon2id", "scrypt"), "not of Argon2id"),
            (&HORSE.replace("v=19", "v=16"), "version 19"),
            (&HORSE.replace("$v=19", ""), "version 19"),
            (&HORSE.replace("m=8", "m=7"), "parameters"),
            (&HORSE.replace("t=1", "t=0"), "parameters"),
            (&HORSE.replace("t=1", "x=1"), "parameters"),
            (&HORSE.replace("m=8", "m=65537"), "costs too much"),
            (&HORSE.replace("m=8,t=1", "m=65536,t=5"), "costs too much"),
            (&HORSE.replace("m=8,t=1", "m=8,t=4294967295"), "costs too much"),
            (HORSE.rsplit_once('$').unwrap().0, "ends too soon"),
        ] {
            let error = Password::read(text).expect_err(text);
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
