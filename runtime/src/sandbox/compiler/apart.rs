//! The host's side of a compiler in a process of its own: starts it, feeds it, bounds it, ends it.

use std::{
    io,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    thread,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, sink},
    process::{Child, ChildStdin, Command},
    time::timeout,
};

use super::{Caps, MOST_WORDS, NotCompiled, told, turns::Turns, worker};

/// Compiles each component in a process of its own.
#[derive(Debug)]
pub struct Apart {
    program: PathBuf,
    caps: Caps,
    turns: Turns,
}

impl Apart {
    pub(super) fn new(program: PathBuf, caps: Caps) -> Self {
        Self { program, caps, turns: Turns::default() }
    }

    /// The machine code of a component. Blocks until it is there, or the time is over.
    pub(super) fn code(&self, component: &[u8]) -> Result<Vec<u8>, NotCompiled> {
        let _turn = self.turns.take();
        // A thread of its own, so that this can be called from anywhere, even where a runtime is at work. It lasts as long
        // as the compiler, which some systems end with the thread that started it.
        let work = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(NotCompiled::NotStarted)?.block_on(self.run(component))
        };
        thread::scope(|scope| {
            let thread = thread::Builder::new().name("compiler".into()).spawn_scoped(scope, work);
            match thread.map_err(NotCompiled::NotStarted)?.join() {
                Ok(done) => done,
                Err(_) => Err(NotCompiled::NotStarted(io::Error::other("the host failed while it waited"))),
            }
        })
    }

    async fn run(&self, component: &[u8]) -> Result<Vec<u8>, NotCompiled> {
        let mut child = self.command().spawn().map_err(NotCompiled::NotStarted)?;
        let done = match timeout(self.caps.time, self.attend(&mut child, component)).await {
            Ok(done) => done,
            Err(_) => Err(NotCompiled::TooLong(self.caps.time)),
        };
        if done.is_err() {
            // It may be dead already.
            let _ = child.kill().await;
        }
        done
    }

    /// The program with nothing of ours but three pipes: nothing of the environment, which may have secrets in it; no folder; and in a
    /// group of its own, so that Ctrl-C is heard by the host alone, which then ends this one too.
    fn command(&self) -> Command {
        let Caps { time, memory, code: _ } = self.caps;
        let mut command = Command::new(&self.program);
        command
            .args(worker::Allowance { seconds: time.as_secs().saturating_add(1), memory }.arguments())
            .env_clear()
            // The program's allocator takes a gigabyte at once otherwise, whether it is used or not.
            .env("MIMALLOC_DISALLOW_ARENA_ALLOC", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.arg0("parlor").current_dir("/").process_group(0);
        command
    }

    async fn attend(&self, child: &mut Child, component: &[u8]) -> Result<Vec<u8>, NotCompiled> {
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(NotCompiled::NotStarted(io::Error::other("it has no pipes")));
        };
        let (_input, code, words, status) = tokio::try_join!(
            async { Ok(feed(input, component).await) },
            self.receive(output),
            async { Ok(listen(errors).await) },
            async { child.wait().await.map_err(NotCompiled::NotStarted) },
        )?;
        if status.success() {
            return Ok(code);
        }
        Err(match status.code() {
            _ if wants_memory(&words) => NotCompiled::TooMuchMemory(self.caps.memory),
            Some(worker::INVALID) => NotCompiled::invalid(&words),
            _ => NotCompiled::Crashed(cause(status, &words)),
        })
    }

    async fn receive(&self, output: impl AsyncRead + Unpin) -> Result<Vec<u8>, NotCompiled> {
        let mut code = Vec::new();
        let most = self.caps.code;
        let read = output.take(most.saturating_add(1)).read_to_end(&mut code).await;
        read.map_err(|error| NotCompiled::Crashed(told(&error.to_string())))?;
        if code.len() as u64 > most {
            return Err(NotCompiled::TooMuchCode(most));
        }
        Ok(code)
    }
}

/// Gives the compiler its work. The pipe is kept open, since its end is the end of the host.
async fn feed(mut input: ChildStdin, component: &[u8]) -> ChildStdin {
    // One that dies meanwhile says why elsewhere.
    let _ = async {
        input.write_all(&(component.len() as u64).to_le_bytes()).await?;
        input.write_all(component).await?;
        input.flush().await
    }
    .await;
    input
}

/// What the compiler says of errors: the beginning. The rest is read, so that it need not wait.
async fn listen(errors: impl AsyncRead + Unpin) -> String {
    let mut words = Vec::new();
    let mut beginning = errors.take(MOST_WORDS as u64 + 1);
    // What cannot be read is not said.
    let _ = beginning.read_to_end(&mut words).await;
    let _ = tokio::io::copy(&mut beginning.into_inner(), &mut sink()).await;
    String::from_utf8_lossy(&words).into_owned()
}

/// Whether a compiler's last words say that it wanted memory, of which the manner of its death says nothing. They are Rust's
/// own, and the system's for `ENOMEM`.
fn wants_memory(words: &str) -> bool {
    words.starts_with("memory allocation of ") || words.contains("(os error 12)")
}

/// What a compiler died of.
fn cause(status: ExitStatus, words: &str) -> String {
    let words = told(words);
    if !words.is_empty() {
        return format!("{status}: {words}");
    }
    #[cfg(unix)]
    if std::os::unix::process::ExitStatusExt::signal(&status) == Some(9) {
        return format!("{status}, as where the machine has no memory left");
    }
    status.to_string()
}
