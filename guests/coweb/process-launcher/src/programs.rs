//! Which program a service is.

use std::collections::BTreeMap;

/// The programs of all services, by name.
#[derive(Debug)]
pub struct Programs(BTreeMap<String, String>);

const REMEDY: &str = "write it like `config = { visits = \"visits-bot\" }`, with the service's name and that of a granted program";

impl Programs {
    /// Reads keys and values; the error says what to change.
    pub fn read(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let programs: BTreeMap<_, _> = pairs.into_iter().collect();
        if programs.is_empty() {
            return Err(format!("no service has a program: {REMEDY}"));
        }
        // What is no text in the file arrives as JSON.
        let is_name = |text: &str| !text.is_empty() && !text.starts_with(['{', '[', '"']);
        match programs.iter().find(|(_, program)| !is_name(program)) {
            Some((service, program)) => {
                Err(format!("the program of the service `{service}` cannot be {program:?}: {REMEDY}"))
            }
            None => Ok(Self(programs)),
        }
    }

    /// The program of a service.
    pub fn of(&self, service: &str) -> Option<&str> {
        self.0.get(service).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Programs, String> {
        Programs::read(pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())))
    }

    #[test]
    fn each_service_has_its_program() {
        let programs = read(&[("visits", "visits-bot"), ("clock", "visits-bot")]).unwrap();
        assert_eq!(programs.of("visits"), Some("visits-bot"));
        assert_eq!(programs.of("clock"), Some("visits-bot"));
        assert_eq!(programs.of("visits-bot"), None);
    }

    #[test]
    fn what_is_wrong_is_told_with_what_would_be_right() {
        for (pairs, words) in [
            (&[][..], "no service has a program"),
            (&[("visits", "")], "the program of the service `visits` cannot be \"\""),
            (&[("service", r#"{"visits":"visits-bot"}"#)], "the program of the service `service` cannot be"),
            (&[("visits", r#"["visits-bot"]"#)], "the program of the service `visits` cannot be"),
        ] {
            let error = read(pairs).expect_err(words);
            assert!(error.contains(words) && error.contains("config = {"), "{error}");
        }
    }
}
