//! How long work gets on: a line that changes, or plain lines where standard error is no terminal.

use std::{
    io::{IsTerminal as _, stderr},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::project::build::Progress;

/// How often a long step is mentioned again where there is no terminal.
const AGAIN: Duration = Duration::from_secs(5);

/// Shows how a build gets on: a line that changes, or plain lines where standard error is no terminal.
pub enum Shown {
    /// In a terminal.
    Line(ProgressBar),
    /// In a log.
    Lines(Lines),
}

/// What plain lines have said so far.
pub struct Lines {
    step: String,
    detail: String,
    since: Instant,
    again: Duration,
}

impl Shown {
    /// As standard error can show it.
    pub fn new() -> Self {
        if stderr().is_terminal() {
            let style = ProgressStyle::with_template("{spinner} {prefix} ({elapsed}) {wide_msg:.dim}");
            let line = ProgressBar::new_spinner().with_style(style.expect("the template is well-formed"));
            line.enable_steady_tick(Duration::from_millis(100));
            Self::Line(line)
        } else {
            Self::Lines(Lines {
                step: String::new(),
                detail: String::new(),
                since: Instant::now(),
                again: AGAIN,
            })
        }
    }
}

impl Shown {
    /// Shows that this goes on for as long as it does.
    pub fn during<R>(&mut self, work: impl FnOnce() -> R) -> R
    where
        Self: Send,
    {
        let (done, waiting) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                while waiting.recv_timeout(Duration::from_secs(1)) == Err(mpsc::RecvTimeoutError::Timeout) {
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
        if let Self::Line(line) = self {
            line.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn step(&mut self, what: &str) {
        match self {
            Self::Line(line) => {
                line.reset_elapsed();
                line.set_prefix(what.to_owned());
                line.set_message("");
            }
            Self::Lines(lines) => {
                eprintln!("{what}…");
                *lines = Lines {
                    step: what.to_owned(),
                    detail: String::new(),
                    since: Instant::now(),
                    again: AGAIN,
                };
            }
        }
    }

    fn detail(&mut self, text: &str) {
        match self {
            Self::Line(line) => line.set_message(text.to_owned()),
            Self::Lines(lines) => text.clone_into(&mut lines.detail),
        }
    }

    fn waiting(&mut self) {
        if let Self::Lines(lines) = self
            && lines.since.elapsed() >= lines.again
        {
            eprintln!("{}: {} s {}", lines.step, lines.since.elapsed().as_secs(), lines.detail);
            lines.again += AGAIN;
        }
    }

    fn show(&mut self, text: &str) {
        match self {
            Self::Line(line) => line.suspend(|| eprint!("{text}")),
            Self::Lines(_) => eprint!("{text}"),
        }
    }
}
