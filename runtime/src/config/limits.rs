//! The limits of the file: what they change, and within which bounds.

use std::time::Duration;

use bytesize::ByteSize;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::sandbox::limits::Limits;

/// Limits as they stand in a table: each that is given takes the place of the one that holds without it.
///
/// Every field means what the field of [`Limits`] of the same name does. Sizes are text such as `"16 MiB"` or a
/// number of bytes, durations are text such as `"50 ms"`. A value out of bounds is refused while reading; a zero is
/// in bounds where it says "none of that".
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LimitOverrides {
    /// At least 64 KiB, which is one page of WebAssembly, and at most 4 GiB.
    #[serde(default, deserialize_with = "size::<_, PAGE>")]
    pub memory: Option<ByteSize>,
    /// At least 1.
    #[serde(default, deserialize_with = "count::<_, 1>")]
    pub table_elements: Option<u32>,
    /// At least 1.
    #[serde(default, deserialize_with = "count::<_, 1>")]
    pub instances: Option<u32>,
    /// From 1 ms to 1 h.
    #[serde(default, deserialize_with = "duration")]
    pub cpu_per_call: Option<Duration>,
    /// From 1 ms to 1 h.
    #[serde(default, deserialize_with = "duration")]
    pub call_timeout: Option<Duration>,
    /// From 1 byte to 4 GiB.
    #[serde(default, deserialize_with = "size::<_, 1>")]
    pub host_call_bytes: Option<ByteSize>,
    /// At least 1.
    #[serde(default, deserialize_with = "count::<_, 1>")]
    pub handles: Option<u32>,
    /// From 1 byte to 4 GiB.
    #[serde(default, deserialize_with = "size::<_, 1>")]
    pub random_bytes: Option<ByteSize>,
    /// 0 for silence.
    #[serde(default, deserialize_with = "count::<_, 0>")]
    pub log_lines_per_second: Option<u32>,
    /// Up to 4 GiB; 0 for silence.
    #[serde(default, deserialize_with = "size::<_, 0>")]
    pub log_bytes_per_second: Option<ByteSize>,
    /// At least 1.
    #[serde(default, deserialize_with = "count::<_, 1>")]
    pub mailbox: Option<u32>,
    /// From 1 byte to 4 GiB.
    #[serde(default, deserialize_with = "size::<_, 1>")]
    pub mailbox_bytes: Option<ByteSize>,
    /// 0 for none.
    #[serde(default, deserialize_with = "count::<_, 0>")]
    pub connections: Option<u32>,
    /// From 1 byte to 4 GiB.
    #[serde(default, deserialize_with = "size::<_, 1>")]
    pub unsent_bytes: Option<ByteSize>,
    /// From 1 byte to 4 GiB.
    #[serde(default, deserialize_with = "size::<_, 1>")]
    pub message_bytes: Option<ByteSize>,
    /// 0 for none.
    #[serde(default, deserialize_with = "count::<_, 0>")]
    pub timers: Option<u32>,
    /// 0 for none.
    #[serde(default, deserialize_with = "count::<_, 0>")]
    pub fetches: Option<u32>,
    /// From 1 byte to 4 GiB.
    #[serde(default, deserialize_with = "size::<_, 1>")]
    pub fetch_bytes: Option<ByteSize>,
    /// From 1 byte to 4 GiB.
    #[serde(default, deserialize_with = "size::<_, 1>")]
    pub store_value_bytes: Option<ByteSize>,
}

