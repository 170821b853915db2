//! `parlor:host/timers`: timers that the host keeps, and that call the extension.

use std::{collections::HashMap, time::Duration};

use tokio::{
    sync::oneshot,
    time::{Instant, MissedTickBehavior, interval_at, sleep},
};
use tokio_util::task::AbortOnDropHandle;
use wasmtime::component::{HasSelf, Linker};

use super::{bindings::host::parlor::host::timers, state::State};
use crate::sandbox::{Call, Class, Mailbox};

/// The shortest period of a repeating timer.
const SHORTEST_PERIOD: Duration = Duration::from_millis(10);
/// The longest time that a timer may be set for.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The timers of one instance. Each is a task that ends with it.
#[derive(Default)]
pub struct Timers {
    set: HashMap<u32, AbortOnDropHandle<()>>,
}

impl Timers {
    /// Bytes that the host keeps for them, counted roughly: a task each.
    pub(super) fn held(&self) -> usize {
        self.set.len() * 512
    }
}

impl State {
    fn set_timer(&mut self, delay: Duration, repeats: bool) -> Result<u32, String> {
        let limit = self.common.limits.timers as usize;
        if self.timers.set.len() >= limit {
            return Err(format!(
                "{limit} timers are set already; a larger limit is `limits = {{ timers = … }}`"
            ));
        }
        let number = self.common.number();
        let mailbox = self.mailbox.clone();
        let task = tokio::spawn(async move {
            if repeats {
                let mut ticks = interval_at(Instant::now() + delay, delay);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                loop {
                    ticks.tick().await;
                    // The next one is not counted before this one is done: a busy extension catches up once.
                    if !ring(&mailbox, number, false).await {
                        return;
                    }
                }
            }
            sleep(delay).await;
            ring(&mailbox, number, true).await;
        });
        self.timers.set.insert(number, AbortOnDropHandle::new(task));
        Ok(number)
    }
}

/// Calls the extension and waits until it has been called; false if it is gone.
async fn ring(mailbox: &Mailbox<State>, number: u32, last: bool) -> bool {
    let (done, wait) = oneshot::channel::<()>();
    let call: Call<State> = Box::new(move |live| {
        Box::pin(async move {
            let _done = done;
            let state = live.store.data_mut();
            // Cancelled since, or set by an instance that is gone.
            let known = if last {
                state.timers.set.remove(&number).is_some()
            } else {
                state.timers.set.contains_key(&number)
            };
            let Some(handler) = state.handlers.timers.clone().filter(|_| known) else { return Ok(()) };
            if let Err(words) = handler.call_on_timer(&mut live.store, number).await? {
                live.store.data().common.log.failed("on-timer", &words);
            }
            Ok(())
        })
    });
    if mailbox.push(Class::Own, call).is_err() {
        return false;
    }
    // Answers by being dropped, made or unmade.
    let _ = wait.await;
    true
}

impl timers::Host for State {
    fn once(&mut self, after: u64) -> wasmtime::Result<Result<u32, String>> {
        Ok(self.set_timer(Duration::from_millis(after).min(LONGEST), false))
    }

    fn every(&mut self, period: u64) -> wasmtime::Result<Result<u32, String>> {
        Ok(self.set_timer(Duration::from_millis(period).clamp(SHORTEST_PERIOD, LONGEST), true))
    }

    fn cancel(&mut self, what: u32) -> wasmtime::Result<()> {
        self.timers.set.remove(&what);
        Ok(())
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    timers::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
