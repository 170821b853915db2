//! A host in memory, for the tests of extensions, which run natively. It is not there in components.
//!
//! [`Host`] is what [`config`](crate::config), [`log`](crate::log), [`Timer`], [`Store`](crate::Store),
//! [`chat::networks`](crate::chat), and of [`coweb`](crate::coweb) `bridge`, `components` and `session_api` reach in such
//! a test. What is not named here panics.
//!
//! ```
//! use parlor_sdk::{coweb::prelude::*, testing::Host};
//!
//! let host = Host::new();
//! host.configure("greeting", "hello");
//! session_api::publish(&format!("{:?}", config::require("greeting")?))?;
//! assert_eq!(host.heard(), [r#"publish "hello""#]);
//! # Ok::<(), String>(())
//! ```

mod coweb;
mod store;

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use crate::{Timer, bindings::imports::wasi::logging::logging::Level};

pub(crate) use store::keyvalue;

pub use coweb::{bridge, components, session_api};

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// The host of this thread.
#[derive(Debug)]
pub struct Host(());

#[derive(Debug, Default)]
struct State {
    config: BTreeMap<String, String>,
    networks: Vec<String>,
    session: String,
    /// Calls that fail, and what they say.
    refused: BTreeMap<String, String>,
    heard: Vec<String>,
    timers: BTreeMap<u32, (Duration, bool)>,
    last_timer: u32,
    store: store::Buckets,
}

/// Works on the host of this thread.
fn with<R>(work: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(work)
}

impl State {
    /// Notes a call, or refuses it.
    fn hear(&mut self, call: &str, what: &str) -> Result<(), String> {
        self.permit(call)?;
        self.heard.push(format!("{call} {what}"));
        Ok(())
    }

    fn permit(&self, call: &str) -> Result<(), String> {
        self.refused.get(call).map_or(Ok(()), |why| Err(why.clone()))
    }
}

impl Host {
    /// A new one, in the place of the one before: nothing configured, nothing stored, a store granted without bounds, and
    /// the session `s`.
    #[allow(clippy::new_without_default, reason = "it takes the place of another one")]
    pub fn new() -> Self {
        STATE.set(State { session: "s".to_owned(), ..State::default() });
        Self(())
    }

    /// Configures a key.
    pub fn configure(&self, key: &str, value: &str) {
        with(|state| state.config.insert(key.to_owned(), value.to_owned()));
    }

    /// Grants these networks, in the place of those before.
    pub fn grant_networks(&self, names: &[&str]) {
        with(|state| state.networks = names.iter().map(ToString::to_string).collect());
    }

    /// Goes to another session, with the store as it is.
    pub fn session(&self, id: &str) {
        with(|state| state.session = id.to_owned());
    }

    /// Grants so many bytes of the store.
    pub fn grant_store(&self, bytes: usize) {
        with(|state| state.store.quota = Some(bytes));
    }

    /// From now on the calls of this name (`open`, `set`, `publish`, `auth-bot` …) fail. Where the contract knows these
    /// words they come as they are, and else as the error that such a call has.
    pub fn refuse(&self, call: &str, why: &str) {
        with(|state| state.refused.insert(call.to_owned(), why.to_owned()));
    }

    /// From now on they do not.
    pub fn allow(&self, call: &str) {
        with(|state| state.refused.remove(call));
    }

    /// What was called since the last time that this was asked: `publish DATA`, `reply TOKEN DATA`, `warn LINE`,
    /// `terminate SERVICE`, and so on.
    pub fn heard(&self) -> Vec<String> {
        with(|state| std::mem::take(&mut state.heard))
    }

    /// The timers that are set, each with its time.
    pub fn timers(&self) -> Vec<(Timer, Duration)> {
        with(|state| state.timers.iter().map(|(number, (time, _))| (Timer(*number), *time)).collect())
    }

