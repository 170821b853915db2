//! What an extension uses, in one place: for whoever asks how it is doing.

use std::{fmt, time::Duration};

use bytesize::ByteSize;
use serde::{Serialize, Serializer};

use super::traffic::Passed;
use crate::sandbox::Used;

/// What an extension has used since it was first started, and what it uses now. Of one that has an instance in each
/// session: all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Figures {
    /// Seconds that it computed.
    #[serde(serialize_with = "seconds")]
    pub cpu_time: Duration,
    /// Calls into it.
    pub calls: u64,
    /// Half of the calls took no longer, in seconds; to within a tenth.
    #[serde(serialize_with = "seconds")]
    pub p50: Duration,
    /// Ninety-nine of a hundred took no longer, in seconds; to within a tenth.
    #[serde(serialize_with = "seconds")]
    pub p99: Duration,
    /// Bytes of its own memory.
    pub memory: usize,
    /// Bytes that the host keeps for it, counted roughly.
    pub host_memory: usize,
    /// Calls that wait in its mailbox.
    pub waiting: usize,
    /// News that it was too slow to hear.
    pub dropped: u64,
    /// Requests that its mailbox had no room for.
    pub refused: u64,
    /// Instances that failed.
    pub failures: u64,
    /// Messages that it was handed.
    pub heard: u64,
    /// Messages that came from it.
    pub said: u64,
    /// Bytes that came for it over connections and HTTP.
    pub bytes_in: u64,
    /// Bytes that it sent there.
    pub bytes_out: u64,
    /// What it asked for and was not granted.
    pub denials: u64,
}

fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

impl Figures {
    /// With what an extension used of the processor and of memory, and what went in and out.
    pub fn of(used: Used, passed: Passed) -> Self {
        let Used { cpu_time, calls, p50, p99, memory, host_memory, failures } = used;
        let Passed { heard, said, bytes_in, bytes_out } = passed;
        Self {
            cpu_time,
            calls,
            p50,
            p99,
            memory,
            host_memory,
            failures,
            heard,
            said,
            bytes_in,
            bytes_out,
            ..Self::default()
        }
    }
}

/// For people, a few lines; what never happened is left out.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |bytes: u64| ByteSize(bytes).display().iec();
        writeln!(
            f,
            "- {} calls, {:.1?} of CPU; half of them within {:.1?}, 99 of 100 within {:.1?}",
            self.calls, self.cpu_time, self.p50, self.p99
        )?;
        writeln!(
            f,
            "- memory: {}, and {} of the host",
            size(self.memory as u64),
            size(self.host_memory as u64)
        )?;
        write!(f, "- messages: {} in, {} out", self.heard, self.said)?;
        if self.bytes_in + self.bytes_out > 0 {
            write!(f, "; network: {} in, {} out", size(self.bytes_in), size(self.bytes_out))?;
        }
        let counts = [
            (self.waiting as u64, "waiting"),
            (self.dropped, "dropped"),
            (self.refused, "refused"),
            (self.failures, "failures"),
            (self.denials, "denials"),
        ];
        let happened: Vec<_> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if !happened.is_empty() {
            write!(f, "\n- {}", happened.join(", "))?;
        }
        Ok(())
    }
}
