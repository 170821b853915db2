//! Compiling what strangers wrote: in a process of its own, within bounds, and nobody else notices.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use parlor::{
    recording::{Journal, Recorder, Sink},
    sandbox::{Cache, Caps, Compiler, LoadError, Loaded, NotCompiled, Sandbox, shape::Misshapen},
};
use parlor_tests::{
    components::{self, Components, HEAD, custom, laborious},
    guests::{guest, test_guest},
    program::{self, Session, parlor},
    scripted::PATIENCE,
};
use tempfile::TempDir;
use wasmtime::component::Linker;

/// Compiles with the program's own compiler, under these bounds, into a cache of its own.
struct Bench {
    sandbox: Sandbox,
    cache: Cache,
    folder: TempDir,
}

impl Bench {
    fn new(caps: Caps) -> Self {
        Self::of(Compiler::apart(program::path(), caps))
    }

    fn of(compiler: Compiler) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("cache")).unwrap();
        Self { sandbox: Sandbox::new(1, compiler).unwrap(), cache, folder }
    }

    fn read(&self, path: &Path) -> Result<Loaded, LoadError> {
        Loaded::read(&self.sandbox, Some(&self.cache), path)
    }

    /// Why a component is not compiled. Then nothing of it is kept.
    fn refuses(&self, path: &Path) -> NotCompiled {
        match self.read(path) {
            Err(LoadError::NotCompiled(of, why)) => {
                assert_eq!(of, path);
                assert_eq!(fs::read_dir(self.folder.path().join("cache")).unwrap().count(), 0);
                why
            }
            other => panic!("it was not to be compiled: {:?}", other.map(|_| "it is")),
        }
    }
}

/// The compilers that a process has started and that are still there.
fn compilers_of(parent: u32) -> Vec<i32> {
    let mut compilers = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse() else { continue };
        // Any of them may end at any time.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent_of = |stat: &str| stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok();
        let command = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        if parent_of(&stat) == Some(parent) && command.contains("compile-worker") {
            compilers.push(id);
        }
    }
    compilers
}

