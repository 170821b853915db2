//! What is wrong with a configuration, shown where it stands.

use std::{
    cell::RefCell,
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the configuration `{}`: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// All that is wrong with it, in the order of the text; never empty.
    #[error("{}", in_words(.0))]
    Invalid(Vec<Problem>),
    /// No database is configured, and the system names no folder for one.
    #[error(
        "there is no folder for data on this system; say where the store is: `[store]` with `url = \"sqlite:parlor.db\"`"
    )]
    NoDataFolder,
}

/// One thing that is wrong. Its [`Display`](fmt::Display) shows the line, a mark below the place and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What is wrong, as one clause.
    pub message: String,
    /// What to do about it, where that does not follow from the message.
    pub help: Option<String>,
    rendered: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

/// A place in a configuration: where to look for what is configured wrongly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as it was named, or "the command line".
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of {}", self.line, self.file)
    }
}

fn in_words(problems: &[Problem]) -> String {
    let words: Vec<String> = problems.iter().map(Problem::to_string).collect();
    words.join("\n\n")
}

/// A text to be read as a configuration.
#[derive(Debug)]
pub(super) struct Source {
    /// What it is called in messages.
    pub name: Arc<str>,
    /// The text itself.
    pub text: String,
    /// What its paths are relative to.
    pub folder: PathBuf,
}

impl Source {
    /// A text that stands in the given file, whether or not that file exists.
    pub fn of_file(path: &Path, text: impl Into<String>) -> Self {
        Self {
            name: path.display().to_string().into(),
            text: text.into(),
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
        }
    }

    /// Line and column of a byte of the text; one beyond its end counts as its end.
    pub fn place(&self, offset: usize) -> Place {
        let (line, start, _) = self.line_at(offset);
        let column = self.text[start..self.floor(offset)].chars().count() + 1;
        Place { file: self.name.clone(), line, column }
    }

    /// The number of the line that holds a byte, from 1, and the bytes of that line without its end.
    fn line_at(&self, offset: usize) -> (usize, usize, &str) {
        let before = &self.text[..self.floor(offset)];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = self.text[start..].lines().next().unwrap_or_default();
        (before.matches('\n').count() + 1, start, line)
    }

    /// The nearest character boundary at or before an offset.
    fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset.min(self.text.len()))
    }

    /// The line of a place with a mark. Of several lines the first is shown: it is where the reader must look.
    fn snippet(&self, span: Range<usize>) -> Element<'_> {
        let (number, start, line) = self.line_at(span.start);
        let from = (self.floor(span.start) - start).min(line.len());
        let to = self.floor(span.end).saturating_sub(start).clamp(from, line.len());
        let mark = AnnotationKind::Primary.span(from..to);
        Snippet::source(line).line_start(number).path(&*self.name).annotation(mark).into()
    }
}

/// Gathers problems, so that all are told at once.
#[derive(Debug)]
pub(super) struct Report<'a> {
    /// The text that the problems are in.
    pub source: &'a Source,
    problems: RefCell<Vec<(usize, Problem)>>,
}

impl<'a> Report<'a> {
    /// No problems yet.
    pub fn new(source: &'a Source) -> Self {
        Self { source, problems: RefCell::default() }
    }

    /// Adds a problem: its bytes in the text, what is wrong, and the remedy.
    pub fn add(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<Option<String>>) {
        let at = span.start;
        self.push(at, self.source.snippet(span), message.into(), help.into());
    }

    /// Adds a problem without showing the text, which is nobody's business.
    pub fn add_unseen(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        let Place { file, line, column } = self.source.place(span.start);
        let origin = Origin::path(file.to_string()).line(line).char_column(column);
        self.push(span.start, origin.into(), message.into(), help.into());
    }

    fn push(&self, at: usize, shown: Element<'_>, message: String, help: Option<String>) {
        let group = Level::ERROR.primary_title(&message).element(shown);
        let group = match &help {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        };
        let rendered = Renderer::plain().render(&[group]);
        let place = self.source.place(at);
        self.problems.borrow_mut().push((at, Problem { place, message, help, rendered }));
    }

    /// The value, unless there were problems.
    pub fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        let mut problems = self.problems.into_inner();
        if problems.is_empty() {
            return Ok(value);
        }
        problems.sort_by_key(|(offset, _)| *offset);
        Err(ConfigError::Invalid(problems.into_iter().map(|(_, problem)| problem).collect()))
    }
}