impl LimitOverrides {
    /// The limits that hold where these are given and the others are `base`.
    pub fn apply(&self, base: &Limits) -> Limits {
        // A size that this machine cannot count is one that it cannot reach.
        let bytes = |size: Option<ByteSize>, base: usize| {
            size.map_or(base, |size| usize::try_from(size.as_u64()).unwrap_or(usize::MAX))
        };
        // No `..base`: a new limit must be thought of here.
        Limits {
            memory: bytes(self.memory, base.memory),
            table_elements: self.table_elements.unwrap_or(base.table_elements),
            instances: self.instances.unwrap_or(base.instances),
            cpu_per_call: self.cpu_per_call.unwrap_or(base.cpu_per_call),
            call_timeout: self.call_timeout.unwrap_or(base.call_timeout),
            host_call_bytes: bytes(self.host_call_bytes, base.host_call_bytes),
            handles: self.handles.unwrap_or(base.handles),
            random_bytes: self.random_bytes.map_or(base.random_bytes, |size| size.as_u64()),
            log_lines_per_second: self.log_lines_per_second.unwrap_or(base.log_lines_per_second),
            log_bytes_per_second: bytes(self.log_bytes_per_second, base.log_bytes_per_second),
            mailbox: self.mailbox.unwrap_or(base.mailbox),
            mailbox_bytes: bytes(self.mailbox_bytes, base.mailbox_bytes),
            connections: self.connections.unwrap_or(base.connections),
            unsent_bytes: bytes(self.unsent_bytes, base.unsent_bytes),
            message_bytes: bytes(self.message_bytes, base.message_bytes),
            timers: self.timers.unwrap_or(base.timers),
            fetches: self.fetches.unwrap_or(base.fetches),
            fetch_bytes: bytes(self.fetch_bytes, base.fetch_bytes),
            store_value_bytes: bytes(self.store_value_bytes, base.store_value_bytes),
        }
    }
}

/// One page of WebAssembly's memory: with less, no memory can be made at all.
const PAGE: u64 = 64 << 10;
/// What a 32-bit guest can address; no other amount of bytes need be larger.
const MOST_BYTES: u64 = 4 << 30;
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_hours(1);

fn size<'de, D: Deserializer<'de>, const LEAST: u64>(from: D) -> Result<Option<ByteSize>, D::Error> {
    let size = ByteSize::deserialize(from)?;
    if (LEAST..=MOST_BYTES).contains(&size.as_u64()) {
        return Ok(Some(size));
    }
    Err(D::Error::custom(format_args!(
        "{} is out of bounds: it must be from {} to {}",
        size.display().iec(),
        ByteSize(LEAST).display().iec(),
        ByteSize(MOST_BYTES).display().iec(),
    )))
}

