//! Who may use which command, where: admins, and rules.

use wildmatch::WildMatch;

use super::bindings::{Message, Recipient};

/// What one rule says; where it says nothing, the default does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// If there are any, only these people may.
    pub allow_users: Option<Vec<Pattern>>,
    /// These may not.
    pub deny_users: Option<Vec<Pattern>>,
    /// If there are any, only in these rooms. Says nothing about direct chats.
    pub allow_rooms: Option<Vec<Pattern>>,
    /// Not in these.
    pub deny_rooms: Option<Vec<Pattern>>,
    /// If there are any, only with arguments that one of these matches as a whole.
    pub allow_arguments: Option<Vec<WildMatch>>,
    /// Not with these.
    pub deny_arguments: Option<Vec<WildMatch>>,
    /// In rooms only, in direct chats only, or anywhere.
    pub only_in: Option<Place>,
    /// Admins only.
    pub admins_only: Option<bool>,
    /// Whoever may not is not told so.
    pub silent: Option<bool>,
}

/// Where a command may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Everywhere.
    Anywhere,
    /// In rooms.
    Rooms,
    /// To the bot alone.
    Private,
}

/// People or rooms of networks: `NETWORK/ID`, both with `*` for any text and `?` for any character.
///
/// A network is always named: somebody else of the same name on another network is somebody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    network: WildMatch,
    id: WildMatch,
    /// It can mean masks.
    of_masks: bool,
}

impl Pattern {
    /// Reads a pattern of people; none if it names no network.
    ///
    /// Of a mask (`nick!user@host`) the case of ASCII letters does not matter, as it does not to those networks that have
    /// them, and only a pattern with `!` means one: `admin*` means no stranger who comes as `admin5`.
    pub fn people(text: &str) -> Option<Self> {
        Self::new(text, |id| {
            if id.contains('!') { WildMatch::new_case_insensitive(id) } else { WildMatch::new(id) }
        })
    }

    /// Reads a pattern of rooms, in any case of ASCII letters; none if it names no network.
    pub fn rooms(text: &str) -> Option<Self> {
        Self::new(text, WildMatch::new_case_insensitive)
    }

    fn new(text: &str, pattern: impl FnOnce(&str) -> WildMatch) -> Option<Self> {
        let (network, id) = text.split_once('/')?;
        let whole = !network.is_empty() && !id.is_empty();
        whole.then(|| Self {
            network: WildMatch::new(network),
            of_masks: id == "*" || id.contains('!'),
            id: pattern(id),
        })
    }

    /// Whether it means this room.
    pub fn is_room(&self, network: &str, name: &str) -> bool {
        self.network.matches(network) && self.id.matches(name)
    }

    /// Whether it means whoever has this access identity.
    pub fn is_person(&self, network: &str, access_id: &str) -> bool {
        (self.of_masks || !access_id.contains('!')) && self.is_room(network, access_id)
    }

    /// Whether it means people by what anybody can take who comes first: a nick or a user name, on whatever host; or
    /// everybody.
    pub fn is_free_to_take(text: &str) -> bool {
        let Some((_, id)) = text.split_once('/') else { return true };
        let host = id.rsplit_once('@').map_or(id, |(_, host)| host);
        (id.contains('!') || id == "*") && !(id.contains('@') && host.contains(|c: char| c.is_alphanumeric()))
    }
}

/// A rule, and which commands it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Commands by name, with `*` and `?`; none for all.
    pub commands: Vec<WildMatch>,
    /// Bots by name, with `*` and `?`; none for all. `parlor` is the host itself.
    pub bots: Vec<WildMatch>,
    /// What holds for them.
    pub fields: Fields,
}

/// All that is configured about access.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Access {
    /// Who may do what admins may.
    pub admins: Vec<Pattern>,
    /// What holds where no rule says something else.
    pub default: Fields,
    /// The first that is about a command holds for it; what it does not say, the default says.
    pub rules: Vec<Rule>,
}

/// A command that somebody wants to use.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Whose it is; `parlor` is the host itself.
    pub bot: &'a str,
    /// As people call it.
    pub command: &'a str,
    /// Whether its bot keeps it for admins.
    pub admin_only: bool,
    /// What follows it.
    pub arguments: &'a str,
    /// Who says it, and where.
    pub message: &'a Message,
}

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why, in words that follow "`!command` ".
    pub why: &'static str,
    /// Nobody is to be told.
    pub silent: bool,
}

impl Access {
    /// Whether the sender is an admin. An occupant is whom their access identity says.
    pub fn is_admin(&self, message: &Message) -> bool {
        self.admins.iter().any(|admin| admin.is_person(&message.network, &message.sender.access_id))
    }

