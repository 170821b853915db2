//! What an attack came to, in figures: for whoever reads the tests, and for a benchmark.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use super::attack::{End, Role};

/// The figures of one attack.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Its guest.
    pub guest: &'static str,
    /// What that is in the house.
    pub role: Role,
    /// What became of it.
    pub end: End,
    /// How long it was until then.
    pub took: Duration,
    /// How many lines were logged.
    pub lines: usize,
    /// The most that the host allocated beside what it had before, in bytes.
    pub peak: isize,
    /// What it had more when it was over.
    pub left: isize,
    /// What the process had more in the machine's memory.
    pub resident: usize,
    /// How often the neighbour was answered meanwhile.
    pub answers: u64,
    /// In which time half of her answers were there, alone.
    pub p50_alone: Duration,
    /// In which time 99 of a hundred were.
    pub p99_alone: Duration,
    /// The same beside the attack.
    pub p50_beside: Duration,
    /// The same beside the attack.
    pub p99_beside: Duration,
    /// The longest that she waited beside the attack.
    pub worst_beside: Duration,
}

impl Figures {
    /// The file that they are kept in.
    pub fn file() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/hostile.json")
    }

    /// Puts them beside those of other attacks, in the place of what there was of this one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn keep(&self) -> std::io::Result<()> {
        let file = Self::file();
        let kept = fs::read(&file).unwrap_or_default();
        let mut all: BTreeMap<String, Value> = serde_json::from_slice(&kept).unwrap_or_default();
        all.insert(self.guest.to_owned(), self.json());
        fs::write(file, serde_json::to_vec_pretty(&all)?)
    }

    fn json(&self) -> Value {
        let micros = |time: Duration| time.as_micros() as u64;
        json!({
            "role": format!("{:?}", self.role),
            "end": format!("{:?}", self.end),
            "took-us": micros(self.took),
            "log-lines": self.lines,
            "peak-bytes": self.peak,
            "left-bytes": self.left,
            "resident-bytes": self.resident,
            "answers": self.answers,
            "p50-alone-us": micros(self.p50_alone),
            "p99-alone-us": micros(self.p99_alone),
            "p50-beside-us": micros(self.p50_beside),
            "p99-beside-us": micros(self.p99_beside),
            "worst-beside-us": micros(self.worst_beside),
        })
    }
}
