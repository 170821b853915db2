//! Writes a recording: one line for each call, as soon as it is answered.

use std::{
    collections::HashMap,
    fmt::Display,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::Arc,
    time::Instant,
};

use parking_lot::Mutex;
use wasmtime::component::Val;

use crate::recording::{
    redactor::Redactor,
    text::{Hide, Writer},
};

/// The first line of every recording.
pub const HEADER: &str = "# parlor recording 1";

/// Where the lines of a recording go.
pub trait Sink: Send + Sync {
    /// Takes one line, without its end.
    fn line(&self, line: &str);
}

/// A recording in a file that only its owner can read.
pub struct RecordingFile {
    file: Mutex<(File, u64)>,
}

impl RecordingFile {
    /// A new file, of at most so many bytes.
    ///
    /// # Errors
    /// If it exists, or cannot be made.
    pub fn create(path: &Path, limit: u64) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: Mutex::new((options.open(path)?, limit)) })
    }
}

impl Sink for RecordingFile {
    fn line(&self, line: &str) {
        let mut file = self.file.lock();
        let (file, left) = &mut *file;
        let length = line.len() as u64 + 1;
        if *left < length {
            // What an extension says may not fill the disk. It is told once.
            if std::mem::take(left) > 0 {
                let _ = file.write_all(b"# the recording is full, and ends here\n");
            }
            return;
        }
        *left -= length;
        // A recording that cannot be written is no reason to stop what is recorded: it ends there.
        if file.write_all(format!("{line}\n").as_bytes()).is_err() {
            *left = 0;
        }
    }
}

/// A recording being made, of all extensions of a program.
pub struct Journal {
    sink: Box<dyn Sink>,
    begun: Instant,
    redactor: Mutex<Redactor>,
    /// How many instances there were of each extension.
    instances: Mutex<HashMap<String, u32>>,
}

impl Journal {
    /// Begins a recording, without these secrets (name and value). Each of `remarks` becomes a comment.
    pub fn new(
        sink: Box<dyn Sink>,
        secrets: impl IntoIterator<Item = (String, String)>,
        remarks: &[String],
    ) -> Arc<Self> {
        sink.line(HEADER);
        for remark in remarks {
            sink.line(&format!("# {}", one_line(remark)));
        }
        Arc::new(Self {
            sink,
            begun: Instant::now(),
            redactor: Mutex::new(Redactor::new(secrets)),
            instances: Mutex::default(),
        })
    }

    /// A new instance of this extension begins.
    pub(crate) fn begin(self: &Arc<Self>, extension: &str, component: &str) -> Page {
        let mut instances = self.instances.lock();
        let count = instances.entry(extension.to_owned()).or_default();
        *count += 1;
        let page = Page { journal: Arc::clone(self), who: format!("{} {count}", name(extension)) };
        drop(instances);
        page.line("begins", component);
        page
    }
}

/// What is recorded of one instance.
pub(crate) struct Page {
    journal: Arc<Journal>,
    who: String,
}

impl Page {
    fn line(&self, mark: &str, what: impl Display) {
        let line = format!("{} {mark} {what}", self.who);
        self.journal.sink.line(line.trim_end());
    }

    /// It has been made.
    pub fn ready(&self) {
        self.line("ready", "");
    }

    /// The text of a call's arguments.
    pub fn arguments(&self, values: &[Val], params: &[&str], names: &[String], hide: Hide) -> String {
        Writer::new(names, &mut *self.journal.redactor.lock()).arguments(values, params, hide)
    }

    /// The text of a call's answer.
    pub fn answer(&self, values: &[Val], names: &[String], hide: Hide) -> String {
        Writer::new(names, &mut *self.journal.redactor.lock()).answer(values, hide)
    }

    /// The host calls.
    pub fn call(&self, call: &str) {
        self.line(">", format_args!("{call} @ {:.3}", self.journal.begun.elapsed().as_secs_f64()));
    }

    /// The host's call has come to its end.
    pub fn end(&self, end: &End) {
        match end {
            End::Answer(answer) => self.line("<", answer),
            End::Failed(words) => self.line("!", one_line(words)),
            End::Nothing => self.line("?", ""),
        }
    }

    /// The extension has called.
    pub fn import(&self, call: &str, end: &End) {
        match end {
            End::Answer(answer) => self.line(".", format_args!("{call} = {answer}")),
            End::Failed(words) => self.line(".", format_args!("{call} ! {}", one_line(words))),
            End::Nothing => self.line(".", format_args!("{call} ?")),
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.line("ends", "");
    }
}

/// How a call ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With an answer.
    Answer(String),
    /// With a trap.
    Failed(String),
    /// Nobody waited for its end, or the recording ends before.
    Nothing,
}

/// A name as one word.
fn name(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }).collect()
}

/// Words as one line.
fn one_line(words: &str) -> String {
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().to_owned()
}
