//! `parlor.toml`: what runs, what it is granted, and how much it may use.
//!
//! The file is read strictly. A key that Parlor does not know, a value of the wrong type, a component that is not
//! there or a grant that names nothing is an error with its line, a mark below the place and the remedy, and all
//! such errors are told at once. Secrets are the exception: reading the file does not touch their values, so that a
//! configuration can be checked where they are not ([`Secret::load`]).

mod chat;
mod command_line;
mod coweb;
mod document;
mod examples;
mod limits;
mod nearest;
mod reader;
mod report;
mod secret;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;
use secrecy::SecretString;

pub use self::{
    command_line::CommandLineExtension,
    coweb::Coweb,
    limits::LimitOverrides,
    report::{ConfigError, Place, Problem},
    secret::{Secret, SecretError, SecretSource},
};
use self::{
    document::Document,
    report::{Report, Source},
};
use crate::{
    chat::{Settings, network::Room},
    imports::store::DatabaseUrl,
    sandbox::{grants::Grants, limits::Limits},
};

/// A whole configuration, checked. The default is that of an empty file: nothing runs.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The backends, by the names of their networks.
    pub networks: BTreeMap<String, Extension>,
    /// The bots, by name.
    pub bots: BTreeMap<String, Extension>,
    /// The secrets, by name; their values are not loaded.
    pub secrets: BTreeMap<String, Secret>,
    /// The server of sessions, where there is one.
    pub coweb: Option<Coweb>,
    /// How people talk to bots.
    pub chat: Settings,
    /// What is odd about it and yet not wrong, a sentence each.
    pub warnings: Vec<String>,
    /// What holds for an extension that says nothing else. Those of [`Extension::limits`] have it in them.
    pub limits: Limits,
    /// Which certificates are trusted.
    pub tls: Tls,
    store: Option<DatabaseUrl>,
}

/// What an extension is run as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A backend; its name is that of its network.
    Network,
    /// A bot.
    Bot,
    /// The manager of a server of sessions that says who people are.
    Auth,
    /// The manager that decides what they may.
    Access,
    /// The manager that chooses updaters.
    Updater,
    /// What starts service bots: an instance for each session.
    Launcher,
    /// What speaks with them: an instance for each session.
    Manager,
    /// A service bot; its name is that of its service. An instance for each session that uses it.
    Service,
}

impl Kind {
    /// The table that extensions of this kind stand in.
    pub fn table(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Bot => "bot",
            Self::Auth | Self::Access | Self::Updater | Self::Launcher | Self::Manager => "coweb",
            Self::Service => "coweb.service",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.table())
    }
}

/// A configured extension.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Its name, 1 to 32 of `a`–`z`, `0`–`9` and `-`; unique among those of its kind.
    pub name: String,
    /// What it is run as.
    pub kind: Kind,
    /// The component's file, which was there when the configuration was read.
    pub component: PathBuf,
    /// The service of sessions that a bot is as well.
    pub service: Option<String>,
    /// The rooms that a network is in, whenever it is connected; each once.
    pub rooms: Vec<Room>,
    /// What it gets through `wasi:config`: text and times as they are, everything else as JSON.
    pub config: BTreeMap<String, String>,
    /// What it may reach.
    pub grant: Grants,
    /// What it may use: its own limits over those of `[limits]` over Parlor's own.
    pub limits: Limits,
    /// Where it is configured.
    pub place: Place,
}

impl Extension {
    /// The name of its table, such as `bot.echo`: unlike its name it is unique among all extensions.
    pub fn id(&self) -> String {
        format!("{}.{}", self.kind.table(), self.name)
    }
}

/// Which certificates are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// A PEM file of certificates that are trusted besides the system's.
    pub extra_roots: Option<PathBuf>,
}

