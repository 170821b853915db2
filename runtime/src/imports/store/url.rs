//! Which database.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use url::Url;

/// Names a database: `sqlite:PATH`, or `postgres://USER@HOST/DATABASE` as libpq writes it. It has no password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseUrl(pub(super) Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite(PathBuf),
    Postgres(Url),
}

/// Why a text names no database, in words that have nothing of the text in them: there may be a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// It begins with nothing known.
    #[error("a store is named by `sqlite:PATH` or `postgres://USER@HOST/DATABASE`")]
    Scheme,
    /// No file is named, or one that would be gone at the end.
    #[error("`sqlite:` is followed by the path of a file")]
    NoFile,
    /// Options such as `?mode=ro`.
    #[error("`sqlite:` is followed by a path alone, without options")]
    Options,
    /// Not a URL.
    #[error("this is no URL: {0}")]
    Url(#[from] url::ParseError),
    /// A password does not belong into the configuration.
    #[error(
        "a password does not belong here: leave it out, and put it into the environment variable PGPASSWORD or the file ~/.pgpass"
    )]
    Password,
}

impl DatabaseUrl {
    /// An SQLite file, to be made where it is missing.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Kind::Sqlite(path.into()))
    }

    /// Reads a URL. What follows `sqlite:` is a path as it is, with nothing escaped; a relative one starts at `folder`.
    ///
    /// # Errors
    /// If it names no database, or has a password in it.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, DatabaseUrlError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" | ":memory:" => Err(DatabaseUrlError::NoFile),
                path if path.contains(['?', '\0']) => Err(DatabaseUrlError::Options),
                path => Ok(Self::sqlite(folder.join(path))),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(DatabaseUrlError::Scheme);
        }
        let url = Url::parse(text)?;
        if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") {
            return Err(DatabaseUrlError::Password);
        }
        Ok(Self(Kind::Postgres(url)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Kind::Postgres(url) => url.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
        DatabaseUrl::parse(text, Path::new("/etc/parlor"))
    }

    #[test]
    fn a_path_is_taken_as_it_is() {
        for (text, path) in [
            ("sqlite:parlor.db", "/etc/parlor/parlor.db"),
            ("sqlite://parlor.db", "/etc/parlor/parlor.db"),
            ("sqlite:/var/a b%20c.db", "/var/a b%20c.db"),
            ("sqlite:///var/parlor.db", "/var/parlor.db"),
        ] {
            assert_eq!(parse(text), Ok(DatabaseUrl::sqlite(path)));
        }
        assert_eq!(DatabaseUrl::sqlite("/var/parlor.db").to_string(), "sqlite:/var/parlor.db");
    }

    #[test]
    fn what_names_no_database_is_refused() {
        use DatabaseUrlError::{NoFile, Options, Password, Scheme, Url};
        assert_eq!(parse("parlor.db"), Err(Scheme));
        assert_eq!(parse("mysql://host/db"), Err(Scheme));
        assert_eq!(parse("sqlite:"), Err(NoFile));
        assert_eq!(parse("sqlite::memory:"), Err(NoFile));
        assert_eq!(parse("sqlite:parlor.db?mode=ro"), Err(Options));
        assert!(matches!(parse("postgres://host:port/db"), Err(Url(_))));
        assert_eq!(parse("postgres://parlor:hunter2@host/db"), Err(Password));
        assert_eq!(parse("postgres://parlor@host/db?password=hunter2"), Err(Password));
        assert!(parse("postgres://parlor@host/db?sslmode=verify-full").is_ok());
        assert!(parse("postgresql:///db?host=/run/postgresql").is_ok());
    }
}
