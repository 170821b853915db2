//! The services whose programs run.

use std::collections::BTreeMap;

use parlor_sdk::coweb::prelude::*;

use crate::{input::Input, programs::Programs, server::Server};

/// The manager that the programs can speak with.
const MANAGER: &str = "bayeux";

/// The programs of one session.
pub struct Services<S> {
    programs: Programs,
    server: S,
    /// Those that run; of a service that was stopped the last program may still be there beside the next one.
    running: BTreeMap<Process, Running>,
}

struct Running {
    service: String,
    /// It was asked to end.
    stopped: bool,
}

impl<S: Server> Services<S> {
    /// None runs.
    pub fn new(programs: Programs, server: S) -> Self {
        Self { programs, server, running: BTreeMap::new() }
    }

    /// Starts the program of a service.
    pub fn start(
        &mut self,
        service: &str,
        token: &str,
        manager: &ManagerInfo,
        app_data: &str,
    ) -> Result<(), LaunchError> {
        let program = self.programs.of(service).ok_or(LaunchError::NotFound)?.to_owned();
        if manager.id != MANAGER {
            return Err(LaunchError::Failed(format!(
                "programs speak with the manager `{MANAGER}`, and this session's is `{}`: set [coweb.manager] component = \"bayeux-manager.wasm\"",
                manager.id
            )));
        }
        let session = self.server.session();
        let input = Input {
            service,
            token,
            session: &session,
            manager_id: &manager.id,
            connection: &manager.connection,
            app_data,
        };
        let input = input.line()?;
        if let Some(last) = self.current(service) {
            // Its bot has gone, or the server would not ask for another: it is ending, or it hangs. To wait for that
            // would be to fail whoever asks meanwhile.
            self.server.note(false, &format!("the last program of `{service}` still runs, and is stopped"));
            self.end(last);
        }
        let process = self.server.start(&program, &input)?;
        self.running.insert(process, Running { service: service.to_owned(), stopped: false });
        Ok(())
    }

    /// Ends the program of a service, if it runs.
    pub fn stop(&mut self, service: &str) {
        if let Some(process) = self.current(service) {
            self.end(process);
        }
    }

    /// Ends whatever runs.
    pub fn stop_all(&mut self) {
        let all: Vec<_> = self.running.iter().filter(|(_, it)| !it.stopped).map(|(it, _)| *it).collect();
        all.into_iter().for_each(|process| self.end(process));
    }

    /// A program has ended.
    pub fn ended(&mut self, process: Process, status: Option<i32>) {
        let Some(Running { service, stopped }) = self.running.remove(&process) else { return };
        if !stopped {
            let how = match status {
                Some(status) => format!("ended: status={status}"),
                None => "was killed".to_owned(),
            };
            self.server.note(status != Some(0), &format!("the program of `{service}` {how}"));
        }
        // If there is a next one, the bot has not gone.
        if self.current(&service).is_none() {
            self.server.deactivate(&service);
        }
    }

    /// The program that serves now.
    fn current(&self, service: &str) -> Option<Process> {
        let is_it = |it: &Running| it.service == service && !it.stopped;
        self.running.iter().find(|(_, it)| is_it(it)).map(|(process, _)| *process)
    }

