//! WASI's own interfaces: clocks, random, standard output, configuration, and granted directories.
//!
//! Everything of WASI 0.2 is linked, since the languages' own libraries import it whether they use it or not: without
//! a grant there are no files, no sockets, no environment and no standard input.

use wasmtime::component::Linker;
use wasmtime_wasi::{FsPerms, WasiCtx};
use wasmtime_wasi_config::WasiConfig;

use super::{
    clock,
    logging::Output,
    state::{Common, State},
};

/// The WASI side of a new instance.
pub(super) fn context(common: &Common) -> wasmtime::Result<WasiCtx> {
    let mut builder = WasiCtx::builder();
    builder
        .stdout(Output::stdout(common.log.clone()))
        .stderr(Output::stderr(common.log.clone()))
        .max_random_size(common.limits.random_bytes)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false);
    if let Some(clock) = &common.services.clock {
        clock::give(clock, &mut builder);
    }
    for directory in &common.grants.dirs {
        let permissions = if directory.write { FsPerms::ReadWrite } else { FsPerms::ReadOnly };
        builder.preopened_dir(&directory.host, &directory.guest, permissions)?;
    }
    Ok(builder.build())
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi_config::add_to_linker(linker, |state: &mut State| WasiConfig::from(&state.config))
}
