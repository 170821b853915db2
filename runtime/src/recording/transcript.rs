//! Reads a recording. It may be a stranger's.

use crate::recording::{
    journal::{End, HEADER},
    text::split_call,
};

/// A recording that has been read.
pub struct Transcript {
    /// The extensions in it, in the order in which they began.
    pub extensions: Vec<Recorded>,
}

/// What was recorded of one extension.
pub struct Recorded {
    /// Its name.
    pub name: String,
    /// Its instances, in order.
    pub instances: Vec<Instance>,
}

/// What was recorded of one instance.
pub struct Instance {
    /// Its number.
    pub number: u32,
    /// What was said of its component.
    pub described: String,
    /// Its making, and then the calls that the host made.
    pub steps: Vec<Step>,
}

/// One call of the host, and what the extension did.
pub struct Step {
    /// The line that it begins in, from 1.
    pub line: usize,
    /// The call: the function and its arguments. None for the making of the instance.
    pub call: Option<(String, String)>,
    /// The calls that the extension made meanwhile.
    pub imports: Vec<Import>,
    /// How it ended.
    pub end: End,
    /// The line that tells so.
    pub end_line: usize,
}

/// One call that the extension made.
#[derive(Clone)]
pub struct Import {
    /// Its line, from 1.
    pub line: usize,
    /// The function.
    pub path: String,
    /// The arguments, in brackets.
    pub arguments: String,
    /// What came of it.
    pub end: End,
}

/// Why a file is no recording. A sentence that follows its name.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It begins otherwise.
    #[error("is no recording of this version: its first line is not `{HEADER}`")]
    Header,
    /// A line is none that a recording has.
    #[error("line {line}: {why}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

impl Import {
    /// The call as it stands in the recording.
    pub fn text(&self) -> String {
        let Self { path, arguments, .. } = self;
        match &self.end {
            End::Answer(answer) => format!("{path}{arguments} = {answer}"),
            End::Failed(words) => format!("{path}{arguments} ! {words}"),
            End::Nothing => format!("{path}{arguments} ?"),
        }
    }
}

impl Transcript {
    /// Reads a recording.
    ///
    /// # Errors
    /// If the text is none.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let mut lines = text.lines();
        if lines.next().map(str::trim_end) != Some(HEADER) {
            return Err(Unreadable::Header);
        }
        let mut transcript = Self { extensions: Vec::new() };
        for (index, line) in lines.enumerate() {
            let number = index + 2;
            let text = line.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let wrong = |why: &str| Unreadable::Line { line: number, why: why.to_owned() };
            transcript.line(number, text).map_err(wrong)?;
        }
        Ok(transcript)
    }

    fn line(&mut self, line: usize, text: &str) -> Result<(), &'static str> {
        let mut words = text.splitn(4, ' ');
        let (Some(name), Some(number), Some(mark)) = (words.next(), words.next(), words.next()) else {
            return Err("this is no line of a recording");
        };
        let rest = words.next().unwrap_or_default().trim();
        let number: u32 = number.parse().map_err(|_| "the second word is the number of an instance")?;
        if mark == "begins" {
            let making = Step { line, call: None, imports: Vec::new(), end: End::Nothing, end_line: line };
            let instance = Instance { number, described: rest.to_owned(), steps: vec![making] };
            match self.extensions.iter_mut().find(|known| known.name == name) {
                Some(known) => known.instances.push(instance),
                None => {
                    self.extensions.push(Recorded { name: name.to_owned(), instances: vec![instance] });
                }
            }
            return Ok(());
        }
        let instance = self
            .extensions
            .iter_mut()
            .find(|known| known.name == name)
            .and_then(|known| known.instances.iter_mut().rev().find(|instance| instance.number == number))
            .ok_or("this instance has not begun")?;
        // There is one from the beginning.
        let Some(step) = instance.steps.last_mut() else { return Ok(()) };
        let mut end = |end| {
            step.end = end;
            step.end_line = line;
        };
        match mark {
            "ready" => end(End::Answer("()".into())),
            "<" => end(End::Answer(rest.to_owned())),
            "!" => end(End::Failed(rest.to_owned())),
            "?" => end(End::Nothing),
            ">" => {
                let (path, arguments, _) = split_call(rest).ok_or("this is no call")?;
                let call = Some((path.to_owned(), arguments.to_owned()));
                let (imports, end) = (Vec::new(), End::Nothing);
                instance.steps.push(Step { line, call, imports, end, end_line: line });
            }
            "." => {
                let (path, arguments, end) = split_call(rest).ok_or("this is no call")?;
                let end = match end.trim_start().split_at_checked(1) {
                    Some(("=", answer)) => End::Answer(answer.trim().to_owned()),
                    Some(("!", words)) => End::Failed(words.trim().to_owned()),
                    Some(("?", _)) => End::Nothing,
                    _ => return Err("a call has an answer (`=`), an error (`!`) or no end (`?`)"),
                };
                let (path, arguments) = (path.to_owned(), arguments.to_owned());
                step.imports.push(Import { line, path, arguments, end });
            }
            "ends" => {}
            _ => return Err("the third word is `begins`, `ready`, `>`, `.`, `<`, `!`, `?` or `ends`"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_read() {
        let text = concat!(
            "# parlor recording 1\n# by hand\n\nbot.a 1 begins a.wasm\n",
            "bot.a 1 . x:y/z.f(\"(\\\")\", ')', 1) = ok(\")\")\nbot.a 1 ready\n",
            "bot.b 1 begins b.wasm\nbot.a 1 > x:y/w.go({a: b\"\\\"(\"}) @ 0.123\nbot.a 1 . x:y/z.g() ?\nbot.a 1 ! it fell\nbot.a 1 ends\n"
        );
        let read = Transcript::read(text).unwrap();
        assert_eq!(read.extensions.len(), 2);
        let steps = &read.extensions[0].instances[0].steps;
        assert_eq!(steps[0].imports[0].text(), "x:y/z.f(\"(\\\")\", ')', 1) = ok(\")\")");
        assert_eq!(steps[0].end, End::Answer("()".into()));
        assert_eq!(steps[1].call, Some(("x:y/w.go".into(), "({a: b\"\\\"(\"})".into())));
        assert_eq!((steps[1].imports[0].end.clone(), steps[1].line), (End::Nothing, 8));
        assert_eq!(steps[1].end, End::Failed("it fell".into()));
    }

    #[test]
    fn what_is_no_recording_is_told() {
        assert!(matches!(Transcript::read("hello"), Err(Unreadable::Header)));
        for line in [
            "x",
            "a 1 > f()",
            "a 1 begins\na 1 > f(",
            "a 1 begins\na 1 . f() 3",
            "a 1 begins\na 1 %",
            "a b begins",
        ] {
            let read = Transcript::read(&format!("{HEADER}\n{line}\n"));
            assert!(matches!(read, Err(Unreadable::Line { .. })), "{line}");
        }
    }
}
