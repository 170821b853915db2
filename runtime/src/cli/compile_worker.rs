//! `parlor compile-worker`: what the program starts itself as to compile a component.

use super::Failed;
use crate::sandbox::compiler::worker::{self, Allowance};

/// Compile one component, for the host that started this.
#[derive(Debug, clap::Args)]
pub struct CompileWorker {
    #[arg(long)]
    time: u64,
    #[arg(long)]
    memory: u64,
}

impl CompileWorker {
    pub(super) fn run(&self) -> Result<(), Failed> {
        Ok(worker::run(Allowance { time: self.time, memory: self.memory })?)
    }
}
