//! What waits to be sent.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use crate::{bucket::Bucket, lane::Lane};

/// How many lines can wait, and how many bytes.
const MOST_LINES: usize = 500;
const MOST_BYTES: usize = 256 * 1024;

/// How many lines can wait for one target that nobody in particular asked for: half, so that one which gets very much
/// leaves room for others.
const MOST_UNASKED: usize = MOST_LINES / 2;

/// How many lines can wait for one asker in one place: more than anybody reads, and sent within minutes.
const MOST_ASKED: usize = 120;

/// Lines that wait until the server will take them without throwing the bot out for flooding (RFC 1459, section
/// 8.10). Lanes take turns: a lot of text in one room does not hold up the answers in another, and a lot of text for
/// one asker not those for others in the same room.
#[derive(Debug)]
pub struct Queue {
    pace: Bucket,
    lanes: HashMap<Lane, VecDeque<String>>,
    /// The lanes that are not empty, the next one first.
    turns: VecDeque<Lane>,
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
    pub fn push(&mut self, lane: Lane, line: String) -> Result<(), Full> {
        let waiting = self.lanes.get(&lane).map_or(0, VecDeque::len);
        let most = if lane.asker.is_some() { MOST_ASKED } else { MOST_UNASKED };
        let bytes = self.bytes.saturating_add(line.len());
        if self.lines >= MOST_LINES || bytes > MOST_BYTES || waiting >= most {
            return Err(Full);
        }
        (self.lines, self.bytes) = (self.lines + 1, bytes);
        if waiting == 0 {
            self.turns.push_back(lane.clone());
        }
        self.lanes.entry(lane).or_default().push_back(line);
        Ok(())
    }

    /// How many lines wait for a target, in all lanes.
    pub fn waiting_for(&self, target: &str) -> usize {
        let lanes = self.lanes.iter().filter(|(lane, _)| lane.target == target);
        lanes.map(|(_, waiting)| waiting.len()).sum()
    }

    /// Takes out all that waits for a target, lane by lane.
    pub fn take(&mut self, target: &str) -> Vec<(Lane, VecDeque<String>)> {
        let lanes: Vec<_> = self.turns.iter().filter(|lane| lane.target == target).cloned().collect();
        if !lanes.is_empty() {
            self.turns.retain(|lane| lane.target != target);
        }
        let mut taken = Vec::with_capacity(lanes.len());
        for lane in lanes {
            let waiting = self.lanes.remove(&lane).unwrap_or_default();
            self.lines = self.lines.saturating_sub(waiting.len());
            self.bytes = self.bytes.saturating_sub(waiting.iter().map(String::len).sum());
            taken.push((lane, waiting));
        }
        taken
    }

    /// All for whom something waits, some perhaps twice.
    pub fn targets(&self) -> Vec<String> {
        self.turns.iter().map(|lane| lane.target.clone()).collect()
    }

    /// The next line, where there is one and it may go now.
    pub fn pop(&mut self, now: Duration) -> Option<String> {
        if self.turns.is_empty() || !self.pace.take(now) {
            return None;
        }
        let lane = self.turns.pop_front()?;
        let waiting = self.lanes.get_mut(&lane)?;
        let line = waiting.pop_front()?;
        if waiting.is_empty() {
            self.lanes.remove(&lane);
        } else {
            self.turns.push_back(lane);
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

    fn lane(target: &str, asker: Option<&str>) -> Lane {
        Lane { target: target.to_owned(), asker: asker.map(str::to_owned) }
    }

    fn unasked(target: &str) -> Lane {
        lane(target, None)
    }

    fn queue(most: u32) -> Queue {
        Queue::new(Bucket::new(most, Duration::from_secs(2)))
    }

    #[test]
    fn lanes_take_turns_and_keep_their_order() {
        let mut queue = queue(100);
        for (target, line) in [("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1"), ("b", "b2")] {
            queue.push(unasked(target), line.to_owned()).expect("room");
        }
        let lines: Vec<_> = std::iter::from_fn(|| queue.pop(Duration::ZERO)).collect();
        assert_eq!(lines, ["a1", "b1", "c1", "a2", "b2", "a3"]);
        assert_eq!((queue.lines, queue.bytes, queue.lanes.len()), (0, 0, 0));
    }

    #[test]
    fn one_asker_does_not_hold_up_another_in_the_same_place() {
        let mut queue = queue(100);
        while queue.push(lane("#tea", Some("al")), "al".to_owned()).is_ok() {}
        assert_eq!(queue.lines, MOST_ASKED);
        assert_eq!(queue.push(lane("#tea", Some("bo")), "bo".to_owned()), Ok(()));
        assert_eq!(queue.push(unasked("#tea"), "news".to_owned()), Ok(()));
        let lines: Vec<_> = std::iter::from_fn(|| queue.pop(Duration::ZERO)).take(4).collect();
        assert_eq!(lines, ["al", "bo", "news", "al"]);
    }

    #[test]
    fn what_is_taken_out_is_gone_from_every_lane() {
        let mut queue = queue(100);
        for (target, asker) in [("al", Some("al")), ("bo", None), ("al", None), ("al", Some("al"))] {
            queue.push(lane(target, asker), format!("for {target}")).expect("room");
        }
        assert_eq!(queue.waiting_for("al"), 3);
        let taken: Vec<_> =
            queue.take("al").into_iter().map(|(lane, lines)| (lane.asker, lines.len())).collect();
        assert_eq!(taken, [(Some("al".to_owned()), 2), (None, 1)]);
        assert_eq!((queue.waiting_for("al"), queue.take("al").len()), (0, 0));
        assert_eq!(queue.pop(Duration::ZERO).as_deref(), Some("for bo"));
        assert_eq!((queue.lines, queue.bytes, queue.turns.len()), (0, 0, 0));
    }

    #[test]
    fn it_keeps_its_pace() {
        let mut queue = queue(2);
        (0..4).for_each(|line| queue.push(unasked("a"), line.to_string()).expect("room"));
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
        while crowded.push(unasked("a"), "x".to_owned()).is_ok() {}
        assert_eq!(crowded.lines, MOST_UNASKED);
        assert_eq!(crowded.push(unasked("b"), "x".to_owned()), Ok(()));
        while (0..MOST_LINES).any(|target| crowded.push(unasked(&target.to_string()), "x".to_owned()).is_ok())
        {
        }
        assert_eq!(crowded.lines, MOST_LINES);
        let mut heavy = queue(1);
        assert_eq!(heavy.push(unasked("a"), "x".repeat(MOST_BYTES + 1)), Err(Full));
        assert_eq!(heavy.push(unasked("a"), "x".repeat(MOST_BYTES)), Ok(()));
        assert_eq!(heavy.push(unasked("b"), "x".to_owned()), Err(Full));
    }
}
