//! What came of a script's tests, for people and for programs.

use std::{fmt, path::PathBuf};

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::{
    performance::{Performance, Prepared},
    script::{Script, Test},
    transcript::{Listener, Transcript},
};

/// Lines around a difference that are shown.
const AROUND: usize = 3;

/// What came of a script.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// The script.
    pub script: PathBuf,
    /// One for each of its tests that was run.
    pub tests: Vec<Verdict>,
    /// The script, with what was done in place of what was expected.
    #[serde(skip)]
    pub written: String,
}

/// What came of a test.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// The number of its line.
    pub line: usize,
    /// Whether all was as expected.
    pub passed: bool,
    /// How what was done differs from what was expected: lines marked with `-` and `+`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// What the extension printed and noted, where the test failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub printed: Vec<String>,
}

impl Outcome {
    /// Runs those tests of a script whose name contains `filter`.
    ///
    /// # Errors
    /// If the extension cannot be tested at all.
    pub async fn of(
        prepared: &Prepared,
        script: &Script,
        filter: &str,
        listener: &Listener,
    ) -> anyhow::Result<Self> {
        let (mut tests, mut done) = (Vec::new(), Vec::new());
        for test in &script.tests {
            if !test.name.contains(filter) {
                done.push(test.steps.iter().map(|step| step.expected.clone()).collect());
                continue;
            }
            let transcript = Transcript::default();
            listener.follow(&transcript);
            let answers = Performance::run(prepared, script, test, &transcript).await?;
            tests.push(Verdict::of(test, &answers, transcript.take_printed()));
            done.push(answers);
        }
        Ok(Self { script: script.path.clone(), tests, written: script.written(&done) })
    }

    /// Whether all tests passed.
    pub fn passed(&self) -> bool {
        self.tests.iter().all(|test| test.passed)
    }
}

impl Verdict {
    fn of(test: &Test, done: &[Vec<String>], printed: Vec<String>) -> Self {
        let expected: Vec<_> = test.steps.iter().flat_map(|step| step.with(&step.expected)).collect();
        let seen: Vec<_> =
            test.steps.iter().zip(done).flat_map(|(step, answers)| step.with(answers)).collect();
        let (expected, seen) = (whole(&expected), whole(&seen));
        let passed = expected == seen;
        Self {
            name: test.name.clone(),
            line: test.steps.first().map_or(0, |step| step.number),
            passed,
            difference: (!passed).then(|| difference(&expected, &seen)),
            printed: if passed { Vec::new() } else { printed },
        }
    }
}

fn whole(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn difference(expected: &str, seen: &str) -> String {
    let diff = TextDiff::from_lines(expected, seen);
    let mut text = String::new();
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            text.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            text.push(match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            });
            text.push_str(change.value());
        }
    }
    text
}

/// For people.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, line, difference, printed, .. } = self;
        let Some(difference) = difference else { return write!(f, "  ok      {name}") };
        writeln!(f, "  FAILED  {name} (line {line}; - expected, + seen)")?;
        for line in difference.lines() {
            writeln!(f, "    {line}")?;
        }
        for line in printed {
            writeln!(f, "    it printed {line}")?;
        }
        Ok(())
    }
}
