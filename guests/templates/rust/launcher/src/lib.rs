//! Starts service bots that are components of the same server, and stops them.

use std::collections::BTreeSet;

use parlor_sdk::coweb::prelude::*;

launcher! { launcher: Components }

/// The services of this session that were started and not stopped. Each session has a launcher of its own.
struct Components(BTreeSet<String>);

impl Launcher for Components {
    fn start() -> Result<Self, String> {
        Ok(Self(BTreeSet::new()))
    }

    /// The bot proves itself to the manager with the token; `app_data` is what the access manager says to it.
    fn start_service(
        &mut self,
        service: &str,
        token: &str,
        _manager: &ManagerInfo,
        app_data: &str,
    ) -> Result<(), LaunchError> {
        components::launch(service, token, app_data)?;
        self.0.insert(service.to_owned());
        Ok(())
    }

    fn stop_service(&mut self, service: &str, _manager: &ManagerInfo) -> Handled {
        components::terminate(service);
        self.0.remove(service);
        Ok(())
    }

    /// The session has ended.
    fn stop_all_services(&mut self, _manager: &ManagerInfo) -> Handled {
        while let Some(service) = self.0.pop_first() {
            components::terminate(&service);
        }
        Ok(())
    }
}
