//! What the server knows and nobody else: cookies are signed with it, and sessions' ids made from it.

use cookie::Key;
use sha2::{Digest, Sha512};

/// A server's secret. Cheap to clone.
#[derive(Clone)]
pub struct Secret([u8; 64]);

impl Secret {
    /// From a configured text of any length; or made up, for this life of the program.
    pub fn new(configured: Option<&str>) -> Self {
        match configured {
            Some(text) => Self(Sha512::digest(text).into()),
            None => Self(std::array::from_fn(|_| rand::random())),
        }
    }

    /// The key that cookies are signed with.
    pub fn cookie_key(&self) -> Key {
        Key::derive_from(&self.0)
    }

    /// 32 hexadecimal digits for these parts, which nobody else can find out.
    pub fn digest(&self, parts: &[&[u8]]) -> String {
        let mut digest = Sha512::new_with_prefix(self.0);
        for part in parts {
            // What is long in one must not pass for the beginning of the next.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_same_for_the_same_parts_of_the_same_secret_only() {
        let secret = Secret::new(Some("a secret"));
        let digest = secret.digest(&[b"a", b"bc"]);
        assert_eq!(digest.len(), 32);
        assert_eq!(digest, Secret::new(Some("a secret")).digest(&[b"a", b"bc"]));
        assert_ne!(digest, secret.digest(&[b"ab", b"c"]));
        assert_ne!(digest, Secret::new(None).digest(&[b"a", b"bc"]));
    }
}
