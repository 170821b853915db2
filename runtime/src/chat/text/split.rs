//! A text as messages of at most so many bytes.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::spans::{Effect, Span, Spans};

/// Whether the text is one message.
pub(super) fn fits(text: &str, limit: usize, multiline: bool) -> bool {
    text.len() <= limit && (multiline || !text.contains(['\n', '\r']))
}

/// The text in pieces of at most `limit` bytes (16 or more), each closing the spans that it cuts, and reopening those
/// that the one before cut. Without `multiline` each piece has one line. What is dropped: the newlines or the one space
/// at a cut, and pieces that would be blank.
pub(super) fn split(text: &str, spans: &Spans, limit: usize, multiline: bool) -> Vec<String> {
    let mut splitter = Splitter {
        text,
        spans: &spans.spans,
        marks: &spans.marks,
        limit,
        multiline,
        at: 0,
        mark: 0,
        active: Vec::new(),
        cost: 0,
        same_line: false,
    };
    let mut pieces = Vec::new();
    while splitter.at < text.len() {
        pieces.extend(splitter.piece());
    }
    pieces
}

/// How many spans within one another are closed and reopened.
const DEEPEST: usize = 32;

/// A place to cut: the piece ends at the first, the next begins at the second.
type Cut = (usize, usize);

struct Splitter<'a> {
    text: &'a str,
    spans: &'a [Span],
    marks: &'a [(Range<usize>, Effect)],
    limit: usize,
    multiline: bool,
    /// Where the next piece begins, and its first mark.
    at: usize,
    mark: usize,
    /// The spans that are open there, from the outermost, and what they can cost together.
    active: Vec<usize>,
    cost: usize,
    /// Whether the next piece goes on with a line.
    same_line: bool,
}

