//! Debian's packages: from the archive into a folder; and which ones make up the Rust compiler.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::{remove, say, step};
use crate::process;

/// The packages of the Rust compiler, in versions that go together.
pub struct Packages {
    /// The version of the compiler, such as `1.96.0+dfsg1-1~deb12u2`.
    version: String,
    /// The release of LLVM that it was built with, such as `22`.
    llvm: String,
}

impl Packages {
    /// Finds them by the machine's lists of packages, and downloads them into `folder`.
    pub fn download(folder: &Path) -> Result<Self> {
        with_lists(|| {
            let packages = Self::choose()?;
            download(&packages.names(), folder, &format!("Debian's rustc-web {}", packages.version))?;
            Ok(packages)
        })
    }

    fn choose() -> Result<Self> {
        let least = env!("CARGO_PKG_RUST_VERSION");
        let policy = process::capture(apt("apt-cache").args(["policy", "rustc-web"]))?;
        let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
        let version = candidate.filter(|version| release(version) >= release(least));
        let Some(version) = version else {
            let known = candidate.unwrap_or("none");
            bail!("Debian's lists here have no rustc-web {least} or newer (the newest: {known})");
        };

        let library = format!("{}={version}", library(version));
        let about = process::capture(apt("apt-cache").args(["show", &library]))?;
        let llvm = about
            .lines()
            .filter_map(|line| line.strip_prefix("Depends:"))
            .flat_map(|depends| depends.split([',', ' ']))
            .find_map(|name| name.strip_prefix("libllvm"))
            .with_context(|| format!("{library} depends on no LLVM"))?;
        Ok(Self { version: version.to_owned(), llvm: llvm.to_owned() })
    }

    /// As apt-get takes them: `name`, or `name=version`.
    fn names(&self) -> Vec<String> {
        let Self { version, llvm } = self;
        vec![
            format!("rustc-web={version}"),
            format!("libstd-rust-web-dev={version}"),
            format!("{}={version}", library(version)),
            format!("rust-web-src={version}"),
            format!("rust-web-llvm={version}"),
            format!("libllvm{llvm}"),
            format!("lld-{llvm}"),
            "wasi-libc".to_owned(),
        ]
    }

    /// Unpacks what was downloaded into `debs`, and makes it work in a folder where Debian never meant it to be.
    pub fn unpack(&self, debs: &Path, folder: &Path) -> Result<()> {
        unpack(debs, folder)?;
        let mut rustc = Command::new(wrap(folder, "rustc", "exec \"$usr/bin/rustc\" \"$@\"")?);
        let host = process::capture(rustc.args(["--print", "host-tuple"])).with_context(|| {
            let llvm = &self.llvm;
            format!("if a library is missing, `sudo apt-get install libllvm{llvm}` brings it")
        })?;

        // And its linker for its own other half, which Debian has elsewhere.
        let linkers = folder.join("usr/lib/rustlib").join(host.trim()).join("bin");
        let mut link = Command::new("ln");
        link.args(["-s", "../../../../bin/rust-lld"]).arg(linkers);
        process::run(&mut link)
    }
}

/// Does what needs the machine's lists of packages, after getting them anew if it fails with those that are there.
pub fn with_lists<T>(attempt: impl Fn() -> Result<T>) -> Result<T> {
    attempt().or_else(|error| {
        // A new machine's lists are old, or not there; and old lists name what the archive no longer has.
        say(&format!("{error:#}"));
        let mut update = apt("apt-get");
        update.args(["update", "-qq"]);
        step("apt-get update", || process::run(&mut update))
            .context("Debian's lists of packages may be old: run `sudo apt-get update`, then try again")?;
        attempt()
    })
}

