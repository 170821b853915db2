//! An alarm: one timer for the next of many moments.

use std::time::Duration;

use crate::{Timer, now};

/// One timer of this extension, set for the next of however many moments: the host limits how many timers there are,
/// and moments can be kept in the [`Store`](crate::Store), which timers cannot.
#[derive(Debug, Default)]
pub struct Alarm(Option<Timer>);

impl Alarm {
    /// One that is not set.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Calls `on_timer` at this moment (milliseconds since 1970; at once if it is past) and at no other. A clock that
    /// is set can make it early: look what is due then, and set it again.
    pub fn set(&mut self, moment: Option<u64>) -> Result<(), String> {
        if let Some(timer) = self.0.take() {
            timer.cancel();
        }
        if let Some(moment) = moment {
            self.0 = Some(Timer::once(Duration::from_millis(moment.saturating_sub(now())))?);
        }
        Ok(())
    }
}
