//! Spans of time, in words for people.

use std::time::Duration;

/// How long it is: in the largest unit and the one below it, rounded.
///
/// ```
/// use parlor_sdk::span;
/// use std::time::Duration;
///
/// assert_eq!(span::words(Duration::from_millis(179_900)), "3 minutes");
/// assert_eq!(span::words(Duration::from_secs(9_000)), "2 hours 30 minutes");
/// assert_eq!(span::words(Duration::from_secs(90_061)), "1 day 1 hour");
/// assert_eq!(span::words(Duration::ZERO), "0 seconds");
/// ```
pub fn words(span: Duration) -> String {
    const UNITS: [(&str, u64); 5] =
        [("year", 31_536_000), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let part = |count: u64, unit| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    let mut seconds = span.as_secs() + u64::from(span.subsec_millis() >= 500);
    let largest = UNITS.iter().position(|(_, length)| seconds >= *length).unwrap_or(UNITS.len() - 1);
    if let Some((_, below)) = UNITS.get(largest + 1) {
        seconds = (seconds + below / 2) / below * below;
    }
    // Rounding may have filled the largest unit up.
    let largest = UNITS.iter().position(|(_, length)| seconds >= *length).unwrap_or(UNITS.len() - 1);
    let (unit, length) = UNITS[largest];
    let whole = part(seconds / length, unit);
    match UNITS.get(largest + 1).map(|(below, length)| (seconds % UNITS[largest].1 / length, below)) {
        None | Some((0, _)) => whole,
        Some((rest, below)) => format!("{whole} {}", part(rest, below)),
    }
}
