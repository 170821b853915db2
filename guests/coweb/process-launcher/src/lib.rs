//! Starts service bots that are programs of the machine, and speak with `bayeux-manager`.
//!
//! ```toml
//! [coweb.manager]
//! component = "bayeux-manager.wasm"
//!
//! [coweb.launcher]
//! component = "process-launcher.wasm"
//! config    = { visits = "visits-bot", clock = "clock-bot" }
//! ```
//!
//! `config` names the program of each service. Programs are granted under these names, and the grant says which file
//! each is, and its arguments. A service that is not named there is not found.
//!
//! A program is told on standard input what it needs, as one line of JSON, and never in its arguments, which everybody
//! on the machine can read:
//!
//! ```json
//! {"service":"visits","token":"…","session":"…","manager":{"id":"bayeux","connection":{"url":"ws://…"}},"appData":{}}
//! ```
//!
//! What it says on standard output and standard error is for the log. When it has ended, the next who asks for the
//! service starts it again. One that has lost its connection without ending is stopped then.

mod input;
mod programs;
mod server;
mod services;

use parlor_sdk::coweb::prelude::*;
use programs::Programs;
use server::Parlor;
use services::Services;

launcher! { launcher: Processes, on_process: Processes::on_process }

struct Processes(Services<Parlor>);

impl Processes {
    fn on_process(&mut self, process: Process, status: Option<i32>) -> Handled {
        self.0.ended(process, status);
        Ok(())
    }
}

impl Launcher for Processes {
    fn start() -> Result<Self, String> {
        let programs = Programs::read(parlor_sdk::config::all()?)?;
        Ok(Self(Services::new(programs, Parlor)))
    }

    fn start_service(
        &mut self,
        service: &str,
        token: &str,
        manager: &ManagerInfo,
        app_data: &str,
    ) -> Result<(), LaunchError> {
        self.0.start(service, token, manager, app_data)
    }

    fn stop_service(&mut self, service: &str, _: &ManagerInfo) -> Handled {
        self.0.stop(service);
        Ok(())
    }

    fn stop_all_services(&mut self, _: &ManagerInfo) -> Handled {
        self.0.stop_all();
        Ok(())
    }
}
