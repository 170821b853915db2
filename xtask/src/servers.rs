//! The servers that tests talk to, and the browser that does the same, installed where they are missing.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::process;

/// A server, or the browser, as Debian packages it.
struct Server {
    /// The package.
    package: &'static str,
    /// What tests need it for, in words.
    purpose: &'static str,
    /// Whether it is here.
    there: fn() -> bool,
}

/// All of them. Tests start and end them on their own, on free ports.
const SERVERS: &[Server] = &[
    Server {
        package: "postgresql",
        purpose: "the tests of the key-value store",
        // As the tests look for it.
        there: || {
            let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
            versions.map(|version| version.path().join("bin/initdb")).any(|program| program.is_file())
        },
    },
    Server { package: "ngircd", purpose: IRC, there: || is_file("/usr/sbin/ngircd") },
    Server { package: "inspircd", purpose: IRC, there: || is_file("/usr/sbin/inspircd") },
    Server { package: "atheme-services", purpose: IRC, there: || is_file("/usr/bin/atheme-services") },
    Server { package: "chromium", purpose: COWEB, there: || is_file("/usr/bin/chromium") },
    Server { package: "chromium-driver", purpose: COWEB, there: || is_file("/usr/bin/chromedriver") },
];

const IRC: &str = "the tests of IRC and the demo on it";
const COWEB: &str = "the tests of coweb in a browser";

fn is_file(path: &str) -> bool {
    Path::new(path).is_file()
}

/// Installs what is missing.
///
/// # Errors
/// If that is not possible here: then with what to do by hand.
pub fn ready() -> Result<()> {
    install_missing(|_| true)
}

/// Installs one of them, if it is missing.
///
/// # Errors
/// If that is not possible here: then with what to do by hand.
pub fn one_ready(package: &str) -> Result<()> {
    install_missing(|wanted| wanted == package)
}

fn install_missing(wanted: impl Fn(&str) -> bool) -> Result<()> {
    for Server { package, purpose, there } in SERVERS.iter().filter(|server| wanted(server.package)) {
        if there() {
            continue;
        }
        if !Path::new("/usr/bin/apt-get").exists() {
            bail!("{purpose} need {package}, as Debian's package of this name installs it");
        }
        eprintln!("servers: installing Debian's package {package}, for {purpose}");
        install(package).with_context(|| {
            format!("cannot install {package}, which {purpose} need: run `apt-get install {package}` as root")
        })?;
    }
    Ok(())
}

fn install(package: &str) -> Result<()> {
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // Nothing is asked: there may be nobody at the terminal.
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["--quiet", "--yes"]).args(arguments);
        process::run(&mut command)
    };
    let arguments = ["install", "--no-install-recommends", package];
    // The lists of an image are old, or not there at all.
    apt(&arguments).or_else(|_| apt(&["update"]).and_then(|()| apt(&arguments)))
}
