//! All rules.

use serde_json::Value;

use crate::rule::{Acl, Rule};

/// What is configured.
#[derive(Debug, Default)]
pub struct Rules {
    /// What holds where no rule says something else.
    access: Rule,
    /// The first that is about something holds for it.
    rules: Vec<Rule>,
}

impl Rules {
    /// Reads keys and values; the error says what to change.
    pub fn read(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let mut all = Self::default();
        for (key, value) in pairs {
            match key.as_str() {
                "access" => {
                    let json = serde_json::from_str(&value).unwrap_or(Value::String(value));
                    all.access = Rule::read(json).map_err(|why| format!("`access`: {why}"))?;
                    if all.access.is_about_some() {
                        return Err(
                            "`access` is about all; `keys` and `services` belong into `rules`".to_owned()
                        );
                    }
                }
                "rules" => {
                    let list: Vec<Value> = serde_json::from_str(&value).map_err(|_| {
                        "`rules` must be a list of rules: write it like `rules = [{ keys = [\"team-*\"], allow-users = [\"ann\"] }]`"
                    })?;
                    for (number, json) in (1..).zip(list) {
                        let rule =
                            Rule::read(json).map_err(|why| format!("rule {number} of `rules`: {why}"))?;
                        all.rules.push(rule);
                    }
                }
                _ => return Err(format!("there is no key `{key}` here, only `access` and `rules`")),
            }
        }
        Ok(all)
    }

    /// Whether a user may enter the session of this key, or use this service in it.
    pub fn may(&self, user: &str, key: &str, service: Option<&str>) -> bool {
        let allows = self.says(key, service, |rule| rule.allows(user));
        let denies = self.says(key, service, |rule| rule.denies(user));
        match (allows, denies) {
            // Nobody comes in whom nobody thought of. Who is in, is in.
            (None, None) => service.is_some(),
            (allows, denies) => allows.unwrap_or(true) && !denies.unwrap_or(false),
        }
    }

    /// What applications are told that prepare a session of this key: a JSON object.
    pub fn info(&self, key: &str) -> String {
        let info = self.says(key, None, |rule| rule.info.clone());
        Value::Object(info.unwrap_or_default()).to_string()
    }

    /// What the bot of a service is started with: JSON.
    pub fn config(&self, key: &str, service: &str) -> String {
        let config = self.says(key, Some(service), |rule| rule.config.as_ref());
        config.map_or_else(|| "{}".to_owned(), Value::to_string)
    }

    /// What the bot of a service may do.
    pub fn acls(&self, key: &str, service: &str) -> &[Acl] {
        self.says(key, Some(service), |rule| rule.acls.as_deref()).unwrap_or_default()
    }

    /// What the first rule about this says of one matter, or else `access`.
    fn says<'a, T>(
        &'a self,
        key: &str,
        service: Option<&str>,
        matter: impl Fn(&'a Rule) -> Option<T>,
    ) -> Option<T> {
        let rule = self.rules.iter().find(|rule| rule.is_about(key, service));
        rule.and_then(&matter).or_else(|| matter(&self.access))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(pairs: &[(&str, Value)]) -> Result<Rules, String> {
        Rules::read(pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())))
    }

    fn rules(access: Value, list: Value) -> Rules {
        read(&[("access", access), ("rules", list)]).unwrap()
    }

    #[test]
    fn without_a_word_nobody_comes_in() {
        let rules = read(&[]).unwrap();
        assert!(!rules.may("ann", "team", None));
        assert_eq!(rules.info("team"), "{}");
        assert_eq!(rules.config("team", "echo"), "{}");
        assert_eq!(rules.acls("team", "echo"), []);
    }

    #[test]
    fn the_first_rule_about_it_holds() {
        let rules = rules(
            json!({}),
            json!([
                {"keys": ["team-*"], "allow-users": ["ann", "b*"], "deny-users": ["bad"]},
                {"keys": ["*"], "allow-users": ["eve"]},
            ]),
        );
        for (user, key, may) in [
            ("ann", "team-1", true),
            ("ben", "team-1", true),
            ("bad", "team-1", false),
            ("eve", "team-1", false),
            ("Ann", "team-1", false),
            ("eve", "hall", true),
            ("ann", "hall", false),
        ] {
            assert_eq!(rules.may(user, key, None), may, "{user} {key}");
            assert_eq!(rules.may(user, key, Some("echo")), may, "{user} {key}");
        }
    }

    #[test]
    fn what_a_rule_does_not_say_access_says() {
        let rules = rules(
            json!({"allow-users": ["*"], "deny-users": ["eve"], "info": {"a": 1}, "acls": ["sync"], "config": 7}),
            json!([
                {"keys": ["quiet"], "deny-users": ["ann"], "acls": [], "info": {}},
                {"services": ["scribe"], "allow-users": ["ann"], "config": {"b": [null]}},
            ]),
        );
        assert!(rules.may("ann", "hall", None) && !rules.may("eve", "hall", None));
        // Its own list takes the place of that of `access`.
        assert!(rules.may("eve", "quiet", None) && !rules.may("ann", "quiet", None));
        assert_eq!((rules.info("hall").as_str(), rules.info("quiet").as_str()), (r#"{"a":1}"#, "{}"));
        assert_eq!(rules.acls("hall", "echo"), [Acl::Sync]);
        assert_eq!(rules.acls("quiet", "echo"), []);
        assert_eq!(rules.acls("hall", "scribe"), [Acl::Sync]);
        assert_eq!(rules.config("hall", "scribe"), r#"{"b":[null]}"#);
        assert_eq!(rules.config("hall", "echo"), "7");
        assert!(rules.may("ann", "hall", Some("scribe")) && !rules.may("ben", "hall", Some("scribe")));
    }

    #[test]
    fn deny_alone_lets_all_others_in() {
        let rules = rules(json!({"deny-users": ["eve"]}), json!([]));
        assert!(rules.may("ann", "hall", None) && !rules.may("eve", "hall", None));
    }

    #[test]
    fn an_empty_list_of_users_is_nobody() {
        let rules = rules(json!({"allow-users": ["*"]}), json!([{"keys": ["shut"], "allow-users": []}]));
        assert!(!rules.may("ann", "shut", None) && rules.may("ann", "open", None));
    }

    #[test]
    fn a_rule_for_a_bot_alone_locks_nobody_out() {
        let rules = rules(
            json!({}),
            json!([{"services": ["scribe"], "acls": ["sync"]}, {"keys": ["team"], "allow-users": ["ann"]}]),
        );
        assert!(rules.may("ann", "team", None) && !rules.may("eve", "team", None));
        assert!(rules.may("ann", "team", Some("scribe")));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (pairs, words) in [
            (&[("rules", json!({"keys": []}))][..], "`rules` must be a list"),
            (&[("rules", json!("x"))], "`rules` must be a list"),
            (&[("rules", json!([{}, {"key": ["x"]}]))], "rule 2 of `rules`: unknown field `key`"),
            (&[("access", json!({"allow-user": []}))], "`access`: unknown field"),
            (&[("access", json!("x"))], "`access`: invalid type"),
            (&[("access", json!({"keys": ["x"]}))], "`access` is about all"),
            (&[("rule", json!([]))], "no key `rule` here"),
        ] {
            let error = read(pairs).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }
}
