//! The compilers for guests from Debian's packages, each in a folder of its own.
//!
//! Debian has a recent Rust, packaged for building browsers: `rustc-web`. What it lacks is a standard library for
//! WebAssembly; its source is there, and is compiled here, once, by the very compiler that will use it: it accepts
//! no other's. Debian's wasi-libc goes with it. It is older than that standard library, so what it lacks is added
//! (`assets/wasi_libc_stubs.rs`).
//!
//! Nothing is installed: packages are downloaded and unpacked. Every step happens beside its final place or is
//! sealed by a file written last, so that it can be cut short anywhere, and a lock keeps two runs apart.

mod clang;
mod packages;

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use self::packages::Packages;
use crate::{
    cargo, process,
    toolchain::{self, TARGET},
    workspace,
};

/// The folder of unpacked packages, under the prefix. To be renamed when other packages are needed, or they are
/// put together in another way.
const PACKAGES: &str = "debian-1";

/// The crate whose only purpose is that cargo compiles the standard library for it.
///
/// A few crates that this needs come from the registry: Debian has copies of their source, but not of a library
/// that one of them comes with.
const STD_MANIFEST: &str = "\
[package]
name = 'nothing'
edition = '2024'

[lib]
path = 'nothing.rs'

[workspace]
";

/// What Debian's wasi-libc lacks.
const STUBS: &str = include_str!("../assets/wasi_libc_stubs.rs");

/// A program to prove that everything is there.
const CHECK: &str = include_str!("../assets/guest_toolchain_check.rs");

/// Debian's compilers for guests: where they are, or will be.
pub struct Debian {
    prefix: PathBuf,
}

impl Debian {
    /// Those under `prefix`.
    pub fn new(prefix: PathBuf) -> Self {
        Self { prefix }
    }

    /// Whether this machine has what it takes to get Debian's packages.
    pub fn is_possible() -> bool {
        process::exists("apt-get") && process::exists("dpkg-deb")
    }

    /// Whether Rust's is there, complete, and as this program would make it.
    pub fn is_ready(&self) -> bool {
        fs::read_to_string(self.seal()).is_ok_and(|recipe| recipe == Self::recipe())
    }

    /// Makes Rust's ready, or finds that it is; returns it.
    pub fn ready(&self) -> Result<PathBuf> {
        if !self.is_ready() {
            self.make().context(
                "cannot get the compiler for guests from Debian \
                 (GUEST_TOOLCHAIN=rustup gets it from rustup instead)",
            )?;
        }
        Ok(self.rustc())
    }

    fn make(&self) -> Result<()> {
        if !Self::is_possible() {
            bail!("there is no apt-get or no dpkg-deb here: this is not Debian");
        }
        fs::create_dir_all(&self.prefix)?;
        let _lock = self.lock()?;
        if self.is_ready() {
            return Ok(());
        }
        let scratch = self.prefix.join("scratch");
        remove(&scratch)?;
        fs::create_dir(&scratch)?;
        if !self.packages().exists() {
            let (debs, folder) = (scratch.join("debs"), scratch.join("packages"));
            let packages = Packages::download(&debs)?;
            step("unpacking", || packages.unpack(&debs, &folder))?;
            fs::rename(folder, self.packages())?;
        }
        let what = format!("compiling the standard library for {TARGET}");
        step(&what, || self.make_std(&scratch))?;
        self.prove(&scratch)?;
        // What was compiled with a former standard library doesn't go with this one, and cargo wouldn't notice.
        remove(&workspace::guest_build())?;
        fs::write(self.seal(), Self::recipe())?;
        remove(&scratch)
    }

