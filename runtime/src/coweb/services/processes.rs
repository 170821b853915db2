//! `parlor:coweb/processes`: programs of the machine that a launcher was granted by name.

use std::{
    collections::HashMap,
    pin::pin,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};
use tracing::Level;
use wasmtime::component::{HasSelf, Linker};

use super::Services;
use crate::{
    coweb::{bindings::parlor::coweb::processes, exports},
    imports::{State, logging::Log},
    sandbox::{Call, Class, grants::Program},
};

/// The most programs of one session.
const MOST_PROCESSES: usize = 64;
/// The most bytes that a program is told on standard input.
const MOST_INPUT: usize = 256 << 10;
/// The most bytes of all variables that a launcher sets.
const MOST_ENVIRONMENT: usize = 64 << 10;
/// How long a program has to end when it is asked to, and to swallow what it is told.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the last lines of a program that has ended are waited for.
const LAST_LINES: Duration = Duration::from_millis(500);
/// Variables that every program has from this one.
const INHERITED: [&str; 5] = ["PATH", "HOME", "LANG", "TMPDIR", "TZ"];

/// The programs of a session, by number.
#[derive(Default)]
pub(super) struct Processes {
    last: u32,
    running: HashMap<u32, Running>,
}

/// One of them. It and all that it has started are killed when this is dropped.
struct Running {
    group: Group,
    /// Asks whoever waits for it to end it.
    stop: UnboundedSender<()>,
}

/// A group of processes, the program and what it starts.
struct Group(Pid);

impl Group {
    fn signal(&self, signal: Signal) {
        // There may be nobody left in it.
        let _ = killpg(self.0, signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::SIGKILL);
    }
}

impl Services {
    fn start_process(
        self: &Arc<Self>,
        program: &Program,
        input: Vec<u8>,
        environment: Vec<(String, String)>,
        log: Log,
    ) -> Result<u32, String> {
        if input.len() > MOST_INPUT {
            return Err(format!("a program is told {MOST_INPUT} bytes at most"));
        }
        if environment.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MOST_ENVIRONMENT
        {
            return Err(format!("the variables have {MOST_ENVIRONMENT} bytes at most"));
        }
        if let Some((name, _)) = environment.iter().find(|(name, _)| !program.environment.contains(name)) {
            return Err(format!(
                "the variable {name:?} may not be set; the grant of the program lists those that may, in `environment`"
            ));
        }
        if environment.iter().any(|(_, value)| value.contains('\0')) {
            return Err("a variable has no zero bytes".into());
        }
        let mut processes = self.processes.lock();
        if processes.running.len() >= MOST_PROCESSES {
            return Err(format!("the session has {MOST_PROCESSES} programs already"));
        }
        let Some((file, arguments)) = program.run.split_first() else {
            return Err("the grant names no file".into());
        };
        let mut command = Command::new(file);
        command.args(arguments).env_clear().process_group(0).kill_on_drop(true);
        command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.envs(environment);
        if let Some(folder) = &program.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| format!("{file}: {error}"))?;
        let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) else {
            return Err(format!("{file}: it ended at once"));
        };
        let (stop, stopped) = unbounded_channel();
        processes.last = processes.last.wrapping_add(1);
        let number = processes.last;
        processes.running.insert(number, Running { group: Group(Pid::from_raw(id)), stop });
        drop(processes);
        let services = Arc::downgrade(self);
        tokio::spawn(async move {
            let status = attend(child, input, stopped, log).await;
            if let Some(services) = services.upgrade() {
                services.process_ended(number, status);
            }
        });
        Ok(number)
    }

    fn process_ended(&self, number: u32, status: Option<ExitStatus>) {
        // What it has started and left behind ends with it.
        let was = self.processes.lock().running.remove(&number);
        drop(was);
        let Some(crew) = self.at_work() else { return };
        let status = status.and_then(|status| status.code());
        let call: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(handler) = &exports.processes else { return Ok(()) };
                if let Err(words) = handler.call_on_exit(&mut live.store, number, status).await? {
                    live.store.data().common.log.failed("on-exit", &words);
                }
                Ok(())
            })
        });
        // Bounded by the programs that there were.
        let _ = crew.launcher().push(Class::Own, call);
    }

    fn stop_process(&self, number: u32) {
        if let Some(running) = self.processes.lock().running.get(&number) {
            running.group.signal(Signal::SIGTERM);
            // It may have ended meanwhile.
            let _ = running.stop.send(());
        }
    }

    /// Kills all of them.
    pub(super) fn kill_processes(&self) {
        let running = std::mem::take(&mut self.processes.lock().running);
        drop(running);
    }
}

/// Tells a program what it is to know, logs what it prints, and waits for its end.
async fn attend(
    mut child: Child,
    input: Vec<u8>,
    mut stopped: UnboundedReceiver<()>,
    log: Log,
) -> Option<ExitStatus> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let tells = async {
        if let Some(mut stdin) = stdin {
            // A program that does not read it need not know.
            let _ = timeout(PATIENCE, stdin.write_all(&input)).await;
        }
    };
    let prints = async { tokio::join!(prints(stdout, "stdout", &log), prints(stderr, "stderr", &log)) };
    let talk = async { tokio::join!(tells, prints) };
    let ends = async {
        tokio::select! {
            // Nobody is left to ask for it where the session has ended: then it is killed.
            asked = stopped.recv() => {
                if asked.is_some() && let Ok(status) = timeout(PATIENCE, child.wait()).await {
                    return status.ok();
                }
                let _ = child.start_kill();
                child.wait().await.ok()
            }
            status = child.wait() => status.ok(),
        }
    };
    let (mut talk, mut ends) = (pin!(talk), pin!(ends));
    tokio::select! {
        status = &mut ends => {
            // What it printed last may still be on its way. What it has started may hold the pipe open.
            let _ = timeout(LAST_LINES, talk).await;
            status
        }
        _ = &mut talk => ends.await,
    }
}

/// Logs what a program prints, line by line; a long line in parts.
async fn prints(output: Option<impl AsyncRead + Unpin>, name: &str, log: &Log) {
    let Some(mut output) = output else { return };
    let mut bytes = vec![0; 2_048];
    while let Ok(read) = output.read(&mut bytes).await {
        let Some(read) = bytes.get(..read).filter(|read| !read.is_empty()) else { return };
        for line in String::from_utf8_lossy(read).lines().filter(|line| !line.trim().is_empty()) {
            log.line(Level::INFO, name, line);
        }
    }
}

impl processes::Host for State {
    fn start(
        &mut self,
        program: String,
        input: Vec<u8>,
        environment: Vec<(String, String)>,
    ) -> wasmtime::Result<Result<u32, String>> {
        let services = self.crews()?;
        let common = Arc::clone(&self.common);
        let Some(granted) = common.grants.programs.get(&program) else {
            tracing::warn!(
                extension = %common.name,
                "the program {program:?} is not granted; to allow it, add to [{}] the line: grant = {{ programs = {{ {program:?} = {{ run = [\"FILE\"] }} }} }}",
                common.id,
            );
            return Ok(Err(format!("the program {program:?} is not granted")));
        };
        Ok(services.start_process(granted, input, environment, common.log.clone()))
    }

    fn stop(&mut self, what: u32) -> wasmtime::Result<()> {
        self.crews()?.stop_process(what);
        Ok(())
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    processes::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
