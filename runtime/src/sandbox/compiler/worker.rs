//! The compiler's own process: takes its limits, then a component from standard input, and gives its machine code to
//! standard output.

use std::{
    ffi::OsString,
    io::{self, Read as _, Write as _},
    panic,
    process::{self, ExitCode},
    sync::mpsc,
    thread,
};

use crate::sandbox::{component::MAX_BYTES, engine};

/// The first argument with which this program is a compiler.
const COMMAND: &str = "compile-worker";

/// The exit status for a component that cannot be compiled, with the reason on standard error. Others are ours.
pub(super) const INVALID: i32 = 3;

/// The most threads. More gain little, and each takes memory.
const MOST_THREADS: usize = 16;

/// Mapped besides what is written: the program, its libraries, and room between the threads' stacks.
const MAPPED: u64 = 1 << 30;

/// What the compiler may use, as it is told on its command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Seconds from start to end. The host keeps it; here each thread has as much of a processor, in case there is no host
    /// any more.
    pub seconds: u64,
    /// Bytes of memory.
    pub memory: u64,
}

impl Allowance {
    /// What this program is to use as a compiler; none if it is to be something else.
    pub fn of_command_line(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let mut arguments = arguments.into_iter().skip(1);
        let mut next = || arguments.next()?.into_string().ok();
        let this = next()? == COMMAND;
        this.then_some(Self { seconds: next()?.parse().ok()?, memory: next()?.parse().ok()? })
    }

    pub(super) fn arguments(self) -> [String; 3] {
        [COMMAND.to_owned(), self.seconds.to_string(), self.memory.to_string()]
    }
}

/// Is the compiler until its work is done.
pub fn main(allowance: Allowance) -> ExitCode {
    match run(allowance) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(allowance: Allowance) -> anyhow::Result<()> {
    // One line for each failure, without advice on how to see more of our insides.
    panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    lower_priority();
    // All threads that there will be: then no more can be made.
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let component = receive()?;
    limit(allowance, threads as u64)?;
    // Nothing of the component was looked at before.
    let component = component.recv()??;
    match engine::for_compiling()?.precompile_component(&component) {
        Ok(code) => {
            let mut output = io::stdout().lock();
            output.write_all(&code)?;
            output.flush()?;
            // The thread that reads would wait for the host's end.
            process::exit(0)
        }
        Err(error) => {
            eprintln!("{error:#}");
            process::exit(INVALID)
        }
    }
}

/// Reads the component meanwhile, and ends this process with the host: nothing comes after the component, so the end of
/// standard input is the host's.
fn receive() -> io::Result<mpsc::Receiver<io::Result<Vec<u8>>>> {
    let (give, take) = mpsc::channel();
    thread::Builder::new().name("input".into()).spawn(move || {
        let mut input = io::stdin().lock();
        // Whoever took it is there until this process ends.
        let _ = give.send(read(&mut input));
        let _ = io::copy(&mut input, &mut io::sink());
        process::exit(1)
    })?;
    Ok(take)
}

fn read(input: &mut impl io::Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > MAX_BYTES {
        return Err(io::Error::other("the component is larger than any that a host sends"));
    }
    let mut component = Vec::with_capacity(length as usize);
    input.take(length).read_to_end(&mut component)?;
    if component.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(component)
}

/// Lets others go first: bots answer while a component is compiled, and if memory runs out it is not the host that is ended.
fn lower_priority() {
    #[cfg(unix)]
    let _ = rustix::process::nice(5);
    #[cfg(target_os = "linux")]
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}

#[cfg(target_os = "linux")]
fn limit(Allowance { seconds, memory }: Allowance, threads: u64) -> io::Result<()> {
    use rustix::process::{Resource, Signal};

    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    for (resource, most) in [
        (Resource::Data, memory),
        // What is mapped and is no data, such as memory that is shared.
        (Resource::As, memory.saturating_add(MAPPED)),
        (Resource::Cpu, seconds.saturating_mul(threads)),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        // No other program and no further thread, unless this is root.
        (Resource::Nproc, 0),
        // The three pipes stay open; no file and no connection can be opened any more.
        (Resource::Nofile, 0),
    ] {
        set(resource, most)?;
    }
    Ok(())
}

/// Other systems do not bound memory in this way, or count as open what they need themselves.
#[cfg(all(unix, not(target_os = "linux")))]
fn limit(Allowance { seconds, memory: _ }: Allowance, threads: u64) -> io::Result<()> {
    use rustix::process::Resource;

    for (resource, most) in
        [(Resource::Cpu, seconds.saturating_mul(threads)), (Resource::Core, 0), (Resource::Fsize, 0)]
    {
        set(resource, most)?;
    }
    Ok(())
}

/// The host bounds time and sizes.
#[cfg(not(unix))]
fn limit(_: Allowance, _: u64) -> io::Result<()> {
    Ok(())
}

/// Sets a limit, or leaves a lower one that there is already.
#[cfg(unix)]
fn set(resource: rustix::process::Resource, most: u64) -> io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};

    let most = getrlimit(resource).maximum.map_or(most, |there| there.min(most));
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_of_a_compiler_is_read_as_it_is_written() {
        let of = |arguments: &[String]| {
            Allowance::of_command_line(
                [vec!["parlor".into()], arguments.to_vec()].concat().into_iter().map(Into::into),
            )
        };
        let allowance = Allowance { seconds: 180, memory: 1 << 31 };
        assert_eq!(of(&allowance.arguments()), Some(allowance));
        for other in [
            &[][..],
            &["run".into()],
            &["compile".into(), "1".into(), "2".into()],
            &[COMMAND.into(), "1".into()],
        ] {
            assert_eq!(of(other), None);
        }
    }
}
