//! `[chat]`: how people talk to bots, and who may use what.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};
use wildmatch::WildMatch;

use crate::chat::{
    access::{Access, Fields, Pattern, Place, Rule},
    network::Room,
    settings::{Desk, Flood, Settings, Whom},
};

/// The table as it stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct ChatTable {
    prefix: Option<Prefix>,
    prefixes: Vec<Prefix>,
    prefix_in_private: Option<Needed>,
    unknown_commands: Option<Told>,
    flood: Option<FloodTable>,
    private: Vec<Glob>,
    threaded: Vec<Glob>,
    nick_prefix: bool,
    admins: Vec<Who>,
    tell_admins: Vec<DeskTable>,
    access: FieldsTable,
    rules: Vec<RuleTable>,
}

#[derive(Debug)]
struct Prefix(String);

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Needed {
    Optional,
    Needed,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Told {
    Told,
    Silent,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FloodTable {
    commands: u32,
    per: Period,
}

#[derive(Debug)]
struct Period(Duration);

#[derive(Debug)]
struct Glob(WildMatch);

/// The same in any case of ASCII letters, since people write arguments as they like.
#[derive(Debug)]
struct Argument(WildMatch);

#[derive(Debug)]
struct Who {
    text: String,
    pattern: Pattern,
}

#[derive(Debug)]
struct Where(Pattern);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct DeskTable {
    network: String,
    room: Option<String>,
    person: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct FieldsTable {
    allow_users: Option<Vec<Who>>,
    deny_users: Option<Vec<Who>>,
    allow_rooms: Option<Vec<Where>>,
    deny_rooms: Option<Vec<Where>>,
    allow_arguments: Option<Vec<Argument>>,
    deny_arguments: Option<Vec<Argument>>,
    only_in: Option<PlaceWord>,
    admins_only: Option<bool>,
    silent: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PlaceWord {
    Anywhere,
    Rooms,
    Private,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct RuleTable {
    #[serde(default)]
    commands: Vec<Glob>,
    #[serde(default)]
    bots: Vec<Glob>,
    #[serde(flatten)]
    fields: toml::Table,
}

impl<'de> Deserialize<'de> for Prefix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let prefix = String::deserialize(deserializer)?;
        if prefix.trim().is_empty() || prefix.len() > 32 || prefix.contains(char::is_control) {
            return Err(D::Error::custom(
                "commands cannot begin with this: a prefix is 1 to 32 bytes of visible text",
            ));
        }
        Ok(Self(prefix))
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let period = humantime::parse_duration(&text).map_err(D::Error::custom)?;
        if !(Duration::from_millis(1)..=Duration::from_secs(24 * 60 * 60)).contains(&period) {
            return Err(D::Error::custom(format!("`{text}` is out of bounds: from 1 ms to 1 day")));
        }
        Ok(Self(period))
    }
}

impl<'de> Deserialize<'de> for Glob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(WildMatch::new(&String::deserialize(deserializer)?)))
    }
}

impl<'de> Deserialize<'de> for Argument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(WildMatch::new_case_insensitive(&String::deserialize(deserializer)?)))
    }
}

impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let pattern = Pattern::people(&text).ok_or_else(|| D::Error::custom(no_network(&text)))?;
        Ok(Self { text, pattern })
    }
}

impl<'de> Deserialize<'de> for Where {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Pattern::rooms(&text).map(Self).ok_or_else(|| D::Error::custom(no_network(&text)))
    }
}

fn no_network(text: &str) -> String {
    format!(
        "`{text}` names no network, and others of this name may be on another: write it like `libera/{text}`"
    )
}

