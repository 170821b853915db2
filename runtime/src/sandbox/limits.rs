//! What one extension may use of the host.

use std::time::Duration;

use wasmtime::ResourceLimiter;

/// The limits of one extension. Every one is on; there is no "unlimited".
///
/// They hold per instance, so over all memories and tables of it together, and for what the host keeps on
/// its behalf as much as for what it holds itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of linear memory, all memories of the store together.
    pub memory: usize,
    /// Elements of tables, all tables of the store together.
    pub table_elements: u32,
    /// Core instances, memories and tables in the store: at most this many of each.
    pub instances: u32,
    /// Time that the guest itself may compute in one call; what it waits for the host is not counted.
    pub cpu_per_call: Duration,
    /// Time from the beginning of a call to its end, waiting included.
    pub call_timeout: Duration,
    /// Bytes that one call from the guest to the host may carry.
    pub host_call_bytes: usize,
    /// Resources of the host (rooms, buckets, streams …) that the guest may hold at a time.
    pub handles: u32,
    /// Bytes of randomness that the guest gets in one request.
    pub random_bytes: u64,
    /// Log lines per second, output included; what is beyond is counted and dropped.
    pub log_lines_per_second: u32,
    /// Bytes of log lines per second.
    pub log_bytes_per_second: usize,
    /// Calls that may wait for the extension; beyond that the oldest event is dropped.
    pub mailbox: u32,
    /// Bytes of messages in those calls, all of them together.
    pub mailbox_bytes: usize,
    /// Connections that are open or being opened.
    pub connections: u32,
    /// Bytes that wait to be sent, per connection.
    pub unsent_bytes: usize,
    /// Bytes of one WebSocket message, either way.
    pub message_bytes: usize,
    /// Timers that are set.
    pub timers: u32,
    /// HTTP requests under way.
    pub fetches: u32,
    /// Bytes of the body of one HTTP answer.
    pub fetch_bytes: usize,
    /// Bytes of one stored value.
    pub store_value_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            table_elements: 20_000,
            instances: 64,
            cpu_per_call: Duration::from_millis(500),
            call_timeout: Duration::from_secs(10),
            host_call_bytes: 4 << 20,
            handles: 1_000,
            random_bytes: 64 << 10,
            log_lines_per_second: 50,
            log_bytes_per_second: 64 << 10,
            mailbox: 256,
            mailbox_bytes: 8 << 20,
            connections: 8,
            unsent_bytes: 1 << 20,
            message_bytes: 1 << 20,
            timers: 256,
            fetches: 16,
            fetch_bytes: 4 << 20,
            store_value_bytes: 256 << 10,
        }
    }
}

/// Stands between a store and the allocator, and says no beyond the limits.
#[derive(Debug)]
pub struct Limiter {
    memory_limit: usize,
    table_limit: usize,
    count_limit: usize,
    memory: usize,
    elements: usize,
    refused: Option<String>,
}

impl Limiter {
    /// A limiter for a new store.
    pub fn new(limits: &Limits) -> Self {
        Self {
            memory_limit: limits.memory,
            table_limit: limits.table_elements as usize,
            count_limit: limits.instances as usize,
            memory: 0,
            elements: 0,
            refused: None,
        }
    }

    /// Bytes of linear memory in use.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// What was refused since the last call of this, in words: the likely reason of a trap that follows.
    pub fn take_refusal(&mut self) -> Option<String> {
        self.refused.take()
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // The limit is on the sum: a guest with many memories gets no more than one with one.
        let total = self.memory.saturating_sub(current).saturating_add(desired);
        if total > self.memory_limit {
            self.refused = Some(format!(
                "it wanted {} of memory and its limit is {}; a larger one is `limits = {{ memory = \"…\" }}`",
                bytesize::ByteSize(total as u64).display().iec(),
                bytesize::ByteSize(self.memory_limit as u64).display().iec(),
            ));
            return Ok(false);
        }
        self.memory = total;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self.elements.saturating_sub(current).saturating_add(desired);
        if total > self.table_limit {
            self.refused = Some(format!(
                "it wanted {total} table elements and its limit is {}; a larger one is `limits = {{ table-elements = … }}`",
                self.table_limit
            ));
            return Ok(false);
        }
        self.elements = total;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.count_limit
    }

    fn tables(&self) -> usize {
        self.count_limit
    }

    fn memories(&self) -> usize {
        self.count_limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_limited_in_sum_and_not_per_memory() {
        let mut limiter = Limiter::new(&Limits { memory: 100, ..Limits::default() });
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        assert!(!limiter.memory_growing(0, 60, None).unwrap());
        assert!(limiter.memory_growing(0, 40, None).unwrap());
        assert!(!limiter.memory_growing(60, 61, None).unwrap());
        assert_eq!(limiter.memory(), 100);
        assert!(limiter.take_refusal().unwrap().contains("limits"));
        assert!(limiter.take_refusal().is_none());
    }

    #[test]
    fn table_elements_are_limited_in_sum() {
        let mut limiter = Limiter::new(&Limits { table_elements: 10, ..Limits::default() });
        assert!(limiter.table_growing(0, 8, None).unwrap());
        assert!(!limiter.table_growing(0, 8, None).unwrap());
    }
}
