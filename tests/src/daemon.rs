//! The process of a server that a test started, and ends.

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    net::SocketAddr,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid, User},
};
use tempfile::TempDir;
use tokio::{net::TcpStream, time::sleep};

use crate::scripted::PATIENCE;

/// A server's process. It is killed when this is dropped, so also when a test fails.
pub struct Daemon {
    command: Command,
    child: Option<Child>,
    /// For its configuration, its data and its log; its own, where it has a user of its own.
    pub folder: TempDir,
}

/// The user whom Debian's packages made for IRC servers.
const USER: &str = "irc";

/// A folder that the IRC servers' user can write to.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    hand_over(folder.path());
    folder
}

/// Makes a file with this text, for the server to read or write.
pub fn file(path: &Path, text: &str) {
    fs::write(path, text).expect("a file");
    hand_over(path);
}

fn hand_over(path: &Path) {
    if let Some(user) = user() {
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("root may do that");
    }
    if path.is_dir() {
        fs::set_permissions(path, Permissions::from_mode(0o700)).expect("a folder of ours");
    }
}

/// Whom the servers run as where the test runs as root: they refuse that, rightly.
fn user() -> Option<User> {
    Uid::effective().is_root().then(|| {
        let user = User::from_name(USER).expect("a list of users");
        user.unwrap_or_else(|| panic!("there is no user `{USER}`: run `cargo xtask test`, which makes one"))
    })
}

/// What runs a program that does not outlive a test that is itself killed.
fn setpriv() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    command
}

impl Daemon {
    /// Starts an IRC server that stays in the foreground and keeps what it needs in this folder.
    pub fn start(program: &str, folder: TempDir, arguments: &[&str]) -> Self {
        let mut command = setpriv();
        if user().is_some() {
            command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]);
        }
        // What an administrator may call is no ordinary user's to find.
        command.arg(program).args(arguments).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        Self::spawn(command, folder)
    }

    /// Starts a program that stays in the foreground, as whoever runs the test.
    pub fn ours(program: impl AsRef<OsStr>, folder: TempDir, arguments: &[&str]) -> Self {
        let mut command = setpriv();
        command.arg(program).args(arguments);
        Self::spawn(command, folder)
    }

    fn spawn(mut command: Command, folder: TempDir) -> Self {
        command.current_dir(folder.path());
        let log = File::create(folder.path().join("log")).expect("a log");
        command.stdin(Stdio::null());
        command.stdout(log.try_clone().expect("the log")).stderr(log);
        let mut daemon = Self { command, child: None, folder };
        daemon.start_again();
        daemon
    }

    /// Starts it again after [`Self::kill`] or [`Self::stop`].
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "it runs");
        self.child = Some(self.command.spawn().expect("setpriv, which every Debian has"));
    }

    /// Waits until it listens there.
    ///
    /// # Panics
    /// If it ends instead, or takes longer than [`PATIENCE`].
    pub async fn listens(&mut self, address: SocketAddr) {
        let begin = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            self.runs();
            assert!(begin.elapsed() < PATIENCE, "the server does not listen on {address}: {}", self.log());
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until it has written this so many times.
    ///
    /// # Panics
    /// If it ends instead, or takes longer than [`PATIENCE`].
    pub async fn writes(&mut self, words: &str, times: usize) {
        let begin = Instant::now();
        while self.log().matches(words).count() < times {
            self.runs();
            assert!(begin.elapsed() < PATIENCE, "the server does not write {words:?}: {}", self.log());
            sleep(Duration::from_millis(5)).await;
        }
    }

    fn runs(&mut self) {
        let child = self.child.as_mut().expect("it was started");
        if let Some(status) = child.try_wait().expect("its status") {
            panic!("the server ended ({status}); `cargo xtask test` installs it: {}", self.log());
        }
    }

    /// What it wrote about itself.
    pub fn log(&self) -> String {
        let log = fs::read(self.folder.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Ends it at once, without a word to anybody.
    pub fn kill(&mut self) {
        self.end(Signal::SIGKILL);
    }

    /// Ends it the way its administrator would.
    pub fn stop(&mut self) {
        self.end(Signal::SIGTERM);
    }

    /// Holds it (`SIGSTOP`): its connections stay, and nothing comes through them.
    pub fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on (`SIGCONT`).
    pub fn thaw(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        kill(Pid::from_raw(child.id().try_into().expect("a process id")), signal).expect("a child of ours");
    }

    fn end(&mut self, signal: Signal) {
        self.signal(signal);
        let mut child = self.child.take().expect("it runs");
        child.wait().expect("its end");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
