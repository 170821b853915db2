//! Secrets: where they come from and where they may go. Never the secrets themselves, until they are asked for.

use std::{
    ffi::OsString,
    fmt,
    fs::File,
    io::{self, Read as _},
    path::PathBuf,
};

use secrecy::SecretString;

use super::report::Place;
use crate::sandbox::grants::Address;

/// The largest secret in bytes: a file named by mistake shall not fill the memory.
const MOST_BYTES: u64 = 64 << 10;

/// A configured secret. Its value is neither here nor ever shown.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The name that grants and extensions know it by.
    pub name: String,
    /// Where its value is.
    pub source: SecretSource,
    /// The only addresses that it may be sent to; never empty.
    pub to: Vec<Address>,
    /// Whether it may cross the public Internet without TLS.
    pub in_clear: bool,
    /// Where it is configured.
    pub place: Place,
}

/// Where the value of a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file; a line end at its end is no part of the secret.
    File(PathBuf),
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
        }
    }
}

/// Why a secret cannot be had. Its words never have any of the value.
#[derive(Debug, thiserror::Error)]
#[error("{from} {reason} (secret {name}, {place})")]
pub struct SecretError {
    /// The secret's name.
    pub name: String,
    /// Where it should have been.
    pub from: SecretSource,
    /// What is the matter, in words that follow the source.
    pub reason: String,
    /// Where it is configured.
    pub place: Place,
}

impl Secret {
    /// Reads the value: UTF-8 text of 1 byte to 64 KiB. Blocks while a file is read.
    ///
    /// # Errors
    /// If it is not there, or is no such text.
    pub fn load(&self) -> Result<SecretString, SecretError> {
        self.load_from(|name| std::env::var_os(name))
    }

    fn load_from(&self, env: impl Fn(&str) -> Option<OsString>) -> Result<SecretString, SecretError> {
        let value = match &self.source {
            SecretSource::Env(name) => env(name)
                .ok_or_else(|| "is not set".to_owned())
                .and_then(|value| value.into_string().map_err(|_| "is not UTF-8 text".to_owned())),
            SecretSource::File(path) => read(path).map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => "is not UTF-8 text".to_owned(),
                io::ErrorKind::FileTooLarge => "is larger than 64 KiB".to_owned(),
                _ => format!("cannot be read: {error}"),
            }),
        };
        match value {
            Ok(value) if value.is_empty() => Err("is empty".to_owned()),
            Ok(value) => Ok(SecretString::from(value)),
            Err(reason) => Err(reason),
        }
        .map_err(|reason| SecretError {
            name: self.name.clone(),
            from: self.source.clone(),
            reason,
            place: self.place.clone(),
        })
    }
}

fn read(path: &PathBuf) -> io::Result<String> {
    let mut value = String::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut value)?;
    if value.len() as u64 > MOST_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    // Editors and `echo` end a file with a line end that nobody means.
    let text = value.strip_suffix('\n').unwrap_or(&value);
    value.truncate(text.strip_suffix('\r').unwrap_or(text).len());
    Ok(value)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn secret(source: SecretSource) -> Secret {
        let place = Place { file: "parlor.toml".into(), line: 20, column: 1 };
        Secret { name: "libera-password".into(), source, to: Vec::new(), in_clear: false, place }
    }

    fn words(secret: &Secret) -> String {
        secret.load().unwrap_err().to_string()
    }

    #[test]
    fn a_variable_is_read_when_it_is_asked_for() {
        let secret = secret(SecretSource::Env("LIBERA_PASSWORD".into()));
        let load = |value: Option<&str>| secret.load_from(|_| value.map(OsString::from));
        assert_eq!(load(Some("hunter2")).unwrap().expose_secret(), "hunter2");
        assert_eq!(
            load(None).unwrap_err().to_string(),
            "environment variable LIBERA_PASSWORD is not set (secret libera-password, line 20 of parlor.toml)"
        );
        assert!(load(Some("")).unwrap_err().to_string().contains("is empty"));
    }

    #[test]
    fn a_file_is_read_without_its_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let secret = secret(SecretSource::File(path.clone()));
        assert!(words(&secret).contains("cannot be read"));
        for (content, value) in [("a b\n", "a b"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a", "a")] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(secret.load().unwrap().expose_secret(), value);
        }
        std::fs::write(&path, "\n").unwrap();
        assert!(words(&secret).contains("is empty"));
        std::fs::write(&path, [0xff]).unwrap();
        assert!(words(&secret).contains("is not UTF-8 text"));
        std::fs::write(&path, vec![b'a'; 70_000]).unwrap();
        assert!(words(&secret).contains("is larger than 64 KiB"));
    }
}
