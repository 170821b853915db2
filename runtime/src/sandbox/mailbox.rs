//! What waits for an extension: a queue of calls, bounded in number and in size, from many to one.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Poll, Waker},
};

use futures_util::future::BoxFuture;
use parking_lot::Mutex;

use super::{
    instance::Live,
    under_way::{Token, UnderWay},
};

/// One call into an extension. Whatever it was to answer is owned by it: dropping a call unmade tells the asker so.
pub type Call<T> = Box<dyn for<'a> FnOnce(&'a mut Live<T>) -> BoxFuture<'a, wasmtime::Result<()>> + Send>;

/// What happens to a call when the mailbox is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// News from outside. The oldest waiting event makes room: a slow extension misses old news, and delays nobody.
    Event,
    /// Somebody waits for the answer. Refused with [`Full`].
    Request,
    /// What the extension brought about itself (data of its connections, its timers) and what is bounded where it
    /// comes from. Always taken.
    Own,
}

/// The mailbox is full, or its extension has ended: the call was not taken.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("too much is waiting for the extension")]
pub struct Full;

/// The sending side of an extension's queue; cheap to clone. The extension's actor is the one receiver.
pub struct Mailbox<T: 'static> {
    inner: Arc<Inner<T>>,
}

struct Inner<T: 'static> {
    name: Arc<str>,
    queue: Mutex<Queue<T>>,
    capacity: usize,
    /// Bytes that all calls together may hold, of which their senders say how many they are.
    most_bytes: usize,
    dropped: AtomicU64,
    refused: AtomicU64,
    under_way: UnderWay,
}

struct Queue<T: 'static> {
    calls: VecDeque<Letter<T>>,
    /// What they hold.
    bytes: usize,
    state: Door,
    /// The actor is to look at something else before the next call.
    interrupted: bool,
    /// The actor, while it waits for a call.
    reader: Option<Waker>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    /// Nothing more is taken; what is here is still done.
    Closing,
    /// The extension is gone.
    Shut,
}

/// What an actor does next.
pub(super) enum Next<T: 'static> {
    /// It makes a call.
    Call(Letter<T>),
    /// It looks at what it was interrupted for.
    Interruption,
}

/// A call, and the token that tells the program that something is under way.
pub(super) struct Letter<T: 'static> {
    pub call: Call<T>,
    class: Class,
    bytes: usize,
    _under_way: Token,
}

impl<T> Inner<T> {
    /// Whether one more call of this size is too much.
    fn is_full(&self, queue: &Queue<T>, bytes: usize) -> bool {
        queue.calls.len() >= self.capacity || queue.bytes.saturating_add(bytes) > self.most_bytes
    }
}

impl<T> Clone for Mailbox<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T> Mailbox<T> {
    /// An empty mailbox of the extension `name` for `capacity` calls, which hold `most_bytes` together; each counts in
    /// `under_way` from here until it is done.
    pub fn new(name: Arc<str>, capacity: u32, most_bytes: usize, under_way: UnderWay) -> Self {
        let queue =
            Queue { calls: VecDeque::new(), bytes: 0, state: Door::Open, interrupted: false, reader: None };
        let queue = Mutex::new(queue);
        let capacity = capacity.max(1) as usize;
        under_way.admit(capacity);
        let (dropped, refused) = (AtomicU64::new(0), AtomicU64::new(0));
        let inner = Inner { name, queue, capacity, most_bytes, dropped, refused, under_way };
        Self { inner: Arc::new(inner) }
    }

    /// Hands the extension a call that holds next to nothing. Never waits.
    ///
    /// # Errors
    /// [`Full`] if there is no room for a request, or the extension has ended.
    pub fn push(&self, class: Class, call: Call<T>) -> Result<(), Full> {
        self.push_sized(class, 0, call)
    }

