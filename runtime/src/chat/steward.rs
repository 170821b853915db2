//! Who looks after the bots of the program: asked by admins' commands, answered by the layer above.

use std::time::Duration;

use futures_util::future::BoxFuture;

/// How a bot is doing.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its configured name.
    pub name: String,
    /// In words: running, stopped, quarantined and why.
    pub state: String,
    /// It takes calls.
    pub runs: bool,
    /// Calls made into it so far.
    pub calls: u64,
    /// What it computed so far.
    pub cpu_time: Duration,
    /// News that it was too slow to hear.
    pub dropped: u64,
}

/// The answer to an admin: what was done, or why not.
pub type Done<'a> = BoxFuture<'a, Result<String, String>>;

/// Looks after bots.
pub trait Steward: Send + Sync {
    /// All configured bots, by name.
    fn bots(&self) -> Vec<Report>;
    /// Starts one that was stopped, failed or is quarantined.
    fn start<'a>(&'a self, name: &'a str) -> Done<'a>;
    /// Stops one, until it is started again.
    fn stop<'a>(&'a self, name: &'a str) -> Done<'a>;
    /// Reads the component again and puts it in place of the one that runs; that one stays if the new one does not start.
    fn reload<'a>(&'a self, name: &'a str) -> Done<'a>;
}
