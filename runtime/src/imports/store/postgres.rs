//! A PostgreSQL server of the tests' own.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Debian's user and group `nobody`: the server refuses to be run by root.
const NOBODY: u32 = 65534;

/// A server with an empty database, reachable through a socket in a temporary folder. It ends with this.
pub struct Server {
    process: Child,
    folder: TempDir,
}

impl Server {
    /// Starts a server, of the newest version that is installed.
    ///
    /// # Panics
    /// If none is installed, or it does not start.
    pub fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().unwrap();
        let root = fs::metadata("/proc/self")
            .is_ok_and(|of_self| std::os::unix::fs::MetadataExt::uid(&of_self) == 0);
        if root {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let command = |program: &str| {
            let mut command = Command::new(programs.join(program));
            if root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command.current_dir(&folder).stdout(Stdio::null());
            command
        };
        let data = folder.path().join("data");
        let made = command("initdb")
            .args(["--auth=trust", "--username=parlor", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let process = command("postgres")
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-k"])
            .arg(folder.path())
            .arg("-D")
            .arg(&data)
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self { process, folder };
        server.wait();
        server
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!("postgres://parlor@localhost/postgres?host={}", self.folder.path().display())
    }

    fn wait(&mut self) {
        let started = Instant::now();
        // The last line of this file says so once connections are taken.
        let ready = || {
            let status =
                fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
            status.lines().last().is_some_and(|line| line.trim() == "ready")
        };
        while !ready() {
            let running = self.process.try_wait().unwrap().is_none();
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(running && started.elapsed() < Duration::from_secs(30), "no PostgreSQL: {log}");
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killed, it would leave its own processes behind for a while; "immediate shutdown" takes them along.
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &id]).status();
        let _ = self.process.wait();
    }
}

fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max();
    let version = newest.expect("these tests need a PostgreSQL server: on Debian, the package `postgresql`");
    Path::new("/usr/lib/postgresql").join(version.to_string()).join("bin")
}
