//! Where a text that is ready for its service has marks, so that it can be split without leaving one open.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag, TagEnd};

use super::{lines::CODES, plain, render::DIALECT};

/// Something that is opened and closed again.
#[derive(Debug, Default)]
pub(super) struct Span {
    /// What opens it in the next message, and what follows there if a line of code goes on.
    pub(super) open: String,
    pub(super) resume: String,
    /// What closes it in this one.
    pub(super) close: String,
}

impl Span {
    /// How many bytes it can take in a message that begins and ends within it.
    pub(super) fn cost(&self) -> usize {
        self.open.len() + self.resume.len() + self.close.len()
    }
}

/// What a mark does; the number is that of a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Effect {
    Open(usize),
    Close(usize),
    /// Nothing, but it must not be cut.
    Whole,
}

/// Marks by their place in the text, in order and apart, and the spans that they open and close.
#[derive(Debug, Default)]
pub(super) struct Spans {
    pub(super) spans: Vec<Span>,
    pub(super) marks: Vec<(Range<usize>, Effect)>,
}

impl Spans {
    fn mark(&mut self, range: Range<usize>, effect: Effect) {
        self.marks.push((range, effect));
    }
}

/// IRC's formatting codes: each opens or closes by turns.
pub(super) fn of_codes(text: &str) -> Spans {
    let span = |code: char| Span { open: code.into(), close: code.into(), ..Span::default() };
    let mut spans = Spans { spans: CODES.map(span).into(), marks: Vec::new() };
    let mut on = [false; CODES.len()];
    for (at, byte) in text.bytes().enumerate() {
        let Some(code) = CODES.iter().position(|&code| code == char::from(byte)) else { continue };
        on[code] = !on[code];
        spans.mark(at..at + 1, if on[code] { Effect::Open(code) } else { Effect::Close(code) });
    }
    spans
}

/// A span of Markdown whose end has not been reached.
struct Pending {
    start: usize,
    /// How long its opening mark is.
    opening: usize,
    /// The number of its span; that of its opening mark.
    number: usize,
    mark: usize,
}

/// The marks of Markdown that are longer than one character or work in pairs. A mark longer than a quarter of `limit`
/// is left out, and so is one with a newline: it is text to be cut as any other. Blocks of code are marked for services
/// with `multiline` messages only.
pub(super) fn of_markdown(text: &str, limit: usize, multiline: bool) -> Spans {
    let mut found = Spans::default();
    if plain::is_hostile(text) {
        return found;
    }
    let longest = limit / 4;
    let mut pending: Vec<Pending> = Vec::new();
    // Where the last leaf ended: behind it, the closing mark of a link begins.
    let mut leaf = 0;
    for (event, range) in Parser::new_ext(text, DIALECT).into_offset_iter() {
        let source = &text[range.clone()];
        match event {
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. })
            | Event::InlineHtml(_) => {
                if range.len() <= longest && !source.contains('\n') {
                    found.mark(range, Effect::Whole);
                }
            }
            Event::Start(Tag::Emphasis) => open(&mut found, &mut pending, &range, 1),
            Event::Start(Tag::Strong) => open(&mut found, &mut pending, &range, 2),
            Event::Start(Tag::Strikethrough) => {
                let tildes = 1 + usize::from(source.starts_with("~~"));
                open(&mut found, &mut pending, &range, tildes);
            }
            Event::Start(Tag::Link { .. }) => open(&mut found, &mut pending, &range, 1),
            Event::Start(Tag::Image { .. }) => open(&mut found, &mut pending, &range, 2),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {
                let opening = pending.last().map_or(0, |span| span.opening);
                close(&mut found, &mut pending, text, range.end - opening..range.end, longest);
                leaf = range.end;
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if pending.last().is_some_and(|span| span.start == range.start) {
                    let from = leaf.max(range.start + pending.last().map_or(0, |span| span.opening));
                    close(&mut found, &mut pending, text, from..range.end, longest);
                }
                leaf = range.end;
            }
            Event::Code(_) => {
                let ticks = source.bytes().take_while(|&byte| byte == b'`').count();
                open(&mut found, &mut pending, &range, ticks);
                close(&mut found, &mut pending, text, range.end - ticks..range.end, longest);
                leaf = range.end;
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) if multiline => {
                fence(&mut found, text, &range, longest);
            }
            Event::Start(_) | Event::End(_) => {}
            _ => leaf = range.end,
        }
    }
    found.marks.retain(|(range, effect)| !range.is_empty() || *effect != Effect::Whole);
    found
}

