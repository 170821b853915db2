//! What waits for a room that is out of reach.

use std::collections::VecDeque;

/// The most messages that wait for one room; of more, the oldest are lost.
const MOST: usize = 50;

/// What waits for one room, in order.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: VecDeque<String>,
    lost: u64,
}

impl Queue {
    /// Puts one at the end.
    pub fn push(&mut self, text: String) {
        self.waiting.push_back(text);
        if self.waiting.len() > MOST {
            self.waiting.pop_front();
            self.lost += 1;
        }
    }

    /// The next to be sent: first how many are lost, if any are.
    pub fn next(&self, network: &str) -> Option<String> {
        match self.lost {
            0 => self.waiting.front().cloned(),
            1 => Some(format!("1 message was lost while {network} was away.")),
            lost => Some(format!("{lost} messages were lost while {network} was away.")),
        }
    }

    /// That one was sent.
    pub fn sent(&mut self) {
        if self.lost > 0 {
            self.lost = 0;
        } else {
            self.waiting.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut queue: Queue) -> Vec<String> {
        std::iter::from_fn(|| {
            let next = queue.next("libera");
            queue.sent();
            next
        })
        .collect()
    }

    #[test]
    fn what_waits_comes_in_order() {
        let mut queue = Queue::default();
        ["a", "b", "c"].into_iter().for_each(|text| queue.push(text.into()));
        assert_eq!(all(queue), ["a", "b", "c"]);
    }

    #[test]
    fn of_too_many_the_last_are_kept_and_the_rest_is_counted() {
        let mut queue = Queue::default();
        (0..MOST + 2).for_each(|n| queue.push(n.to_string()));
        let all = all(queue);
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all[..2], ["2 messages were lost while libera was away.", "2"]);
    }
}