    fn end(&mut self, process: Process) {
        if let Some(it) = self.running.get_mut(&process) {
            it.stopped = true;
            self.server.stop(process);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    /// A server that writes down what it is asked to do.
    #[derive(Clone, Default)]
    struct Script(Rc<RefCell<Vec<String>>>);

    impl Script {
        fn write(&self, what: impl Into<String>) {
            self.0.borrow_mut().push(what.into());
        }

        fn calls(&self) -> Vec<String> {
            self.0.take()
        }
    }

    impl Server for Script {
        fn session(&mut self) -> String {
            "0123".into()
        }

        /// Their numbers are those of their tokens.
        fn start(&mut self, program: &str, input: &[u8]) -> Result<Process, String> {
            let input: serde_json::Value = serde_json::from_slice(input).unwrap();
            self.write(format!("start {program} {input}"));
            let token = input["token"].as_str().unwrap();
            token.parse().map(Process).map_err(|_| "it was not granted".to_owned())
        }

        fn stop(&mut self, process: Process) {
            self.write(format!("stop {}", process.0));
        }

        fn deactivate(&mut self, service: &str) {
            self.write(format!("deactivate {service}"));
        }

        fn note(&mut self, is_wrong: bool, line: &str) {
            self.write(format!("{} {line}", if is_wrong { "warn" } else { "info" }));
        }
    }

    fn services() -> (Script, Services<Script>) {
        let pairs = [("echo", "echo-bot"), ("clock", "clock-bot")];
        let programs = Programs::read(pairs.map(|(key, value)| (key.to_owned(), value.to_owned()))).unwrap();
        let script = Script::default();
        (script.clone(), Services::new(programs, script))
    }

    fn manager(id: &str) -> ManagerInfo {
        ManagerInfo { id: id.into(), connection: r#"{"url":"ws://x"}"#.into() }
    }

    /// Starts the program of a service under this number.
    fn start(services: &mut Services<Script>, service: &str, number: &str) -> Result<(), LaunchError> {
        services.start(service, number, &manager("bayeux"), "{}")
    }

    #[test]
    fn a_program_is_told_what_it_needs() {
        let (script, mut services) = services();
        services.start("echo", "1", &manager("bayeux"), r#"{"a":1}"#).unwrap();
        let [call] = &script.calls()[..] else { panic!("one call") };
        let input: serde_json::Value =
            serde_json::from_str(call.strip_prefix("start echo-bot ").unwrap()).unwrap();
        assert_eq!(
            input,
            serde_json::json!({
                "service": "echo", "token": "1", "session": "0123",
                "manager": {"id": "bayeux", "connection": {"url": "ws://x"}}, "appData": {"a": 1},
            })
        );
    }

    #[test]
    fn what_cannot_be_started_is_told() {
        let (script, mut services) = services();
        assert_eq!(start(&mut services, "other", "1"), Err(LaunchError::NotFound));
        let other = services.start("echo", "1", &manager("component"), "{}");
        let Err(LaunchError::Failed(words)) = other else { panic!("{other:?}") };
        assert!(
            words.contains("this session's is `component`") && words.contains("bayeux-manager.wasm"),
            "{words}"
        );
        assert!(script.calls().is_empty());
        assert_eq!(start(&mut services, "echo", "x"), Err(LaunchError::Failed("it was not granted".into())));
        // One that did not start does not run.
        assert_eq!(start(&mut services, "echo", "1"), Ok(()));
    }

    #[test]
    fn a_service_runs_again_after_its_end() {
        let (script, mut services) = services();
        start(&mut services, "echo", "1").unwrap();
        start(&mut services, "clock", "2").unwrap();
        script.calls();
        services.ended(Process(1), Some(3));
        assert_eq!(script.calls(), ["warn the program of `echo` ended: status=3", "deactivate echo"]);
        start(&mut services, "echo", "3").unwrap();
        script.calls();
        services.ended(Process(3), None);
        assert_eq!(script.calls(), ["warn the program of `echo` was killed", "deactivate echo"]);
        services.ended(Process(2), Some(0));
        assert_eq!(script.calls(), ["info the program of `clock` ended: status=0", "deactivate clock"]);
        services.ended(Process(2), Some(0));
        assert!(script.calls().is_empty());
    }

    #[test]
    fn a_bot_that_has_gone_makes_room_for_the_next_before_its_program_has_ended() {
        let (script, mut services) = services();
        start(&mut services, "echo", "1").unwrap();
        script.calls();
        start(&mut services, "echo", "2").unwrap();
        let calls = script.calls();
        assert_eq!(calls[..2], ["info the last program of `echo` still runs, and is stopped", "stop 1"]);
        assert!(calls[2].starts_with("start echo-bot"), "{calls:?}");
        // Its end is not that of the next one.
        services.ended(Process(1), Some(0));
        assert!(script.calls().is_empty());
        services.stop("echo");
        assert_eq!(script.calls(), ["stop 2"]);
    }

    #[test]
    fn one_that_was_stopped_is_not_news_and_does_not_end_the_next() {
        let (script, mut services) = services();
        start(&mut services, "echo", "1").unwrap();
        script.calls();
        services.stop("clock");
        services.stop("echo");
        services.stop("echo");
        assert_eq!(script.calls(), ["stop 1"]);
        start(&mut services, "echo", "2").unwrap();
        script.calls();
        services.ended(Process(1), None);
        assert!(script.calls().is_empty());
        services.stop("echo");
        services.ended(Process(2), Some(143));
        assert_eq!(script.calls(), ["stop 2", "deactivate echo"]);
    }

    #[test]
    fn at_the_end_all_are_stopped_once() {
        let (script, mut services) = services();
        start(&mut services, "echo", "1").unwrap();
        start(&mut services, "clock", "2").unwrap();
        services.stop("echo");
        script.calls();
        services.stop_all();
        assert_eq!(script.calls(), ["stop 2"]);
    }
}
