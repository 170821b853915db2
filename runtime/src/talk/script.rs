//! A conversation script: steps, and what is to be done after each.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use super::step::Action;

/// A script, as its file has it.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its file.
    pub path: PathBuf,
    /// What holds for all tests: the settings before the first.
    pub settings: Vec<Step>,
    /// Its tests, in order.
    pub tests: Vec<Test>,
    /// Comments and empty lines at the end.
    tail: Vec<String>,
}

/// One test: a conversation with a new extension.
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub name: String,
    /// Its steps; the first is its own line, where the extension begins.
    pub steps: Vec<Step>,
}

/// Something that happens, and what the extension is to do then.
#[derive(Clone, Debug)]
pub struct Step {
    /// The number of its line, from 1.
    pub number: usize,
    /// Comments and empty lines before it.
    before: Vec<String>,
    /// Its line, and further lines of what is said, as they are.
    pub lines: Vec<String>,
    /// What happens.
    pub action: Action,
    /// What the extension is to do, without indentation.
    pub expected: Vec<String>,
}

/// Why a script cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// Its file.
    #[error("{path}: cannot be read: {why}", path = .0.display(), why = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// One of its lines.
    #[error("{path}:{number}: {why}", path = path.display())]
    Line {
        /// The script.
        path: PathBuf,
        /// The line's number, from 1.
        number: usize,
        /// What is wrong, and what would be right.
        why: String,
    },
}

impl Script {
    /// Reads the script at `path`.
    ///
    /// # Errors
    /// If the file cannot be read or one of its lines is none of a script.
    pub fn load(path: &Path) -> Result<Self, ScriptError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| ScriptError::Unreadable(path.to_owned(), error))?;
        Self::parse(path, &text)
    }

    /// Reads a script's text.
    ///
    /// # Errors
    /// The first line that is none of a script.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ScriptError> {
        let mut script =
            Self { path: path.to_owned(), settings: Vec::new(), tests: Vec::new(), tail: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            let wrong = |why: String| ScriptError::Line { path: path.to_owned(), number: index + 1, why };
            script.line(index + 1, line).map_err(wrong)?;
        }
        if script.tests.is_empty() {
            let why = "it has no test: one begins with a line `test NAME`".to_owned();
            return Err(ScriptError::Line { path: path.to_owned(), number: 1, why });
        }
        Ok(script)
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        // Rooms are called so as well, but no step begins with one.
        if line.trim().is_empty() || line.starts_with('#') {
            self.tail.push(line.to_owned());
            return Ok(());
        }
        if let Some(answer) = line.strip_prefix("  ") {
            // What stood between is not kept: a comment among answers would be lost when they are written anew.
            if !self.tail.is_empty() {
                return Err("answers follow their step at once; put comments above the step".into());
            }
            let step = self.last().ok_or("an answer without a step before it")?;
            match answer.trim_start().strip_prefix('|') {
                Some(more) if step.expected.is_empty() && !answer.starts_with("  ") => {
                    step.action.extend(more.strip_prefix(' ').unwrap_or(more))?;
                    step.lines.push(line.to_owned());
                }
                _ => step.expected.push(answer.trim_end().to_owned()),
            }
            return Ok(());
        }
        if line.starts_with([' ', '\t']) {
            return Err("answers are indented by two spaces, and steps not at all".into());
        }
        let action = Action::parse(line)?;
        let before = std::mem::take(&mut self.tail);
        if let Action::Test(name) = &action {
            self.tests.push(Test { name: name.clone(), steps: Vec::new() });
        }
        let step = Step { number, before, lines: vec![line.to_owned()], action, expected: Vec::new() };
        match self.tests.last_mut() {
            Some(test) => test.steps.push(step),
            None if step.action.is_setting() => self.settings.push(step),
            None => return Err("a step before the first test: begin with a line `test NAME`".into()),
        }
        Ok(())
    }

    fn last(&mut self) -> Option<&mut Step> {
        match self.tests.last_mut() {
            Some(test) => test.steps.last_mut(),
            None => self.settings.last_mut(),
        }
    }

    /// The script as text, with `done` in place of the answers: those of each step of each test.
    pub fn written(&self, done: &[Vec<Vec<String>>]) -> String {
        let mut text = String::new();
        for step in &self.settings {
            step.write(&mut text, &step.expected);
        }
        for (number, test) in self.tests.iter().enumerate() {
            let done = done.get(number);
            for (number, step) in test.steps.iter().enumerate() {
                let answers = done.and_then(|done| done.get(number)).unwrap_or(&step.expected);
                step.write(&mut text, answers);
            }
        }
        self.tail.iter().for_each(|line| push(&mut text, line));
        text
    }
}

