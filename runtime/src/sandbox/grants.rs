//! What one extension may reach. Nothing, unless its configuration says so.

mod address;
mod endpoint;
mod public;

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use bytesize::ByteSize;
use serde::Deserialize;

pub use address::{Address, BadGrant, Origin};
pub use endpoint::{Endpoint, Host, NoHost, Via};
pub use public::is_public;

use address::Place;

/// The grants of one extension, as its `grant = { … }` lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Grants {
    /// Configured networks whose rooms it may use.
    pub networks: Vec<String>,
    /// Where it may open connections.
    pub net: Vec<Address>,
    /// Where it may send HTTP requests.
    pub http: Vec<Origin>,
    /// Configured secrets that the host may fill in for it.
    pub secrets: Vec<String>,
    /// How much it may store; none is nothing.
    pub store: Option<ByteSize>,
    /// Directories that it sees.
    pub dirs: Vec<Directory>,
    /// Programs of the machine that it may start, by the names that it knows them by.
    pub programs: BTreeMap<String, Program>,
}

/// A program of the machine. It is not in any sandbox: whoever grants it trusts it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Program {
    /// Its file and its arguments.
    pub run: Vec<String>,
    /// The folder that it runs in; that of Parlor where none is named.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// The variables that the extension may set for it.
    #[serde(default)]
    pub environment: Vec<String>,
}

/// A directory of the host that an extension sees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Directory {
    /// Where it is.
    pub host: PathBuf,
    /// What the extension calls it.
    pub guest: String,
    /// Whether the extension may change what is in it.
    #[serde(default)]
    pub write: bool,
}

/// The answer to "may it?".
pub type Verdict = Result<(), Denial>;

/// A "no", with its remedy. For the host's own log: what an extension hears is the address at most.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {why}; to allow it, add: {add}")]
pub struct Denial {
    /// What was asked for, as it was asked.
    pub what: String,
    /// Why not, in words that follow `what`.
    pub why: String,
    /// The line to add to the configuration.
    pub add: String,
}

impl Denial {
    fn of_endpoint(asked: &Endpoint, why: impl Into<String>, missing: &Endpoint) -> Self {
        let list = match missing.via {
            Via::Connection => "net",
            Via::Http | Via::Https => "http",
        };
        Self {
            what: asked.to_string(),
            why: why.into(),
            add: format!("grant = {{ {list} = [\"{missing}\"] }}"),
        }
    }
}

impl Grants {
    /// Whether the extension may ask for `endpoint` at all. Before this says yes its name is not even resolved, since
    /// a question to a name server is a message, too.
    ///
    /// # Errors
    /// The denial.
    pub fn check_asked(&self, endpoint: &Endpoint) -> Verdict {
        if self.places(endpoint).any(|place| place.names(&endpoint.host, endpoint.port)) {
            return Ok(());
        }
        Err(Denial::of_endpoint(endpoint, "is not granted", endpoint))
    }

    /// Whether the extension may connect to `ip`, which the host of `endpoint` is or resolves to. Everything that the
    /// host connects to for an extension passes here.
    ///
    /// A name leads to public addresses only ([`is_public`]), unless a grant covers the address itself as well;
    /// `localhost`, granted by that name, leads to this machine only. An address leads to itself.
    ///
    /// # Errors
    /// The denial.
    pub fn check(&self, endpoint: &Endpoint, ip: IpAddr) -> Verdict {
        self.check_asked(endpoint)?;
        let ip = ip.to_canonical();
        let allowed = match &endpoint.host {
            Host::Ip(asked) => *asked == ip,
            Host::Name(name) if name == "localhost" => ip.is_loopback() || self.covers(endpoint, ip),
            Host::Name(_) => is_public(ip) || self.covers(endpoint, ip),
        };
        if allowed {
            return Ok(());
        }
        let missing = Endpoint { host: Host::Ip(ip), ..endpoint.clone() };
        Err(Denial::of_endpoint(
            endpoint,
            format!("is granted, but leads to {ip}, which is not public"),
            &missing,
        ))
    }

    /// Whether the extension may use the terminal.
    ///
    /// # Errors
    /// The denial.
    pub fn check_stdio(&self) -> Verdict {
        if self.net.iter().any(Address::is_stdio) {
            return Ok(());
        }
        let add = "grant = { net = [\"stdio:\"] }".into();
        Err(Denial { what: "stdio:".into(), why: "is not granted".into(), add })
    }

    /// Whether the extension may use the secret of this name.
    ///
    /// # Errors
    /// The denial.
    pub fn check_secret(&self, name: &str) -> Verdict {
        if self.secrets.iter().any(|granted| granted == name) {
            return Ok(());
        }
        // The name is the extension's own words: shown as TOML writes it.
        Err(Denial {
            what: format!("the secret {name:?}"),
            why: "is not granted".into(),
            add: format!("grant = {{ secrets = [{name:?}] }}"),
        })
    }

    /// The places that are granted for this way of speaking.
    fn places(&self, endpoint: &Endpoint) -> impl Iterator<Item = &Place> {
        let net = self.net.iter().filter(|_| endpoint.via == Via::Connection).filter_map(Address::place);
        net.chain(self.http.iter().filter_map(|origin| origin.place_for(endpoint)))
    }

    /// Whether the address is granted as such. One where connections of any kind may go is good for HTTP as well.
    fn covers(&self, endpoint: &Endpoint, ip: IpAddr) -> bool {
        let net = self.net.iter().filter_map(Address::place);
        self.places(endpoint).chain(net).any(|place| place.covers(ip, endpoint.port))
    }
}

#[cfg(test)]
mod tests;
