//! What waits to be sent.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use crate::bucket::Bucket;

/// How many lines can wait, and how many bytes.
const MOST_LINES: usize = 500;
const MOST_BYTES: usize = 256 * 1024;

/// How many lines can wait for one target: half, so that one which gets very much leaves room for others.
const MOST_PER_TARGET: usize = MOST_LINES / 2;

/// Lines that wait until the server will take them without throwing the bot out for flooding (RFC 1459, section
/// 8.10). Each target has its own lane, and the lanes take turns: a lot of text in one room does not hold up the
/// answers in another.
#[derive(Debug)]
pub struct Queue {
    pace: Bucket,
    lanes: HashMap<String, VecDeque<String>>,
    /// The lanes that are not empty, the next one first.
    turns: VecDeque<String>,
    lines: usize,
    bytes: usize,
}

/// There is no room for this line.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

impl Queue {
    /// An empty one of this pace.
    pub fn new(pace: Bucket) -> Self {
        Self { pace, lanes: HashMap::new(), turns: VecDeque::new(), lines: 0, bytes: 0 }
    }

    /// Puts a line behind the others in its lane.
    pub fn push(&mut self, lane: &str, line: String) -> Result<(), Full> {
        let waiting = self.lanes.get(lane).map_or(0, VecDeque::len);
        let bytes = self.bytes.saturating_add(line.len());
        if self.lines >= MOST_LINES || bytes > MOST_BYTES || waiting >= MOST_PER_TARGET {
            return Err(Full);
        }
        (self.lines, self.bytes) = (self.lines + 1, bytes);
        if waiting == 0 {
            self.turns.push_back(lane.to_owned());
        }
        self.lanes.entry(lane.to_owned()).or_default().push_back(line);
        Ok(())
    }

    /// The next line, where there is one and it may go now.
    pub fn pop(&mut self, now: Duration) -> Option<String> {
        if self.turns.is_empty() || !self.pace.take(now) {
            return None;
        }
        let name = self.turns.pop_front()?;
        let lane = self.lanes.get_mut(&name)?;
        let line = lane.pop_front()?;
        if lane.is_empty() {
            self.lanes.remove(&name);
        } else {
            self.turns.push_back(name);
        }
        (self.lines, self.bytes) = (self.lines.saturating_sub(1), self.bytes.saturating_sub(line.len()));
        Some(line)
    }

    /// When the next line may go; none while nothing waits.
    pub fn next(&mut self, now: Duration) -> Option<Duration> {
        if self.turns.is_empty() { None } else { Some(self.pace.next(now)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(most: u32) -> Queue {
        Queue::new(Bucket::new(most, Duration::from_secs(2)))
    }

    #[test]
    fn lanes_take_turns_and_keep_their_order() {
        let mut queue = queue(100);
        for (lane, line) in [("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1"), ("b", "b2")] {
            queue.push(lane, line.to_owned()).expect("room");
        }
        let lines: Vec<_> = std::iter::from_fn(|| queue.pop(Duration::ZERO)).collect();
        assert_eq!(lines, ["a1", "b1", "c1", "a2", "b2", "a3"]);
        assert_eq!((queue.lines, queue.bytes, queue.lanes.len()), (0, 0, 0));
    }

    #[test]
    fn it_keeps_its_pace() {
        let mut queue = queue(2);
        (0..4).for_each(|line| queue.push("a", line.to_string()).expect("room"));
        let second = Duration::from_secs(1);
        assert_eq!(queue.next(second), Some(second));
        assert_eq!((queue.pop(second).as_deref(), queue.pop(second).as_deref()), (Some("0"), Some("1")));
        assert_eq!((queue.pop(second), queue.next(second)), (None, Some(3 * second)));
        assert_eq!(queue.pop(3 * second).as_deref(), Some("2"));
        assert_eq!(queue.pop(5 * second).as_deref(), Some("3"));
        assert_eq!(queue.next(5 * second), None);
    }

    #[test]
    fn it_is_bounded_and_one_target_leaves_room_for_others() {
        let mut crowded = queue(1);
        while crowded.push("a", "x".to_owned()).is_ok() {}
        assert_eq!(crowded.lines, MOST_PER_TARGET);
        assert_eq!(crowded.push("b", "x".to_owned()), Ok(()));
        while (0..MOST_LINES).any(|lane| crowded.push(&lane.to_string(), "x".to_owned()).is_ok()) {}
        assert_eq!(crowded.lines, MOST_LINES);
        let mut heavy = queue(1);
        assert_eq!(heavy.push("a", "x".repeat(MOST_BYTES + 1)), Err(Full));
        assert_eq!(heavy.push("a", "x".repeat(MOST_BYTES)), Ok(()));
        assert_eq!(heavy.push("b", "x".to_owned()), Err(Full));
    }
}
