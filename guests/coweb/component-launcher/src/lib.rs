//! Starts service bots that are components of the same server, as they are configured there.
//!
//! It takes no configuration and no grants, and serves where none else is configured as `launcher`. It needs a service
//! manager that speaks with components, as `component-manager` does; with any other it starts nothing, and says so.

use std::collections::BTreeSet;

use parlor_sdk::coweb::prelude::*;

/// The way of speaking that components know.
const COMPONENT: &str = "component";

launcher! { launcher: Components }

/// Those of this session that were started and not stopped.
struct Components {
    started: BTreeSet<String>,
}

impl Launcher for Components {
    fn start() -> Result<Self, String> {
        Ok(Self { started: BTreeSet::new() })
    }

    fn start_service(
        &mut self,
        service: &str,
        token: &str,
        manager: &ManagerInfo,
        app_data: &str,
    ) -> Result<(), LaunchError> {
        if manager.id != COMPONENT {
            return Err(LaunchError::Failed(format!(
                "component-launcher starts components, and this server's manager speaks `{}`, which they do not know: \
                 configure a launcher that fits the manager, or no manager for bots that are components",
                manager.id
            )));
        }
        components::launch(service, token, app_data)?;
        self.started.insert(service.to_owned());
        Ok(())
    }

    fn stop_service(&mut self, service: &str, _: &ManagerInfo) -> Handled {
        components::terminate(service);
        self.started.remove(service);
        Ok(())
    }

    fn stop_all_services(&mut self, _: &ManagerInfo) -> Handled {
        while let Some(service) = self.started.pop_first() {
            components::terminate(&service);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use parlor_sdk::testing::Host;

    use super::*;

    fn manager(id: &str) -> ManagerInfo {
        ManagerInfo { id: id.to_owned(), connection: "{}".to_owned() }
    }

    fn launch(launcher: &mut Components, service: &str) -> Result<(), LaunchError> {
        launcher.start_service(service, "token", &manager("component"), r#"{"a":1}"#)
    }

    #[test]
    fn a_bot_is_launched_as_it_was_asked_for() {
        let host = Host::new();
        let mut launcher = Components::start().unwrap();
        launch(&mut launcher, "clock").unwrap();
        assert_eq!(host.heard(), [r#"launch clock token {"a":1}"#]);
    }

    #[test]
    fn another_manager_is_told_what_to_configure() {
        let host = Host::new();
        let mut launcher = Components::start().unwrap();
        let error = launcher.start_service("clock", "token", &manager("bayeux"), "{}").unwrap_err();
        let LaunchError::Failed(words) = error else { panic!("{error:?}") };
        assert!(words.contains("`bayeux`") && words.contains("configure a launcher that fits"), "{words}");
        assert_eq!(host.heard(), [""; 0]);
    }

    #[test]
    fn at_the_end_all_go_that_were_not_stopped_before() {
        let host = Host::new();
        let mut launcher = Components::start().unwrap();
        for service in ["clock", "echo", "visits"] {
            launch(&mut launcher, service).unwrap();
        }
        host.refuse("launch", "it traps");
        assert_eq!(launch(&mut launcher, "broken"), Err(LaunchError::Failed("it traps".into())));
        launcher.stop_service("echo", &manager("component")).unwrap();
        host.heard();
        launcher.stop_all_services(&manager("component")).unwrap();
        assert_eq!(host.heard(), ["terminate clock", "terminate visits"]);
        launcher.stop_all_services(&manager("component")).unwrap();
        assert_eq!(host.heard(), [""; 0], "and only once");
    }

    #[test]
    fn one_that_was_launched_again_goes_like_any_other() {
        let host = Host::new();
        let mut launcher = Components::start().unwrap();
        launch(&mut launcher, "clock").unwrap();
        launcher.stop_service("clock", &manager("component")).unwrap();
        launch(&mut launcher, "clock").unwrap();
        host.heard();
        launcher.stop_all_services(&manager("component")).unwrap();
        assert_eq!(host.heard(), ["terminate clock"]);
    }
}
