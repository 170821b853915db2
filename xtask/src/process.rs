//! Running other programs, with errors that say which one failed and why.
//!
//! Nobody's standard input is theirs, and what they print goes to standard error: standard output belongs to
//! what the chore is about, such as the demo's chat.

use std::{
    ffi::OsStr,
    io,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

/// Runs `command` to its end.
pub fn run(command: &mut Command) -> Result<()> {
    let status = quietly(command).status().with_context(|| cannot_run(command))?;
    succeeded(command, status)
}

/// Runs `command` to its end, but lets it print on our standard output.
pub fn run_in_front(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| cannot_run(command))?;
    succeeded(command, status)
}

/// Runs `command` and returns what it printed. What it said on standard error becomes part of the error.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_run(command))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{}`: {}: {}", shown(command), output.status, errors.trim());
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed no UTF-8", shown(command)))
}

/// Runs `command`, and calls `watch` with the seconds that have gone by, once a second. Where `watch` fails, the
/// command is ended, and that is the error.
pub fn run_watched(command: &mut Command, mut watch: impl FnMut(u64) -> Result<()>) -> Result<()> {
    let mut child = quietly(command).spawn().with_context(|| cannot_run(command))?;
    let start = Instant::now();
    let mut watched = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let seconds = start.elapsed().as_secs();
        if seconds > watched {
            watched = seconds;
            if let Err(error) = watch(seconds) {
                end(&mut child);
                return Err(error);
            }
        }
        thread::sleep(Duration::from_millis(20));
    };
    succeeded(command, status)
}

/// Runs `from | into`.
pub fn pipe(from: &mut Command, into: &mut Command) -> Result<()> {
    let spawned = from.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut source = spawned.with_context(|| cannot_run(from))?;
    let between = source.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let sunk = into.stdin(between).stdout(io::stderr()).status().with_context(|| cannot_run(into));
    // Our own copy of the pipe's reading end: while it is open, `from` could wait for a reader that has ended.
    into.stdin(Stdio::null());
    let sourced = source.wait()?;
    succeeded(into, sunk?)?;
    succeeded(from, sourced)
}

/// Whether `program` can be run at all.
pub fn exists(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn quietly(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(io::stderr())
}

fn end(child: &mut Child) {
    // Either fails only for a child that has ended already.
    let _ = child.kill();
    let _ = child.wait();
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed: {status}", shown(command));
    }
    Ok(())
}

fn cannot_run(command: &Command) -> String {
    format!("cannot run `{}`: is it installed and on the PATH?", command.get_program().display())
}

/// As the user would have typed it: what was given is often the program's full path.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str())];
    words.extend(command.get_args());
    words.join(OsStr::new(" ")).to_string_lossy().into_owned()
}
