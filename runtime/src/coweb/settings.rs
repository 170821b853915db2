//! How a server of sessions is set up: `[coweb]` in `parlor.toml`.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::bayeux::Manners;

/// How a server of sessions is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The folder that is served as it is.
    pub folder: Option<PathBuf>,
    /// The paths of its services.
    pub paths: Paths,
    /// TLS, where this server does it itself.
    pub tls: Option<TlsFiles>,
    /// Other origins whose pages may use this server: `https://app.example`.
    pub origins: Vec<String>,
    /// The secret that cookies are signed with; one is made up at every start where there is none.
    pub cookie_secret: Option<SecretString>,
    /// How Bayeux clients are treated.
    pub manners: Manners,
    /// The most clients in all sessions.
    pub clients: usize,
    /// The most sessions.
    pub sessions: usize,
    /// The most connections.
    pub connections: usize,
    /// How long an updater may take to bring a joiner up to date.
    pub updater_timeout: Duration,
    /// Whether a client may send all others to another page.
    pub navigation: bool,
}

/// Where TLS's certificate and key are: PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those up to its issuer.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The paths of a server's services, as the original had them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// What the static folder is served under; ends with a slash.
    pub root: String,
    /// Where applications prepare sessions.
    pub admin: String,
    /// What sessions' own addresses begin with; ends with a slash.
    pub session: String,
    /// What the addresses begin with where bots elsewhere reach sessions' service managers; ends with a slash.
    pub services: String,
    /// The login form, and where it goes.
    pub login: String,
    /// Where one logs out.
    pub logout: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            root: "/".into(),
            admin: "/admin".into(),
            session: "/session/".into(),
            services: "/services/".into(),
            login: "/login".into(),
            logout: "/logout".into(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            folder: None,
            paths: Paths::default(),
            tls: None,
            origins: Vec::new(),
            cookie_secret: None,
            manners: Manners::default(),
            clients: 10_000,
            sessions: 10_000,
            connections: 20_000,
            updater_timeout: Duration::from_secs(10),
            navigation: false,
        }
    }
}
