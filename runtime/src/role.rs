//! What an extension is, read from what it exports, and what it would need, read from what it imports.

use std::fmt;

use serde::Serialize;

use crate::{
    chat, coweb,
    imports::handlers,
    sandbox::{Grants, InterfaceName, Loaded},
};

/// What an extension is. One may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Glue to a chat service: exports `parlor:chat/backend`.
    Backend,
    /// A chat bot: exports `parlor:chat/bot`.
    Bot,
    /// Says who people are: exports `parlor:coweb/auth`.
    Auth,
    /// Decides what they may: exports `parlor:coweb/access`.
    Access,
    /// Chooses updaters: exports `parlor:coweb/updater-type-matcher`.
    Updater,
    /// Starts service bots: exports `parlor:coweb/launcher`.
    Launcher,
    /// Speaks with service bots: exports `parlor:coweb/manager`.
    Manager,
    /// Serves in sessions: exports `parlor:coweb/service-bot`.
    ServiceBot,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Backend,
        Self::Bot,
        Self::Auth,
        Self::Access,
        Self::Updater,
        Self::Launcher,
        Self::Manager,
        Self::ServiceBot,
    ];

    /// The interface that makes an extension one: its package, and its name.
    pub fn interface(self) -> (&'static str, &'static str) {
        match self {
            Self::Backend => ("parlor:chat", "backend"),
            Self::Bot => ("parlor:chat", "bot"),
            Self::Auth => ("parlor:coweb", "auth"),
            Self::Access => ("parlor:coweb", "access"),
            Self::Updater => ("parlor:coweb", "updater-type-matcher"),
            Self::Launcher => ("parlor:coweb", "launcher"),
            Self::Manager => ("parlor:coweb", "manager"),
            Self::ServiceBot => ("parlor:coweb", "service-bot"),
        }
    }

    /// The table of `parlor.toml` that an extension of this role and this name stands in.
    pub fn table(self, name: &str) -> String {
        match self {
            Self::Backend => format!("network.{name}"),
            Self::Bot => format!("bot.{name}"),
            Self::Auth | Self::Access | Self::Updater | Self::Launcher | Self::Manager => {
                format!("coweb.{self}")
            }
            Self::ServiceBot => format!("coweb.service.{name}"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Backend => "backend",
            Self::Bot => "bot",
            Self::Auth => "auth",
            Self::Access => "access",
            Self::Updater => "updater",
            Self::Launcher => "launcher",
            Self::Manager => "manager",
            Self::ServiceBot => "service-bot",
        })
    }
}

/// The packages of the contract, and the version of each that this host speaks.
const CONTRACT: [(&str, &str); 3] =
    [("parlor:host", handlers::VERSION), ("parlor:chat", chat::VERSION), ("parlor:coweb", coweb::VERSION)];

/// Why a component is no extension of this host. Follows its path.
#[derive(Debug, thiserror::Error)]
pub enum NoRole {
    /// It was built against another version of the contract.
    #[error(
        "is built for {found}, and this Parlor speaks {package}@{version}; build it against the contract of this version, or run a Parlor that speaks that one"
    )]
    OtherVersion {
        /// What it names.
        found: String,
        /// The package.
        package: &'static str,
        /// What there is of it here.
        version: &'static str,
    },
    /// It exports nothing that this host calls.
    #[error(
        "is a component of another world: it exports {0}; an extension exports parlor:chat/bot (a bot), parlor:chat/backend and parlor:chat/rooms (a backend), or an interface of parlor:coweb (a manager of sessions or a service bot)"
    )]
    OtherWorld(String),
}

/// The roles of a component, at least one.
///
/// # Errors
/// If it is made for another host, or another version of this one.
pub fn roles(loaded: &Loaded) -> Result<Vec<Role>, NoRole> {
    for name in loaded.exports.iter().chain(&loaded.imports) {
        for (package, version) in CONTRACT {
            if name.package == package && !name.compatible(version) {
                return Err(NoRole::OtherVersion { found: name.to_string(), package, version });
            }
        }
    }
    let exported = |role: &Role| {
        let (package, interface) = role.interface();
        let version = if package == "parlor:chat" { chat::VERSION } else { coweb::VERSION };
        loaded.exports.iter().any(|name| name.is(package, interface, version))
    };
    let roles: Vec<_> = Role::ALL.into_iter().filter(exported).collect();
    if roles.is_empty() {
        let names: Vec<_> = loaded.exports.iter().take(5).map(InterfaceName::to_string).collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        return Err(NoRole::OtherWorld(names));
    }
    Ok(roles)
}

/// A grant that an extension cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The interface that it imports; none where it needs the grant for being a bot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<String>,
    /// The key under `grant`.
    pub grant: &'static str,
    /// A value to start from.
    pub example: &'static str,
}

impl Need {
    /// What is wrong without it, in words that follow the extension.
    pub fn why(&self) -> String {
        match &self.import {
            Some(import) => format!("imports {import}, which it was not granted"),
            None => "is a bot, and was granted no network".into(),
        }
    }

    /// The line for `parlor.toml`.
    pub fn line(&self) -> String {
        format!("grant = {{ {} = {} }}", self.grant, self.example)
    }
}

/// The grants that the imports of a component call for.
pub fn needs(loaded: &Loaded) -> Vec<Need> {
    // Languages' own libraries import WASI's sockets and files whether a program uses them or not, so these call for
    // nothing; the contract's interfaces are only there if somebody wanted them.
    let table = [
        ("parlor:chat", "chat", "networks", "[\"NETWORK\"]"),
        ("parlor:host", "net", "net", "[\"HOST:PORT\"]"),
        ("parlor:host", "fetch", "http", "[\"https://HOST\"]"),
        ("wasi:http", "outgoing-handler", "http", "[\"https://HOST\"]"),
        ("wasi:keyvalue", "store", "store", "\"1 MiB\""),
        ("parlor:coweb", "processes", "programs", "{ NAME = { run = [\"FILE\"] } }"),
    ];
    let mut needs = Vec::<Need>::new();
    for (package, interface, grant, example) in table {
        let found = loaded.imports.iter().find(|name| name.package == package && name.interface == interface);
        if let Some(name) = found
            && !needs.iter().any(|need| need.grant == grant)
        {
            needs.push(Need { import: Some(name.to_string()), grant, example });
        }
    }
    // A bot without a network hears nobody, whether it speaks on its own or only answers.
    let bot = loaded.exports.iter().any(|name| name.is("parlor:chat", "bot", chat::VERSION));
    if bot && !needs.iter().any(|need| need.grant == "networks") {
        needs.insert(0, Need { import: None, grant: "networks", example: "[\"NETWORK\"]" });
    }
    needs
}

/// Those of its needs that an extension was not granted at all.
pub fn missing(loaded: &Loaded, grants: &Grants) -> Vec<Need> {
    // A language's own library may import it whether the program uses it or not.
    let may_do_without =
        |need: &Need| need.import.as_ref().is_some_and(|name| name.starts_with("wasi:http/"));
    let granted = |need: &Need| match need.grant {
        "networks" => !grants.networks.is_empty(),
        "net" => !grants.net.is_empty(),
        "programs" => !grants.programs.is_empty(),
        "http" => !grants.http.is_empty() || may_do_without(need),
        _ => grants.store.is_some(),
    };
    needs(loaded).into_iter().filter(|need| !granted(need)).collect()
}
