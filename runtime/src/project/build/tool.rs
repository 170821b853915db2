//! Running other people's tools: what they say is read while they are at it, and shown where it matters.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{BufRead as _, BufReader, IsTerminal as _, Read, stderr},
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

/// Whether tools are to write in colours, where they can be told to: what they write is shown on standard error.
pub fn in_colour() -> bool {
    stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
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

/// Runs a tool to its end. If it fails, whatever it said is shown as it is, and is the error; if not, what it said on
/// standard error is shown, where warnings are.
pub fn run(command: &mut Command, progress: &mut dyn Progress) -> Result<Result<(), String>, BuildError> {
    let (mut everything, mut errors) = (String::new(), String::new());
    let status = watch(command, progress, |stream, line, progress| {
        progress.detail(line);
        add_line(&mut everything, line);
        if stream == Stream::Error {
            add_line(&mut errors, line);
        }
    })?;
    let text = if status.success() { &errors } else { &everything };
    if !text.is_empty() {
        progress.show(text);
    }
    Ok(if status.success() { Ok(()) } else { Err(everything) })
}

/// Adds a line to a text.
pub fn add_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A program as people call it: without its folder.
pub fn shown(program: &OsStr) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what it hears.
    #[derive(Default)]
    struct Heard {
        details: Vec<String>,
        shown: String,
        waited: usize,
    }

    impl Progress for Heard {
        fn step(&mut self, _: &str) {}

        fn detail(&mut self, line: &str) {
            self.details.push(line.to_owned());
        }

        fn waiting(&mut self) {
            self.waited += 1;
        }

        fn show(&mut self, text: &str) {
            self.shown.push_str(text);
        }
    }

    fn shell(script: &str) -> (Result<Result<(), String>, BuildError>, Heard) {
        let mut heard = Heard::default();
        let shell = Tool::new("sh").with(&["-c"]).with_variable("WORD", "warning");
        let done = run(shell.command(Path::new("/")).arg(script), &mut heard);
        (done, heard)
    }

    #[test]
    fn of_a_tool_that_succeeds_only_what_it_warns_of_is_shown() {
        let (done, heard) = shell("echo made it; echo \"$WORD: this\" >&2");
        assert_eq!(done.unwrap(), Ok(()));
        assert_eq!(heard.shown, "warning: this\n");
        assert_eq!(heard.details.len(), 2);
    }

    #[test]
    fn of_a_tool_that_fails_everything_is_shown_as_it_is() {
        let (done, heard) = shell("printf 'here:\\n  \\033[1mbad\\033[0m \\377'; exit 3");
        assert_eq!(done.unwrap(), Err("here:\n  \u{1b}[1mbad\u{1b}[0m \u{fffd}\n".to_owned()));
        assert_eq!(heard.shown, "here:\n  \u{1b}[1mbad\u{1b}[0m \u{fffd}\n");
    }

    #[test]
    fn whoever_waits_hears_that_it_goes_on() {
        let (done, heard) = shell("read line; sleep 1.2");
        assert_eq!(done.unwrap(), Ok(()));
        assert!(heard.waited >= 1);
    }

    #[test]
    fn a_tool_that_is_not_there_is_named() {
        let done = run(&mut Tool::new("/nowhere/cc").command(Path::new("/")), &mut Heard::default());
        assert!(done.unwrap_err().to_string().starts_with("cc: cannot be run: No such file"));
    }

    #[test]
    fn a_tool_is_asked_only_if_it_knows() {
        let shell = Tool::new("sh");
        assert_eq!(shell.ask(Path::new("/"), &["-c", "pwd"]).as_deref(), Some("/"));
        assert_eq!(shell.ask(Path::new("/"), &["-c", "pwd; exit 1"]), None);
        assert_eq!(Tool::new("/nowhere/cc").ask(Path::new("/"), &[]), None);
    }

    #[test]
    fn programs_are_files_that_can_be_run() {
        assert!(on_path("sh").is_some_and(|path| path.is_absolute()));
        assert_eq!(on_path("no-such-program"), None);
        assert!(!is_program(Path::new("/")) && !is_program(Path::new("/etc/passwd")));
    }
}
