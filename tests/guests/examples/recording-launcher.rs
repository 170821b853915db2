//! A launcher of components that takes down its calls, and the tokens that it is given: `token: SESSION SERVICE TOKEN`.
//!
//! `idle` names a service of which it starts nothing, and says that all is well; `*` is every one. `at` and `mood` are those
//! of `tests/guests/src/mood.rs`, for the call and the service: `start-service echo`.

use parlor_sdk::coweb::prelude::*;
use test_guests::recording::called;

launcher! { launcher: Recording }

struct Recording;

fn call(name: &str, with: &str) -> Handled {
    called("launcher", name, with).map(drop)
}

impl Launcher for Recording {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn start_service(
        &mut self,
        service: &str,
        token: &str,
        manager: &ManagerInfo,
        app_data: &str,
    ) -> Result<(), LaunchError> {
        log::info(format!("token: {} {service} {token}", bridge::get_session_id()));
        let with = format!("{app_data} {} {}", manager.id, manager.connection);
        call(&format!("start-service {service}"), &with)?;
        let idle = config::get("idle")?;
        if idle.is_some_and(|idle| idle == "*" || idle == service) {
            return Ok(());
        }
        components::launch(service, token, app_data)
    }

    fn stop_service(&mut self, service: &str, _: &ManagerInfo) -> Handled {
        call(&format!("stop-service {service}"), "")?;
        components::terminate(service);
        Ok(())
    }

    fn stop_all_services(&mut self, _: &ManagerInfo) -> Handled {
        call("stop-all-services", "")
    }
}
