//! Running other people's tools: what they say is read while they are at it, and shown where it matters.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use super::{BuildError, Progress};

/// How often somebody who waits is told that it goes on.
const BEAT: Duration = Duration::from_secs(1);

/// A program that a project is built with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
}

impl Tool {
    /// The program of this name or path.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self { program: program.into(), arguments: Vec::new(), environment: Vec::new() }
    }

    /// With arguments that come before all others.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(OsString::from));
        self
    }

    /// With a variable of the environment.
    pub fn with_variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// A call of it, in a project's folder.
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        // The terminal is the chat's, where there is one.
        command.current_dir(folder).stdin(Stdio::null());
        command
    }

    /// What it prints when called with these arguments; none if it fails, or is not there.
    pub fn ask(&self, folder: &Path, arguments: &[&str]) -> Option<String> {
        let output = self.command(folder).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    }
}

/// The program of this name in the folders of `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// Whether this is a file that can be run.
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

/// Where a tool said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

/// Runs a tool to its end. `hear` has each line that it writes.
pub fn watch(
    command: &mut Command,
    progress: &mut dyn Progress,
    mut hear: impl FnMut(Stream, &str, &mut dyn Progress),
) -> Result<ExitStatus, BuildError> {
    let name = shown(command.get_program());
    let unrunnable = |why| BuildError::Unrunnable(name.clone(), why);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(unrunnable)?;
    let lines = lines(&mut child);
    loop {
        match lines.recv_timeout(BEAT) {
            Ok((stream, line)) => hear(stream, &line, progress),
            Err(RecvTimeoutError::Timeout) => progress.waiting(),
            // It has closed both; what is left is its end.
            Err(RecvTimeoutError::Disconnected) => return child.wait().map_err(unrunnable),
        }
    }
}

/// Runs a tool to its end. If it fails, whatever it said is shown as it is; if not, what it said on standard error is,
/// where warnings are.
pub fn run(command: &mut Command, progress: &mut dyn Progress) -> Result<ExitStatus, BuildError> {
    let (mut everything, mut errors) = (String::new(), String::new());
    let status = watch(command, progress, |stream, line, progress| {
        progress.detail(line);
        for text in
            [Some(&mut everything), (stream == Stream::Error).then_some(&mut errors)].into_iter().flatten()
        {
            text.push_str(line);
            text.push('\n');
        }
    })?;
    let text = if status.success() { errors } else { everything };
    if !text.is_empty() {
        progress.show(&text);
    }
    Ok(status)
}

/// Runs a tool that fails only for reasons of its own, which it says.
pub fn must_run(command: &mut Command, progress: &mut dyn Progress) -> Result<(), BuildError> {
    match run(command, progress)?.success() {
        true => Ok(()),
        false => Err(BuildError::Failed(shown(command.get_program()))),
    }
}

/// A program as people call it: without its folder.
fn shown(program: &OsStr) -> String {
    Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned()
}

/// The lines that a child writes, until it has closed both of its streams.
fn lines(child: &mut Child) -> mpsc::Receiver<(Stream, String)> {
    let (lines, heard) = mpsc::channel();
    let out = child.stdout.take().map(|out| (Stream::Out, Box::new(out) as Box<dyn Read + Send>));
    let error = child.stderr.take().map(|error| (Stream::Error, Box::new(error) as Box<dyn Read + Send>));
    for (stream, from) in [out, error].into_iter().flatten() {
        let lines = lines.clone();
        thread::spawn(move || read(from, stream, &lines));
    }
    heard
}

fn read(from: impl Read, stream: Stream, lines: &Sender<(Stream, String)>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        line.clear();
        if lines.send((stream, text)).is_err() {
            return;
        }
    }
}
