//! When somebody wants to be reminded: `10m`, `in 2h30m`, `at 17:30`.

use std::time::Duration;

use parlor_sdk::{Argument, Arguments};

/// The furthest that a reminder can be away: a year.
const FURTHEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// Milliseconds of a minute and of a day.
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// A time of the day, as minutes from midnight.
struct Clock(u64);

impl Argument for Clock {
    const KIND: &str = "a time of the day such as `17:30` (UTC)";

    fn read(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let number = |text: &str, below: u64| {
            let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u64>().ok().filter(|number| digits && *number < below)
        };
        Some(Self(number(hours, 24)? * 60 + number(minutes, 60)?))
    }
}

/// Reads the moment, in milliseconds since 1970. A time of the day is the next one to come.
///
/// # Errors
/// If there is no time, or one that is too far away, with the usage.
pub fn read(args: &mut Arguments<'_>, now: u64) -> Result<u64, String> {
    let after = match args.next::<String>("TIME")?.as_str() {
        "at" => {
            let Clock(minutes) = args.next("TIME")?;
            let today = now - now % DAY + minutes * MINUTE;
            return Ok(if today > now { today } else { today + DAY });
        }
        "in" => args.next("TIME")?,
        first => match Duration::read(first) {
            Some(after) => after,
            None => return Err(args.wrong(&format!("TIME must be {}, or `at 17:30`", Duration::KIND))),
        },
    };
    if after > FURTHEST {
        return Err("that is more than a year away: I may not be here any more".to_owned());
    }
    Ok(now + after.as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some day at 12:00:10.
    const NOON: u64 = 20_000 * DAY + 12 * 60 * MINUTE + 10_000;

    /// What is left of the text, and how many minutes and seconds from noon.
    fn when(text: &str) -> Result<(String, u64, u64), String> {
        let mut args = Arguments::new("remind", "TIME TEXT", text);
        let seconds = (read(&mut args, NOON)? - NOON) / 1_000;
        Ok((args.rest(), seconds / 60, seconds % 60))
    }

    #[test]
    fn a_time_is_a_span_or_a_time_of_the_day() {
        assert_eq!(when("10m tea"), Ok(("tea".into(), 10, 0)));
        assert_eq!(when("2h30m  it's  late"), Ok(("it's  late".into(), 150, 0)));
        assert_eq!(when("in 90s tea"), Ok(("tea".into(), 1, 30)));
        assert_eq!(when("at 17:30 tea"), Ok(("tea".into(), 329, 50)));
        assert_eq!(when("at 12:00 tea"), Ok(("tea".into(), 24 * 60 - 1, 50)), "tomorrow");
    }

    #[test]
    fn what_is_no_time_is_told_with_the_usage() {
        for text in
            ["", "tea", "at", "at 24:00 x", "at 1:60 x", "at +1:00 x", "at noon x", "in", "10 x", "-5m x"]
        {
            let error = when(text).expect_err(text);
            assert!(error.ends_with("usage: `remind TIME TEXT`"), "{text}: {error}");
        }
        for text in ["2years x", "999999999999y x", "18446744073709551615s x"] {
            assert!(when(text).is_err(), "{text}");
        }
    }
}
