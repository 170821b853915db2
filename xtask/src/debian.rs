//! The compiler for guests from Debian's packages, in a folder of its own.
//!
//! Debian has a recent Rust, packaged for building browsers: `rustc-web`. What it lacks is a standard library for
//! WebAssembly; its source is there, and is compiled here, once, by the very compiler that will use it: it accepts
//! no other's. Debian's wasi-libc goes with it. It is older than that standard library, so what it lacks is added
//! (`assets/wasi_libc_stubs.rs`).
//!
//! Nothing is installed: packages are downloaded and unpacked. Every step happens beside its final place or is
//! sealed by a file written last, so that it can be cut short anywhere, and a lock keeps two runs apart.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{cargo, process, toolchain};

/// The folder of unpacked packages, under the prefix. To be renamed when other packages are needed or they are put
/// together in another way.
const PACKAGES: &str = "debian-1";

/// The crate whose only purpose is that cargo compiles the standard library for it. The profile is that of the
/// standard library which rustup has, with what is needed for link-time optimisation in the compiler's flags.
const STD_MANIFEST: &str = "\
[package]
name = 'nothing'
edition = '2024'

[lib]
path = 'lib.rs'

[workspace]
";

/// What Debian's wasi-libc lacks.
const STUBS: &str = include_str!("../assets/wasi_libc_stubs.rs");

/// A program to prove that everything is there.
const CHECK: &str = include_str!("../assets/guest_toolchain_check.rs");

/// Debian's compiler for guests: where it is, or will be.
pub struct Debian {
    prefix: PathBuf,
}

impl Debian {
    /// The one under `prefix`.
    pub fn new(prefix: PathBuf) -> Self {
        Self { prefix }
    }

    /// Whether this machine has what it takes to get Debian's packages.
    pub fn is_possible() -> bool {
        process::exists("apt-get") && process::exists("dpkg-deb")
    }

    /// Whether it is there, complete, and as this program would make it.
    pub fn is_ready(&self) -> bool {
        fs::read_to_string(self.seal()).is_ok_and(|recipe| recipe == Self::recipe())
    }

    /// Makes it ready, or finds that it is; returns the compiler.
    pub fn ready(&self) -> Result<PathBuf> {
        if !self.is_ready() {
            self.make().with_context(|| {
                format!(
                    "cannot make Debian's compiler for guests ready in {}",
                    self.prefix.display()
                )
            })?;
        }
        Ok(self.rustc())
    }

    fn make(&self) -> Result<()> {
        ensure!(
            Self::is_possible(),
            "there is no apt-get or no dpkg-deb here: this is not Debian"
        );
        fs::create_dir_all(&self.prefix)?;
        let _lock = self.lock()?;
        if self.is_ready() {
            return Ok(());
        }
        let scratch = self.prefix.join("scratch");
        remove(&scratch)?;
        fs::create_dir(&scratch)?;
        if !self.packages().exists() {
            let packages = Packages::choose()?;
            packages.download(&scratch.join("debs"))?;
            let folder = scratch.join("packages");
            step("unpacking", || packages.unpack(&scratch.join("debs"), &folder))?;
            fs::rename(folder, self.packages())?;
        }
        step(
            &format!("compiling the standard library for {}", toolchain::TARGET),
            || self.make_std(&scratch),
        )?;
        self.prove(&scratch)?;
        fs::write(self.seal(), Self::recipe())?;
        remove(&scratch)
    }

