//! Bytes as they come, cut into lines.

/// The longest line there can be: 8191 bytes of tags (IRCv3 message tags, section "Size limit") and 512 of the rest
/// (RFC 1459, section 2.3).
const LONGEST: usize = 8191 + 512;

/// Gathers lines. It never holds more than one, nor a longer one than there can be.
#[derive(Debug, Default)]
pub struct Reader {
    /// The beginning of a line whose end is still to come.
    begun: Vec<u8>,
    /// The line under way is too long: nothing of it is kept.
    skipping: bool,
    /// How many lines were too long.
    pub skipped: u64,
}

impl Reader {
    /// Takes what came; calls `hear` with each line that is whole now, without its end.
    pub fn feed(&mut self, data: &[u8], mut hear: impl FnMut(&[u8])) {
        let mut pieces = data.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            let ends = pieces.peek().is_some();
            if !self.skipping && self.begun.len().saturating_add(piece.len()) > LONGEST {
                (self.skipping, self.begun) = (true, Vec::new());
                self.skipped = self.skipped.saturating_add(1);
            }
            match (self.skipping, ends) {
                (true, true) => self.skipping = false,
                (true, false) => {}
                (false, false) => self.begun.extend_from_slice(piece),
                (false, true) if self.begun.is_empty() => hear(trimmed(piece)),
                (false, true) => {
                    self.begun.extend_from_slice(piece);
                    hear(trimmed(&self.begun));
                    self.begun.clear();
                }
            }
        }
    }
}

/// Lines end with CR LF, but some servers forget the CR.
fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(reader: &mut Reader, data: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        reader.feed(data, |line| lines.push(line.to_vec()));
        lines
    }

    #[test]
    fn megabytes_without_an_end_cost_nothing() {
        let mut reader = Reader::default();
        for _ in 0..100 {
            assert!(lines(&mut reader, &[b'x'; 65536]).is_empty());
            assert!(reader.begun.capacity() <= 2 * LONGEST);
        }
        assert_eq!(lines(&mut reader, b"x\r\nPING :a\r\n"), [b"PING :a"]);
        assert_eq!(reader.skipped, 1);
    }

    #[test]
    fn the_longest_line_is_heard_and_a_longer_one_is_not() {
        let mut reader = Reader::default();
        let mut data = vec![b'x'; LONGEST];
        data.push(b'\n');
        assert_eq!(lines(&mut reader, &data).len(), 1);
        data.insert(0, b'x');
        assert_eq!(lines(&mut reader, &data).len(), 0);
        assert_eq!(reader.skipped, 1);
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_lines_are_the_same(
            text in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..300),
            cuts in proptest::collection::vec(1..40usize, 1..30),
        ) {
            let whole = lines(&mut Reader::default(), &text);
            let (mut reader, mut cut, mut rest) = (Reader::default(), Vec::new(), text.as_slice());
            for length in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (now, later) = rest.split_at((*length).min(rest.len()));
                cut.extend(lines(&mut reader, now));
                rest = later;
            }
            prop_assert_eq!(whole, cut);
        }
    }
}