fn open(found: &mut Spans, pending: &mut Vec<Pending>, range: &Range<usize>, opening: usize) {
    let (number, mark) = (found.spans.len(), found.marks.len());
    found.spans.push(Span::default());
    // Takes its effect once the end is known to be within bounds.
    found.mark(range.start..range.start + opening, Effect::Whole);
    pending.push(Pending { start: range.start, opening, number, mark });
}

fn close(found: &mut Spans, pending: &mut Vec<Pending>, text: &str, closing: Range<usize>, longest: usize) {
    let Some(span) = pending.pop() else { return };
    if span.opening.max(closing.len()) > longest || text[closing.clone()].contains('\n') {
        // An empty range: no mark.
        found.marks[span.mark].0.end = span.start;
        return;
    }
    let opening = &mut found.marks[span.mark];
    opening.1 = Effect::Open(span.number);
    found.spans[span.number].open = text[opening.0.clone()].into();
    found.spans[span.number].close = text[closing.clone()].into();
    found.mark(closing, Effect::Close(span.number));
}

/// The line that opens a block of code and the one that closes it, if there is one (CommonMark 4.5).
fn fence(found: &mut Spans, text: &str, range: &Range<usize>, longest: usize) {
    let block = text[range.clone()].trim_end();
    let Some(first) = block.find('\n') else { return };
    let mark = block.trim_start_matches(|char| char != '`' && char != '~');
    let Some(char) = mark.chars().next() else { return };
    let length = mark.chars().take_while(|&next| next == char).count();
    let last = block.rfind('\n').unwrap_or(first).max(first);
    let closes = block[last + 1..].trim_start_matches([' ', '\t', '>']);
    let closed = closes.len() >= length && closes.chars().all(|next| next == char);
    // What encloses the block begins its first line, and as spaces or quotes each of the next.
    let line = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let enclosing = |char: char| if char == '>' { '>' } else { ' ' };
    if length > longest || first + 1 > longest || block.len() - last > longest || range.start - line > longest
    {
        return;
    }
    let around: String = text[line..range.start].chars().map(enclosing).collect();
    let fence = &mark[..length];
    let number = found.spans.len();
    found.spans.push(Span {
        open: format!("{around}{}\n", block[..first].trim_end()),
        resume: around.clone(),
        close: format!("\n{around}{fence}"),
    });
    found.mark(range.start..range.start + first + 1, Effect::Open(number));
    // Without a line between them, the newline is taken already.
    let end = range.start + block.len();
    let from = if closed { range.start + last.max(first + 1) } else { end };
    found.mark(from..end, Effect::Close(number));
}

/// For services whose messages have one line: blocks of code as lines of code, each marked by itself.
pub(super) fn without_fences(text: String) -> String {
    if !(text.contains("```") || text.contains("~~~")) || plain::is_hostile(&text) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    let (mut copied, mut inside) = (0, false);
    for (event, range) in Parser::new_ext(&text, DIALECT).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                out.push_str(&text[copied..range.start]);
                (copied, inside) = (range.end, true);
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(code) if inside => {
                for line in code.split_inclusive('\n') {
                    code_line(&mut out, line);
                }
            }
            _ => {}
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// A line as code, between as many backticks as its own do not end (CommonMark 6.1).
fn code_line(out: &mut String, line: &str) {
    let code = line.trim_end_matches('\n');
    if !code.trim().is_empty() {
        let longest = code.split(|char| char != '`').map(str::len).max().unwrap_or(0);
        let ticks = "`".repeat(longest + 1);
        let pad = if longest > 0 || code.starts_with(' ') && code.ends_with(' ') { " " } else { "" };
        out.extend([&ticks, pad, code, pad, &ticks]);
    }
    if line.ends_with('\n') {
        out.push('\n');
    }
}
