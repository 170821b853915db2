//! What came of the trials, for people and for programs.

use std::{fmt, path::PathBuf};

use serde::Serialize;

use super::behaviour::{Check, Seen};
use crate::role::Role;

/// What came of an extension's trials.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The component.
    pub component: PathBuf,
    /// One for each behaviour that was looked at.
    pub behaviours: Vec<Outcome>,
}

/// What came of one behaviour.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Of what role it is demanded.
    pub role: Role,
    /// What is demanded.
    pub name: &'static str,
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was seen, or what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// What the extension printed and logged, where it failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub printed: Vec<String>,
}

/// Whether a behaviour holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It does.
    Passed,
    /// It does not.
    Failed,
    /// It could not be tried.
    Untried,
}

impl Outcome {
    /// What came of a trial.
    pub fn new(role: Role, name: &'static str, check: Check, printed: Vec<String>) -> Self {
        let (verdict, seen) = match check {
            Ok(()) => (Verdict::Passed, None),
            Err(Seen::Wrong(words)) => (Verdict::Failed, Some(words)),
            Err(Seen::Untried(words)) => (Verdict::Untried, Some(words)),
        };
        let printed = if verdict == Verdict::Failed { printed } else { Vec::new() };
        Self { role, name, verdict, seen, printed }
    }

    /// As it is shown after another one: what could not be tried for the same reason need not say so again.
    pub fn after(&self, before: Option<&Self>) -> Self {
        let same = |before: &Self| before.verdict == Verdict::Untried && before.seen == self.seen;
        let seen = if before.is_some_and(same) { None } else { self.seen.clone() };
        Self { seen, ..self.clone() }
    }
}

impl Report {
    /// How many behaviours have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.behaviours.iter().filter(|outcome| outcome.verdict == verdict).count()
    }
}

/// For people.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Passed => "ok     ",
            Verdict::Failed => "FAILED ",
            Verdict::Untried => "untried",
        };
        write!(f, "  {verdict} {}", self.name)?;
        for line in self.seen.iter().flat_map(|words| words.lines()) {
            write!(f, "\n            {line}")?;
        }
        for line in &self.printed {
            write!(f, "\n            it printed {line}")?;
        }
        Ok(())
    }
}