    /// Compiles the standard library, and puts it where that of an installed target would be.
    fn make_std(&self, scratch: &Path) -> Result<()> {
        let folder = self.packages().join("usr/lib/rustlib").join(toolchain::TARGET);
        let libraries = folder.join("lib");
        remove(&self.seal())?;
        remove(&folder)?;
        fs::create_dir_all(libraries.join("self-contained"))?;

        let manifest = scratch.join("Cargo.toml");
        fs::write(&manifest, STD_MANIFEST)?;
        fs::write(scratch.join("lib.rs"), "#![no_std]\n")?;
        let mut cargo = cargo::cargo();
        toolchain::without_host_flags(&mut cargo).env("RUSTC", self.rustc());
        // Unstable options of a stable release: what is made here is made by and for this one version.
        cargo
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Cembed-bitcode=yes");
        cargo.args([
            "build",
            "--release",
            "--target",
            toolchain::TARGET,
            "-Zbuild-std=std,panic_abort",
        ]);
        cargo
            .args(["-Zbuild-std-features=", "--manifest-path"])
            .arg(manifest);
        cargo.arg("--target-dir").arg(scratch.join("target"));
        process::run(&mut cargo)?;

        let made = scratch
            .join("target")
            .join(toolchain::TARGET)
            .join("release/deps");
        for entry in fs::read_dir(made)? {
            let file = entry?.path();
            let name = file
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.ends_with(".rlib") && !name.starts_with("libnothing-") {
                fs::copy(&file, libraries.join(name))?;
            }
        }
        let libc = self.packages().join("usr/lib/wasm32-wasi");
        for name in ["crt1-command.o", "crt1-reactor.o", "libc.a"] {
            fs::copy(libc.join(name), libraries.join("self-contained").join(name))
                .with_context(|| format!("{name} of Debian's package wasi-libc"))?;
        }

        let object = scratch.join("wasi_libc_stubs.o");
        let mut rustc = self.compile(&scratch.join("wasi_libc_stubs.rs"), STUBS, &object)?;
        rustc
            .args(["--crate-type=lib", "--emit=obj", "-Cpanic=abort"])
            .env("RUSTC_BOOTSTRAP", "1");
        process::run(&mut rustc)?;
        // Quick append: ar can't read WebAssembly, but the linker does without its index.
        process::run(
            Command::new("ar")
                .arg("q")
                .arg(libraries.join("self-contained/libc.a"))
                .arg(object),
        )
    }

    /// Makes a component of a program that uses much of the standard library.
    fn prove(&self, scratch: &Path) -> Result<()> {
        let source = scratch.join("guest_toolchain_check.rs");
        process::run(&mut self.compile(&source, CHECK, &scratch.join("check.wasm"))?).context(
            "what Debian has now doesn't go together as it should: use rustup (GUEST_TOOLCHAIN=rustup) instead",
        )
    }

    /// The call of the compiler for one file.
    fn compile(&self, source: &Path, text: &str, output: &Path) -> Result<Command> {
        fs::write(source, text)?;
        let mut rustc = Command::new(self.rustc());
        rustc
            .args(["--edition=2024", "-O", "--target", toolchain::TARGET])
            .arg(source)
            .arg("-o")
            .arg(output);
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

    /// Written last, and in it all that decided what was made from the packages.
    fn seal(&self) -> PathBuf {
        self.packages().join(format!("{}.ready", toolchain::TARGET))
    }

    fn recipe() -> String {
        [STD_MANIFEST, STUBS, CHECK].concat()
    }
}

/// The packages that are needed, in versions that go together.
struct Packages {
    /// Debian's version of the compiler, such as `1.96.0+dfsg1-1~deb12u2`.
    version: String,
    /// As apt-get takes them: names, or `name=version`.
    names: Vec<String>,
}

impl Packages {
    fn choose() -> Result<Self> {
        let mut version = candidate()?;
        if version.is_none() {
            // A fresh machine's lists are old, or not there.
            step("apt-get update", || {
                process::run(apt("apt-get").args(["update", "-qq"]))
            })
            .context("Debian's package lists need to be newer: run `sudo apt-get update`, then try again")?;
            version = candidate()?;
        }
        let Some((version, (major, minor))) = version else {
            bail!(
                "Debian has no rustc-web {} or newer here: use rustup (GUEST_TOOLCHAIN=rustup) instead",
                env!("CARGO_PKG_RUST_VERSION")
            );
        };

        let library = format!("libstd-rust-web-{major}.{minor}");
        let about = process::capture(apt("apt-cache").args(["show", &format!("{library}={version}")]))?;
        let llvm = about
            .lines()
            .filter_map(|line| line.strip_prefix("Depends:"))
            .flat_map(|packages| packages.split([',', ' ']))
            .find_map(|package| package.strip_prefix("libllvm"))
            .with_context(|| format!("{library} {version} depends on no LLVM that this program knows"))?;

        let of_rust = [
            "rustc-web",
            "libstd-rust-web-dev",
            &library,
            "rust-web-src",
            "rust-web-llvm",
        ];
        let mut names: Vec<String> = of_rust.iter().map(|name| format!("{name}={version}")).collect();
        names.extend([
            format!("libllvm{llvm}"),
            format!("lld-{llvm}"),
            "wasi-libc".to_owned(),
        ]);
        Ok(Self { version, names })
    }

