//! Counts what is under way in the whole program: whoever ends it, or feeds it from a pipe, waits for that.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};

/// A counter; cheap to clone.
#[derive(Clone, Default)]
pub struct UnderWay {
    counter: Arc<Counter>,
}

struct Counter {
    count: AtomicUsize,
    /// The room in the smallest mailbox.
    smallest: AtomicUsize,
    /// How many wait for it to sink: where nobody does, nobody is woken.
    waiting: AtomicUsize,
    sunk: Notify,
}

impl Default for Counter {
    fn default() -> Self {
        let (count, waiting, sunk) = (AtomicUsize::new(0), AtomicUsize::new(0), Notify::new());
        Self { count, smallest: AtomicUsize::new(usize::MAX), waiting, sunk }
    }
}

/// One thing that is under way, until this is dropped.
pub struct Token(Arc<Counter>);

impl Drop for Token {
    fn drop(&mut self) {
        // Sequentially consistent, as in `count_sinks`: of a count that sinks and somebody who begins to wait, one sees the other.
        self.0.count.fetch_sub(1, SeqCst);
        if self.0.waiting.load(SeqCst) > 0 {
            self.0.sunk.notify_waiters();
        }
    }
}

/// One who waits, also if the waiting is given up.
struct Waiting<'a>(&'a Counter);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, SeqCst);
    }
}

impl UnderWay {
    /// One thing more.
    pub fn token(&self) -> Token {
        self.counter.count.fetch_add(1, SeqCst);
        Token(Arc::clone(&self.counter))
    }

    /// Calls are counted here that wait in a mailbox with room for `capacity` of them.
    pub(super) fn admit(&self, capacity: usize) {
        self.counter.smallest.fetch_min(capacity, SeqCst);
    }

    /// Resolves when every mailbox has room for what one message brings about, for a moment at least. Whoever waits for it
    /// before each message never overfills one.
    pub async fn room(&self) {
        // A bot hears one message twice at most: as such, and because it is named.
        self.below((self.counter.smallest.load(SeqCst) / 2).max(1)).await;
    }

    /// How many things are under way.
    pub fn count(&self) -> usize {
        self.counter.count.load(SeqCst)
    }

    /// Resolves when fewer than `bound` things are under way, for a moment at least.
    pub async fn below(&self, bound: usize) {
        while self.count_sinks(bound).await != Sunk::Below {}
    }

    /// Resolves when nothing is under way (true), or nothing has come to its end for so long (false).
    pub async fn all_done(&self, patience: Duration) -> bool {
        loop {
            match timeout(patience, self.count_sinks(1)).await {
                Ok(Sunk::Below) => return true,
                Ok(Sunk::SomeEnded) => {}
                Err(_) => return false,
            }
        }
    }

    /// Waits until something ends, if `bound` things or more are under way.
    async fn count_sinks(&self, bound: usize) -> Sunk {
        let sunk = self.counter.sunk.notified();
        tokio::pin!(sunk);
        sunk.as_mut().enable();
        self.counter.waiting.fetch_add(1, SeqCst);
        let _waiting = Waiting(&self.counter);
        if self.count() < bound {
            return Sunk::Below;
        }
        sunk.await;
        Sunk::SomeEnded
    }
}

/// What came of waiting.
#[derive(PartialEq, Eq)]
enum Sunk {
    /// So few are under way.
    Below,
    /// Something has ended since.
    SomeEnded,
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn waiting_ends_when_enough_has_ended() {
        let under_way = UnderWay::default();
        let (first, second) = (under_way.token(), under_way.token());
        assert!(under_way.below(2).now_or_never().is_none());
        under_way.below(3).await;
        let waiting = tokio::spawn({
            let under_way = under_way.clone();
            async move { under_way.below(1).await }
        });
        tokio::task::yield_now().await;
        drop(first);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(second);
        waiting.await.unwrap();
        assert_eq!(under_way.counter.waiting.load(SeqCst), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_makes_no_progress_is_given_up_and_what_does_is_not() {
        const PATIENCE: Duration = Duration::from_secs(5);
        let under_way = UnderWay::default();
        assert!(under_way.all_done(PATIENCE).await);
        let tokens: Vec<_> = (0..10).map(|_| under_way.token()).collect();
        let slow = tokio::spawn(async move {
            for token in tokens {
                tokio::time::sleep(PATIENCE - Duration::from_secs(1)).await;
                drop(token);
            }
        });
        assert!(under_way.all_done(PATIENCE).await);
        slow.await.unwrap();
        let _stuck = under_way.token();
        assert!(!under_way.all_done(PATIENCE).await);
    }
}