    /// Lets the shortest timer ring: give it to `on_timer`. It is gone then, if it was to ring once.
    pub fn ring(&self) -> Option<Timer> {
        with(|state| {
            let next = state.timers.iter().min_by_key(|(_, (time, _))| *time);
            let (number, repeats) = next.map(|(number, (_, repeats))| (*number, *repeats))?;
            if !repeats {
                state.timers.remove(&number);
            }
            Some(Timer(number))
        })
    }
}

/// What `parlor:chat/chat` says of networks.
#[doc(hidden)]
pub fn networks() -> Vec<String> {
    with(|state| state.networks.clone())
}

/// The functions of `parlor:host/timers`.
pub(crate) mod timers {
    use super::*;

    pub fn once(after: u64) -> Result<u32, String> {
        set(after, false)
    }

    pub fn every(period: u64) -> Result<u32, String> {
        set(period, true)
    }

    pub fn cancel(what: u32) {
        with(|state| state.timers.remove(&what));
    }

    fn set(time: u64, repeats: bool) -> Result<u32, String> {
        with(|state| {
            state.permit("timer")?;
            state.last_timer += 1;
            state.timers.insert(state.last_timer, (Duration::from_millis(time), repeats));
            Ok(state.last_timer)
        })
    }
}

/// The functions of `wasi:config`.
pub(crate) mod config {
    use super::with;
    use crate::bindings::imports::wasi::config::store::Error;

    pub fn get(key: &str) -> Result<Option<String>, Error> {
        with(|state| {
            state.permit("config").map_err(Error::Io)?;
            Ok(state.config.get(key).cloned())
        })
    }

    pub fn get_all() -> Result<Vec<(String, String)>, Error> {
        with(|state| {
            state.permit("config").map_err(Error::Io)?;
            Ok(state.config.clone().into_iter().collect())
        })
    }
}

/// The function of `wasi:logging`.
pub(crate) fn log(level: Level, _context: &str, message: &str) {
    let level = match level {
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
        Level::Critical => "critical",
    };
    with(|state| state.heard.push(format!("{level} {message}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, config};

    #[test]
    fn timers_ring_the_shortest_first_and_once_or_again() {
        let host = Host::new();
        let once = Timer::once(Duration::from_secs(1)).unwrap();
        let every = Timer::every(Duration::from_secs(2)).unwrap();
        assert_eq!([host.ring(), host.ring(), host.ring()], [Some(once), Some(every), Some(every)]);
        every.cancel();
        assert_eq!((host.ring(), host.timers()), (None, vec![]));
    }

    #[test]
    fn a_store_is_bounded_and_each_bucket_has_its_own_keys() {
        let host = Host::new();
        host.grant_store(10);
        let (one, other) = (Store::bucket("one").unwrap(), Store::bucket("other").unwrap());
        one.set("a", "12345").unwrap();
        assert!(other.set("b", "12345").unwrap_err().starts_with("the store is full"));
        assert_eq!(one.set("a", "123"), Ok(()));
        assert_eq!(other.increment("b", 41), Ok(41));
        assert_eq!(other.increment("b", 1), Ok(42));
        assert!(one.increment("b", u64::MAX).is_err() && one.set("c", "x").is_ok());
        assert!(one.increment("c", 1).is_err(), "it is no number");
        assert_eq!(other.all(""), Ok(vec![("b".into(), "42".into())]));
        one.delete_all(&["a".into(), "nothing".into(), "c".into()]).unwrap();
        assert_eq!(one.keys(), Ok(vec![]));
    }

    #[test]
    fn what_is_refused_fails_until_it_is_allowed() {
        let host = Host::new();
        host.refuse("open", "the store is not granted");
        assert_eq!(Store::open().unwrap_err(), "the store is not granted");
        host.allow("open");
        assert!(Store::open().is_ok());
        host.configure("key", "value");
        assert_eq!(config::all(), Ok(vec![("key".into(), "value".into())]));
        let host = Host::new();
        assert_eq!((config::get("key"), host.heard()), (Ok(None), vec![]));
    }
}
