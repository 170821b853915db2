//! The C compiler for guests from Debian's packages: clang, its linker and wasi-libc, in a folder beside that of Rust's.
//!
//! It has libraries of its own, so that neither depends on what the archive had on the day when the other was made, and
//! C can be had where Rust comes from elsewhere.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::{
    Debian,
    packages::{self, apt},
    remove, step,
};
use crate::process;

/// The folder of unpacked packages, under the prefix. To be renamed when other packages are needed, or they are put
/// together in another way.
const PACKAGES: &str = "debian-c-1";

/// The compiler, under that folder: clang, told what it compiles for. Its linker is found by the `PATH`, by its full name.
const WRAPPED: &str = "PATH=\"$usr/bin:$PATH\" exec \"$usr/bin/clang-LLVM\" --target=wasm32-wasi --sysroot=\"$usr\" \
                       -Wno-deprecated \"$@\"";

/// A program to prove that everything is there: the library, its start, and what the compiler brings along.
const CHECK: &str = "\
#include <stdio.h>

__attribute__((export_name(\"check\"))) long double check(long double value) {
    printf(\"%Lf\\n\", value);
    return value / 3;
}
";

impl Debian {
    /// Makes the C compiler ready, or finds that it is; returns it.
    pub fn c_ready(&self) -> Result<PathBuf> {
        let folder = self.prefix.join(PACKAGES);
        let compiler = folder.join("bin/wasi-cc");
        // The folder gets its name last.
        if !compiler.exists() {
            self.make_c(&folder)
                .context("cannot get the C compiler for guests from Debian (WASI_CC can name another)")?;
        }
        Ok(compiler)
    }

    fn make_c(&self, folder: &Path) -> Result<()> {
        if !Self::is_possible() {
            bail!("there is no apt-get or no dpkg-deb here: this is not Debian");
        }
        fs::create_dir_all(&self.prefix)?;
        let _lock = self.lock()?;
        if folder.exists() {
            return Ok(());
        }
        let scratch = self.prefix.join("scratch");
        remove(&scratch)?;
        fs::create_dir(&scratch)?;
        let (debs, unpacked) = (scratch.join("debs"), scratch.join("packages"));
        let llvm = packages::with_lists(|| {
            let llvm = newest()?;
            packages::download(&names(llvm), &debs, &format!("Debian's clang-{llvm}"))?;
            Ok(llvm)
        })?;
        step("unpacking", || packages::unpack(&debs, &unpacked))?;
        let compiler = packages::wrap(&unpacked, "wasi-cc", &WRAPPED.replace("LLVM", &llvm.to_string()))?;
        prove(&compiler, &scratch).with_context(|| {
            format!(
                "what Debian has now doesn't go together as it should; \
                 if a library is missing, `sudo apt-get install libllvm{llvm}` brings it"
            )
        })?;
        fs::rename(unpacked, folder)?;
        remove(&scratch)
    }
}

/// The newest release of LLVM that is packaged with what WebAssembly needs.
fn newest() -> Result<u32> {
    let names = process::capture(apt("apt-cache").args(["pkgnames", "libclang-rt-"]))?;
    names.lines().filter_map(release).max().context("Debian's lists here have no libclang-rt-…-dev-wasm32")
}

/// `22` of `libclang-rt-22-dev-wasm32`.
fn release(package: &str) -> Option<u32> {
    package.strip_prefix("libclang-rt-")?.strip_suffix("-dev-wasm32")?.parse().ok()
}

fn names(llvm: u32) -> Vec<String> {
    vec![
        format!("clang-{llvm}"),
        format!("libclang-cpp{llvm}"),
        format!("libclang-common-{llvm}-dev"),
        format!("libclang-rt-{llvm}-dev-wasm32"),
        format!("libllvm{llvm}"),
        format!("lld-{llvm}"),
        "wasi-libc".to_owned(),
    ]
}

/// Compiles and links a module that uses the library.
fn prove(compiler: &Path, scratch: &Path) -> Result<()> {
    let source = scratch.join("check.c");
    fs::write(&source, CHECK)?;
    let mut cc = Command::new(compiler);
    cc.args(["-Os", "-flto", "-mexec-model=reactor"]).arg(source);
    process::run(cc.arg("-o").arg(scratch.join("check.wasm")))
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn releases_of_packages() {
        assert_eq!(release("libclang-rt-22-dev-wasm32"), Some(22));
        assert_eq!(release("libclang-rt-dev-wasm32"), None);
        assert_eq!(release("libclang-rt-22-dev-wasm64"), None);
    }
}
