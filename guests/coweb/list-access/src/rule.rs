//! One rule, as it is configured.

use serde::Deserialize;
use serde_json::{Map, Value};
use wildmatch::WildMatch;

/// Text with `*` for any text and `?` for any character.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Glob(WildMatch);

impl From<String> for Glob {
    fn from(text: String) -> Self {
        Self(WildMatch::new(&text))
    }
}

/// A right of a bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acl {
    /// It is shown the cooperative events of the session.
    Sync,
}

/// What a rule is about, and what it says of that.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
pub struct Rule {
    keys: Option<Vec<Glob>>,
    services: Option<Vec<Glob>>,
    allow_users: Option<Vec<Glob>>,
    deny_users: Option<Vec<Glob>>,
    /// What bots may do.
    pub acls: Option<Vec<Acl>>,
    /// What bots are started with.
    pub config: Option<Value>,
    /// What applications are told when they prepare a session.
    pub info: Option<Map<String, Value>>,
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// If something in it is wrong or without effect, in words that follow which rule it is.
    pub fn read(json: Value) -> Result<Self, String> {
        let rule: Self = serde_json::from_value(json).map_err(|error| error.to_string())?;
        for (name, globs) in [("keys", &rule.keys), ("services", &rule.services)] {
            if globs.as_ref().is_some_and(Vec::is_empty) {
                return Err(format!(
                    "`{name}` is empty, so that the rule is about none; without it, about all"
                ));
            }
        }
        if rule.services.is_some() && rule.info.is_some() {
            return Err("`info` is of sessions, and with `services` the rule is not about these".to_owned());
        }
        Ok(rule)
    }

    /// Whether it names what it is about.
    pub fn is_about_some(&self) -> bool {
        self.keys.is_some() || self.services.is_some()
    }

    /// Whether it is about the session of this key, or about a service in it.
    pub fn is_about(&self, key: &str, service: Option<&str>) -> bool {
        named(&self.keys, key).unwrap_or(true)
            && match service {
                Some(service) => named(&self.services, service).unwrap_or(true),
                None => self.services.is_none(),
            }
    }

    /// Whether it allows this user; none where it does not say whom it allows.
    pub fn allows(&self, user: &str) -> Option<bool> {
        named(&self.allow_users, user)
    }

    /// Whether it denies this user; none where it does not say whom it denies.
    pub fn denies(&self, user: &str) -> Option<bool> {
        named(&self.deny_users, user)
    }
}

/// Whether a list, where there is one, has this name.
fn named(globs: &Option<Vec<Glob>>, name: &str) -> Option<bool> {
    globs.as_ref().map(|globs| globs.iter().any(|Glob(glob)| glob.matches(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_about_what_it_names() {
        let rule = |json| Rule::read(json).unwrap();
        let all = rule(json!({}));
        assert!(all.is_about("k", None) && all.is_about("k", Some("echo")) && !all.is_about_some());
        let key = rule(json!({"keys": ["team-?", "x"]}));
        assert!(key.is_about("team-1", None) && key.is_about("x", Some("echo")) && key.is_about_some());
        assert!(!key.is_about("team-12", None) && !key.is_about("Team-1", None));
        let service = rule(json!({"services": ["e*"]}));
        assert!(service.is_about("k", Some("echo")));
        assert!(!service.is_about("k", Some("scribe")) && !service.is_about("k", None));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (json, words) in [
            (json!({"alow-users": []}), "unknown field `alow-users`, expected one of `keys`"),
            (json!({"keys": "k"}), "expected a sequence"),
            (json!({"keys": [1]}), "expected a string"),
            (json!({"keys": []}), "`keys` is empty"),
            (json!({"services": []}), "`services` is empty"),
            (json!({"acls": ["all"]}), "unknown variant `all`, expected `sync`"),
            (json!({"info": []}), "expected a map"),
            (json!({"info": {}, "services": ["s"]}), "`info` is of sessions"),
            (json!("rule"), "expected a table"),
        ] {
            let error = Rule::read(json.clone()).expect_err(words);
            assert!(error.contains(words), "{json}: {error}");
        }
    }
}