    /// Whether this may be.
    ///
    /// # Errors
    /// Why not.
    pub fn decide(&self, question: Question<'_>) -> Result<(), Refused> {
        if !question.admin_only && self.rules.is_empty() && self.default == Fields::default() {
            return Ok(());
        }
        let rule = self.rules.iter().find(|rule| rule.is_about(&question)).map(|rule| &rule.fields);
        let says = Says { rule, default: &self.default };
        let silent = says.of(|fields| fields.silent.as_ref()).copied().unwrap_or(false);
        self.check(question, &says).map_err(|why| Refused { why, silent })
    }

    fn check(&self, question: Question<'_>, says: &Says<'_>) -> Result<(), &'static str> {
        let Question { message, arguments, .. } = question;
        let admins_only = says.of(|fields| fields.admins_only.as_ref()).copied().unwrap_or(false);
        if (question.admin_only || admins_only) && !self.is_admin(message) {
            return Err(if self.admins.is_empty() {
                "is for admins, and there are none: `admins` in `[chat]` names them"
            } else {
                "is for admins"
            });
        }
        let user = |pattern: &Pattern| pattern.is_person(&message.network, &message.sender.access_id);
        if !says.admit(|fields| (&fields.allow_users, &fields.deny_users), user) {
            return Err("is not for you");
        }
        let place = says.of(|fields| fields.only_in.as_ref()).copied().unwrap_or(Place::Anywhere);
        match &message.recipient {
            Recipient::Person(_) if place == Place::Rooms => return Err("can be used in rooms only"),
            Recipient::Room(_) if place == Place::Private => return Err("can be used in private only"),
            Recipient::Person(_) => {}
            Recipient::Room(name) => {
                let here = |pattern: &Pattern| pattern.is_room(&message.network, name);
                if !says.admit(|fields| (&fields.allow_rooms, &fields.deny_rooms), here) {
                    return Err("cannot be used in this room");
                }
            }
        }
        let given = |pattern: &WildMatch| pattern.matches(arguments.trim());
        if !says.admit(|fields| (&fields.allow_arguments, &fields.deny_arguments), given) {
            return Err("cannot be used with these arguments");
        }
        Ok(())
    }
}

impl Rule {
    fn is_about(&self, question: &Question<'_>) -> bool {
        let any = |patterns: &[WildMatch], name: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(name))
        };
        any(&self.commands, question.command) && any(&self.bots, question.bot)
    }
}

/// A rule over the default, field by field.
struct Says<'a> {
    rule: Option<&'a Fields>,
    default: &'a Fields,
}

impl<'a> Says<'a> {
    fn of<T>(&self, field: impl Fn(&'a Fields) -> Option<&'a T>) -> Option<&'a T> {
        self.rule.and_then(&field).or_else(|| field(self.default))
    }

    /// Whether the lists of one kind let something in.
    fn admit<P: 'a>(
        &self,
        lists: impl Fn(&'a Fields) -> (&'a Option<Vec<P>>, &'a Option<Vec<P>>),
        matches: impl Fn(&P) -> bool,
    ) -> bool {
        let allowed = self.of(|fields| lists(fields).0.as_ref());
        let denied = self.of(|fields| lists(fields).1.as_ref());
        allowed.is_none_or(|list| list.iter().any(&matches))
            && !denied.is_some_and(|list| list.iter().any(&matches))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(pattern: &str, access_id: &str) -> bool {
        Pattern::people(&format!("irc/{pattern}")).unwrap().is_person("irc", access_id)
    }

    #[test]
    fn a_mask_is_meant_by_masks_only() {
        assert!(means("Ann!*@*.Example", "ann!~a@home.example"));
        assert!(!means("ann!*@*.example", "ann!~a@home.example.evil"));
        assert!(means("*", "ann!~a@home.example"));
        assert!(!means("admin*", "admin5!~x@evil"));
        assert!(!means("*ann", "x!~x@ann"));
        assert!(means("account:ann", "account:ann"));
        assert!(!means("account:ann", "account:Ann"));
        assert!(!means("account:ann", "account:ann!~x@evil"));
    }

    #[test]
    fn another_network_is_another_place() {
        assert_eq!(Pattern::people("ann"), None);
        assert!(!Pattern::people("irc/ann").unwrap().is_person("xmpp", "ann"));
        assert!(Pattern::people("*/ann").unwrap().is_person("xmpp", "ann"));
        assert!(Pattern::rooms("irc/#Tea").unwrap().is_room("irc", "#tea"));
    }

    #[test]
    fn what_anybody_can_take_is_known() {
        for free in ["irc/ann!*", "irc/ann!*@*", "irc/root!~root@*", "irc/*", "irc/*!*@?*"] {
            assert!(Pattern::is_free_to_take(free), "{free}");
        }
        for owned in ["irc/account:ann", "irc/ann!*@home.example", "terminal/@you", "slack/U0042"] {
            assert!(!Pattern::is_free_to_take(owned), "{owned}");
        }
    }
}
