//! What the owner configured.

use std::time::Duration;

/// How long people stay signed in, unless the owner says otherwise; at least, and at most.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The configuration, understood.
#[derive(Debug, PartialEq)]
pub struct Settings {
    /// The file of users, as this component sees it.
    pub file: String,
    /// How long people stay signed in.
    pub max_age: Duration,
}

impl Settings {
    /// Reads keys and values; the error says what to change.
    pub fn read(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let (mut file, mut max_age) = (None, DAY);
        for (key, value) in pairs {
            match key.as_str() {
                "file" => file = Some(value).filter(|file| file.starts_with('/')),
                "max-age" => {
                    let read = humantime::parse_duration(&value).ok();
                    max_age = read.filter(|span| (SHORTEST..=LONGEST).contains(span)).ok_or_else(|| {
                        format!("`max-age` is from \"1 min\" to \"30 days\", and not {value:?}")
                    })?;
                }
                _ => return Err(format!("there is no key `{key}` here, only `file` and `max-age`")),
            }
        }
        let file = file.ok_or(
            "`file` must name the users' file by the folder's guest name: file = \"/users/users.ini\" with grant = { dirs = [{ host = \"…\", guest = \"/users\" }] }",
        )?;
        Ok(Self { file, max_age })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())))
    }

    #[test]
    fn a_file_is_enough() {
        let settings = read(&[("file", "/users/users.ini")]).unwrap();
        assert_eq!(settings, Settings { file: "/users/users.ini".into(), max_age: DAY });
        let settings = read(&[("max-age", "8h"), ("file", "/u")]).unwrap();
        assert_eq!(settings.max_age, Duration::from_secs(8 * 60 * 60));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (pairs, words) in [
            (&[][..], "`file` must name"),
            (&[("file", "users.ini")], "`file` must name"),
            (&[("file", "/u"), ("max-age", "59s")], "`max-age` is from"),
            (&[("file", "/u"), ("max-age", "31 days")], "`max-age` is from"),
            (&[("file", "/u"), ("max-age", "86400")], "`max-age` is from"),
            (&[("file", "/u"), ("maxage", "1h")], "no key `maxage`"),
        ] {
            let error = read(pairs).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }
}