impl Splitter<'_> {
    fn piece(&mut self) -> Option<String> {
        let newlines = newlines(&self.text[self.at..]);
        self.at += newlines;
        self.same_line &= newlines == 0;
        let (start, first) = (self.at, self.mark);
        let mut piece = self.opening();
        let before = (self.active.clone(), self.cost);
        let (end, next) = self.cut(piece.len());
        // Which spans are open at the cut, not where the search for it ended.
        (self.active, self.cost) = before;
        self.mark = first;
        while let Some((range, effect)) = self.marks.get(self.mark)
            && range.end <= end
        {
            self.apply(*effect);
            self.mark += 1;
        }
        // The last newlines go too, but not that of a mark.
        let marked = self.marks[first..self.mark].last().map_or(start, |(range, _)| range.end.max(start));
        let end = marked + self.text[marked..end].trim_end_matches('\n').len();
        let content = &self.text[start..end];
        piece.push_str(content);
        for &span in self.active.iter().rev() {
            piece.push_str(&self.spans[span].close);
        }
        self.same_line = next == end || !self.text[end..next].contains('\n');
        self.at = next;
        self.skip_closed();
        let blank = content.trim().is_empty() || self.is_bare(start, end, first);
        (!blank).then_some(piece)
    }

    /// What the next piece begins with.
    fn opening(&self) -> String {
        let (mut open, mut resume) = (String::new(), "");
        for &number in &self.active {
            let span = &self.spans[number];
            open.push_str(&span.open);
            resume = &span.resume;
        }
        if self.same_line {
            open.push_str(resume);
        }
        open
    }

    /// Where the piece ends that begins here with so many bytes.
    fn cut(&mut self, mut used: usize) -> Cut {
        let start = self.at;
        let (mut line, mut sentence, mut word) = (None, None, None);
        // The end of the last mark, and where to cut if no other place is behind that: not between an opening mark and
        // its text, since Markdown would take what is left for text.
        let (mut after_mark, mut beside_mark) = (start, None);
        let mut opened = false;
        let mut closing: usize = self.active.iter().map(|&span| self.spans[span].close.len()).sum();
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < bytes.len() {
            if let Some((range, effect)) = self.marks.get(self.mark).filter(|(range, _)| range.start <= at) {
                let (range, effect) = (range.clone(), *effect);
                let ends = match effect {
                    Effect::Open(span) if self.affords(span) => closing + self.spans[span].close.len(),
                    Effect::Close(span) if self.active.contains(&span) => {
                        closing - self.spans[span].close.len()
                    }
                    _ => closing,
                };
                let length = range.end.saturating_sub(at);
                if used + length + ends > self.limit {
                    break;
                }
                let (before, after, opens) = (at, at + length, ends > closing);
                if !opened {
                    beside_mark = Some(if opens { before } else { after }).filter(|&place| place > start);
                }
                opened |= opens;
                self.apply(effect);
                self.mark += 1;
                (used, closing, at, after_mark) = (used + length, ends, after, after);
                continue;
            }
            let byte = bytes[at];
            if byte == b'\n' {
                if !self.multiline {
                    return (at, at + 1);
                }
                line = if opened { line } else { Some((at, at + 1)) };
            } else if byte == b' ' && at > start && !opened && self.is_boundary(at + 1) {
                word = Some((at, at + 1));
                if matches!(bytes[at - 1], b'.' | b'!' | b'?') && used >= self.limit / 3 * 2 {
                    sentence = word;
                }
            }
            let length = width(byte);
            if used + length + closing > self.limit {
                break;
            }
            opened &= byte == b'\n';
            (used, at) = (used + length, at + length);
        }
        if at >= bytes.len() {
            return (at, at);
        }
        line.or(sentence).or(word).unwrap_or_else(|| {
            let end = self.between_clusters(after_mark, at).or(beside_mark).unwrap_or(at);
            (end, end)
        })
    }

    /// The last place behind `from` and up to `at` where no cluster of characters is cut.
    fn between_clusters(&self, from: usize, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        // What follows decides whether a cluster ends.
        let window = &self.text[from..at + width(bytes[at])];
        let boundaries = window.grapheme_indices(true).map(|(index, _)| from + index);
        let last = boundaries.rev().find(|&boundary| boundary <= at).filter(|&boundary| boundary > from)?;
        // A backslash goes with what it escapes.
        Some(if last > from + 1 && bytes[last - 1] == b'\\' { last - 1 } else { last })
    }

    /// Whether no cluster goes on from a space before this place.
    fn is_boundary(&self, at: usize) -> bool {
        let Some(next) = self.text.as_bytes().get(at) else { return true };
        next.is_ascii() || self.text[at - 1..at + width(*next)].graphemes(true).nth(1).is_some()
    }

    /// Whether there is room for one more span to be closed and reopened: together they take half of a message at most.
    fn affords(&self, span: usize) -> bool {
        self.active.len() < DEEPEST && self.cost + self.spans[span].cost() <= self.limit / 2
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Open(span) if self.affords(span) => {
                self.cost += self.spans[span].cost();
                self.active.push(span);
            }
            Effect::Close(span) => {
                if let Some(index) = self.active.iter().rposition(|&open| open == span) {
                    self.active.remove(index);
                    self.cost -= self.spans[span].cost();
                }
            }
            _ => {}
        }
    }

    /// Passes the marks right behind a cut that close what the cut has closed.
    fn skip_closed(&mut self) {
        while let Some((range, Effect::Close(span))) = self.marks.get(self.mark)
            && range.start <= self.at
            && self.active.contains(span)
        {
            self.at = self.at.max(range.end);
            self.apply(Effect::Close(*span));
            self.mark += 1;
        }
    }

    /// Whether there is nothing but marks and spaces.
    fn is_bare(&self, start: usize, end: usize, first: usize) -> bool {
        let mut at = start;
        for (range, effect) in &self.marks[first..self.mark] {
            if *effect == Effect::Whole || !self.text[at.min(range.start)..range.start].trim().is_empty() {
                return false;
            }
            at = at.max(range.end);
        }
        self.text[at.min(end)..end].trim().is_empty()
    }
}

/// How many newlines the text begins with.
fn newlines(text: &str) -> usize {
    text.bytes().take_while(|&byte| byte == b'\n').count()
}

/// How many bytes the character has that begins with this one.
fn width(first: u8) -> usize {
    match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}
