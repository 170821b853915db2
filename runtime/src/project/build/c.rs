//! C: bindings are generated, compiled with the project's sources into a module, and the module becomes a component.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as ADAPTER,
};
use wit_bindgen_core::Files;
use wit_component::ComponentEncoder;

use super::{
    BuildError, Missing, Mode, Progress, Tool, output_folder, put, tool,
    world::{self, World},
};
use crate::project::Language;

/// Builds the project in `folder`.
pub fn build(folder: &Path, mode: Mode, progress: &mut dyn Progress) -> Result<PathBuf, BuildError> {
    let compiler = find(folder)?;
    let mut world = world::read(folder)?;
    let output = output_folder(folder)?;
    let bindings = write_bindings(&mut world, &output.join("bindings"))?;

    progress.step("compiling");
    let mut command = compiler.command(folder);
    command.args(match mode {
        // The linker leaves out what nobody calls, across the bindings too.
        Mode::Release => &["-Os", "-flto", "-Wl,--strip-all"][..],
        Mode::Fast => &["-O1", "-Wl,--strip-debug"],
    });
    command.args([
        "-mexec-model=reactor",
        "-Wall",
        "-I",
        ".",
        "-I",
        "build/bindings",
        "-o",
        "build/module.wasm",
    ]);
    command.args(sources(folder)?).args(bindings);
    tool::must_run(&mut command, progress)?;

    progress.step("making a component");
    let module = output.join("module.wasm");
    let module = fs::read(&module).map_err(|why| BuildError::File(module, why))?;
    let path = output.join(&world.name).with_extension("wasm");
    put(&component(&module)?, &path)?;
    Ok(path)
}

/// Writes the bindings of a world; answers what of it is to be compiled, from the project's folder.
fn write_bindings(world: &mut World, folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut files = Files::default();
    let mut generator = wit_bindgen_c::Opts::default().build();
    let generated = generator.generate(&mut world.resolve, world.id, &mut files);
    generated.map_err(|why| BuildError::Refused(format!("wit: {why:#}")))?;
    fs::create_dir_all(folder).map_err(|why| BuildError::File(folder.to_owned(), why))?;
    let mut compiled = Vec::new();
    for (name, content) in files.iter() {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|why| BuildError::File(path, why))?;
        if !name.ends_with(".h") {
            compiled.push(Path::new("build/bindings").join(name));
        }
    }
    Ok(compiled)
}

/// The project's own sources, from its folder.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let unreadable = |why| BuildError::File(folder.to_owned(), why);
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let name = PathBuf::from(entry.map_err(unreadable)?.file_name());
        if name.extension().is_some_and(|extension| extension == "c") {
            sources.push(name);
        }
    }
    sources.sort();
    Ok(sources)
}

/// The component that a module is. What it imports of the former WASI is adapted to the present one.
fn component(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let encoder = ComponentEncoder::default().validate(true).module(module);
    let encoder = encoder.and_then(|encoder| encoder.adapter(ADAPTER_NAME, ADAPTER));
    encoder
        .and_then(|mut encoder| encoder.encode())
        .map_err(|why| BuildError::Refused(format!("the module that was compiled is no component: {why:#}")))
}

/// A C compiler for WebAssembly: the one that `WASI_CC` names, that of a WASI SDK, clang with a library for WASI, or zig.
pub fn find(folder: &Path) -> Result<Tool, BuildError> {
    if let Some(program) = env::var_os("WASI_CC").filter(|program| !program.is_empty()) {
        return Ok(Tool::new(program));
    }
    if let Some(sdk) = env::var_os("WASI_SDK_PATH").map(PathBuf::from) {
        return Ok(Tool::new(sdk.join("bin/clang")).with(&["--target=wasm32-wasip1"]));
    }
    if let Some(clang) = clang(folder) {
        return Ok(clang);
    }
    if let Some(zig) = zig(folder) {
        return Ok(zig);
    }
    let remedy = if tool::on_path("apt").is_some() {
        "apt install clang lld wasi-libc libclang-rt-dev-wasm32"
    } else {
        "python3 -m pip install ziglang"
    };
    Err(Missing::here(Language::C, "a C compiler for WebAssembly", remedy))
}

/// The machine's clang, if it has all that it takes beside it.
fn clang(folder: &Path) -> Option<Tool> {
    let clang = Tool::new(tool::on_path("clang")?).with(&["--target=wasm32-wasi"]);
    tool::on_path("wasm-ld")?;
    let builtins = clang.ask(folder, &["-print-libgcc-file-name"])?;
    // Debian's, Fedora's and Arch's.
    let roots = ["/usr", "/usr/wasm32-wasi", "/usr/share/wasi-sysroot"];
    let has_library = |root: &&str| Path::new(root).join("lib/wasm32-wasi/libc.a").is_file();
    let root = roots.into_iter().find(has_library)?;
    Path::new(&builtins).is_file().then(|| clang.with(&[&format!("--sysroot={root}")]))
}

/// Zig's C compiler, as a program or as Python's package of it.
fn zig(folder: &Path) -> Option<Tool> {
    let target = ["cc", "-target", "wasm32-wasi"];
    if let Some(zig) = tool::on_path("zig") {
        return Some(Tool::new(zig).with(&target));
    }
    let python = Tool::new(tool::on_path("python3")?);
    python.ask(folder, &["-c", "import ziglang"])?;
    Some(python.with(&["-m", "ziglang"]).with(&target))
}