impl Step {
    /// The step and these answers, as lines of a script.
    pub fn with(&self, answers: &[String]) -> Vec<String> {
        let answers = answers.iter().map(|answer| format!("  {answer}"));
        self.lines.iter().cloned().chain(answers).collect()
    }

    fn write(&self, text: &mut String, answers: &[String]) {
        self.before.iter().for_each(|line| push(text, line));
        self.with(answers).iter().for_each(|line| push(text, line));
    }
}

fn push(text: &mut String, line: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{}", line.trim_end());
}

impl Action {
    /// Whether it may stand before the first test.
    fn is_setting(&self) -> bool {
        matches!(
            self,
            Self::Config(..)
                | Self::Admin(_)
                | Self::As(_)
                | Self::Let(..)
                | Self::AppData(_)
                | Self::Answer(..)
                | Self::Http { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SCRIPT: &str = "\
# All of it.
config greeting = Hello

test greets
  joins #lobby

# Twice.
anna in #lobby: !hello
  | and more
  #lobby: Hello, anna!
    | And more.
store
";

    fn parse(text: &str) -> Result<Script, String> {
        Script::parse("a.talk".as_ref(), text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_script_is_written_as_it_was_read() {
        let script = parse(SCRIPT).unwrap();
        assert_eq!(script.written(&[]), SCRIPT);
        let [test] = &script.tests[..] else { panic!("{script:?}") };
        assert_eq!(test.steps[0].expected, ["joins #lobby"]);
        assert_eq!(test.steps[1].expected, ["#lobby: Hello, anna!", "  | And more."]);
        let Action::Says { text, .. } = &test.steps[1].action else { panic!("{test:?}") };
        assert_eq!(text, "!hello\nand more");
    }

    #[test]
    fn new_answers_are_written_in_place_of_the_old() {
        let script = parse(SCRIPT).unwrap();
        let done = vec![vec![vec![], vec!["#lobby: Hi!".into()], vec!["n = 1".into()]]];
        let written = script.written(&done);
        assert!(written.ends_with("  | and more\n  #lobby: Hi!\nstore\n  n = 1\n"), "{written}");
        assert!(!written.contains("joins"), "{written}");
    }

    #[test]
    fn a_line_that_is_none_of_a_script_is_told_with_its_number() {
        assert_eq!(
            parse("test a\nanna: hi\n\n  late").unwrap_err(),
            "a.talk:4: answers follow their step at once; put comments above the step"
        );
        assert_eq!(
            parse("anna: hi").unwrap_err(),
            "a.talk:1: a step before the first test: begin with a line `test NAME`"
        );
        assert_eq!(parse("").unwrap_err(), "a.talk:1: it has no test: one begins with a line `test NAME`");
    }

    proptest! {
        #[test]
        fn whatever_the_text_is_it_is_read_or_refused(text in "(test a\n)?([ -~]{0,20}\n|  [a-z:|# ]{0,9}\n|[a-z]{1,4}( in #a)?: [a-z ]{0,9}\n){0,9}") {
            if let Ok(script) = parse(&text) {
                let written = script.written(&[]);
                let again = parse(&written).unwrap();
                prop_assert_eq!(again.written(&[]), written);
            }
        }
    }
}
