//! A launcher that never comes back from launching.

use parlor_sdk::coweb::prelude::*;

launcher! { launcher: Bad }

struct Bad;

impl Launcher for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn start_service(&mut self, _: &str, _: &str, _: &ManagerInfo, _: &str) -> Result<(), LaunchError> {
        hostile::for_ever()
    }

    fn stop_service(&mut self, _: &str, _: &ManagerInfo) -> Handled {
        Ok(())
    }

    fn stop_all_services(&mut self, _: &ManagerInfo) -> Handled {
        Ok(())
    }
}
