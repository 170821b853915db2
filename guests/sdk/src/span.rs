//! Spans of time, in words for people.

use std::time::Duration;

/// How long it is, roughly: the largest unit alone, rounded down.
///
/// ```
/// use parlor_sdk::span;
/// use std::time::Duration;
///
/// assert_eq!(span::words(Duration::from_secs(200)), "3 minutes");
/// assert_eq!(span::words(Duration::from_secs(90_000)), "1 day");
/// ```
pub fn words(span: Duration) -> String {
    const UNITS: [(&str, u64); 5] =
        [("year", 31_536_000), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let seconds = span.as_secs();
    let (unit, length) = UNITS.into_iter().find(|(_, length)| seconds >= *length).unwrap_or(UNITS[4]);
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
