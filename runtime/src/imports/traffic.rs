//! What goes into an extension and out of it, counted over all of its instances.

use std::{
    ops::Add,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// The counters of one extension.
#[derive(Debug, Default)]
pub struct Traffic {
    heard: AtomicU64,
    said: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

/// What they stand at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Messages that it was handed: commands, what people said, what it was to send, requests, events of a session.
    pub heard: u64,
    /// Messages that came from it: answers, what it sent, published or reported.
    pub said: u64,
    /// Bytes that its connections and HTTP answers brought.
    pub bytes_in: u64,
    /// Bytes that it sent over connections and in HTTP requests.
    pub bytes_out: u64,
}

impl Add for Passed {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            heard: self.heard + other.heard,
            said: self.said + other.said,
            bytes_in: self.bytes_in + other.bytes_in,
            bytes_out: self.bytes_out + other.bytes_out,
        }
    }
}

impl Traffic {
    /// It is handed one more message.
    pub fn hears(&self) {
        self.heard.fetch_add(1, Relaxed);
    }

    /// So many more messages came from it.
    pub fn says(&self, messages: usize) {
        self.said.fetch_add(messages as u64, Relaxed);
    }

    /// So many more bytes came for it.
    pub fn receives(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Relaxed);
    }

    /// It sent so many more bytes.
    pub fn sends(&self, bytes: usize) {
        self.bytes_out.fetch_add(bytes as u64, Relaxed);
    }

    /// What has passed so far.
    pub fn passed(&self) -> Passed {
        let [heard, said, bytes_in, bytes_out] =
            [&self.heard, &self.said, &self.bytes_in, &self.bytes_out].map(|counter| counter.load(Relaxed));
        Passed { heard, said, bytes_in, bytes_out }
    }
}
