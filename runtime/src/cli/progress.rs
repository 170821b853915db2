//! How long work gets on: a line that changes, or lines of a log where standard error is no terminal.

use std::{
    io::{IsTerminal as _, stderr},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::project::build::Progress;

/// How often a long step is mentioned again where there is no terminal.
const AGAIN: Duration = Duration::from_secs(5);

/// How often it is seen whether that is due.
const BEAT: Duration = Duration::from_secs(1);

/// How often the line in a terminal changes.
const TICK: Duration = Duration::from_millis(100);

/// Shows how a build gets on: in one line that changes, or in lines of a log where standard error is no terminal.
pub struct Shown {
    line: Option<ProgressBar>,
    step: String,
    detail: String,
    since: Instant,
    again: Duration,
}

impl Shown {
    /// As standard error can show it.
    pub fn new() -> Self {
        let line = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}");
            ProgressBar::new_spinner().with_style(style.expect("the template is well-formed"))
        });
        Self { line, step: String::new(), detail: String::new(), since: Instant::now(), again: AGAIN }
    }
}

impl Shown {
    /// Shows that a step goes on for as long as `work` does, which says nothing itself.
    pub fn during<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let (done, waiting) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                while waiting.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                    self.waiting();
                }
            });
            let result = work();
            drop(done);
            result
        })
    }
}

impl Default for Shown {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn step(&mut self, what: &str) {
        if let Some(line) = &self.line {
            line.reset_elapsed();
            line.set_prefix(what.to_owned());
            line.set_message("");
            line.enable_steady_tick(TICK);
        }
        what.clone_into(&mut self.step);
        self.detail.clear();
        self.since = Instant::now();
        self.again = AGAIN;
    }

    fn detail(&mut self, text: &str) {
        match &self.line {
            Some(line) => line.set_message(text.to_owned()),
            None => text.clone_into(&mut self.detail),
        }
    }

    fn waiting(&mut self) {
        if self.line.is_none() && self.since.elapsed() >= self.again {
            self.again += AGAIN;
            let colon = if self.detail.is_empty() { "" } else { ": " };
            eprintln!("{} for {} s{colon}{}", self.step, self.since.elapsed().as_secs(), self.detail);
        }
    }

    fn show(&mut self, text: &str) {
        match &self.line {
            Some(line) => line.suspend(|| eprint!("{text}")),
            None => eprint!("{text}"),
        }
    }
}
