//! Tells the time: each second `{"time":"2026-07-01T12:00:00Z"}` is published (RFC 3339, UTC), as long as somebody
//! listens. A request, whatever it asks, is answered with the same.
//!
//! ```toml
//! [coweb.service.clock]
//! component = "clock.wasm"
//! config = { every = 500 }
//! ```
//!
//! | key | is | default |
//! |---|---|---|
//! | `every` | how often it is told, in milliseconds; at least 100 | `1000` |
//!
//! The access manager can give a session a pace of its own, `{"every":250}`, which goes before the configuration. Where
//! the pace is not whole seconds, the time has milliseconds.
//!
//! It needs no grants, and costs nothing while nobody listens: then no timer runs.

mod listeners;
mod pace;

use std::time::{Duration, SystemTime};

use listeners::Listeners;
use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Clock, on_timer: Clock::tick }

struct Clock {
    every: Duration,
    listeners: Listeners,
    /// Runs while somebody listens.
    timer: Option<Timer>,
}

impl Clock {
    fn tick(&mut self, _: Timer) -> Handled {
        session_api::publish(&self.words(SystemTime::now()))
    }

    fn words(&self, now: SystemTime) -> String {
        let time = match self.every.subsec_millis() {
            0 => humantime::format_rfc3339_seconds(now),
            _ => humantime::format_rfc3339_millis(now),
        };
        format!(r#"{{"time":"{time}"}}"#)
    }
}

impl ServiceBot for Clock {
    fn start(_: &str, app_data: &str) -> Result<Self, String> {
        let every = pace::read(config::get("every")?.as_deref(), app_data)?;
        Ok(Self { every, listeners: Listeners::default(), timer: None })
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        token.reply(self.words(SystemTime::now()))
    }

    fn on_subscribe(&mut self, username: &str) -> Handled {
        self.listeners.add(username);
        if self.timer.is_none() {
            self.timer = Some(Timer::every(self.every)?);
        }
        Ok(())
    }

    fn on_unsubscribe(&mut self, username: &str) -> Handled {
        self.listeners.remove(username);
        if self.listeners.nobody()
            && let Some(timer) = self.timer.take()
        {
            timer.cancel();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use parlor_sdk::testing::Host;

    use super::*;

    fn clock(app_data: &str) -> Clock {
        Clock::start("clock", app_data).unwrap()
    }

    #[test]
    fn a_timer_runs_while_somebody_listens() {
        let host = Host::new();
        let mut clock = clock("{}");
        assert_eq!(host.timers(), []);
        clock.on_subscribe("ann").unwrap();
        clock.on_subscribe("ben").unwrap();
        clock.on_subscribe("ann").unwrap();
        let times: Vec<_> = host.timers().into_iter().map(|(_, time)| time).collect();
        assert_eq!(times, [Duration::from_secs(1)], "one for all");
        clock.on_unsubscribe("ann").unwrap();
        clock.on_unsubscribe("ben").unwrap();
        assert_eq!(host.timers().len(), 1, "ann still listens in another window");
        clock.on_unsubscribe("ann").unwrap();
        assert_eq!(host.timers(), []);
        clock.on_subscribe("ben").unwrap();
        assert_eq!(host.timers().len(), 1);
    }

    #[test]
    fn each_tick_tells_the_time() {
        let host = Host::new();
        let mut clock = clock("{}");
        clock.on_subscribe("ann").unwrap();
        clock.tick(host.ring().unwrap()).unwrap();
        let heard = host.heard().remove(0);
        let time = heard.strip_prefix(r#"publish {"time":""#).and_then(|rest| rest.strip_suffix(r#""}"#));
        let time = humantime::parse_rfc3339(time.unwrap()).unwrap();
        assert!(time.elapsed().unwrap() < Duration::from_secs(30), "{heard}");
    }

    #[test]
    fn a_request_is_answered_though_nobody_listens() {
        let host = Host::new();
        clock("{}").on_request("null", Token("7".into()), "ann").unwrap();
        assert!(host.heard()[0].starts_with(r#"reply 7 {"time":"2"#));
        assert_eq!(host.timers(), []);
    }

    #[test]
    fn milliseconds_are_told_where_the_pace_has_them() {
        let _host = Host::new();
        let moment = UNIX_EPOCH + Duration::from_millis(1_782_907_200_250);
        assert_eq!(clock("{}").words(moment), r#"{"time":"2026-07-01T12:00:00Z"}"#);
        assert_eq!(clock(r#"{"every":2000}"#).words(moment), r#"{"time":"2026-07-01T12:00:00Z"}"#);
        assert_eq!(clock(r#"{"every":1500}"#).words(moment), r#"{"time":"2026-07-01T12:00:00.250Z"}"#);
    }

    #[test]
    fn a_timer_that_was_refused_is_asked_for_again() {
        let host = Host::new();
        let mut clock = clock("{}");
        host.refuse("timer", "256 timers are set already");
        assert!(clock.on_subscribe("ann").is_err());
        host.allow("timer");
        clock.on_subscribe("ben").unwrap();
        assert_eq!(host.timers().len(), 1);
    }

    #[test]
    fn the_configured_pace_is_the_sessions_unless_that_has_its_own() {
        let host = Host::new();
        host.configure("every", "200");
        assert_eq!(clock("{}").every, Duration::from_millis(200));
        assert_eq!(clock(r#"{"every":300}"#).every, Duration::from_millis(300));
        host.configure("every", "often");
        assert!(Clock::start("clock", "{}").is_err());
    }
}