/// Waits until there is something.
fn until<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = there() {
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "there was to be: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// The first compiler that a process starts, at its work.
fn compiler_of(parent: u32) -> i32 {
    until("a compiler", || compilers_of(parent).first().copied())
}

/// A component that nobody waits for to be compiled.
fn endless(components: &Components) -> PathBuf {
    components.write("endless", &laborious(400))
}

/// `parlor compile` on this component, with a cache of its own.
fn compile(component: &Path, home: &TempDir) -> Command {
    let mut command = parlor();
    command.env("PARLOR_CACHE", home.path().join("cache")).arg("compile").arg(component);
    command
}

#[tokio::test]
async fn what_is_compiled_apart_runs() {
    let home = tempfile::tempdir().unwrap();
    let mut command = parlor();
    command.env("PARLOR_CACHE", home.path()).arg("run").arg(guest("echo"));
    let mut session = Session::of(command);
    assert_eq!(session.asks("!echo hello").await, "hello");
    let ended = session.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    // The terminal's backend and the bot.
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
}

#[test]
fn a_component_that_takes_too_long_is_given_up() {
    let (components, time) = (Components::default(), Duration::from_millis(500));
    let bench = Bench::new(Caps { time, ..Caps::default() });
    let path = endless(&components);
    let begin = Instant::now();
    let error = bench.refuses(&path);
    assert!(begin.elapsed() < time + Duration::from_secs(2), "{:?}", begin.elapsed());
    assert!(matches!(error, NotCompiled::TooLong(_)), "{error}");
    assert_eq!(
        bench.read(&path).err().unwrap().to_string(),
        format!(
            "{}: is not compiled after 500ms, and was given up; build it in release mode and strip it, or allow more with --compile-time",
            path.display()
        )
    );
    assert_eq!(compilers_of(std::process::id()), [0; 0]);
}

#[test]
fn a_component_that_takes_too_much_memory_is_given_up() {
    let components = Components::default();
    let bench = Bench::new(Caps { memory: 100 << 20, ..Caps::default() });
    let error = bench.refuses(&components.write("large", &laborious(200)));
    assert!(matches!(error, NotCompiled::TooMuchMemory(_)), "{error}");
    assert!(error.to_string().starts_with("takes more than 100.0 MiB of memory to compile; "), "{error}");
    // A small one is not in want.
    bench.read(&components.write("small", &laborious(1))).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_component_that_becomes_too_much_machine_code_is_given_up() {
    let components = Components::default();
    let bench = Bench::new(Caps { code: 64 << 10, ..Caps::default() });
    let error = bench.refuses(&components.write("large", &laborious(5)));
    assert!(matches!(error, NotCompiled::TooMuchCode(_)), "{error}");
}

#[test]
fn a_file_that_is_too_large_is_not_even_read() {
    let (components, bench) = (Components::default(), Bench::new(Caps::default()));
    let path = components.write("huge", HEAD);
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(200 << 20).unwrap();
    let begin = Instant::now();
    let error = bench.read(&path).err().unwrap();
    assert!(begin.elapsed() < Duration::from_millis(100), "{:?}", begin.elapsed());
    assert!(
        error.to_string().ends_with(
            "is 200.0 MiB, and an extension may have at most 128.0 MiB; build it in release mode and strip it"
        ),
        "{error}"
    );
    // This one says that it has no size at all.
    let error = bench.read(Path::new("/dev/zero")).err().unwrap();
    assert!(matches!(error, LoadError::TooLarge(..)), "{error}");
}

#[test]
fn a_compiler_that_dies_is_an_error_message() {
    let (components, home) = (Components::default(), tempfile::tempdir().unwrap());
    let path = endless(&components);
    // The language's own handler takes a first SIGSEGV for one of its stack's, and goes on.
    for (signal, name) in [(Signal::SIGKILL, "SIGKILL"), (Signal::SIGABRT, "SIGABRT")] {
        let host = compile(&path, &home).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        kill(Pid::from_raw(compiler_of(host.id())), signal).unwrap();
        let ended = host.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        let words = format!("{}: cannot be compiled: the compiler died of it (signal: ", path.display());
        assert!(said.contains(&words) && said.contains(name), "{said}");
        assert_eq!(fs::read_dir(home.path().join("cache")).unwrap().count(), 0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_compiler_has_no_environment_no_files_and_no_room_for_any() {
    let (components, home) = (Components::default(), tempfile::tempdir().unwrap());
    let mut host = compile(&endless(&components), &home)
        .args(["--compile-time=7s", "--compile-memory=1GiB"])
        .env("PARLOR_TEST_SECRET", "sesame")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let about = PathBuf::from(format!("/proc/{}", compiler_of(host.id())));
    let limit = |name: &str| -> Option<String> {
        let limits = fs::read_to_string(about.join("limits")).unwrap();
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        let values: Vec<_> = line[name.len()..].split_whitespace().take(2).map(str::to_owned).collect();
        assert_eq!(values.len(), 2);
        (values[0] == values[1]).then(|| values[0].clone())
    };
    // It sets this one last, before it looks at the component.
    until("its limits", || (limit("Max open files")? == "0").then_some(()));
    assert_eq!(limit("Max data size").unwrap(), (1 << 30).to_string());
    assert_eq!(limit("Max address space").unwrap(), (2_u64 << 30).to_string());
    let threads = thread::available_parallelism().unwrap().get().min(16);
    assert_eq!(limit("Max cpu time").unwrap(), (8 * threads).to_string());
    for nothing in ["Max core file size", "Max file size", "Max processes"] {
        assert_eq!(limit(nothing).unwrap(), "0", "{nothing}");
    }
    let environment = fs::read_to_string(about.join("environ")).unwrap();
    assert_eq!(environment, "MIMALLOC_DISALLOW_ARENA_ALLOC=1\0");
    assert_eq!(fs::read_link(about.join("cwd")).unwrap(), Path::new("/"));
    for entry in fs::read_dir(about.join("fd")).unwrap() {
        let name = entry.unwrap().file_name();
        // What whoever runs the tests leaves open for all is nothing of the host's.
        let here = fs::read_link(Path::new("/proc/self/fd").join(&name)).ok();
        let there = fs::read_link(about.join("fd").join(&name)).ok();
        assert!(["0", "1", "2"].map(Into::into).contains(&name) || here == there, "{name:?} is {there:?}");
    }
    host.kill().unwrap();
    host.wait().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_compiler_ends_with_its_host() {
    let (components, home) = (Components::default(), tempfile::tempdir().unwrap());
    let mut command = compile(&endless(&components), &home);
    let mut host = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let compiler = PathBuf::from(format!("/proc/{}/cmdline", compiler_of(host.id())));
    host.kill().unwrap();
    host.wait().unwrap();
    // Who has nobody to hear of its end is there without a command line for a while.
    until("no compiler", || fs::read(&compiler).unwrap_or_default().is_empty().then_some(()));
}

#[test]
fn a_compiler_that_is_none_is_no_fault_of_the_component() {
    let bench = Bench::of(Compiler::apart("/nowhere/parlor", Caps::default()));
    let error = bench.refuses(&guest("echo"));
    assert!(matches!(error, NotCompiled::NotStarted(_)), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let script = |lines: &str| {
        let path = folder.path().join("compiler");
        fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        let caps = Caps { time: Duration::from_secs(2), code: 1 << 20, ..Caps::default() };
        Bench::of(Compiler::apart(path, caps)).refuses(&guest("echo"))
    };
    // Ends well, and gives no machine code.
    let error = script("exit 0");
    assert!(matches!(error, NotCompiled::NotLoaded(_)), "{error}");
    // Gives what is none, and never ends.
    let error = script("exec yes");
    assert!(matches!(error, NotCompiled::TooMuchCode(_)), "{error}");
    let error = script("exec sleep 1000");
    assert!(matches!(error, NotCompiled::TooLong(_)), "{error}");
    let error = script("printf '\\033[2J%100000s' x >&2; exit 7");
    assert!(matches!(error, NotCompiled::Crashed(_)), "{error}");
    let error = error.to_string();
    assert!(error.contains("exit status: 7: \\u{1b}[2J…") && error.len() < 3000, "{error}");
}

#[tokio::test]
async fn a_neighbour_answers_while_a_bot_is_compiled_for_ever() {
    let (components, home) = (Components::default(), tempfile::tempdir().unwrap());
    let victim = components.write("victim", &fs::read(test_guest("commander")).unwrap());
    let mut command = parlor();
    command
        .env("PARLOR_CACHE", home.path())
        .args(["run", "--compile-time=3s"])
        .args([&guest("echo"), &victim]);
    let mut session = Session::of(command);
    assert_eq!(session.asks("!order tea x").await, "order tea<x>");
    fs::write(&victim, laborious(400)).unwrap();
    session.types("!reload victim").await;
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    let refused = loop {
        let begin = Instant::now();
        let answer = session.asks(&format!("!echo {asked}")).await;
        if answer.starts_with("error: ") {
            break answer;
        }
        assert_eq!(answer, asked.to_string());
        slowest = slowest.max(begin.elapsed());
        asked += 1;
    };
    assert!(refused.starts_with("error: victim "), "{refused}");
    assert!(refused.contains("is not compiled after 3s, and was given up"), "{refused}");
    eprintln!("{asked} answers, the slowest after {slowest:?}");
    assert!(asked > 100, "{asked} answers");
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
    // The last answer is still to come; and the old one is there as before.
    assert_eq!(session.line().await, asked.to_string());
    assert_eq!(session.asks("!order tea x").await, "order tea<x>");
    assert_eq!(session.end().await.code, Some(0));
}

#[test]
fn types_without_measure_are_refused() {
    let (components, bench) = (Components::default(), Bench::new(Caps::default()));
    let read = |text: &str| bench.read(&components.text("types", text));
    for fine in [components::deep(50), components::bushy(12, 10)] {
        read(&fine).unwrap_or_else(|error| panic!("{error}"));
    }
    let error = read(&components::bushy(18, 1)).err().unwrap();
    assert!(matches!(error, LoadError::Misshapen(_, Misshapen::Large)), "{error}");
    // These may kill the compiler.
    for levels in [100, 1000, 20_000, 500_000] {
        let begin = Instant::now();
        let error = read(&components::deep(levels)).err().unwrap();
        eprintln!("{levels}: {error} ({:?})", begin.elapsed());
        let right = match &error {
            LoadError::Misshapen(_, why) => *why == Misshapen::Deep,
            LoadError::NotCompiled(_, why) => {
                matches!(why, NotCompiled::Crashed(_) | NotCompiled::Invalid(_))
            }
            _ => false,
        };
        assert!(right, "{levels}: {error}");
    }
    // The engine itself has a word to say of these.
    for (levels, functions) in [(17, 10), (18, 1000), (90, 1)] {
        let error = read(&components::bushy(levels, functions)).err().unwrap();
        assert!(matches!(error, LoadError::NotCompiled(_, NotCompiled::Invalid(_))), "{error}");
    }
}

#[test]
fn names_that_are_none_are_refused_in_words_that_a_terminal_does_not_obey() {
    let (components, bench) = (Components::default(), Bench::new(Caps::default()));
    let refuses = |text: &str| {
        let error = bench.read(&components.text("names", text)).err().unwrap().to_string();
        assert!(!error.contains(char::is_control) && error.len() < 4096, "{error}");
        error
    };
    for name in ["\\1b]0;title\\07", "\\u{202e}evil", "line\\0aline", "a:b/c@\\1b[2J", ""] {
        let error = refuses(&format!("(component (import \"{name}\" (instance)))"));
        assert!(error.contains("cannot be run: "), "{error}");
    }
    let error = refuses(&format!("(component (import \"{}!\" (instance)))", "a".repeat(90_000)));
    assert!(error.contains("cannot be run: "), "{error}");
    let error = refuses(&format!("(component (import \"{}\" (instance)))", "a".repeat(90_000)));
    assert!(error.contains("has a name of more than 1024 bytes in what it imports or exports"), "{error}");
    // What nobody reads may be what it will.
    let odd = [
        HEAD,
        &custom("component-name", b"\xff\xff\xff\xff\xff"),
        &custom("name", b"\x1b[2J"),
        &custom("", b""),
    ];
    bench.read(&components.write("odd", &odd.concat())).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn very_many_of_anything_are_compiled_or_given_up() {
    let components = Components::default();
    let time = Duration::from_secs(5);
    let bench = Bench::new(Caps { time, ..Caps::default() });
    let many = |count: usize, text: &dyn Fn(usize) -> String| -> String { (0..count).map(text).collect() };
    let imports = many(5000, &|number| format!("(import \"a:b/c{number}\" (instance))\n"));
    let instances = many(900, &|_| "(core instance (instantiate 0))\n".to_owned());
    let segments = "(data (i32.const 0) \"x\") (data (i32.const 0xffffffff) \"x\")";
    let cases = [
        ("imports", components.text("imports", &format!("(component {imports})"))),
        (
            "instances",
            components.text("instances", &format!("(component (core module (memory 1)) {instances})")),
        ),
        ("functions", components.write("functions", &components::functions(1_000_000))),
        ("data", components.write("data", &components::data(100 << 20))),
        (
            "far apart",
            components.text("far", &format!("(component (core module (memory 65536) {segments}))")),
        ),
        (
            "table",
            components.text(
                "table",
                "(component (core module (table 10000000 funcref) (func) (elem (i32.const 9999999) func 0)))",
            ),
        ),
    ];
    for (name, path) in cases {
        let begin = Instant::now();
        let done = bench.read(&path);
        let took = begin.elapsed();
        eprintln!("{name}: {took:?} {:?}", done.as_ref().map(drop).map_err(ToString::to_string));
        assert!(took < time + Duration::from_secs(5), "{name}: {took:?}");
        let refused = matches!(done, Err(LoadError::NotCompiled(..) | LoadError::Misshapen(..)));
        assert!(done.is_ok() || refused, "{name}");
    }
}

/// Where nothing is kept of what is recorded.
struct Nowhere;

impl Sink for Nowhere {
    fn line(&self, _: &str) {}
}

#[test]
fn a_recorder_of_types_that_are_just_allowed_is_made() {
    let (components, sandbox) = (Components::default(), Bench::new(Caps::default()).sandbox);
    for (name, text) in [("deep", components::deep(60)), ("bushy", components::bushy(14, 3))] {
        let path = components.text(name, &text);
        let loaded = Loaded::read(&sandbox, None, &path).unwrap_or_else(|error| panic!("{error}"));
        let (journal, bytes) = (Journal::new(Box::new(Nowhere), None, &[]), fs::read(&path).unwrap());
        let linker = Linker::<()>::new(sandbox.engine());
        let begin = Instant::now();
        let made = Recorder::new(&sandbox, journal, name, name, (&loaded.component, &bytes), &linker);
        eprintln!("{name}: {:?} {:?}", begin.elapsed(), made.as_ref().map(drop).map_err(ToString::to_string));
        // Nobody gives it what it imports.
        assert!(made.is_err());
        assert!(begin.elapsed() < PATIENCE, "{name}");
    }
}
