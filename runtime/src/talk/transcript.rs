//! What an extension did, as lines in the form of a script.

use std::{fmt, sync::Arc};

use parking_lot::Mutex;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

/// The most lines that are kept of one step; an extension that does more is cut off there.
const MOST_LINES: usize = 1_000;
/// The most lines that are kept of what it printed.
const MOST_PRINTED: usize = 200;

/// The lines of what an extension did since they were last taken. Cheap to clone; clones write into the same.
#[derive(Clone, Default)]
pub struct Transcript(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    done: Vec<String>,
    printed: Vec<String>,
}

impl Transcript {
    /// Writes a line. Further lines of `text` follow, marked as such.
    pub fn line(&self, text: impl fmt::Display) {
        let text = text.to_string();
        let mut lines = self.0.lock();
        for (number, line) in text.split('\n').enumerate() {
            if lines.done.len() >= MOST_LINES {
                return;
            }
            let line = line.trim_end_matches('\r');
            lines.done.push(if number == 0 { line.to_owned() } else { format!("  | {line}") });
        }
    }

    /// Writes a line of what the extension printed, which is shown but not compared.
    pub fn printed(&self, line: String) {
        let mut lines = self.0.lock();
        if lines.printed.len() < MOST_PRINTED {
            lines.printed.push(line);
        }
    }

    /// What was done since this was last asked.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().done)
    }

    /// What was printed since this was last asked.
    pub fn take_printed(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().printed)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.0.lock().done.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Hears the log, and writes warnings and errors into a transcript: that of the test which is under way.
#[derive(Clone, Default)]
pub struct Listener(Arc<Mutex<Option<Transcript>>>);

impl Listener {
    /// Writes into this one from now on.
    pub fn follow(&self, transcript: &Transcript) {
        *self.0.lock() = Some(transcript.clone());
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let guest = metadata.target() == "guest";
        if !guest && (*metadata.level() > Level::WARN || !metadata.target().starts_with("parlor")) {
            return;
        }
        let Some(transcript) = self.0.lock().clone() else { return };
        let mut words = Words::default();
        event.record(&mut words);
        let Words { message, context } = words;
        match context.as_deref() {
            Some(stream @ ("stdout" | "stderr")) => transcript.printed(format!("{stream}: {message}")),
            // Which level somebody logs at is their matter; what they only note is not part of what they do.
            _ if *metadata.level() > Level::WARN => transcript.printed(format!("log: {message}")),
            _ => transcript.line(format_args!("log: {message}")),
        }
    }
}

/// What a log line says.
#[derive(Default)]
struct Words {
    message: String,
    context: Option<String>,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "context" => self.context = Some(format!("{value:?}")),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message = value.to_owned(),
            "context" => self.context = Some(value.to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_are_marked_and_a_flood_is_cut() {
        let transcript = Transcript::default();
        transcript.line("one\ntwo\r\n");
        assert_eq!(transcript.take(), ["one", "  | two", "  | "]);
        (0..2 * MOST_LINES).for_each(|number| transcript.line(number));
        assert_eq!(transcript.take().len(), MOST_LINES);
        assert!(transcript.is_empty());
    }
}
