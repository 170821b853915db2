//! A launcher that says that all is well whatever becomes of a bot.

#![allow(missing_docs)]

use std::collections::BTreeSet;

use parlor_sdk::coweb::prelude::*;

launcher! { launcher: Swallows }

struct Swallows(BTreeSet<String>);

impl Launcher for Swallows {
    fn start() -> Result<Self, String> {
        Ok(Self(BTreeSet::new()))
    }

    fn start_service(
        &mut self,
        service: &str,
        token: &str,
        _: &ManagerInfo,
        app_data: &str,
    ) -> Result<(), LaunchError> {
        let _ = components::launch(service, token, app_data);
        self.0.insert(service.to_owned());
        Ok(())
    }

    fn stop_service(&mut self, service: &str, _: &ManagerInfo) -> Handled {
        components::terminate(service);
        self.0.remove(service);
        Ok(())
    }

    fn stop_all_services(&mut self, _: &ManagerInfo) -> Handled {
        while let Some(service) = self.0.pop_first() {
            components::terminate(&service);
        }
        Ok(())
    }
}
