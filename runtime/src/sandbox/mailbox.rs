//! What waits for an extension: a bounded queue of calls, from many to one.

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
    dropped: AtomicU64,
    refused: AtomicU64,
    under_way: UnderWay,
}

struct Queue<T: 'static> {
    calls: VecDeque<Letter<T>>,
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
    _under_way: Token,
}

impl<T> Clone for Mailbox<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T> Mailbox<T> {
    /// An empty mailbox of the extension `name` for `capacity` calls; each counts in `under_way` from here until it is
    /// done.
    pub fn new(name: Arc<str>, capacity: u32, under_way: UnderWay) -> Self {
        let queue =
            Mutex::new(Queue { calls: VecDeque::new(), state: Door::Open, interrupted: false, reader: None });
        let capacity = capacity.max(1) as usize;
        under_way.admit(capacity);
        let (dropped, refused) = (AtomicU64::new(0), AtomicU64::new(0));
        let inner = Inner { name, queue, capacity, dropped, refused, under_way };
        Self { inner: Arc::new(inner) }
    }

    /// Hands the extension a call. Never waits.
    ///
    /// # Errors
    /// [`Full`] if there is no room for a request, or the extension has ended.
    pub fn push(&self, class: Class, call: Call<T>) -> Result<(), Full> {
        let letter = Letter { call, class, _under_way: self.inner.under_way.token() };
        let mut queue = self.inner.queue.lock();
        if queue.state != Door::Open {
            return Err(Full);
        }
        let mut unmade = None;
        if class != Class::Own && queue.calls.len() >= self.inner.capacity {
            // What an extension brought about itself is never dropped, so look for the oldest that may be.
            let oldest = queue.calls.iter().position(|letter| letter.class == Class::Event);
            match oldest.filter(|_| class == Class::Event) {
                Some(oldest) => unmade = queue.calls.remove(oldest),
                None => {
                    drop(queue);
                    match class {
                        Class::Event => self.count_drop(),
                        _ => self.count_refusal(),
                    }
                    return Err(Full);
                }
            }
        }
        queue.calls.push_back(letter);
        let reader = queue.reader.take();
        drop(queue);
        wake(reader);
        if unmade.is_some() {
            // Dropped outside the lock: it may run whatever its owner left in it.
            drop(unmade);
            self.count_drop();
        }
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
                "it is too slow: the oldest events that waited for it were dropped"
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
                "it is too slow: requests were refused, since its mailbox is full; `limits = {{ mailbox = … }}` makes it larger"
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
        let (unmade, reader) = (std::mem::take(&mut queue.calls), queue.reader.take());
        drop(queue);
        drop(unmade);
        wake(reader);
    }

    /// How many calls may wait.
    pub fn capacity(&self) -> usize {
        self.inner.capacity
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
        let mailbox = Mailbox::new("test".into(), 2, UnderWay::default());
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
        let mailbox = Mailbox::new("test".into(), 1, UnderWay::default());
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
        let mailbox = Mailbox::new("test".into(), 4, under_way.clone());
        mailbox.push(Class::Event, call(&dropped, 0)).unwrap();
        mailbox.close();
        assert!(mailbox.push(Class::Own, call(&dropped, 1)).is_err());
        assert_eq!(under_way.count(), 1);
        assert!(mailbox.next().await.is_some());
        assert!(mailbox.next().await.is_none());
        assert_eq!(under_way.count(), 0);
    }
}
