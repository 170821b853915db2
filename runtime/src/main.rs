//! The program `parlor`. All of it is in the library, where tests can reach it.

use std::process::ExitCode;

/// A message allocates a few dozen small things and frees them again: worth an allocator that is quick at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    parlor::cli::main()
}