/// Downloads packages, given as apt-get takes them, into `folder`, which is made anew.
pub fn download(names: &[String], folder: &Path, what: &str) -> Result<()> {
    let mut apt_get = apt("apt-get");
    apt_get.args(["download", "--print-uris"]).args(names);
    let uris = process::capture(&mut apt_get)?;
    // 'URI' FILE SIZE HASH
    let sizes = uris.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok());
    let total = megabytes(sizes);

    remove(folder)?;
    fs::create_dir(folder)?;
    let mut apt_get = apt("apt-get");
    apt_get.current_dir(folder).args(["download", "-qq"]);
    apt_get.args(["-o", "Acquire::Retries=3"]);
    // Where root calls it, it would download as a user of its own, who can't write here.
    apt_get.args(["-o", "APT::Sandbox::User=root"]);
    apt_get.args(names);
    step(&format!("downloading {what} ({total} MB)"), || {
        process::run_watched(&mut apt_get, |seconds| {
            if seconds % 5 == 0 {
                let files = fs::read_dir(folder)?.filter_map(|file| file.ok()?.metadata().ok());
                let so_far = megabytes(files.map(|file| file.len()));
                say(&format!("{so_far} of {total} MB after {seconds} s"));
            }
            Ok(())
        })
    })
}

/// Unpacks what was downloaded into `debs`, without what nothing here reads.
pub fn unpack(debs: &Path, folder: &Path) -> Result<()> {
    fs::create_dir(folder)?;
    for entry in fs::read_dir(debs)? {
        let deb = entry?;
        let mut tar = Command::new("tar");
        tar.args(["--extract", "--no-same-owner", "--directory"]);
        tar.arg(folder);
        if deb.file_name().to_string_lossy().starts_with("rust-web-src_") {
            // Of the source of all that is Rust only the standard library: one file in twelve.
            tar.args(["--wildcards", "--no-wildcards-match-slash"]);
            tar.args(["./usr/lib/rustlib/src", "./usr/src/*/library"]);
        } else {
            tar.arg("--exclude=./usr/share");
        }
        let mut dpkg = Command::new("dpkg-deb");
        dpkg.arg("--fsys-tarfile").arg(deb.path());
        process::pipe(&mut dpkg, &mut tar)?;
        fs::remove_file(deb.path())?;
    }
    Ok(())
}

/// Makes the program `bin/NAME` of a folder of unpacked packages: their programs look for their libraries where Debian
/// would have installed them. `last` is the last line of its script, where `$usr` is that folder's `usr`.
pub fn wrap(folder: &Path, name: &str, last: &str) -> Result<PathBuf> {
    let libraries = fs::read_dir(folder.join("usr/lib"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.contains("-linux-"))
        .context("Debian's packages hold no libraries for this machine")?;
    let script = format!(
        "#!/bin/sh\n\
         usr=${{0%/*}}/../usr\n\
         export LD_LIBRARY_PATH=\"$usr/lib/{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\n\
         {last}\n"
    );
    let program = folder.join("bin").join(name);
    fs::create_dir(folder.join("bin"))?;
    fs::write(&program, script)?;
    process::run(Command::new("chmod").arg("+x").arg(&program))?;
    Ok(program)
}

/// The package with the compiler's library, whose name has the release in it.
fn library(version: &str) -> String {
    let (major, minor) = release(version).unwrap_or_default();
    format!("libstd-rust-web-{major}.{minor}")
}

/// `1.96` of `1.96.0+dfsg1-1~deb12u2`, as numbers.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// One of apt's programs, speaking English, since its output is read here.
pub fn apt(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C");
    command
}

fn megabytes(sizes: impl Iterator<Item = u64>) -> u64 {
    sizes.sum::<u64>().div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::{library, release};

    #[test]
    fn releases_of_versions() {
        assert_eq!(release("1.96.0+dfsg1-1~deb12u2"), Some((1, 96)));
        assert_eq!(release("1.95"), Some((1, 95)));
        assert_eq!(release("(none)"), None);
    }

    #[test]
    fn releases_are_compared_as_numbers() {
        assert!(release("1.100.0") > release("1.95"));
        assert!(release("(none)") < release("1.95"));
    }

    #[test]
    fn the_library_is_named_after_the_release() {
        assert_eq!(library("1.96.0+dfsg1-1~deb12u2"), "libstd-rust-web-1.96");
    }
}