    fn download(&self, folder: &Path) -> Result<()> {
        let uris = process::capture(
            apt("apt-get")
                .args(["download", "--print-uris"])
                .args(&self.names),
        )?;
        // 'URI' FILE SIZE HASH
        let sizes = uris
            .lines()
            .filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok());
        let total = megabytes(sizes.sum());

        fs::create_dir(folder)?;
        let mut apt = apt("apt-get");
        // As root apt-get would download as a user of its own, who can't write here.
        apt.args([
            "download",
            "-qq",
            "-o",
            "APT::Sandbox::User=root",
            "-o",
            "Acquire::Retries=3",
        ]);
        apt.args(&self.names).current_dir(folder);
        step(
            &format!("downloading Debian's rustc-web {} ({total} MB)", self.version),
            || {
                process::run_watched(&mut apt, |seconds| {
                    if seconds % 5 == 0 {
                        let so_far = fs::read_dir(folder)?
                            .flatten()
                            .filter_map(|file| file.metadata().ok());
                        let so_far = megabytes(so_far.map(|file| file.len()).sum());
                        say(&format!("{so_far} of {total} MB after {seconds} s"));
                    }
                    Ok(())
                })
            },
        )
    }

    fn unpack(&self, debs: &Path, folder: &Path) -> Result<()> {
        fs::create_dir(folder)?;
        for entry in fs::read_dir(debs)? {
            let deb = entry?;
            let mut tar = Command::new("tar");
            tar.args(["--extract", "--no-same-owner", "--directory"])
                .arg(folder);
            if deb.file_name().to_string_lossy().starts_with("rust-web-src_") {
                // The source of the standard library alone: one file in thirty.
                tar.args(["--wildcards", "--no-wildcards-match-slash"]);
                tar.args(["./usr/lib/rustlib/src", "./usr/src/*/library"]);
            } else {
                tar.arg("--exclude=./usr/share");
            }
            process::pipe(
                Command::new("dpkg-deb").arg("--fsys-tarfile").arg(deb.path()),
                &mut tar,
            )?;
            fs::remove_file(deb.path())?;
        }

        // The compiler looks for its libraries where Debian would have installed them.
        let libraries = fs::read_dir(folder.join("usr/lib"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .find(|name| name.contains("-linux-"))
            .context("Debian's packages hold no libraries for this machine")?;
        let rustc = folder.join("bin/rustc");
        fs::create_dir(folder.join("bin"))?;
        fs::write(
            &rustc,
            format!(
                "#!/bin/sh\n\
                 usr=${{0%/*}}/../usr\n\
                 export LD_LIBRARY_PATH=\"$usr/lib/{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\n\
                 exec \"$usr/bin/rustc\" \"$@\"\n"
            ),
        )?;
        process::run(Command::new("chmod").arg("+x").arg(&rustc))?;
        let host = process::capture(Command::new(&rustc).args(["--print", "host-tuple"])).context(
            "Debian's compiler doesn't start; if it misses a library, `sudo apt-get install llvm` may bring it",
        )?;

        // And for its linker's engine beside the linker; Debian keeps it elsewhere.
        let lld = folder
            .join("usr/lib/rustlib")
            .join(host.trim())
            .join("bin/rust-lld");
        process::run(
            Command::new("ln")
                .args(["-s", "../../../../bin/rust-lld"])
                .arg(lld),
        )?;
        Ok(())
    }
}

/// The version of Debian's compiler that would be downloaded, and its Rust release, if that is new enough.
fn candidate() -> Result<Option<(String, (u32, u32))>> {
    let policy = process::capture(apt("apt-cache").args(["policy", "rustc-web"]))?;
    let mut lines = policy.lines().map(str::trim);
    let version = lines.find_map(|line| line.strip_prefix("Candidate: "));
    Ok(version
        .and_then(|version| Some((version.to_owned(), release(version)?)))
        .filter(|(_, candidate)| {
            release(env!("CARGO_PKG_RUST_VERSION")).is_some_and(|least| *candidate >= least)
        }))
}

/// `1.96` of `1.96.0+dfsg1-1~deb12u2`, as numbers.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// One of apt's programs, with its output in English, to be read here.
fn apt(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C");
    command
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
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

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn releases() {
        assert_eq!(release("1.96.0+dfsg1-1~deb12u2"), Some((1, 96)));
        assert_eq!(release("1.95"), Some((1, 95)));
        assert_eq!(release("(none)"), None);
        assert!(release("1.100.0") > release("1.95"));
    }
}
