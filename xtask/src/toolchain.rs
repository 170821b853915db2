//! The compiler for guests: finds it, or gets it.
//!
//! Guests need nothing but Rust and its standard library for one more target. Whoever has that is done; whoever can
//! reach rustup's downloads gets it from there; on a closed Debian machine Debian's packages do, see [`debian`].
//!
//! [`debian`]: crate::debian

use std::{
    env, fmt, fs,
    path::{Path, PathBuf, absolute},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::{cargo, debian::Debian, process, workspace};

/// The target that guests are compiled for. Its linker makes components, so that nothing is left to do.
pub const TARGET: &str = "wasm32-wasip2";

/// How long rustup has, in seconds, where there is something else to try. Where its servers are out of reach it
/// can take minutes to see that.
const RUSTUP_LIMIT: u64 = 20;

/// What the user may say about the compiler for guests.
#[derive(Args)]
#[command(next_help_heading = "Compiler for guests")]
pub struct Options {
    /// Where the standard library for guests comes from.
    #[arg(long, value_name = "SOURCE", env = "GUEST_TOOLCHAIN", value_enum, default_value_t, global = true)]
    guest_toolchain: Source,

    /// The folder for what comes from Debian, about 550 MB [default: target/guest-toolchain].
    #[arg(long, value_name = "FOLDER", env = "GUEST_PREFIX", global = true)]
    guest_prefix: Option<PathBuf>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Source {
    /// What is there already; else from rustup; else from Debian.
    #[default]
    Auto,
    /// The Rust in use, to which rustup adds it.
    Rustup,
    /// A compiler from Debian's packages, in a folder of its own.
    Debian,
}

impl Options {
    fn debian(&self) -> Result<Debian> {
        let prefix = match &self.guest_prefix {
            Some(prefix) => absolute(prefix).context("GUEST_PREFIX")?,
            None => workspace::target().join("guest-toolchain"),
        };
        Ok(Debian::new(prefix))
    }
}

/// Makes a C compiler for guests ready, or finds that there is one: the one that `WASI_CC` names, as for `parlor build`, or
/// else Debian's.
pub fn c_compiler(options: &Options) -> Result<PathBuf> {
    match env::var_os("WASI_CC").filter(|compiler| !compiler.is_empty()) {
        Some(compiler) => Ok(compiler.into()),
        None => options.debian()?.c_ready(),
    }
}

/// A compiler for guests that is ready.
pub struct Toolchain {
    /// The compiler, where it isn't the one in use.
    rustc: Option<PathBuf>,
}

impl Toolchain {
    /// Makes it ready, or finds that it is.
    pub fn ready(options: &Options) -> Result<Self> {
        let debian = options.debian()?;
        let rustc = match options.guest_toolchain {
            Source::Auto => auto(&debian)?,
            Source::Rustup => {
                if !in_use_has_target() {
                    rustup_target_add(None)?;
                }
                None
            }
            Source::Debian => Some(debian.ready()?),
        };
        Ok(Self { rustc })
    }

    /// The compiler, where it isn't the one in use.
    pub fn rustc(&self) -> Option<&Path> {
        self.rustc.as_deref()
    }

    /// A `cargo build` of the guests' workspace at `manifest`.
    pub fn cargo_build(&self, manifest: &Path) -> Command {
        let mut command = cargo::cargo();
        if let Some(rustc) = &self.rustc {
            command.env("RUSTC", rustc);
        }
        without_host_flags(&mut command);
        command.args(["build", "--release", "--target", TARGET]);
        command.arg("--manifest-path").arg(manifest);
        command.arg("--target-dir").arg(workspace::guest_build());
        command
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rustc {
            Some(rustc) => write!(f, "Debian's Rust: RUSTC={}", rustc.display()),
            None => write!(f, "the Rust in use, which has {TARGET}"),
        }
    }
}

/// Takes the flags away that a user may have set for the host's compiler: for guests they are wrong.
pub fn without_host_flags(command: &mut Command) -> &mut Command {
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"] {
        command.env_remove(name);
    }
    command
}

fn auto(debian: &Debian) -> Result<Option<PathBuf>> {
    if in_use_has_target() {
        return Ok(None);
    }
    if debian.is_ready() {
        return debian.ready().map(Some);
    }
    let from_debian = Debian::is_possible();
    if process::exists("rustup") {
        match rustup_target_add(from_debian.then_some(RUSTUP_LIMIT)) {
            Ok(()) => return Ok(None),
            Err(error) => eprintln!("guest-toolchain: {error:#}"),
        }
    }
    if from_debian {
        return debian.ready().map(Some);
    }
    bail!("this Rust has no standard library for guests: run `rustup target add {TARGET}`, then try again")
}

/// Whether the Rust in use can compile guests as it is, wherever it came from.
fn in_use_has_target() -> bool {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let Ok(folder) = process::capture(rustc.args(["--print", "target-libdir", "--target", TARGET])) else {
        return false;
    };
    let Ok(files) = fs::read_dir(folder.trim()) else {
        return false;
    };
    let mut names = files.flatten().map(|file| file.file_name());
    names.any(|name| name.to_str().is_some_and(|name| name.starts_with("libstd-") && name.ends_with(".rlib")))
}

fn rustup_target_add(limit: Option<u64>) -> Result<()> {
    eprintln!("guest-toolchain: rustup target add {TARGET}…");
    let mut rustup = Command::new("rustup");
    process::run_watched(rustup.args(["target", "add", TARGET]), |seconds| {
        if limit.is_some_and(|limit| seconds >= limit) {
            bail!("rustup had no {TARGET} within {seconds} seconds");
        }
        Ok(())
    })?;
    ensure!(in_use_has_target(), "rustup added {TARGET}, but to another Rust than the one in use");
    Ok(())
}
