//! `cargo xtask setup`.

use anyhow::Result;
use clap::Args;

use crate::{
    servers,
    toolchain::{self, Toolchain},
    web,
};

/// Make what guests are compiled with ready: Rust's standard library for WebAssembly; with `--c` a C compiler.
///
/// The other chores do this by themselves, so nobody needs to call it; it is there to do it ahead of time. What
/// is ready already costs a fraction of a second.
#[derive(Args)]
pub struct Setup {
    /// Instead, get the C compiler, and print how `parlor build` finds it.
    #[arg(long, conflicts_with = "tests")]
    c: bool,
    /// Instead, install what tests talk to: servers, the browser, and clients of others.
    #[arg(long)]
    tests: bool,
}

impl Setup {
    /// Does it, and says what was chosen.
    pub fn run(self, options: &toolchain::Options) -> Result<()> {
        if self.tests {
            servers::ready()?;
            web::ready()?;
            return web::python().map(drop);
        }
        if self.c {
            println!("export WASI_CC={}", toolchain::c_compiler(options)?.display());
            return Ok(());
        }
        let toolchain = Toolchain::ready(options)?;
        eprintln!("setup: guests are compiled with {toolchain}");
        Ok(())
    }
}
