//! The terminal that started the host, as a connection of one extension.

use std::{
    io::{self, BufRead, Read},
    sync::{Arc, LazyLock},
    thread,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::{Mutex, OwnedMutexGuard, mpsc},
};

use super::{error::Error, printable::printable};

/// The longest line that is handed on, in bytes; the rest of it is left out.
const LONGEST_LINE: usize = 64 << 10;

/// Lines from standard input, without their ends.
type Lines = mpsc::Receiver<io::Result<Bytes>>;

/// The lines of standard input. They are read by a thread, which nobody can stop in the middle of a line: so there is
/// one for the whole program, and whoever has the terminal next gets what it read.
static LINES: LazyLock<Arc<Mutex<Lines>>> = LazyLock::new(|| {
    // One line is read ahead, no more.
    let (sender, lines) = mpsc::channel(1);
    let failed = sender.clone();
    let thread =
        thread::Builder::new().name("stdin".into()).spawn(move || read_lines(io::stdin().lock(), &sender));
    if let Err(error) = thread {
        let _ = failed.try_send(Err(error));
    }
    Arc::new(Mutex::new(lines))
});

/// The terminal, lent to one connection.
pub(super) struct Stdio {
    lines: OwnedMutexGuard<Lines>,
}

impl Stdio {
    /// Borrows the terminal until this is dropped.
    ///
    /// # Errors
    /// `Other` if it is in use.
    pub fn take() -> Result<Self, Error> {
        let lines = Arc::clone(&LINES).try_lock_owned();
        let lines = lines.map_err(|_| Error::Other("the terminal is in use by another connection".into()))?;
        Ok(Self { lines })
    }

    /// The next line, without its end; none at the end of input.
    ///
    /// Dropping the future loses no line.
    pub async fn next_line(&mut self) -> Option<io::Result<Bytes>> {
        self.lines.recv().await
    }
}

/// Writes what the extension sends to `output`, a prompt without a line's end included. The terminal is a person's, and an
/// extension is not trusted with it: see [`printable`].
pub(super) async fn print(output: &mut (impl AsyncWrite + Unpin), data: &[u8]) -> io::Result<()> {
    let text = String::from_utf8_lossy(data);
    output.write_all(printable(&text).as_bytes()).await?;
    output.flush().await
}

/// Sends the lines of `input` until it ends or nobody listens any more.
fn read_lines(mut input: impl BufRead, lines: &mpsc::Sender<io::Result<Bytes>>) {
    while let Some(line) = read_line(&mut input).transpose() {
        let failed = line.is_err();
        if lines.blocking_send(line).is_err() || failed {
            return;
        }
    }
}

fn read_line(input: &mut impl BufRead) -> io::Result<Option<Bytes>> {
    let mut line = Vec::new();
    // One more than a line may have: its end.
    input.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    } else if line.len() > LONGEST_LINE {
        line.truncate(LONGEST_LINE);
        input.skip_until(b'\n')?;
        tracing::warn!(
            "a line of the input was longer than {LONGEST_LINE} bytes: the rest of it was left out"
        );
    }
    Ok(Some(line.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Vec<Bytes> {
        std::iter::from_fn(|| read_line(&mut input).unwrap()).collect()
    }

    #[test]
    fn lines_lose_their_ends_and_no_more() {
        assert_eq!(lines(b"one\ntwo\r\n\n\rfour"), ["one", "two", "", "\rfour"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_is_cut_at_its_bound() {
        let longest = "a".repeat(LONGEST_LINE);
        assert_eq!(lines(format!("{longest}\nb\n").as_bytes()), [longest.as_str(), "b"]);
        assert_eq!(lines(format!("{longest}a\nb").as_bytes()), [longest.as_str(), "b"]);
        assert_eq!(lines(format!("{longest}aaa").as_bytes()), [longest.as_str()]);
    }

    #[tokio::test]
    async fn what_is_printed_is_harmless() {
        let mut output = Vec::new();
        for data in [&b"plain"[..], b"two\nlines\n", b"\x1b[2J\xff\r"] {
            print(&mut output, data).await.unwrap();
        }
        assert_eq!(String::from_utf8(output).unwrap(), "plaintwo\nlines\n␛[2J\u{fffd}␍");
    }

    #[tokio::test]
    async fn nothing_is_read_far_ahead() {
        let (sender, mut lines) = mpsc::channel(1);
        let input = io::BufReader::with_capacity(1, io::repeat(b'\n'));
        let thread = thread::spawn(move || read_lines(input, &sender));
        assert_eq!(lines.recv().await.unwrap().unwrap(), "");
        assert!(!thread.is_finished());
        drop(lines);
        tokio::task::spawn_blocking(|| thread.join()).await.unwrap().unwrap();
    }
}
