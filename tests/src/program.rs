//! The program itself, as its users run it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};

use crate::{guests, scripted::PATIENCE};

/// The program, to be given arguments: with the tests' guests and cache, and nothing else in its environment.
///
/// # Panics
/// If it was not built, or not from the sources that the test was built from.
pub fn parlor() -> Command {
    let mut command = Command::new(path());
    command.env_clear().env("PARLOR_CACHE", guests::cache()).env("PARLOR_GUESTS", guests::folder());
    command
}

/// Where the program lies.
///
/// # Panics
/// If it was not built, or not from the sources that the test was built from.
pub fn path() -> PathBuf {
    let test = env::current_exe().expect("the test's own path");
    // A test is in `target/release/deps`, the program in the folder above.
    let folder = test.ancestors().nth(2).expect("the folder of programs");
    let program = folder.join("parlor").with_extension(env::consts::EXE_EXTENSION);
    const REMEDY: &str = "run `cargo build --release --package parlor`";
    assert!(program.is_file(), "{} is missing: {REMEDY}", program.display());
    if let Some(source) = changed_between(&program, &test) {
        panic!("{} is older than {}: {REMEDY}", program.display(), source.display());
    }
    program
}

/// A source of the program that was changed after it was built and before the test was. Cargo lists the sources beside
/// the program.
fn changed_between(program: &Path, test: &Path) -> Option<PathBuf> {
    let changed = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    let (program_built, test_built) = (changed(program)?, changed(test)?);
    let list = fs::read_to_string(program.with_extension("d")).ok()?;
    let (_, sources) = list.split_once(": ")?;
    let mut sources = sources.split_whitespace().map(PathBuf::from);
    sources.find(|source| changed(source).is_some_and(|time| program_built < time && time < test_built))
}

/// `parlor run` at work, between a test's keyboard and its screen.
pub struct Session {
    child: Child,
    keyboard: Option<ChildStdin>,
    screen: Lines<BufReader<ChildStdout>>,
    log: watch::Receiver<String>,
    logging: JoinHandle<()>,
    /// Where it keeps what it stores, unless told otherwise.
    _home: TempDir,
}

/// A session that is over.
#[derive(Debug)]
pub struct Ended {
    /// The exit status; none where a signal ended it.
    pub code: Option<i32>,
    /// What the test had not read yet of standard output.
    pub output: String,
    /// All of standard error.
    pub log: String,
    /// How long the test waited for the end.
    pub waited: Duration,
}

impl Session {
    /// Runs these components with these options.
    pub fn run(components: &[PathBuf], options: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut command = parlor();
        command.arg("run").args(components).args(options);
        Self::start(command, home)
    }

    /// Runs what this configuration says.
    pub fn configured(configuration: &str) -> Self {
        Self::configured_with(configuration, &[])
    }

    /// Runs what this configuration says, with these options.
    pub fn configured_with(configuration: &str, options: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join("parlor.toml");
        fs::write(&file, configuration).expect("a file");
        let mut command = parlor();
        command.args(["run", "--config"]).arg(file).args(options);
        Self::start(command, home)
    }

    /// Runs a command that runs the program.
    pub fn of(command: Command) -> Self {
        Self::start(command, tempfile::tempdir().expect("a folder"))
    }

    fn start(mut command: Command, home: TempDir) -> Self {
        command.env("HOME", home.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            tokio::process::Command::from(command).kill_on_drop(true).spawn().expect("the program runs");
        let mut errors = BufReader::new(child.stderr.take().expect("a pipe")).split(b'\n');
        let (lines, log) = watch::channel(String::new());
        let logging = tokio::spawn(async move {
            while let Some(line) = errors.next_segment().await.expect("a readable log") {
                lines.send_modify(|log| log.extend([&*String::from_utf8_lossy(&line), "\n"]));
            }
        });
        let screen = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { keyboard: child.stdin.take(), screen, child, log, logging, _home: home }
    }

    /// Types whole lines.
    pub async fn types(&mut self, lines: &str) {
        let keyboard = self.keyboard.as_mut().expect("input has not ended");
        keyboard.write_all(format!("{lines}\n").as_bytes()).await.expect("the program reads");
    }

    /// Pipes these lines in and ends the input, meanwhile and as fast as the program reads.
    pub fn feeds(&mut self, lines: String) -> JoinHandle<()> {
        let mut keyboard = self.keyboard.take().expect("input has not ended");
        tokio::spawn(async move { keyboard.write_all(lines.as_bytes()).await.expect("the program reads") })
    }

    /// The next line on the screen.
    ///
    /// # Panics
    /// If nothing comes in [`PATIENCE`].
    pub async fn line(&mut self) -> String {
        self.line_within(PATIENCE).await
    }

    /// The next line on the screen, for which something slow (a compiler) must come to its end first.
    ///
    /// # Panics
    /// If nothing comes in that time.
    pub async fn line_within(&mut self, patience: Duration) -> String {
        let line = timeout(patience, self.screen.next_line()).await.expect("a bot was to say something");
        line.expect("readable output").expect("the program was to run on")
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.borrow().clone()
    }

    /// Waits until it has logged so many lines with these words, and says which.
    ///
    /// # Panics
    /// If it does not in [`PATIENCE`].
    pub async fn logs(&self, words: &str, times: usize) -> Vec<String> {
        let mut log = self.log.clone();
        let lines = |log: &str| -> Vec<_> {
            log.lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
        };
        let there = timeout(PATIENCE, log.wait_for(|log| lines(log).len() >= times)).await;
        if !matches!(there, Ok(Ok(_))) {
            panic!("{words:?} was to be logged {times} times:\n{}", self.log());
        }
        lines(&self.log())
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Types a line, and reads the line that it is answered with.
    pub async fn asks(&mut self, line: &str) -> String {
        self.types(line).await;
        self.line().await
    }

    /// The next lines on the screen.
    pub async fn lines(&mut self, count: usize) -> Vec<String> {
        let mut lines = Vec::with_capacity(count);
        for _ in 0..count {
            lines.push(self.line().await);
        }
        lines
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.id().try_into().expect("a process id")), signal).expect("it runs");
    }

    /// Ends the input, and waits until the program has ended.
    ///
    /// # Panics
    /// If it does not in [`PATIENCE`].
    pub async fn end(mut self) -> Ended {
        self.keyboard = None;
        self.ended().await
    }

    /// Tells it to stop (Ctrl-C), as one does that talks to a network and not to a terminal, and waits until it has.
    ///
    /// # Panics
    /// If it does not in [`PATIENCE`].
    pub async fn stop(self) -> Ended {
        self.signal(Signal::SIGINT);
        self.ended().await
    }

    /// Waits until the program has ended, with the keyboard still there.
    ///
    /// # Panics
    /// If it does not in [`PATIENCE`].
    pub async fn ended(mut self) -> Ended {
        let begin = Instant::now();
        let over = timeout(PATIENCE, async {
            let mut output = String::new();
            while let Some(line) = self.screen.next_line().await.expect("readable output") {
                output.extend([&line, "\n"]);
            }
            (output, self.child.wait().await.expect("its status"))
        });
        let (output, status) = over.await.expect("the program was to end");
        (&mut self.logging).await.expect("its log");
        let log = self.log.borrow().clone();
        Ended { code: status.code(), output, log, waited: begin.elapsed() }
    }
}

impl Drop for Session {
    /// A test that fails shows what the program said meanwhile.
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the program's log:\n{}", self.log());
        }
    }
}