fn count<'de, D: Deserializer<'de>, const LEAST: u32>(from: D) -> Result<Option<u32>, D::Error> {
    let count = u32::deserialize(from)?;
    if count >= LEAST {
        return Ok(Some(count));
    }
    Err(D::Error::custom(format_args!("{count} is out of bounds: it must be at least {LEAST}")))
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(from)?;
    let duration = humantime::parse_duration(&text)
        .map_err(|error| D::Error::custom(format_args!("{text:?} is no duration: {error}")))?;
    if (SHORTEST..=LONGEST).contains(&duration) {
        return Ok(Some(duration));
    }
    Err(D::Error::custom(format_args!(
        "{text} is out of bounds: it must be from {} to {}",
        humantime::format_duration(SHORTEST),
        humantime::format_duration(LONGEST),
    )))
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*};

    use super::*;

    fn size() -> impl Strategy<Value = Option<ByteSize>> {
        option::of((PAGE..=MOST_BYTES).prop_map(ByteSize))
    }

    fn count() -> impl Strategy<Value = Option<u32>> {
        option::of(any::<u32>())
    }

    fn duration() -> impl Strategy<Value = Option<Duration>> {
        option::of((1..3_600_000u64).prop_map(Duration::from_millis))
    }

    fn overrides() -> impl Strategy<Value = LimitOverrides> {
        let sizes = (size(), size(), size(), size(), size(), size(), size(), size(), size());
        let counts = (count(), count(), count(), count(), count(), count(), count(), count());
        (sizes, counts, duration(), duration()).prop_map(|(s, c, cpu_per_call, call_timeout)| {
            LimitOverrides {
                memory: s.0,
                host_call_bytes: s.1,
                random_bytes: s.2,
                log_bytes_per_second: s.3,
                unsent_bytes: s.4,
                message_bytes: s.5,
                fetch_bytes: s.6,
                store_value_bytes: s.7,
                table_elements: c.0,
                instances: c.1,
                handles: c.2,
                log_lines_per_second: c.3,
                mailbox: c.4,
                mailbox_bytes: s.8,
                connections: c.5,
                timers: c.6,
                fetches: c.7,
                cpu_per_call,
                call_timeout,
            }
        })
    }

    /// The overrides that say of every limit what `limits` says.
    fn all_of(limits: &Limits) -> LimitOverrides {
        LimitOverrides {
            memory: Some(ByteSize(limits.memory as u64)),
            table_elements: Some(limits.table_elements),
            instances: Some(limits.instances),
            cpu_per_call: Some(limits.cpu_per_call),
            call_timeout: Some(limits.call_timeout),
            host_call_bytes: Some(ByteSize(limits.host_call_bytes as u64)),
            handles: Some(limits.handles),
            random_bytes: Some(ByteSize(limits.random_bytes)),
            log_lines_per_second: Some(limits.log_lines_per_second),
            log_bytes_per_second: Some(ByteSize(limits.log_bytes_per_second as u64)),
            mailbox: Some(limits.mailbox),
            mailbox_bytes: Some(ByteSize(limits.mailbox_bytes as u64)),
            connections: Some(limits.connections),
            unsent_bytes: Some(ByteSize(limits.unsent_bytes as u64)),
            message_bytes: Some(ByteSize(limits.message_bytes as u64)),
            timers: Some(limits.timers),
            fetches: Some(limits.fetches),
            fetch_bytes: Some(ByteSize(limits.fetch_bytes as u64)),
            store_value_bytes: Some(ByteSize(limits.store_value_bytes as u64)),
        }
    }

    /// Each of `over`, and where it has none, that of `under`.
    fn merged(over: &LimitOverrides, under: &LimitOverrides) -> LimitOverrides {
        LimitOverrides {
            memory: over.memory.or(under.memory),
            table_elements: over.table_elements.or(under.table_elements),
            instances: over.instances.or(under.instances),
            cpu_per_call: over.cpu_per_call.or(under.cpu_per_call),
            call_timeout: over.call_timeout.or(under.call_timeout),
            host_call_bytes: over.host_call_bytes.or(under.host_call_bytes),
            handles: over.handles.or(under.handles),
            random_bytes: over.random_bytes.or(under.random_bytes),
            log_lines_per_second: over.log_lines_per_second.or(under.log_lines_per_second),
            log_bytes_per_second: over.log_bytes_per_second.or(under.log_bytes_per_second),
            mailbox: over.mailbox.or(under.mailbox),
            mailbox_bytes: over.mailbox_bytes.or(under.mailbox_bytes),
            connections: over.connections.or(under.connections),
            unsent_bytes: over.unsent_bytes.or(under.unsent_bytes),
            message_bytes: over.message_bytes.or(under.message_bytes),
            timers: over.timers.or(under.timers),
            fetches: over.fetches.or(under.fetches),
            fetch_bytes: over.fetch_bytes.or(under.fetch_bytes),
            store_value_bytes: over.store_value_bytes.or(under.store_value_bytes),
        }
    }

    proptest! {
        #[test]
        fn applying_is_an_overlay(over in overrides(), under in overrides()) {
            let base = Limits::default();
            prop_assert_eq!(&LimitOverrides::default().apply(&base), &base);
            prop_assert_eq!(over.apply(&base), merged(&over, &all_of(&base)).apply(&Limits { memory: 1, ..base.clone() }));
            prop_assert_eq!(over.apply(&under.apply(&base)), merged(&over, &under).apply(&base));
            prop_assert_eq!(all_of(&under.apply(&base)).apply(&base), under.apply(&base));
        }

        #[test]
        fn any_text_is_a_limit_or_refused(text in ".{0,40}") {
            let mut table = toml::Table::new();
            for key in ["memory", "cpu-per-call", "mailbox"] {
                table.insert(key.into(), toml::Value::String(text.clone()));
            }
            let _ = table.try_into::<LimitOverrides>();
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        for (text, refusal) in [
            ("memory = 0", "0 B is out of bounds: it must be from 64.0 KiB to 4.0 GiB"),
            ("memory = \"5 GiB\"", "5.0 GiB is out of bounds: it must be from 64.0 KiB to 4.0 GiB"),
            ("mailbox = 0", "0 is out of bounds: it must be at least 1"),
            ("cpu-per-call = \"0 ms\"", "0 ms is out of bounds: it must be from 1ms to 1h"),
            ("call-timeout = \"2 days\"", "2 days is out of bounds: it must be from 1ms to 1h"),
            ("call-timeout = \"soon\"", "\"soon\" is no duration: expected number at 0"),
        ] {
            let error = toml::from_str::<LimitOverrides>(text).unwrap_err();
            assert_eq!(error.message(), refusal, "{text}");
        }
        let none: LimitOverrides = toml::from_str("connections = 0\ntimers = 0\nfetches = 0").unwrap();
        assert_eq!(none.connections, Some(0));
    }
}
