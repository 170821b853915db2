//! How often the time is told.

use std::time::Duration;

use serde::Deserialize;

const DEFAULT: u64 = 1_000;
const LEAST: u64 = 100;

/// What the access manager may say. What it says besides is for other services.
#[derive(Default, Deserialize)]
#[serde(expecting = "an object such as {\"every\":1000}")]
struct AppData {
    every: Option<u64>,
}

/// The pace: the session's own, or else what is configured.
pub fn read(configured: Option<&str>, app_data: &str) -> Result<Duration, String> {
    let app_data: Option<AppData> =
        serde_json::from_str(app_data).map_err(|error| format!("what the access manager gave: {error}"))?;
    let configured = configured.map(|text| {
        text.trim().parse().map_err(|_| format!("`every` is a number of milliseconds, and {text:?} is none"))
    });
    let every = app_data.unwrap_or_default().every;
    let every = every.or(configured.transpose()?).unwrap_or(DEFAULT);
    if every < LEAST {
        return Err(format!("`every` is {every} milliseconds, and must be at least {LEAST}"));
    }
    Ok(Duration::from_millis(every))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sessions_own_pace_goes_first() {
        for (configured, app_data, pace) in [
            (None, "{}", 1_000),
            (None, "null", 1_000),
            (Some("250"), r#"{"colour":"red"}"#, 250),
            (Some("250"), r#"{"every":null}"#, 250),
            (Some("250"), r#"{"every":100}"#, 100),
        ] {
            assert_eq!(read(configured, app_data), Ok(Duration::from_millis(pace)), "{app_data}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (configured, app_data, words) in [
            (Some("1s"), "{}", "`every` is a number of milliseconds"),
            (Some("-1"), r#"{"every":100}"#, "`every` is a number of milliseconds"),
            (Some("99"), "{}", "at least 100"),
            (None, r#"{"every":0}"#, "at least 100"),
            (None, r#"{"every":"500"}"#, "the access manager"),
            (None, r#"{"every":1.5}"#, "the access manager"),
            (None, r#""fast""#, "an object such as"),
            (None, "", "the access manager"),
        ] {
            let error = read(configured, app_data).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }
}
