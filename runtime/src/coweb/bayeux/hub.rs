//! The clients of one application.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{
            AtomicU64, AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
    },
};

use foldhash::fast::RandomState;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::{
    application::{Application, Departure},
    census::Census,
    client::{Client, Line},
    manners::Manners,
};

/// The clients of one application at one URL, over long-polling and websocket.
pub struct Hub<A: Application> {
    application: A,
    manners: Arc<Manners>,
    census: Arc<Census>,
    clients: Mutex<Clients<A>>,
    lines: AtomicU64,
    /// Handshakes under way.
    arriving: AtomicUsize,
    pub(super) counters: Counters,
    /// `"timeout":…`, in milliseconds: the advice of most answers.
    pub(super) advice: Box<str>,
}

struct Clients<A: Application> {
    present: HashMap<u128, Arc<Client<A>>, RandomState>,
    closed: bool,
}

#[derive(Default)]
pub(super) struct Counters {
    pub messages: AtomicU64,
    pub refused: AtomicU64,
    pub unreadable: AtomicU64,
    pub overflows: AtomicU64,
}

/// What a hub has seen so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages of clients.
    pub messages: u64,
    /// Those that were answered with an error.
    pub refused: u64,
    /// Requests and frames of which nothing was looked at.
    pub unreadable: u64,
    /// Clients that are gone because too much waited for them.
    pub overflows: u64,
}

/// A handshake under way.
pub(super) struct Arrival<'a>(&'a AtomicUsize);

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Why there is no place for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlace {
    Full,
    Closed,
}

impl<A: Application> Hub<A> {
    /// No clients yet; those that come count in `census`.
    pub fn new(application: A, manners: Arc<Manners>, census: Arc<Census>) -> Arc<Self> {
        let advice = format!(r#""timeout":{}"#, manners.hold.as_millis()).into();
        let clients = Mutex::new(Clients { present: HashMap::default(), closed: false });
        // No client is on line 0.
        let (lines, counters) = (AtomicU64::new(1), Counters::default());
        let arriving = AtomicUsize::new(0);
        Arc::new(Self { application, manners, census, clients, lines, arriving, counters, advice })
    }

    /// What the clients are for.
    pub fn application(&self) -> &A {
        &self.application
    }

    /// How clients are treated.
    pub fn manners(&self) -> &Arc<Manners> {
        &self.manners
    }

    /// Those who are there, in no order.
    pub fn clients(&self) -> Vec<Arc<Client<A>>> {
        self.clients.lock().present.values().cloned().collect()
    }

    /// The client with this id, unless it is gone.
    pub fn client(&self, id: &str) -> Option<Arc<Client<A>>> {
        let known = self.clients.lock().present.get(&number(id)?).cloned()?;
        // There are other ways to write the number.
        (known.id() == id).then_some(known)
    }

    /// How many are there.
    pub fn count(&self) -> usize {
        self.clients.lock().present.len()
    }

    /// Whether nobody is there, and nobody has begun to shake hands before this was called.
    pub fn is_deserted(&self) -> bool {
        // In this order: whoever has arrived by the first, counts in the second.
        self.arriving.load(SeqCst) == 0 && self.count() == 0
    }

    /// Somebody is on the way in, until this is dropped.
    pub(super) fn arrival(&self) -> Arrival<'_> {
        self.arriving.fetch_add(1, SeqCst);
        Arrival(&self.arriving)
    }

    /// What it has seen so far.
    pub fn tally(&self) -> Tally {
        let Counters { messages, refused, unreadable, overflows } = &self.counters;
        Tally {
            messages: messages.load(Relaxed),
            refused: refused.load(Relaxed),
            unreadable: unreadable.load(Relaxed),
            overflows: overflows.load(Relaxed),
        }
    }

    /// Ends those who have been away for too long, and tells the application of all who are gone and of whom it has not
    /// heard. The owner calls it about once a second.
    pub fn sweep(&self) {
        let now = Instant::now();
        let clients = self.clients();
        for client in clients {
            client.expire(now);
            self.settle(&client);
        }
    }

    /// Ends all, and takes nobody any more. The application hears of each before this returns, unless it is being called
    /// for one: then when that call is done.
    pub fn close(&self) {
        let clients: Vec<_> = {
            let mut clients = self.clients.lock();
            clients.closed = true;
            clients.present.values().cloned().collect()
        };
        for client in clients {
            client.leave(Departure::Ended);
            self.settle(&client);
        }
    }

    /// Tells the application of a client that leaves, if it has not heard and is not busy with it.
    pub(super) fn settle(&self, client: &Arc<Client<A>>) {
        if let Some((how, _turn)) = client.settle() {
            if let Some(number) = number(client.id()) {
                self.clients.lock().present.remove(&number);
            }
            if how == Departure::Overflow {
                self.counters.overflows.fetch_add(1, Relaxed);
            }
            tracing::debug!(client = client.id().get(..8), ?how, "a client is gone");
            self.application.gone(client, how);
        }
    }

    /// Takes a new client in.
    pub(super) fn admit(&self, data: A::Client, acks: bool) -> Result<Arc<Client<A>>, NoPlace> {
        let mut random = [0; 16];
        // It fails only on systems without a source of randomness: then nobody can be let in.
        getrandom::fill(&mut random).map_err(|_| NoPlace::Full)?;
        let number = u128::from_be_bytes(random);
        let mut clients = self.clients.lock();
        if clients.closed {
            return Err(NoPlace::Closed);
        }
        if clients.present.len() >= self.manners.limits.clients {
            return Err(NoPlace::Full);
        }
        let seat = self.census.admit().ok_or(NoPlace::Full)?;
        let client =
            Arc::new(Client::new(format!("{number:032x}"), data, acks, Arc::clone(&self.manners), seat));
        clients.present.insert(number, Arc::clone(&client));
        Ok(client)
    }

    /// A number for a new line.
    pub(super) fn line(&self) -> Line {
        self.lines.fetch_add(1, Relaxed)
    }
}

fn number(id: &str) -> Option<u128> {
    u128::from_str_radix(id, 16).ok()
}
