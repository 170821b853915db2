//! What the tests and benchmarks of coweb run that is others': packages for Node, and the releases of OpenCoweb, with
//! the real clients. It is downloaded into `target/web/`, and nothing of it is ever committed.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, ensure};

use crate::{process, workspace};

/// A release of OpenCoweb: its sources, as the Python registry has them, and their SHA-256.
struct Release {
    version: &'static str,
    sha256: &'static str,
}

/// Those with a JavaScript client. The last one's Python server is what the benchmark measures beside Parlor.
const RELEASES: &[Release] = &[
    Release { version: "0.4", sha256: "0c5690fb7b15667c2e3b6bb119a9cea87c2e6e9e4faa2e8b153476b31e274193" },
    Release { version: "0.5", sha256: "153f8258f329f7f655637d4a828e1500a101f150878cc73fa85e289b01168b99" },
    Release { version: "0.7", sha256: "ddf702b63a94dc42e8260fdc4327448978183a45368cc24633ffd2ae919acd1e" },
    Release { version: "1.0", sha256: "45330f50685b0755d5296b14c0a898ce7828aa09ae3877504d872bb6271f11a4" },
];

/// The web server that OpenCoweb's own Python server stands on: the last release of the line that it was written for
/// that today's Python still runs.
const TORNADO: &str = "tornado==3.2.2";
/// What the tests' service bot in Python speaks with.
const WEBSOCKETS: &str = "websockets==15.0.1";

/// What says which packages, beside the tests' scripts.
const MANIFESTS: &[&str] = &["package.json", "package-lock.json"];

/// Gets what is missing. What is there already costs no time.
///
/// # Errors
/// If Node, npm, Python or pip is missing, or a registry cannot be reached.
pub fn ready() -> Result<()> {
    let _lock = lock()?;
    install_node_packages("testing coweb")?;
    let missing: Vec<_> = RELEASES.iter().filter(|release| !release.folder().exists()).collect();
    // What takes time is not the download: pip makes a place to build each in, only to read its name.
    thread::scope(|scope| {
        let downloads: Vec<_> = missing.iter().map(|release| scope.spawn(|| release.download())).collect();
        downloads.into_iter().try_for_each(|download| download.join().expect("a download does not panic"))
    })
}

/// A Python that can run OpenCoweb's own server.
///
/// # Errors
/// If there is none, or a registry cannot be reached.
pub fn python() -> Result<PathBuf> {
    let environment = folder().join("python");
    let python = environment.join("bin/python");
    let stamp = environment.join(format!("{TORNADO}-{WEBSOCKETS}"));
    if !stamp.exists() {
        eprintln!("web: installing {TORNADO} and {WEBSOCKETS} into {}", shown(&environment));
        process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let packages = ["-m", "pip", "install", "--quiet", "--no-deps", TORNADO, WEBSOCKETS];
        process::run(Command::new(&python).args(packages))?;
        fs::write(&stamp, "")?;
    }
    Ok(python)
}

/// Where all of it is.
pub fn folder() -> PathBuf {
    workspace::target().join("web")
}

/// Gets the packages for Node only. What is there already costs no time.
///
/// # Errors
/// If Node or npm is missing, which `purpose` needs, or the registry cannot be reached.
pub fn node_packages(purpose: &str) -> Result<()> {
    let _lock = lock()?;
    install_node_packages(purpose)
}

/// Makes the folder, and has it for this run alone: two at once would unpack into one place.
fn lock() -> Result<File> {
    fs::create_dir_all(folder())?;
    let lock = File::create(folder().join("lock"))?;
    lock.lock().context("cannot lock target/web/lock")?;
    Ok(lock)
}

/// Installs exactly the packages of the lock file, and runs none of their scripts.
fn install_node_packages(purpose: &str) -> Result<()> {
    let source = workspace::root().join("tests/web");
    let wanted = MANIFESTS.iter().map(|name| read(&source.join(name))).collect::<Result<Vec<_>>>()?;
    let stamp = folder().join("node_modules/.parlor");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted.concat()) {
        return Ok(());
    }
    for program in ["node", "npm"] {
        ensure!(
            process::exists(program),
            "{purpose} needs Node.js 20 or newer, with npm: there is no `{program}` on the PATH"
        );
    }
    eprintln!("web: installing packages for Node into {}", shown(&folder()));
    for (name, text) in MANIFESTS.iter().zip(&wanted) {
        fs::write(folder().join(name), text)?;
    }
    let mut npm = Command::new("npm");
    npm.current_dir(folder());
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    // Without a network this is to be over soon: the demo goes on without its page.
    process::run(npm.args(["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]))?;
    Ok(fs::write(stamp, wanted.concat())?)
}

impl Release {
    fn folder(&self) -> PathBuf {
        folder().join(format!("opencoweb-{}", self.version))
    }

    /// Downloads and unpacks it. Nothing of it is installed.
    fn download(&self) -> Result<()> {
        let Self { version, sha256 } = self;
        eprintln!("web: downloading OpenCoweb {version} into {}", shown(&self.folder()));
        let scratch = folder().join(format!("scratch-{version}"));
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        fs::create_dir_all(&scratch)?;
        let requirement = scratch.join("requirement.txt");
        fs::write(&requirement, format!("OpenCoweb=={version} --hash=sha256:{sha256}\n"))?;
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"]);
        // As source: there is nothing else, and what pip needs to read it comes in any form.
        pip.args(["--no-deps", "--no-binary", "OpenCoweb", "--require-hashes", "--requirement"]);
        pip.arg(&requirement).arg("--dest").arg(&scratch);
        process::run(&mut pip).with_context(|| {
            format!("cannot download OpenCoweb {version}: that takes Python 3 with pip, and its registry")
        })?;
        let mut tar = Command::new("tar");
        tar.arg("--extract").arg("--file").arg(scratch.join(format!("OpenCoweb-{version}.tar.gz")));
        process::run(tar.arg("--directory").arg(&scratch))?;
        fs::rename(scratch.join(format!("OpenCoweb-{version}")), self.folder())?;
        Ok(fs::remove_dir_all(&scratch)?)
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", shown(path)))
}

/// A path as someone in the checkout would say it.
fn shown(path: &Path) -> String {
    path.strip_prefix(workspace::root()).unwrap_or(path).display().to_string()
}
