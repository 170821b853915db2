//! The page that people edit together: its files in one folder with those of CometD, which it speaks by, to be served as
//! they are; the bots that it asks; and its tests.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{process, web, workspace};

/// What its server runs: the managers of sessions and what runs service bots, as they are where none are configured, and
/// the bots.
pub const GUESTS: &[&str] = &[
    "public-auth",
    "public-access",
    "exact-updater",
    "component-launcher",
    "component-manager",
    "echo-service",
    "scribe",
];

/// The ports that the page is served on: the first of them that is free.
const PORTS: std::ops::Range<u16> = 8090..8190;

/// The page, ready to be served.
pub struct Page {
    /// Its folder.
    pub folder: PathBuf,
}

impl Page {
    /// Makes it ready. Takes no time where it was ready before.
    ///
    /// # Errors
    /// If Node or npm is missing, or CometD is not there and cannot be had.
    pub fn ready() -> Result<Self> {
        web::node_packages("the page")?;
        let folder = workspace::target().join("demo/www");
        copy_all(&source(), &folder)?;
        copy_all(&web::folder().join("node_modules/cometd"), &folder.join("cometd"))?;
        Ok(Self { folder })
    }

    /// Finds an address for it, and what `parlor.toml` says then, a line each.
    ///
    /// # Errors
    /// If no port is free.
    pub fn settings(&self) -> Result<(SocketAddr, [String; 4])> {
        let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
        let port = PORTS.clone().find(free).with_context(|| format!("no port of {PORTS:?} is free"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let folder = self.folder.display().to_string();
        let guest = |name: &str| workspace::guests().join(format!("{name}.wasm")).display().to_string();
        let settings = [
            format!("coweb.listen = \"{address}\""),
            format!("coweb.static = {folder:?}"),
            format!("coweb.service.echo = {{ component = {:?} }}", guest("echo-service")),
            format!(
                "coweb.service.scribe = {{ component = {:?}, grant = {{ store = \"16 MiB\" }} }}",
                guest("scribe")
            ),
        ];
        Ok((address, settings))
    }

    /// Runs its tests: on their own, and in windows of a browser with this program as the server.
    ///
    /// # Errors
    /// If one fails.
    pub fn test(&self, parlor: &Path) -> Result<()> {
        let mut node = Command::new("node");
        node.current_dir(source()).arg("--test");
        node.env("PARLOR", parlor).env("PARLOR_PAGE", &self.folder).env("PARLOR_GUESTS", workspace::guests());
        process::run_in_front(&mut node)
    }
}

fn source() -> PathBuf {
    workspace::root().join("xtask/page")
}

/// Copies what a browser may ask for.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let served =
            path.extension().is_some_and(|ext| ["html", "css", "js", "svg"].iter().any(|one| ext == *one));
        if let Some(name) = path.file_name().filter(|_| served) {
            fs::copy(&path, to.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}
