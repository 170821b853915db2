//! What server and client agree on beyond the RFCs.

use std::collections::{HashSet, VecDeque};

/// What is wanted of a server that has it (IRCv3). Not wanted: what would only change what nobody looks at.
const WANTED: [&str; 13] = [
    "account-notify",
    "account-tag",
    "away-notify",
    "batch",
    "cap-notify",
    "chghost",
    "echo-message",
    "extended-join",
    "invite-notify",
    "message-tags",
    "multi-prefix",
    "server-time",
    "userhost-in-names",
];

/// The login by password or key (IRCv3 SASL).
const SASL: &str = "sasl";

/// The negotiation (IRCv3 capability negotiation, version 302).
#[derive(Debug, Default)]
pub struct Capabilities {
    offered: HashSet<&'static str>,
    enabled: HashSet<&'static str>,
    /// What is to be asked for, a list each; the first one is asked for now.
    asking: VecDeque<Vec<&'static str>>,
    /// The kinds of login, where the server says.
    mechanisms: Option<String>,
}

impl Capabilities {
    /// Whether both sides have agreed on it.
    pub fn has(&self, name: &str) -> bool {
        self.enabled.contains(name)
    }

    /// Whether the server has agreed to a login.
    pub fn has_sasl(&self) -> bool {
        self.has(SASL)
    }

    /// Whether the server offers a login by password, as far as it says.
    pub fn offers_plain(&self) -> bool {
        let plain = |list: &String| list.split(',').any(|name| name.eq_ignore_ascii_case("PLAIN"));
        self.offered.contains(SASL) && self.mechanisms.as_ref().is_none_or(plain)
    }

    /// The server offers these.
    pub fn offer(&mut self, list: &str) {
        for capability in list.split_ascii_whitespace() {
            let (name, value) = capability.split_once('=').unwrap_or((capability, ""));
            self.offered.extend(known(name));
            if name == SASL && !value.is_empty() {
                self.mechanisms = Some(value.chars().take(256).collect());
            }
        }
    }

    /// What to ask for of all that is offered: once, when the list is complete.
    pub fn ask(&mut self, sasl: bool) -> Option<String> {
        let new = |name: &&'static str| !self.enabled.contains(name) && (sasl || *name != SASL);
        let mut names: Vec<_> = self.offered.iter().copied().filter(new).collect();
        names.sort_unstable();
        if names.is_empty() {
            return None;
        }
        self.asking.push_back(names);
        // One at a time: what is under way is answered first.
        if self.asking.len() == 1 { self.request() } else { None }
    }

    /// The server agrees. Returns what to ask for next.
    pub fn agree(&mut self, list: &str) -> Option<String> {
        for name in list.split_ascii_whitespace() {
            match name.strip_prefix('-') {
                Some(name) => self.enabled.retain(|enabled| *enabled != name),
                None => self.enabled.extend(known(name.trim_start_matches(['~', '=']))),
            }
        }
        self.asking.pop_front();
        self.request()
    }

    /// The server refuses. It refuses all that one request asks for, so that now each is asked for by itself.
    pub fn refuse(&mut self) -> Option<String> {
        if let Some(names) = self.asking.pop_front().filter(|names| names.len() > 1) {
            self.asking.extend(names.into_iter().map(|name| vec![name]));
        }
        self.request()
    }

    /// The server has these no longer.
    pub fn withdraw(&mut self, list: &str) {
        for name in list.split_ascii_whitespace() {
            self.offered.retain(|offered| *offered != name);
            self.enabled.retain(|enabled| *enabled != name);
        }
    }

    fn request(&self) -> Option<String> {
        self.asking.front().map(|names| names.join(" "))
    }
}

fn known(name: &str) -> Option<&'static str> {
    WANTED.into_iter().chain([SASL]).find(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_and_wanted_is_asked_for() {
        let mut capabilities = Capabilities::default();
        capabilities.offer("batch sasl=PLAIN,EXTERNAL unknown/thing");
        capabilities.offer("server-time draft/x=y");
        assert!(capabilities.offers_plain());
        assert_eq!(capabilities.ask(true).as_deref(), Some("batch sasl server-time"));
        assert_eq!(capabilities.agree("batch ~sasl =server-time"), None);
        assert!(capabilities.has("batch") && capabilities.has_sasl());
        capabilities.offer("away-notify");
        assert_eq!(capabilities.ask(false).as_deref(), Some("away-notify"));
        capabilities.withdraw("batch sasl");
        assert!(!capabilities.has("batch") && !capabilities.offers_plain());
    }

    #[test]
    fn a_refusal_costs_only_what_is_refused() {
        let mut capabilities = Capabilities::default();
        capabilities.offer("batch chghost");
        assert_eq!(capabilities.ask(true).as_deref(), Some("batch chghost"));
        assert_eq!(capabilities.refuse().as_deref(), Some("batch"));
        assert_eq!(capabilities.agree("batch").as_deref(), Some("chghost"));
        assert_eq!(capabilities.refuse(), None);
        assert_eq!(capabilities.refuse(), None);
        assert!(capabilities.has("batch") && !capabilities.has("chghost"));
    }

    #[test]
    fn a_server_without_passwords_offers_none() {
        let mut capabilities = Capabilities::default();
        capabilities.offer("sasl=EXTERNAL");
        assert!(!capabilities.offers_plain());
    }
}