impl ChatTable {
    /// What it says; the words are warnings for the log.
    pub fn settings(self) -> (Settings, Vec<String>) {
        let default = Settings::default();
        let mut warnings = Vec::new();
        // To deny anybody is always right; to let in by what anybody can take is worth a word.
        for who in self.admins.iter().filter(|who| Pattern::is_free_to_take(&who.text)) {
            warnings.push(format!(
                "`admins` in [chat]: `{}` means people by what anybody can take: name an account, or a host",
                who.text
            ));
        }
        let lists = self.rules.iter().filter_map(|rule| FieldsTable::deserialize(rule.fields.clone()).ok());
        let allowed = lists.filter_map(|fields| fields.allow_users).chain(
            self.access.allow_users.as_ref().map(|users| {
                users.iter().map(|who| Who { text: who.text.clone(), pattern: who.pattern.clone() }).collect()
            }),
        );
        for who in
            allowed.flatten().filter(|who| who.text.contains('!') && Pattern::is_free_to_take(&who.text))
        {
            warnings.push(format!(
                "`allow-users` in [chat]: `{}` means people by what anybody can take: name an account, or a host",
                who.text
            ));
        }
        let mut patterns =
            |who: Vec<Who>| -> Vec<Pattern> { who.into_iter().map(|who| who.pattern).collect() };
        let admins = patterns(self.admins);
        let access = Access {
            admins,
            default: self.access.fields(&mut patterns),
            rules: self
                .rules
                .into_iter()
                .map(|rule| Rule {
                    commands: globs(rule.commands),
                    bots: globs(rule.bots),
                    fields: FieldsTable::deserialize(rule.fields).unwrap_or_default().fields(&mut patterns),
                })
                .collect(),
        };
        let settings = Settings {
            prefix: self.prefix.map_or(default.prefix, |prefix| prefix.0),
            prefixes: self.prefixes.into_iter().map(|prefix| prefix.0).collect(),
            prefix_optional_in_private: self.prefix_in_private != Some(Needed::Needed),
            answer_unknown: self.unknown_commands != Some(Told::Silent),
            flood: self
                .flood
                .map_or(default.flood, |flood| Flood { commands: flood.commands, per: flood.per.0 }),
            private: globs(self.private),
            threaded: globs(self.threaded),
            nick_prefix: self.nick_prefix,
            access,
            tell_admins: self
                .tell_admins
                .into_iter()
                .map(|desk| {
                    let to = match (desk.room, desk.person) {
                        (Some(room), _) => Whom::Room(room),
                        (None, person) => Whom::Person(person.unwrap_or_default()),
                    };
                    Desk { network: desk.network, to }
                })
                .collect(),
        };
        (settings, warnings)
    }

    /// What no single value shows to be wrong.
    pub fn wrong(&self) -> Vec<String> {
        let rules = self.rules.iter().filter_map(|rule| {
            let error = FieldsTable::deserialize(rule.fields.clone()).err()?;
            Some(format!("a rule of `chat.rules`: {}", error.message()))
        });
        let desks = self.tell_admins.iter().filter(|desk| desk.room.is_some() == desk.person.is_some());
        rules
            .chain(desks.map(|_| "an entry of `chat.tell-admins` names either a `room` or a `person`".into()))
            .collect()
    }

    /// The networks that it names, where admins are told something.
    pub fn networks(&self) -> impl Iterator<Item = &str> {
        self.tell_admins.iter().map(|desk| desk.network.as_str())
    }
}

impl FieldsTable {
    fn fields(self, patterns: &mut impl FnMut(Vec<Who>) -> Vec<Pattern>) -> Fields {
        Fields {
            allow_users: self.allow_users.map(&mut *patterns),
            deny_users: self.deny_users.map(&mut *patterns),
            allow_rooms: self.allow_rooms.map(places),
            deny_rooms: self.deny_rooms.map(places),
            allow_arguments: self.allow_arguments.map(arguments),
            deny_arguments: self.deny_arguments.map(arguments),
            only_in: self.only_in.map(|place| match place {
                PlaceWord::Anywhere => Place::Anywhere,
                PlaceWord::Rooms => Place::Rooms,
                PlaceWord::Private => Place::Private,
            }),
            admins_only: self.admins_only,
            silent: self.silent,
        }
    }
}

fn globs(globs: Vec<Glob>) -> Vec<WildMatch> {
    globs.into_iter().map(|glob| glob.0).collect()
}

fn arguments(patterns: Vec<Argument>) -> Vec<WildMatch> {
    patterns.into_iter().map(|pattern| pattern.0).collect()
}

fn places(patterns: Vec<Where>) -> Vec<Pattern> {
    patterns.into_iter().map(|pattern| pattern.0).collect()
}

/// A room of a network: its name, or a table.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RoomEntry {
    Name(String),
    Table(RoomTable),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct RoomTable {
    name: String,
    username: Option<String>,
    password: Option<String>,
}

/// The rooms that a network names, each once.
pub(super) fn rooms(entries: Vec<RoomEntry>) -> Vec<Room> {
    let mut rooms: Vec<Room> = Vec::new();
    for entry in entries {
        let room = match entry {
            RoomEntry::Name(name) => Room { name, username: None, password: None },
            RoomEntry::Table(RoomTable { name, username, password }) => Room { name, username, password },
        };
        if !rooms.iter().any(|known| known.name.eq_ignore_ascii_case(&room.name)) {
            rooms.push(room);
        }
    }
    rooms
}
