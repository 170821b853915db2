//! What the host logs, for a test to read.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use tracing::subscriber::{DefaultGuard, set_default};

/// The log of the thread that made this, for as long as it lives. The tasks of a `#[tokio::test]` run on that thread.
pub struct Log {
    written: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(data)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Listens from now on.
    pub fn listen() -> Self {
        let written = Written::default();
        let writer = written.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        Self { written, _guard: set_default(subscriber) }
    }

    /// All of it so far.
    pub fn text(&self) -> String {
        let written = self.written.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&written).into_owned()
    }

    /// How many lines have `part` in them.
    pub fn count(&self, part: &str) -> usize {
        self.text().lines().filter(|line| line.contains(part)).count()
    }
}
