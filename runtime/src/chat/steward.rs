//! Who looks after the bots of the program: asked by admins' commands, answered by the layer above.

use futures_util::future::BoxFuture;

use crate::imports::figures::Figures;

/// How an extension is doing.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its configured name.
    pub name: String,
    /// In words: running, stopped, quarantined and why.
    pub state: String,
    /// It takes calls.
    pub runs: bool,
    /// What it uses.
    pub figures: Figures,
}

/// The answer to an admin: what was done, or why not.
pub type Done<'a> = BoxFuture<'a, Result<String, String>>;

/// Looks after bots.
pub trait Steward: Send + Sync {
    /// All configured bots, by name.
    fn bots(&self) -> Vec<Report>;
    /// An extension of any kind, by its name or by that of its table (`network.irc`); of those with one name the bot first.
    fn extension(&self, name: &str) -> Option<Report>;
    /// Starts one that was stopped, failed or is quarantined.
    fn start<'a>(&'a self, name: &'a str) -> Done<'a>;
    /// Stops one, until it is started again.
    fn stop<'a>(&'a self, name: &'a str) -> Done<'a>;
    /// Reads the component again and puts it in place of the one that runs; that one stays if the new one does not start.
    fn reload<'a>(&'a self, name: &'a str) -> Done<'a>;
}