    /// Hands the extension a call that holds so many bytes while it waits. Never waits itself.
    ///
    /// # Errors
    /// [`Full`] if there is no room for a request, or for an event even without those before it, or the extension has
    /// ended.
    pub fn push_sized(&self, class: Class, bytes: usize, call: Call<T>) -> Result<(), Full> {
        let letter = Letter { call, class, bytes, _under_way: self.inner.under_way.token() };
        let mut queue = self.inner.queue.lock();
        if queue.state != Door::Open {
            return Err(Full);
        }
        // Dropped outside the lock: they may run whatever their owner left in them.
        let mut unmade = Vec::new();
        while class != Class::Own && self.inner.is_full(&queue, bytes) {
            // What an extension brought about itself is never dropped, so look for the oldest that may be. One event that is
            // larger than all that may wait makes nobody leave.
            let may_leave = class == Class::Event && bytes <= self.inner.most_bytes;
            let oldest = queue.calls.iter().position(|letter| may_leave && letter.class == Class::Event);
            match oldest.and_then(|oldest| queue.calls.remove(oldest)) {
                Some(oldest) => {
                    queue.bytes -= oldest.bytes;
                    unmade.push(oldest);
                }
                None => {
                    drop(queue);
                    unmade.iter().for_each(|_| self.count_drop());
                    match class {
                        Class::Event => self.count_drop(),
                        _ => self.count_refusal(),
                    }
                    return Err(Full);
                }
            }
        }
        queue.bytes += bytes;
        queue.calls.push_back(letter);
        let reader = queue.reader.take();
        drop(queue);
        wake(reader);
        unmade.iter().for_each(|_| self.count_drop());
        Ok(())
    }

    fn count_drop(&self) {
        let dropped = self.inner.dropped.fetch_add(1, Relaxed) + 1;
        // Powers of two: told at once, and never a flood.
        if dropped.is_power_of_two() {
            let extension = &*self.inner.name;
            tracing::warn!(
                extension,
                dropped,
                "it is too slow: the oldest events that waited for it were dropped; `limits = {{ mailbox = …, mailbox-bytes = \"…\" }}` makes room for more"
            );
        }
    }

    fn count_refusal(&self) {
        let refused = self.inner.refused.fetch_add(1, Relaxed) + 1;
        if refused.is_power_of_two() {
            let extension = &*self.inner.name;
            tracing::warn!(
                extension,
                refused,
                "it is too slow: requests were refused, since its mailbox is full; `limits = {{ mailbox = …, mailbox-bytes = \"…\" }}` makes it larger"
            );
        }
    }

    /// What is under way in the whole program, the calls for this extension among it.
    pub fn under_way(&self) -> &UnderWay {
        &self.inner.under_way
    }

