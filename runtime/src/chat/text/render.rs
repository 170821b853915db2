//! Markdown as lines of text, with IRC's formatting codes or none.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{
    lines::{BOLD, ITALIC, Lines, MONOSPACE, STRUCK},
    plain,
};

/// CommonMark, and of GitHub's extensions those that bots commonly write.
pub(super) const DIALECT: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// Markdown without control characters, as text; `codes` says whether with formatting codes.
///
/// All that is not a mark stays: HTML, what only looks like Markdown, and what CommonMark would not show (definitions of
/// links that nothing refers to, empty items and headings). Lines stay lines: a chat is not prose.
pub(super) fn render(source: &str, codes: bool) -> String {
    let mut lines = Lines::new(source.len() + source.len() / 8, codes);
    if plain::is_hostile(source) {
        lines.write(source);
        return lines.finish();
    }
    let mut renderer = Renderer {
        source,
        lines,
        line: 0,
        seen: 0,
        indented: None,
        blank: false,
        shown: 0,
        depth: 0,
        lists: Vec::new(),
        links: Vec::new(),
        literal: Vec::new(),
        urls: plain::urls(source),
        url: 0,
        refers: None,
        code: None,
        cells: 0,
    };
    for (event, range) in Parser::new_ext(source, DIALECT).into_offset_iter() {
        renderer.event(event, range);
    }
    renderer.definitions(source.len());
    renderer.lines.finish()
}

/// A list: the number of its next item, if it has numbers.
type List = Option<u64>;

struct Renderer<'a> {
    source: &'a str,
    lines: Lines,
    /// Where the line of the source begins that is being read, and how far it has been read.
    line: usize,
    seen: usize,
    /// The line of the source whose indent has been shown.
    indented: Option<usize>,
    /// Whether a blank line has been passed since the last text.
    blank: bool,
    /// How much of the source the blocks so far cover, and how many are open.
    shown: usize,
    depth: usize,
    lists: Vec<List>,
    /// Where each open link leads, and where its text begins in the output.
    links: Vec<(CowStr<'a>, usize)>,
    /// For each open span whether its marks are shown: they are none.
    literal: Vec<bool>,
    /// Where the source has bare addresses, in order; and the first that has not been passed.
    urls: Vec<Range<usize>>,
    url: usize,
    /// Whether any link is by reference, once that is known.
    refers: Option<bool>,
    /// Inside a block of code: whether it is fenced.
    code: Option<bool>,
    /// How many cells the row has so far.
    cells: usize,
}

