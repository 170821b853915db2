//! What the host logs while an attack is under way, in a buffer that never grows.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use parlor::imports::logging::LEFT_OUT;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Bytes that are kept; what is beyond is only counted.
const ROOM: usize = 4 << 20;

/// The log of the whole process: an attack is alone in it.
#[derive(Clone, Copy)]
pub struct Journal;

static WRITTEN: Mutex<Written> = Mutex::new(Written { kept: Vec::new(), lines: 0 });

struct Written {
    kept: Vec<u8>,
    lines: usize,
}

fn written() -> MutexGuard<'static, Written> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    /// Listens to all that is logged from now on.
    pub fn listen() {
        written().kept.reserve_exact(ROOM);
        // As the program has it.
        let filter = EnvFilter::new(format!("{},info", LEFT_OUT.join(",")));
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Journal).init();
    }

    /// Forgets what was logged so far.
    pub fn clear() {
        let mut written = written();
        written.kept.clear();
        written.lines = 0;
    }

    /// How many lines there are.
    pub fn lines() -> usize {
        written().lines
    }

    /// How many have `part` in them.
    pub fn count(part: &str) -> usize {
        let written = written();
        String::from_utf8_lossy(&written.kept).lines().filter(|line| line.contains(part)).count()
    }

    /// The first lines, for a person who wonders.
    pub fn beginning() -> String {
        let written = written();
        let text = String::from_utf8_lossy(&written.kept);
        let short = |line: &str| line.chars().take(400).collect::<String>();
        text.lines().take(40).map(short).collect::<Vec<_>>().join("\n")
    }

    /// What in it a terminal would obey, or nobody could read for its length, if there is anything.
    pub fn harm() -> Option<String> {
        const LONGEST: usize = 16 << 10;
        let written = written();
        let text = String::from_utf8_lossy(&written.kept);
        let obeyed = |c: char| {
            c.is_control() && c != '\t' || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        };
        text.lines().find_map(|line| {
            if let Some(c) = line.chars().find(|c| obeyed(*c)) {
                return Some(format!("{c:?} in {:?}", line.chars().take(200).collect::<String>()));
            }
            (line.len() > LONGEST).then(|| format!("a line of {} bytes", line.len()))
        })
    }
}

impl io::Write for Journal {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let mut written = written();
        written.lines += data.iter().filter(|byte| **byte == b'\n').count();
        let room = ROOM - written.kept.len();
        written.kept.extend_from_slice(&data[..data.len().min(room)]);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Journal {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}
