//! How many clients there are in the whole server.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// The clients of all hubs together, against a maximum.
#[derive(Debug)]
pub struct Census {
    most: usize,
    present: AtomicUsize,
}

/// One client's place in the census, given back when dropped.
#[derive(Debug)]
pub(super) struct Seat(Arc<Census>);

impl Census {
    /// Nobody yet, and at most `most` clients.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, present: AtomicUsize::new(0) })
    }

    /// Clients now, in all hubs that share this census.
    pub fn count(&self) -> usize {
        self.present.load(Relaxed)
    }

    /// A place for one more, unless the server is full.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Seat> {
        let more = |present| (present < self.most).then_some(present + 1);
        self.present.fetch_update(Relaxed, Relaxed, more).is_ok().then(|| Seat(Arc::clone(self)))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.present.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_census_is_free_again_when_its_client_left() {
        let census = Census::new(1);
        let seat = census.admit();
        assert!(seat.is_some());
        assert!(census.admit().is_none());
        drop(seat);
        assert_eq!(census.count(), 0);
        assert!(census.admit().is_some());
    }
}
