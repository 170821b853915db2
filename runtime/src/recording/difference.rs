//! What an extension did differently than was recorded, for people.

use std::fmt;

/// The first difference between a recording and what an extension does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The extension and the number of its instance.
    pub who: String,
    /// The line of the recording, from 1.
    pub line: usize,
    /// What was the same before, the last of it.
    pub before: Vec<String>,
    /// What the recording has.
    pub recorded: String,
    /// What happened.
    pub seen: String,
}

/// A line longer than this, in characters, is shown in part.
const LONGEST: usize = 240;
/// Characters that are shown of it before the place where it differs.
const BEFORE: usize = 80;

/// What stands for secrets.
const HIDDEN: [&str; 3] = ["{redacted:", "{secret:", "***"];

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, line, before, recorded, seen } = self;
        writeln!(f, "{who} differs from line {line} of the recording:")?;
        for line in before {
            writeln!(f, "    {}", around(line, 0))?;
        }
        let same = recorded.chars().zip(seen.chars()).take_while(|(recorded, seen)| recorded == seen).count();
        writeln!(f, "  - {}", around(recorded, same))?;
        write!(f, "  + {}", around(seen, same))?;
        if before.iter().chain([recorded]).any(|line| HIDDEN.iter().any(|mark| line.contains(mark))) {
            write!(f, "\nThe recording hides secrets here, and what depends on them cannot be played.")?;
        }
        Ok(())
    }
}

/// The part of a long line that is around a place.
fn around(line: &str, place: usize) -> String {
    let length = line.chars().count();
    if length <= LONGEST {
        return line.to_owned();
    }
    let begin = place.saturating_sub(BEFORE).min(length - LONGEST);
    let part: String = line.chars().skip(begin).take(LONGEST).collect();
    let (before, after) = (if begin > 0 { "…" } else { "" }, if begin + LONGEST < length { "…" } else { "" });
    format!("{before}{part}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shown_where_it_differs() {
        let line = |end: &str| format!("f(\"{}{end}{}\")", "x".repeat(1000), "y".repeat(1000));
        let difference = Difference {
            who: "bot.a 1".into(),
            line: 7,
            before: vec!["> f()".into()],
            recorded: line("one"),
            seen: line("two"),
        };
        let shown = difference.to_string();
        assert!(
            shown.starts_with("bot.a 1 differs from line 7 of the recording:\n    > f()\n  - …xxx"),
            "{shown}"
        );
        assert!(shown.contains("xoney") && shown.contains("xtwoy"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 250), "{shown}");
    }
}
