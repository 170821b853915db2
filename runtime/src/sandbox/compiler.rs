//! How components become machine code: in a process of its own, whose time, memory and size are bounded.
//!
//! A compiler reads what a stranger wrote, and the work that it does with a few bytes can be without measure. In a process
//! of its own it can be ended at any time, and if it runs out of memory or crashes, that is an error message.

mod apart;
mod turns;
pub mod worker;

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use bytesize::ByteSize;
use wasmtime::Engine;

use self::apart::Apart;

/// How components are compiled.
#[derive(Clone, Debug)]
pub enum Compiler {
    /// In this process, without bounds: for tests and benchmarks, which know their components.
    Here,
    /// In processes of their own.
    Apart(Arc<Apart>),
}

impl Compiler {
    /// In processes of their own, each of which is `program` started as [`worker`] says.
    pub fn apart(program: impl Into<PathBuf>, caps: Caps) -> Self {
        Self::Apart(Arc::new(Apart::new(program.into(), caps)))
    }

    /// In processes of their own, each of which is this program once more.
    ///
    /// # Errors
    /// If the machine does not say where this program lies.
    pub fn this_program(caps: Caps) -> io::Result<Self> {
        // The program itself, even if another was put in its place meanwhile: that one's code would not run here.
        #[cfg(target_os = "linux")]
        let program = {
            let itself = PathBuf::from("/proc/self/exe");
            if itself.exists() { itself } else { std::env::current_exe()? }
        };
        #[cfg(not(target_os = "linux"))]
        let program = std::env::current_exe()?;
        Ok(Self::apart(program, caps))
    }

    /// The machine code of a component.
    pub(super) fn code(&self, engine: &Engine, component: &[u8]) -> Result<Vec<u8>, NotCompiled> {
        match self {
            Self::Here => engine
                .precompile_component(component)
                .map_err(|error| NotCompiled::invalid(&format!("{error:#}"))),
            Self::Apart(apart) => apart.code(component),
        }
    }
}

/// What compiling one component may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// The time from start to end.
    pub time: Duration,
    /// The memory, in bytes. Only Linux keeps it.
    pub memory: u64,
    /// The machine code, in bytes.
    pub code: u64,
}

impl Default for Caps {
    /// A few times what the largest known guest toolchain needs: for Python up to 45 s on a slow machine, 0.5 GB and 35 MB.
    fn default() -> Self {
        Self { time: Duration::from_secs(180), memory: 2 << 30, code: 512 << 20 }
    }
}

/// Why there is no machine code. Follows the component's path.
#[derive(Debug, thiserror::Error)]
pub enum NotCompiled {
    /// It is not valid, or made with features that are switched off here.
    #[error("cannot be run: {0}")]
    Invalid(String),
    /// It takes too long.
    #[error(
        "is not compiled after {time}, and was given up; build it in release mode and strip it, or allow more with --compile-time",
        time = humantime::format_duration(*.0)
    )]
    TooLong(Duration),
    /// It takes too much memory.
    #[error(
        "takes more than {memory} of memory to compile; build it in release mode and strip it, or allow more with --compile-memory",
        memory = ByteSize(*.0)
    )]
    TooMuchMemory(u64),
    /// There is too much machine code in it.
    #[error("becomes more than {code} of machine code; build it in release mode and strip it", code = ByteSize(*.0))]
    TooMuchCode(u64),
    /// Its compiler died of it.
    #[error(
        "cannot be compiled: the compiler died of it ({0}), and nothing else did; build it anew, in release mode or with another version of its toolchain"
    )]
    Crashed(String),
    /// The compiler cannot be started. Not the component's fault.
    #[error(
        "cannot be compiled: the compiler's process cannot be started: {0}; see whether there is room for another process"
    )]
    NotStarted(io::Error),
    /// Its machine code cannot be loaded: it has more instances, tables or memories than there is room for, or the compiler
    /// was not of this version.
    #[error("cannot be run: {0}")]
    NotLoaded(String),
}

impl NotCompiled {
    fn invalid(why: &str) -> Self {
        let why = told(why);
        if why.contains("component model async") {
            return Self::Invalid(format!(
                "it needs the component model's async features, which Parlor does without; build it for a sync runtime ({why})"
            ));
        }
        Self::Invalid(why)
    }
}

/// The most that is told of what a compiler says, in bytes. It may quote the component.
const MOST_WORDS: usize = 2 << 10;

/// Words that may have a stranger's among them, in one line of a bounded length that a terminal shows and does not obey.
fn told(words: &str) -> String {
    let end = words.floor_char_boundary(MOST_WORDS);
    let mut told = String::new();
    for c in words[..end].trim().chars() {
        match c {
            '"' | '\'' | '\\' => told.push(c),
            '\n' => told.push(' '),
            _ => told.extend(c.escape_debug()),
        }
    }
    if end < words.len() {
        told.push('…');
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_compiler_quotes_is_bounded_and_harmless() {
        assert_eq!(told("it's \"ünïcode\"\nand C:\\ \n"), "it's \"ünïcode\" and C:\\");
        assert_eq!(told("\x1b]0;title\x07 \u{202e}"), "\\u{1b}]0;title\\u{7} \\u{202e}");
        let long = told(&"ü".repeat(MOST_WORDS));
        assert_eq!(long.chars().count(), MOST_WORDS / 2 + 1);
    }

    #[test]
    fn a_component_that_is_none_is_invalid_here() {
        let error = Compiler::Here.code(&Engine::default(), b"nothing").unwrap_err();
        assert!(matches!(error, NotCompiled::Invalid(_)), "{error}");
    }
}
