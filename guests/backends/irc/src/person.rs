//! Somebody on the network, as far as the bot has seen.

use parlor_sdk::Identifier;

use crate::{case::CaseMapping, message::Source, name};

/// Who they are now. A nick is theirs for as long as they hold it, and no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub nick: String,
    /// `user` and `host`, once seen.
    pub from: Option<(String, String)>,
    /// The account that services have checked; none where there is none, or it is not known.
    pub account: Option<String>,
}

impl Person {
    /// Somebody of whom only the nick is known.
    pub fn named(nick: &str) -> Self {
        Self { nick: nick.to_owned(), from: None, account: None }
    }

    /// Who sent a line; none where it was a server, or nobody that there can be.
    pub fn sent(source: Option<Source<'_>>) -> Option<Self> {
        let source = source?;
        let from = source.from.filter(|(user, host)| name::is_mask_part(user) && name::is_mask_part(host));
        // A server's name has dots, and comes alone.
        let server = from.is_none() && source.name.contains('.');
        if server || !name::is_nick(source.name) {
            return None;
        }
        Some(Self {
            from: from.map(|(user, host)| (user.to_owned(), host.to_owned())),
            ..Self::named(source.name)
        })
    }

    /// Takes what is known of where they come from.
    pub fn is_from(&mut self, user: &str, host: &str) {
        if name::is_mask_part(user) && name::is_mask_part(host) {
            self.from = Some((user.to_owned(), host.to_owned()));
        }
    }

    /// How they are called among the host's bots.
    pub fn identifier(&self, room: Option<&str>, case: CaseMapping) -> Identifier {
        Identifier {
            network: String::new(),
            person: self.nick.clone(),
            client: self.from.as_ref().map(|(user, host)| format!("{user}@{host}")),
            nick: Some(self.nick.clone()),
            display_name: None,
            room: room.map(str::to_owned),
            access_id: self.access_id(case),
        }
    }

    /// What access rules see: the account, or else the mask in small letters: the nick in the server's, the rest in
    /// ASCII's, so that the `~` of an unchecked user stays. Anybody can take a free nick, so that it
    /// never stands alone: while user and host are unknown, their places are empty, as nobody's are. A nick has no
    /// colon, and an account no `!`: neither can be taken for the other.
    fn access_id(&self, case: CaseMapping) -> String {
        if let Some(account) = &self.account {
            return format!("account:{account}");
        }
        let (user, host) = self.from.as_ref().map_or(("", ""), |(user, host)| (user, host));
        format!("{}!{}@{}", case.fold(&self.nick), user.to_ascii_lowercase(), host.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access_id(line: &str) -> Option<String> {
        Some(Person::sent(Some(Source::read(line)))?.access_id(CaseMapping::Rfc1459))
    }

    #[test]
    fn a_nick_alone_proves_nothing() {
        assert_eq!(access_id("Al[1]!~U@Host.X").as_deref(), Some("al{1}!~u@host.x"));
        assert_eq!(access_id("Al").as_deref(), Some("al!@"));
        assert_eq!(access_id("al!@"), Some("al!@".to_owned()));
        let account = Some("Alice".to_owned());
        let person = Person { account, ..Person::named("al") };
        assert_eq!(person.access_id(CaseMapping::Ascii), "account:Alice");
    }

    #[test]
    fn servers_and_impossible_people_are_nobody() {
        for odd in ["irc.example.org", "", "account:root!u@h", "a b!u@h", "#x!u@h", "a\u{1}!u@h", "@x"] {
            assert_eq!(access_id(odd), None, "{odd:?}");
        }
    }
}
