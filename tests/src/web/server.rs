//! The program as a server of coweb sessions, with the tests' pages.

use tempfile::TempDir;

use crate::{program::Session, web::site};

/// A running server.
pub struct Server {
    /// The program.
    pub program: Session,
    url: String,
    _site: TempDir,
}

/// How quick it is to give somebody up: a test waits for that.
const HASTE: &str = "grace = \"300ms\"\nupdater-timeout = \"1s\"\n";

impl Server {
    /// Starts one with these lines in its table `[coweb]`, beside those that say where it listens and what it serves,
    /// and with whatever tables follow in them.
    pub async fn start(more: &str) -> Self {
        Self::start_on(0, more).await
    }

    /// The same on this port, which another had before.
    pub async fn start_on(port: u16, more: &str) -> Self {
        Self::start_with(port, more, &[]).await
    }

    /// The same, with these options of the program.
    pub async fn start_with(port: u16, more: &str, options: &[&str]) -> Self {
        let site = site::site();
        let folder = site.path();
        let toml = format!("[coweb]\nlisten = \"127.0.0.1:{port}\"\nstatic = {folder:?}\n{HASTE}{more}\n");
        let program = Session::configured_with(&toml, options);
        let lines = program.logs("coweb: listening on ", 1).await;
        let url = lines[0].split_once("listening on ").map(|(_, url)| url.trim().to_owned());
        Self { program, url: url.expect("an address"), _site: site }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }
}