impl<'a> Renderer<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => match self.code {
                Some(fenced) => self.code_lines(&text, fenced, range.start),
                None => self.text(&text, range.start),
            },
            Event::Code(code) => {
                self.lines.on(MONOSPACE);
                self.text(&code, range.start);
                self.lines.off(MONOSPACE);
            }
            Event::SoftBreak | Event::HardBreak => self.lines.newline(),
            Event::Rule => {
                self.block(&range);
                self.text("---", range.start);
                self.lines.fresh();
            }
            // All others are text as it stands: HTML, and what this dialect has not.
            _ => self.text(&self.source[range.clone()], range.start),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Emphasis => self.span(Some(ITALIC), &range),
            Tag::Strong => self.span(Some(BOLD), &range),
            // One tilde is a path or "about"; GitHub takes it for a mark too, but few write it so.
            Tag::Strikethrough if !self.source[range.start..].starts_with("~~") => self.span(None, &range),
            Tag::Strikethrough => self.span(Some(STRUCK), &range),
            Tag::Link { dest_url, link_type, .. } => {
                let to = if link_type == LinkType::Email { CowStr::Borrowed("") } else { dest_url };
                self.links.push((to, self.lines.text().len()));
            }
            Tag::Image { dest_url, .. } => self.links.push((dest_url, self.lines.text().len())),
            Tag::TableCell => {
                if self.cells > 0 {
                    self.text(" | ", range.start);
                }
                self.cells += 1;
            }
            tag => {
                self.block(&range);
                self.depth += 1;
                self.open(tag, &range);
            }
        }
    }

    /// What a block does to the lines in it.
    fn open(&mut self, tag: Tag<'a>, range: &Range<usize>) {
        match tag {
            Tag::Heading { .. } if short_underline(&self.source[range.clone()]).is_some() => {}
            Tag::Heading { .. } | Tag::TableHead => self.lines.on(BOLD),
            Tag::CodeBlock(kind) => self.code = Some(matches!(kind, CodeBlockKind::Fenced(_))),
            Tag::List(first) => self.lists.push(first),
            Tag::BlockQuote(_) => {
                // As it was written: `>:(` and `>>> ` are not meant as quotes.
                let tight = self.source[range.start + 1..].starts_with(|next: char| !next.is_whitespace());
                let mark = if tight { ">" } else { "> " };
                self.lines.enter(mark.into(), mark.into());
            }
            Tag::Item => {
                let source = self.source[range.start..].trim_start();
                let digits = source.bytes().take_while(u8::is_ascii_digit).count();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let this = *number;
                        *number = number.saturating_add(1);
                        format!("{this}{} ", if source[digits..].starts_with(')') { ')' } else { '.' })
                    }
                    // Pluses stay: in a list of changes they mean something.
                    _ => (if source.starts_with('+') { "+ " } else { "- " }).to_owned(),
                };
                let rest = " ".repeat(mark.len());
                self.lines.enter(mark, rest);
            }
            _ => {}
        }
        self.cells = 0;
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis => return self.span_end(ITALIC, &range),
            TagEnd::Strong => return self.span_end(BOLD, &range),
            TagEnd::Strikethrough => return self.span_end(STRUCK, &range),
            TagEnd::Link | TagEnd::Image => return self.link_end(range.end),
            TagEnd::TableCell => return,
            TagEnd::Heading(_) => {
                let source = self.source[range.clone()].trim_end();
                if let Some(underline) = short_underline(source) {
                    self.lines.newline();
                    self.lines.write(underline);
                } else {
                    self.lines.off(BOLD);
                }
                // A heading without text is no heading.
                if source.bytes().all(|byte| matches!(byte, b'#' | b' ')) {
                    self.text(source, range.start);
                }
            }
            TagEnd::TableHead => self.lines.off(BOLD),
            TagEnd::CodeBlock => self.code = None,
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                let begun = self.lines.leave();
                if !begun {
                    self.lines.write(self.source[range.clone()].trim());
                }
            }
            _ => {}
        }
        self.lines.fresh();
        self.depth -= 1;
        if self.depth == 0 {
            self.shown = self.shown.max(range.end);
        }
    }

    /// Begins a block.
    fn block(&mut self, range: &Range<usize>) {
        self.lines.fresh();
        if self.depth == 0 {
            self.definitions(range.start);
            self.shown = self.shown.max(range.end);
        }
        self.follow(range.start);
    }

    /// Shows the definitions of links up to here that are none: `[error]: failed` defines a link (CommonMark 4.7), and
    /// a parser says nothing of it. If the text has links by reference, all definitions are taken for such.
    fn definitions(&mut self, until: usize) {
        if until <= self.shown {
            return;
        }
        let gap = &self.source[self.shown..until];
        let text = gap.trim();
        if text.is_empty() {
            return;
        }
        let refers = *self.refers.get_or_insert_with(|| {
            Parser::new_ext(self.source, DIALECT).any(|event| {
                let (Event::Start(Tag::Link { link_type, .. }) | Event::Start(Tag::Image { link_type, .. })) =
                    event
                else {
                    return false;
                };
                matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
            })
        });
        if !refers {
            let start = self.shown + (gap.len() - gap.trim_start().len());
            self.text(text, start);
            self.lines.fresh();
        }
    }

    /// Follows the source up to here.
    fn follow(&mut self, at: usize) {
        if at > self.seen {
            if let Some(newline) = self.source[self.seen..at].rfind('\n') {
                self.line = self.seen + newline + 1;
                let before = self.source[..self.line - 1].trim_end_matches([' ', '\t', '>']);
                self.blank |= before.is_empty() || before.ends_with('\n');
            }
            self.seen = at;
        }
    }

    /// Follows the source to where the next text stands, and begins its line if it is the first there.
    fn reach(&mut self, at: usize) {
        self.follow(at);
        if !self.lines.at_start() {
            self.blank = false;
            return;
        }
        if std::mem::take(&mut self.blank)
            && !self.lines.text().is_empty()
            && !self.lines.text().ends_with("\n\n")
        {
            self.lines.newline();
        }
        if !self.lines.is_nested() && self.code.is_none() && self.indented != Some(self.line) {
            self.indented = Some(self.line);
            let line = &self.source[self.line..at];
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            self.lines.write(&line[..indent]);
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        self.reach(at);
        self.lines.write(text);
    }

    /// Code with its spaces. What is code only because it is indented is shown as it is.
    fn code_lines(&mut self, text: &str, fenced: bool, at: usize) {
        self.reach(at);
        if fenced {
            self.lines.on(MONOSPACE);
            self.lines.write(text);
            self.lines.off(MONOSPACE);
            return;
        }
        for line in text.split_inclusive('\n') {
            if self.lines.at_start() && line != "\n" {
                self.lines.write("    ");
            }
            self.lines.write(line);
        }
    }

    /// Begins a span; without a code, its marks are shown.
    fn span(&mut self, code: Option<usize>, range: &Range<usize>) {
        while self.urls.get(self.url).is_some_and(|url| url.end <= range.start) {
            self.url += 1;
        }
        let within = self.urls.get(self.url).is_some_and(|url| url.contains(&range.start));
        let closing = self.urls.partition_point(|url| url.end <= range.end);
        let within = within || self.urls.get(closing).is_some_and(|url| url.start < range.end);
        match code {
            Some(code) if !within => self.lines.on(code),
            _ => self.text(marks(self.source, range, code), range.start),
        }
        self.literal.push(within || code.is_none());
    }

    fn span_end(&mut self, code: usize, range: &Range<usize>) {
        if self.literal.pop() == Some(true) {
            let twice = code == BOLD || code == STRUCK && self.source[..range.end].ends_with("~~");
            let marks = &self.source[range.end - 1 - usize::from(twice)..range.end];
            self.text(marks, range.end - marks.len());
        } else {
            self.lines.off(code);
        }
    }

    /// Says where the link leads, unless its text does.
    fn link_end(&mut self, at: usize) {
        let Some((to, from)) = self.links.pop() else { return };
        let text = &self.lines.text()[from..];
        // A text much longer is another; to compare it would make images within images cost their number squared.
        let codes = |char: &char| !super::lines::CODES.contains(char) && *char != '\n';
        let same = text.len() <= to.len() + 64 && {
            let text: String = text.chars().filter(codes).collect();
            text.trim() == &*to || to.strip_prefix("mailto:") == Some(text.trim())
        };
        if to.is_empty() || same {
            return;
        }
        let bare = text.is_empty();
        if bare {
            self.text(&to, at);
        } else {
            self.lines.write(" <");
            self.lines.write(&to);
            self.lines.write(">");
        }
    }
}

/// A line of one or two `-` or `=`, which would make those before it a heading (CommonMark 4.3): in a chat it is an
/// answer, or part of a sum.
fn short_underline(heading: &str) -> Option<&str> {
    let (_, line) = heading.trim_end().rsplit_once('\n')?;
    let underline = line.trim_start_matches([' ', '\t', '>']);
    (underline.len() < 3).then_some(underline)
}

/// The marks that begin a span.
fn marks<'a>(source: &'a str, range: &Range<usize>, code: Option<usize>) -> &'a str {
    let twice = matches!(code, Some(BOLD | STRUCK));
    &source[range.start..range.start + 1 + usize::from(twice)]
}