    /// Compiles the standard library, and puts it where that of an installed target would be.
    fn make_std(&self, scratch: &Path) -> Result<()> {
        remove(&self.seal())?;
        let folder = self.packages().join("usr/lib/rustlib").join(TARGET).join("lib");
        remove(&folder)?;
        fs::create_dir_all(&folder)?;

        // Wherever the folder is, the same shall be made, so that what was compiled with one such goes with another:
        // hence this manifest above the source, which makes cargo's paths relative, and other names for the rest.
        let manifest = self.packages().join("Cargo.toml");
        fs::write(&manifest, STD_MANIFEST)?;
        fs::write(self.packages().join("nothing.rs"), "#![no_std]\n")?;
        let target_dir = scratch.join("target");
        let mut cargo = cargo::cargo();
        cargo.args(["build", "--release", "--target", TARGET]);
        cargo.arg("-Zbuild-std=std,panic_abort");
        cargo.arg("-Zbuild-std-features=");
        cargo.arg("--manifest-path").arg(manifest);
        cargo.arg("--target-dir").arg(&target_dir);
        // The bitcode is for link-time optimisation of guests, as in rustup's.
        let here = self.packages();
        let flags = ["-Cembed-bitcode=yes", &format!("--remap-path-prefix={}=/debian", here.display())];
        toolchain::without_host_flags(&mut cargo).env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        // Unstable options of a stable release; but what is made here is for this one release only.
        cargo.env("RUSTC", self.rustc()).env("RUSTC_BOOTSTRAP", "1");
        process::run(&mut cargo)?;

        for entry in fs::read_dir(target_dir.join(TARGET).join("release/deps"))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".rlib") && !name.starts_with("libnothing-") {
                fs::copy(entry.path(), folder.join(name))?;
            }
        }
        self.add_libc(scratch, &folder.join("self-contained"))
    }

    /// Puts Debian's libc, with what it lacks, where the compiler expects a target's own.
    fn add_libc(&self, scratch: &Path, folder: &Path) -> Result<()> {
        let libc = self.packages().join("usr/lib/wasm32-wasi");
        fs::create_dir(folder)?;
        for name in ["crt1-command.o", "crt1-reactor.o", "libc.a"] {
            fs::copy(libc.join(name), folder.join(name))
                .with_context(|| format!("cannot copy {name} of Debian's wasi-libc"))?;
        }
        let object = scratch.join("wasi_libc_stubs.o");
        let mut rustc = self.compile(&scratch.join("wasi_libc_stubs.rs"), STUBS, &object)?;
        rustc.args(["--crate-type=lib", "--emit=obj", "-Cpanic=abort"]);
        process::run(rustc.env("RUSTC_BOOTSTRAP", "1"))?;
        // A quick append: ar can't read WebAssembly, and the linker does without ar's index.
        let mut ar = Command::new("ar");
        ar.arg("q").arg(folder.join("libc.a")).arg(object);
        process::run(&mut ar)
    }

    /// Makes a component of a program that uses much of the standard library.
    fn prove(&self, scratch: &Path) -> Result<()> {
        let source = scratch.join("guest_toolchain_check.rs");
        let mut rustc = self.compile(&source, CHECK, &scratch.join("check.wasm"))?;
        process::run(&mut rustc).context("what Debian has now doesn't go together as it should")
    }

    /// The call of the compiler for one file.
    fn compile(&self, source: &Path, text: &str, output: &Path) -> Result<Command> {
        fs::write(source, text)?;
        let mut rustc = Command::new(self.rustc());
        rustc.args(["--edition=2024", "-O", "--target", TARGET]);
        rustc.arg(source).arg("-o").arg(output);
        Ok(rustc)
    }

    fn lock(&self) -> Result<File> {
        let file = File::create(self.prefix.join("lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say("another run is at it; waiting for it");
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error).context("cannot lock"),
        }
        Ok(file)
    }

    fn packages(&self) -> PathBuf {
        self.prefix.join(PACKAGES)
    }

    fn rustc(&self) -> PathBuf {
        self.packages().join("bin/rustc")
    }

    /// Written last. It holds the texts that went into what was made, so that a change of them makes it anew.
    fn seal(&self) -> PathBuf {
        self.packages().join(format!("{TARGET}.ready"))
    }

    fn recipe() -> String {
        [STD_MANIFEST, STUBS, CHECK].concat()
    }
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn say(what: &str) {
    eprintln!("guest-toolchain: {what}");
}

/// Does something that takes its time, and says so.
fn step(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    say(&format!("{what}…"));
    let start = Instant::now();
    work()?;
    say(&format!("{what}: done in {} s", start.elapsed().as_secs()));
    Ok(())
}
