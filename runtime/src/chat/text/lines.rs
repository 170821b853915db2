//! Lines of text under construction: what each begins with, and which formatting is on.

use super::plain;

/// IRC's formatting codes (modern.ircdocs.horse/formatting, "Characters"). Each turns its formatting on and off again.
pub(super) const CODES: [char; 4] = ['\x02', '\x1D', '\x1E', '\x11'];
/// Indices into [`CODES`].
pub(super) const BOLD: usize = 0;
pub(super) const ITALIC: usize = 1;
pub(super) const STRUCK: usize = 2;
pub(super) const MONOSPACE: usize = 3;

/// How many quotes and lists within one another are shown. What is deeper is shown at this depth, so that the prefixes
/// of lines cannot make a text many times as long.
const DEEPEST: usize = 16;

/// What lines within a quote or an item of a list begin with.
struct Prefix {
    first: String,
    rest: String,
    used: bool,
}

/// A text that grows line by line. Formatting is off at the end of each.
pub(super) struct Lines {
    out: String,
    codes: bool,
    /// How many spans ask for each formatting.
    wanted: [usize; 4],
    /// Whether each is on.
    shown: [bool; 4],
    prefixes: Vec<Prefix>,
    /// How many more there are than are shown.
    deeper: usize,
    at_start: bool,
}

impl Lines {
    pub(super) fn new(capacity: usize, codes: bool) -> Self {
        let (wanted, shown) = ([0; 4], [false; 4]);
        let out = String::with_capacity(capacity);
        Self { out, codes, wanted, shown, prefixes: Vec::new(), deeper: 0, at_start: true }
    }

    /// What is there so far.
    pub(super) fn text(&self) -> &str {
        &self.out
    }

    /// Whether the next text begins a line.
    pub(super) fn at_start(&self) -> bool {
        self.at_start
    }

    /// Whether lines begin with something of their own.
    pub(super) fn is_nested(&self) -> bool {
        !self.prefixes.is_empty()
    }

    /// From here on, formatting is on; to be ended by [`off`](Self::off).
    pub(super) fn on(&mut self, code: usize) {
        self.wanted[code] += 1;
    }

    pub(super) fn off(&mut self, code: usize) {
        self.wanted[code] -= 1;
    }

    /// From here on, lines begin with `rest`, but the next one with `first`.
    pub(super) fn enter(&mut self, first: String, rest: String) {
        if self.prefixes.len() == DEEPEST {
            self.deeper += 1;
        } else {
            self.prefixes.push(Prefix { first, rest, used: false });
        }
    }

    /// Ends what [`enter`](Self::enter) began; says whether there was any line in it.
    pub(super) fn leave(&mut self) -> bool {
        if self.deeper > 0 {
            self.deeper -= 1;
            return true;
        }
        self.prefixes.pop().is_none_or(|prefix| prefix.used)
    }

    /// Adds text, which may have several lines.
    pub(super) fn write(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.newline();
            }
            if line.is_empty() {
                continue;
            }
            if self.at_start {
                self.begin();
            }
            // Only where there is text: a span that ends with its line leaves no code in the next.
            for ((shown, wanted), code) in self.shown.iter_mut().zip(self.wanted).zip(CODES) {
                let wanted = self.codes && wanted > 0;
                if std::mem::replace(shown, wanted) != wanted {
                    self.out.push(code);
                }
            }
            plain::push(&mut self.out, line);
        }
    }

    fn begin(&mut self) {
        self.at_start = false;
        for prefix in &mut self.prefixes {
            self.out.push_str(if prefix.used { &prefix.rest } else { &prefix.first });
            prefix.used = true;
        }
    }

    /// Ends the line.
    pub(super) fn newline(&mut self) {
        for (shown, code) in self.shown.iter_mut().zip(CODES) {
            if std::mem::take(shown) {
                self.out.push(code);
            }
        }
        self.out.push('\n');
        self.at_start = true;
    }

    /// Ends the line if it has begun.
    pub(super) fn fresh(&mut self) {
        if !self.at_start {
            self.newline();
        }
    }

    /// The text, with nothing behind its last line.
    pub(super) fn finish(mut self) -> String {
        self.fresh();
        self.out.truncate(self.out.trim_end_matches('\n').len());
        self.out
    }
}
