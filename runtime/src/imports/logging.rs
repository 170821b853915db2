//! `wasi:logging`, and what extensions print: lines of the host's log, under the extension's name.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::io::AsyncWrite;
use tracing::Level;
use wasmtime::component::{HasSelf, Linker};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

use super::{bindings::logging::wasi::logging::logging, printable::printable_line, state::State};
use crate::sandbox::Limits;

/// The longest line that is logged, in bytes; the rest of it is left out.
const LONGEST_LINE: usize = 4 << 10;

/// What libraries log of their own about what a guest does, which it could do as often as it likes: directives of a filter
/// that leave it out. What its owner is to know of it, the host says itself.
pub const LEFT_OUT: &[&str] = &["wasmtime_wasi_http=off"];

/// Where the log lines of one extension go, at no more than its limit a second. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    name: Arc<str>,
    allowance: Arc<Mutex<Allowance>>,
    denials: Arc<AtomicU64>,
}

/// What is left of this second.
struct Allowance {
    lines_per_second: u32,
    bytes_per_second: usize,
    second: Instant,
    lines: u32,
    bytes: usize,
    left_out: u64,
}

impl Log {
    /// The log of the extension of this name.
    pub fn new(name: Arc<str>, limits: &Limits) -> Self {
        let allowance = Allowance {
            lines_per_second: limits.log_lines_per_second,
            bytes_per_second: limits.log_bytes_per_second,
            second: Instant::now(),
            lines: 0,
            bytes: 0,
            left_out: 0,
        };
        Self { name, allowance: Arc::new(Mutex::new(allowance)), denials: Arc::default() }
    }

    /// Writes that the extension was refused what it was not granted, with the line that would allow it; and counts that,
    /// whether there was room for the line or not.
    pub fn denied(&self, context: &str, words: &str) {
        self.denials.fetch_add(1, Relaxed);
        self.line(Level::WARN, context, words);
    }

    /// How often it was refused something.
    pub fn denials(&self) -> u64 {
        self.denials.load(Relaxed)
    }

    /// Writes what the extension says, made harmless, or counts it where it says too much. Tells whether it was not too much.
    pub fn line(&self, level: Level, context: &str, text: &str) -> bool {
        let (admitted, left_out) = self.allowance.lock().admit(text.len().min(LONGEST_LINE));
        if left_out > 0 {
            tracing::warn!(target: "guest", extension = %self.name, left_out, "it logs too much: lines were left out");
        }
        if !admitted {
            return false;
        }
        let text = printable_line(cut(text));
        let context = printable_line(context);
        let extension = &*self.name;
        match level {
            Level::TRACE => tracing::trace!(target: "guest", extension, %context, "{text}"),
            Level::DEBUG => tracing::debug!(target: "guest", extension, %context, "{text}"),
            Level::INFO => tracing::info!(target: "guest", extension, %context, "{text}"),
            Level::WARN => tracing::warn!(target: "guest", extension, %context, "{text}"),
            Level::ERROR => tracing::error!(target: "guest", extension, %context, "{text}"),
        }
        true
    }

    /// Writes that one of the extension's handlers returned an error.
    pub fn failed(&self, handler: &str, words: &str) {
        self.line(Level::WARN, handler, words);
    }
}

impl Allowance {
    /// Whether a line of this size may go out now, and how many lines of the last second were left out.
    fn admit(&mut self, size: usize) -> (bool, u64) {
        let mut left_out = 0;
        if self.second.elapsed() >= Duration::from_secs(1) {
            left_out = std::mem::take(&mut self.left_out);
            (self.second, self.lines, self.bytes) = (Instant::now(), 0, 0);
        }
        if self.lines >= self.lines_per_second || self.bytes.saturating_add(size) > self.bytes_per_second {
            self.left_out += 1;
            // The first of a flood is told at once, the rest when it ebbs.
            return (false, left_out);
        }
        self.lines += 1;
        self.bytes += size;
        (true, left_out)
    }
}

/// The first [`LONGEST_LINE`] bytes, up to a whole character.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_LINE)]
}

impl logging::Host for State {
    fn log(&mut self, level: logging::Level, context: String, message: String) {
        let level = match level {
            logging::Level::Trace => Level::TRACE,
            logging::Level::Debug => Level::DEBUG,
            logging::Level::Info => Level::INFO,
            logging::Level::Warn => Level::WARN,
            logging::Level::Error | logging::Level::Critical => Level::ERROR,
        };
        self.common.log.line(level, cut(&context), &message);
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    logging::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

/// Standard output or error of an extension: each line becomes a log line.
#[derive(Clone)]
pub struct Output {
    log: Log,
    level: Level,
    stream: &'static str,
    line: Arc<Mutex<Vec<u8>>>,
}

impl Output {
    /// Lines of standard output are logged at `INFO`.
    pub fn stdout(log: Log) -> Self {
        Self { log, level: Level::INFO, stream: "stdout", line: Arc::default() }
    }

    /// Lines of standard error are logged at `WARN`.
    pub fn stderr(log: Log) -> Self {
        Self { log, level: Level::WARN, stream: "stderr", line: Arc::default() }
    }

    fn write(&self, data: &[u8]) {
        let mut line = self.line.lock();
        for piece in data.split_inclusive(|byte| *byte == b'\n') {
            // A line without an end is held up to its bound and no further.
            let room = LONGEST_LINE.saturating_sub(line.len());
            line.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                self.flush_line(&mut line);
            }
        }
    }

    fn flush_line(&self, line: &mut Vec<u8>) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            self.log.line(self.level, self.stream, text);
        }
        line.clear();
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // The last handle: what was printed without an end is said after all.
        if Arc::strong_count(&self.line) == 1 {
            let line = Arc::clone(&self.line);
            self.flush_line(&mut line.lock());
        }
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn wasmtime_wasi::p2::OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        self.write(data);
        Poll::Ready(Ok(data.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[wasmtime_wasi::async_trait]
impl wasmtime_wasi::p2::Pollable for Output {
    async fn ready(&mut self) {}
}

/// Printing never waits: no task and no buffer of WASI's own stands between.
#[wasmtime_wasi::async_trait]
impl wasmtime_wasi::p2::OutputStream for Output {
    fn write(&mut self, data: bytes::Bytes) -> wasmtime_wasi::p2::StreamResult<()> {
        Output::write(self, &data);
        Ok(())
    }

    fn flush(&mut self) -> wasmtime_wasi::p2::StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> wasmtime_wasi::p2::StreamResult<usize> {
        Ok(64 << 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_at_the_limit_and_counted() {
        let log = Log::new("flood".into(), &Limits { log_lines_per_second: 3, ..Limits::default() });
        let mut allowance = log.allowance.lock();
        let admitted = (0..10).filter(|_| allowance.admit(1).0).count();
        assert_eq!(admitted, 3);
        assert_eq!(allowance.left_out, 7);
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        let text = "é".repeat(LONGEST_LINE);
        assert_eq!(cut(&text).len(), LONGEST_LINE);
        assert_eq!(cut(&format!("a{text}")).len(), LONGEST_LINE - 1);
    }
}
