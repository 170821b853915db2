//! Node, and scripts of the tests that use packages of others (`tests/web/*.mjs`).

use std::{fs, os::unix::fs::symlink, path::Path};

use tempfile::TempDir;

use crate::{daemon::Daemon, web::site};

/// A script at work. It ends with this.
pub struct Script {
    /// Its process.
    pub daemon: Daemon,
}

impl Script {
    /// Starts one of `tests/web`.
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        let folder = folder(name);
        let arguments: Vec<_> = [name].iter().chain(arguments).copied().collect();
        Self { daemon: Daemon::ours("node", folder, &arguments) }
    }

    /// Waits for a line that begins with this, and returns its rest.
    pub async fn says(&mut self, begin: &str) -> String {
        self.daemon.writes(begin, 1).await;
        // The line may not be there as a whole yet.
        let line = loop {
            let log = self.daemon.log();
            if let Some((line, _)) = log.split_once(begin).and_then(|(_, rest)| rest.split_once('\n')) {
                break line.to_owned();
            }
            tokio::task::yield_now().await;
        };
        line.trim().to_owned()
    }
}

/// A folder with the script, where it finds its packages: it looks for them from where it is.
fn folder(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(site::sources().join(name), folder.path().join(name)).expect("a script");
    symlink(absolute(&site::downloaded("node_modules")), folder.path().join("node_modules")).expect("a link");
    folder
}

fn absolute(path: &Path) -> std::path::PathBuf {
    path.canonicalize().expect("a path")
}
