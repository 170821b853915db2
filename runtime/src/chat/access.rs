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
}

impl Pattern {
    /// Reads a pattern; none if it names no network.
    pub fn new(text: &str) -> Option<Self> {
        let (network, id) = text.split_once('/')?;
        let whole = !network.is_empty() && !id.is_empty();
        whole.then(|| Self { network: WildMatch::new(network), id: WildMatch::new(id) })
    }

    /// Whether it means this person or room.
    pub fn matches(&self, network: &str, id: &str) -> bool {
        self.network.matches(network) && self.id.matches(id)
    }

    /// Whether it is a mask (`nick!user@host`) of which only the nick is said, which anybody can take who comes first.
    pub fn is_nick_only(text: &str) -> bool {
        let rest = text.split_once('/').and_then(|(_, id)| id.split_once('!')).map(|(_, rest)| rest);
        rest.is_some_and(|rest| rest.chars().all(|c| "*?@".contains(c)))
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
        self.admins.iter().any(|admin| admin.matches(&message.network, &message.sender.access_id))
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
        let user = |pattern: &Pattern| pattern.matches(&message.network, &message.sender.access_id);
        if !says.admit(|fields| (&fields.allow_users, &fields.deny_users), user) {
            return Err("is not for you");
        }
        let place = says.of(|fields| fields.only_in.as_ref()).copied().unwrap_or(Place::Anywhere);
        match &message.recipient {
            Recipient::Person(_) if place == Place::Rooms => return Err("can be used in rooms only"),
            Recipient::Room(_) if place == Place::Private => return Err("can be used in private only"),
            Recipient::Person(_) => {}
            Recipient::Room(name) => {
                let here = |pattern: &Pattern| pattern.matches(&message.network, name);
                if !says.admit(|fields| (&fields.allow_rooms, &fields.deny_rooms), here) {
                    return Err("cannot be used in this room");
                }
            }
        }
        let given = |pattern: &WildMatch| pattern.matches(arguments);
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