impl Config {
    /// Reads a file. Relative paths in it start at its folder.
    ///
    /// # Errors
    /// If it cannot be read, or with all that is wrong with it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes =
            fs::read(path).map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse(path, text),
            Err(error) => {
                // What comes before the first wrong byte is not changed by this, and so its place is right.
                let source = Source::of_file(path, String::from_utf8_lossy(error.as_bytes()));
                let at = error.utf8_error().valid_up_to();
                let report = Report::new(&source);
                report.add(at..at, "this is not UTF-8 text", "save the file as UTF-8".to_owned());
                report.finish(Self::default())
            }
        }
    }

    /// Reads a text as if it stood in the given file.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(path: &Path, text: impl Into<String>) -> Result<Self, ConfigError> {
        let known = Self::default();
        let document = document::read(&Source::of_file(path, text), &known)?;
        Ok(known.and(document))
    }

    /// Adds extensions and settings from the command line.
    ///
    /// Each of `sets` is one line `KEY=VALUE` of TOML with a dotted key, such as `bot.echo.grant.store="1 MiB"`. They
    /// are read as strictly as the file. What they say under `network`, `bot` and `limits` applies to the components
    /// on the command line only and never to those of the file; secrets are added to those of the file; `chat`,
    /// `store` and `tls` take the place of what the file says.
    ///
    /// # Errors
    /// If two extensions of a kind have the same name, or with all that is wrong with the settings.
    pub fn with_components(
        self,
        extensions: &[CommandLineExtension],
        sets: &[String],
    ) -> Result<Self, ConfigError> {
        let source = command_line::source(extensions, sets, &self)?;
        let document = document::read(&source, &self)?;
        let limits = self.limits.clone();
        Ok(Self { limits, ..self.and(document) })
    }

    fn and(mut self, document: Document) -> Self {
        let Document { networks, bots, coweb, secrets, chat, limits, store, tls } = document;
        self.networks.extend(networks);
        self.bots.extend(bots);
        self.secrets.extend(secrets);
        let (chat, warnings) = chat.unwrap_or((self.chat, self.warnings));
        let (coweb, store) = (coweb.or(self.coweb), store.or(self.store));
        Self { coweb, chat, warnings, store, tls: tls.unwrap_or(self.tls), limits, ..self }
    }

    /// The extensions of a kind, by name.
    pub fn extensions(&self, kind: Kind) -> &BTreeMap<String, Extension> {
        static NONE: BTreeMap<String, Extension> = BTreeMap::new();
        match kind {
            Kind::Network => &self.networks,
            Kind::Bot => &self.bots,
            Kind::Service => self.coweb.as_ref().map_or(&NONE, |coweb| &coweb.services),
            _ => self.coweb.as_ref().map_or(&NONE, |coweb| &coweb.managers),
        }
    }

    /// All extensions.
    pub fn all(&self) -> impl Iterator<Item = &Extension> {
        let managers = self.coweb.iter().flat_map(|coweb| {
            let crew = coweb.launcher.iter().chain(&coweb.manager);
            coweb.managers.values().chain(crew).chain(coweb.services.values())
        });
        self.networks.values().chain(self.bots.values()).chain(managers)
    }

    /// Where stored values are kept: what `[store]` says, or else an SQLite file in the user's folder for
    /// applications' data.
    ///
    /// # Errors
    /// If nothing is configured and the system has no such folder.
    pub fn database_url(&self) -> Result<DatabaseUrl, ConfigError> {
        match &self.store {
            Some(url) => Ok(url.clone()),
            None => ProjectDirs::from("", "", "parlor")
                .map(|folders| DatabaseUrl::sqlite(folders.data_dir().join("parlor.db")))
                .ok_or(ConfigError::NoDataFolder),
        }
    }

    /// Loads the secret that cookies are signed with, if there is one. Blocks while a file is read.
    ///
    /// # Errors
    /// If it cannot be had.
    pub fn load_cookie_secret(&mut self) -> Result<(), SecretError> {
        let Some(coweb) = &mut self.coweb else { return Ok(()) };
        if let Some(secret) = &coweb.cookie_secret {
            coweb.settings.cookie_secret = Some(secret.load()?);
        }
        Ok(())
    }

    /// Loads the values of all secrets, by name. Blocks while files are read.
    ///
    /// # Errors
    /// All secrets that cannot be had.
    pub fn load_secrets(&self) -> Result<BTreeMap<String, SecretString>, Vec<SecretError>> {
        let (mut values, mut errors) = (BTreeMap::new(), Vec::new());
        for (name, secret) in &self.secrets {
            match secret.load() {
                Ok(value) => drop(values.insert(name.clone(), value)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(values) } else { Err(errors) }
    }
}
