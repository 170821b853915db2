//! What the server does for this launcher.

use parlor_sdk::coweb::prelude::*;

/// What [`Services`](crate::services::Services) needs of the server; a test has its own.
pub trait Server {
    /// The session's id.
    fn session(&mut self) -> String;
    /// Starts a granted program, which reads this.
    fn start(&mut self, program: &str, input: &[u8]) -> Result<Process, String>;
    /// Asks it to end; soon it is made to.
    fn stop(&mut self, process: Process);
    /// The bot of a service has gone.
    fn deactivate(&mut self, service: &str);
    /// A line for the log, a warning if `is_wrong`.
    fn note(&mut self, is_wrong: bool, line: &str);
}

/// The server that this component runs in.
pub struct Parlor;

impl Server for Parlor {
    fn session(&mut self) -> String {
        bridge::get_session_id()
    }

    fn start(&mut self, program: &str, input: &[u8]) -> Result<Process, String> {
        Process::start(program, input, &[])
    }

    fn stop(&mut self, process: Process) {
        process.stop();
    }

    fn deactivate(&mut self, service: &str) {
        // An error says that it was gone already.
        let _ = bridge::deactivate_bot(service);
    }

    fn note(&mut self, is_wrong: bool, line: &str) {
        if is_wrong { log::warn(line) } else { log::info(line) }
    }
}
