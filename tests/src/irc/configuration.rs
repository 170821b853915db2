//! A `parlor.toml` with networks of IRC, and bots on all of them.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    guests::{guest, test_guest},
    program::Session,
};

/// The room that the bot is told to be in.
pub const ROOM: &str = "#parlor";

/// A network.
pub struct Network {
    name: String,
    address: String,
    rooms: String,
    config: BTreeMap<String, String>,
    grants: String,
}

impl Network {
    /// A network of this name, reached at this address without TLS. The bot is called `parlor` there, is in [`ROOM`],
    /// and sends as fast as a test wants.
    pub fn at(name: &str, address: &str) -> Self {
        let network = Self {
            name: name.to_owned(),
            address: address.to_owned(),
            rooms: format!("{ROOM:?}"),
            config: BTreeMap::new(),
            grants: String::new(),
        };
        let server = format!("{address:?}");
        let defaults = [("server", &*server), ("tls", "false"), ("nick", "\"parlor\"")];
        let speed = [("send-burst", "100"), ("send-per-second", "1000")];
        defaults.into_iter().chain(speed).fold(network, |network, (key, value)| network.with(key, value))
    }

    /// Its backend is configured so; the value is TOML.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.config.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The bot is in these rooms instead; a list of TOML, without its brackets.
    pub fn rooms(mut self, rooms: &str) -> Self {
        rooms.clone_into(&mut self.rooms);
        self
    }

    /// It is granted this, too.
    pub fn granted(mut self, grant: &str) -> Self {
        self.grants = format!("{}, {grant}", self.grants);
        self
    }

    /// It logs in to an account, with the password in this file.
    pub fn logs_in(self, account: &str) -> Self {
        let network = self.with("sasl-user", &format!("{account:?}")).with("sasl-secret", "\"sasl\"");
        network.granted("secrets = [\"sasl\"]")
    }

    /// Its table in the configuration.
    pub fn toml(&self) -> String {
        let Self { name, address, rooms, config, grants } = self;
        let config: Vec<_> = config.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        format!(
            "[network.{name}]\ncomponent = {:?}\nrooms = [{rooms}]\nconfig = {{ {} }}\n\
             grant = {{ net = [{address:?}]{grants} }}\n",
            guest("irc"),
            config.join(", ")
        )
    }
}

/// Runs the program on these networks, with bots that echo, recite and log what they hear on all of them, and with more
/// of configuration.
pub fn run(networks: &[Network], more: &str) -> Session {
    let names: Vec<_> = networks.iter().map(|network| &network.name).collect();
    let mut toml: String = networks.iter().map(Network::toml).collect();
    for (bot, component) in [
        ("echo", guest("echo")),
        ("reciter", test_guest("reciter")),
        ("ears", test_guest("hears-everything")),
    ] {
        writeln!(toml, "[bot.{bot}]\ncomponent = {component:?}\ngrant = {{ networks = {names:?} }}")
            .expect("text has room");
    }
    Session::configured(&(toml + more))
}
