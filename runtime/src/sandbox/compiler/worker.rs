//! The compiler's own process: takes its limits, then a component from standard input, and gives its machine code to
//! standard output.

use std::{
    io::{self, Read as _, Write as _},
    panic, process,
    sync::mpsc,
    thread,
};

use crate::sandbox::{component::MAX_BYTES, engine};

/// The argument with which this program is a compiler. It is in no help: it is of no use to anybody but the host.
pub const COMMAND: &str = "compile-worker";

/// The exit status for a component that cannot be compiled, with the reason on standard error. Others are ours.
pub(super) const INVALID: i32 = 3;

/// The most threads. More gain little, and each takes memory.
const MOST_THREADS: usize = 16;

/// What the compiler may use, as it is told on its command line.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Seconds from start to end. The host keeps it; here each thread has as much of a processor, in case there is no host
    /// any more.
    pub time: u64,
    /// Bytes of address space.
    pub memory: u64,
}

/// Is the compiler until its work is done.
///
/// # Errors
/// If the limits cannot be set, or the host is gone.
pub fn run(allowance: Allowance) -> anyhow::Result<()> {
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
    let mut component = Vec::new();
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
fn limit(Allowance { time, memory }: Allowance, threads: u64) -> io::Result<()> {
    use rustix::process::{Resource, Signal};

    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    for (resource, most) in [
        (Resource::As, memory),
        (Resource::Cpu, time.saturating_mul(threads)),
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
fn limit(Allowance { time, memory: _ }: Allowance, threads: u64) -> io::Result<()> {
    use rustix::process::Resource;

    for (resource, most) in
        [(Resource::Cpu, time.saturating_mul(threads)), (Resource::Core, 0), (Resource::Fsize, 0)]
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