    /// What the actor is to do next: [`interrupt`](Self::interrupt)ions first, then calls in order; `None` once the
    /// mailbox is closed and empty.
    pub(super) async fn next(&self) -> Option<Next<T>> {
        poll_fn(|context| {
            let mut queue = self.inner.queue.lock();
            if std::mem::take(&mut queue.interrupted) {
                return Poll::Ready(Some(Next::Interruption));
            }
            if let Some(letter) = queue.calls.pop_front() {
                queue.bytes -= letter.bytes;
                return Poll::Ready(Some(Next::Call(letter)));
            }
            if queue.state != Door::Open {
                return Poll::Ready(None);
            }
            queue.reader = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Has the actor look at something else before its next call.
    pub(super) fn interrupt(&self) {
        let mut queue = self.inner.queue.lock();
        queue.interrupted = true;
        let reader = queue.reader.take();
        drop(queue);
        wake(reader);
    }

    /// Takes nothing more; what is here is still done.
    pub(super) fn close(&self) {
        let mut queue = self.inner.queue.lock();
        if queue.state == Door::Open {
            queue.state = Door::Closing;
        }
        let reader = queue.reader.take();
        drop(queue);
        wake(reader);
    }

    /// Takes nothing more and drops what is here: the extension is gone.
    pub(super) fn shut(&self) {
        let mut queue = self.inner.queue.lock();
        queue.state = Door::Shut;
        queue.bytes = 0;
        let (unmade, reader) = (std::mem::take(&mut queue.calls), queue.reader.take());
        drop(queue);
        drop(unmade);
        wake(reader);
    }

    /// How many calls may wait.
    pub fn capacity(&self) -> usize {
        self.inner.capacity
    }

    /// Bytes that what waits holds, as far as whoever sent it knew.
    pub fn bytes(&self) -> usize {
        self.inner.queue.lock().bytes
    }

    /// Calls that wait now.
    pub fn depth(&self) -> usize {
        self.inner.queue.lock().calls.len()
    }

    /// Events that were dropped so far because the extension was too slow.
    pub fn dropped(&self) -> u64 {
        self.inner.dropped.load(Relaxed)
    }

    /// Requests that were refused so far because the extension was too slow.
    pub fn refused(&self) -> u64 {
        self.inner.refused.load(Relaxed)
    }
}

fn wake(reader: Option<Waker>) {
    if let Some(reader) = reader {
        reader.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(mark: &Arc<Mutex<Vec<u32>>>, number: u32) -> Call<()> {
        // Marks when it is dropped unmade: these tests have no instance to call.
        struct Mark(Arc<Mutex<Vec<u32>>>, u32);
        impl Drop for Mark {
            fn drop(&mut self) {
                self.0.lock().push(self.1);
            }
        }
        let mark = Mark(Arc::clone(mark), number);
        Box::new(move |_| {
            let _mark = mark;
            Box::pin(async { Ok(()) })
        })
    }

    #[tokio::test]
    async fn a_full_mailbox_drops_the_oldest_event_and_refuses_requests() {
        let dropped = Arc::default();
        let mailbox = Mailbox::new("test".into(), 2, 100, UnderWay::default());
        mailbox.push(Class::Request, call(&dropped, 0)).unwrap();
        mailbox.push(Class::Event, call(&dropped, 1)).unwrap();
        mailbox.push(Class::Event, call(&dropped, 2)).unwrap();
        assert_eq!(*dropped.lock(), [1]);
        assert_eq!(mailbox.dropped(), 1);
        assert!(mailbox.push(Class::Request, call(&dropped, 3)).is_err());
        assert_eq!(mailbox.refused(), 1);
        assert_eq!(mailbox.depth(), 2);
    }

    #[tokio::test]
    async fn what_an_extension_brought_about_itself_is_always_taken_and_never_dropped() {
        let dropped = Arc::default();
        let mailbox = Mailbox::new("test".into(), 1, 100, UnderWay::default());
        mailbox.push(Class::Own, call(&dropped, 0)).unwrap();
        mailbox.push(Class::Own, call(&dropped, 1)).unwrap();
        assert!(mailbox.push(Class::Event, call(&dropped, 2)).is_err());
        assert_eq!(*dropped.lock(), [2]);
        assert_eq!(mailbox.depth(), 2);
    }

    #[tokio::test]
    async fn a_closed_mailbox_is_emptied_and_then_ends() {
        let dropped = Arc::default();
        let under_way = UnderWay::default();
        let mailbox = Mailbox::new("test".into(), 4, 100, under_way.clone());
        mailbox.push(Class::Event, call(&dropped, 0)).unwrap();
        mailbox.close();
        assert!(mailbox.push(Class::Own, call(&dropped, 1)).is_err());
        assert_eq!(under_way.count(), 1);
        assert!(mailbox.next().await.is_some());
        assert!(mailbox.next().await.is_none());
        assert_eq!(under_way.count(), 0);
    }

    #[tokio::test]
    async fn a_few_large_calls_fill_it_as_well() {
        let dropped = Arc::default();
        let mailbox = Mailbox::new("test".into(), 10, 100, UnderWay::default());
        mailbox.push_sized(Class::Event, 40, call(&dropped, 0)).unwrap();
        mailbox.push_sized(Class::Event, 40, call(&dropped, 1)).unwrap();
        assert!(mailbox.push_sized(Class::Request, 40, call(&dropped, 2)).is_err());
        mailbox.push_sized(Class::Request, 20, call(&dropped, 3)).unwrap();
        // Both that were there before leave for it.
        mailbox.push_sized(Class::Event, 80, call(&dropped, 4)).unwrap();
        assert_eq!(*dropped.lock(), [2, 0, 1]);
        // For one that will never fit, nobody does.
        assert!(mailbox.push_sized(Class::Event, 101, call(&dropped, 5)).is_err());
        mailbox.push_sized(Class::Own, 1_000, call(&dropped, 6)).unwrap();
        assert_eq!((mailbox.depth(), mailbox.dropped()), (3, 3));
        for _ in 0..3 {
            mailbox.next().await;
        }
        assert_eq!(mailbox.inner.queue.lock().bytes, 0);
    }
}
