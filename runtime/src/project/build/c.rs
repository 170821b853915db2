//! C: bindings are generated, compiled with the project's sources into a module, and the module becomes a component.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
};

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as ADAPTER,
};
use wit_bindgen_core::Files;
use wit_component::ComponentEncoder;
use wit_parser::{Function, Resolve, Type, TypeDefKind, TypeId};

use super::{
    BuildError, Made, Missing, Progress, Tool, output_folder, put, tool,
    world::{self, World},
};
use crate::project::Language;

/// Where the bindings are, from the project's folder: people read the headers there.
const BINDINGS: &str = "build/bindings";

/// What the compiler makes, from the project's folder.
const MODULE: &str = "build/bindings/module.wasm";

/// Builds the project in `folder`. That takes a quarter of a second, whatever it is built for.
pub fn build(folder: &Path, progress: &mut dyn Progress) -> Result<Made, BuildError> {
    let compiler = find(folder)?;
    let mut world = world::read(folder)?;
    let output = output_folder(folder)?;
    let bindings = write_bindings(&mut world, folder)?;

    progress.step("compiling");
    let mut command = compiler.command(folder);
    // Link-time optimisation leaves out what the project does not use of its bindings: half of the module.
    command.args(["-mexec-model=reactor", "-Os", "-flto", "-Wl,--strip-all", "-Wall"]);
    if tool::in_colour() {
        command.arg("-fdiagnostics-color=always");
    }
    command.args(["-I", ".", "-I", BINDINGS, "-o", MODULE]);
    command.args(sources(folder)?).args(bindings);
    tool::run(&mut command, progress)?.map_err(failure)?;

    progress.step("making a component");
    let module = folder.join(MODULE);
    let module = fs::read(&module).map_err(|why| BuildError::File(module, why))?;
    let path = output.join(&world.name).with_extension("wasm");
    put(&component(&module)?, &path)?;
    Ok(Made { name: world.name, path, program: None })
}

/// What to say of a compiler that failed with these words.
fn failure(words: String) -> BuildError {
    if words.contains("undefined symbol: exports_") {
        return BuildError::Refused(
            "nothing was built: wit/world.wit exports functions that no C file here has, as shown above; write them, or \
             take what they belong to out of the world. build/bindings/extension.h declares them"
                .to_owned(),
        );
    }
    BuildError::Failed("the C compiler".to_owned())
}

/// Writes the bindings of a world; answers which of them are to be compiled, from the project's folder.
fn write_bindings(world: &mut World, folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut files = Files::default();
    let mut generator = wit_bindgen_c::Opts::default().build();
    one_of_each(&mut world.resolve);
    let generated = generator.generate(&mut world.resolve, world.id, &mut files);
    generated.map_err(|why| BuildError::Refused(format!("wit: {why:#}")))?;
    let bindings = folder.join(BINDINGS);
    fs::create_dir_all(&bindings).map_err(|why| BuildError::File(bindings.clone(), why))?;
    let mut compiled = Vec::new();
    for (name, content) in files.iter() {
        let path = bindings.join(name);
        fs::write(&path, content).map_err(|why| BuildError::File(path, why))?;
        if !name.ends_with(".h") {
            compiled.push(Path::new(BINDINGS).join(name));
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
    let clang = Tool::new(tool::on_path("clang")?);
    tool::on_path("wasm-ld")?;
    // Debian's, Fedora's and Arch's; the target was renamed once, and newer compilers call the former name deprecated.
    let roots = ["/usr", "/usr/wasm32-wasi", "/usr/share/wasi-sysroot"];
    let places = roots.into_iter().flat_map(|root| [(root, "wasm32-wasip1"), (root, "wasm32-wasi")]);
    let has_library =
        |(root, target): &(&str, &str)| Path::new(root).join("lib").join(target).join("libc.a").is_file();
    let (root, target) = places.into_iter().find(has_library)?;
    let clang = clang.with(&[&format!("--target={target}"), &format!("--sysroot={root}"), "-Wno-deprecated"]);
    let builtins = clang.ask(folder, &["-print-libgcc-file-name"])?;
    Path::new(&builtins).is_file().then_some(clang)
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

/// Makes one type of those that have no name and are alike. The generator writes the C type of such once, and of the second
/// it forgets how it is freed: what is told of it in a later interface would leak.
fn one_of_each(resolve: &mut Resolve) {
    let mut known = HashMap::<String, TypeId>::new();
    let mut instead = HashMap::<TypeId, TypeId>::new();
    // Those that a type is made of come before it.
    let ids: Vec<TypeId> = resolve.types.iter().map(|(id, _)| id).collect();
    for id in ids {
        let definition = &mut resolve.types[id];
        for part in parts(&mut definition.kind) {
            replace(part, &instead);
        }
        let is_handle = matches!(definition.kind, TypeDefKind::Handle(_));
        if definition.name.is_none() && !is_handle {
            let first = *known.entry(format!("{:?}", definition.kind)).or_insert(id);
            if first != id {
                instead.insert(id, first);
            }
        }
    }
    let functions = resolve.interfaces.iter_mut().flat_map(|(_, interface)| interface.functions.values_mut());
    for Function { params, result, .. } in functions {
        for part in params.iter_mut().map(|parameter| &mut parameter.ty).chain(result) {
            replace(part, &instead);
        }
    }
}

fn replace(part: &mut Type, instead: &HashMap<TypeId, TypeId>) {
    if let Type::Id(id) = part
        && let Some(first) = instead.get(id)
    {
        *id = *first;
    }
}

/// The types that a type is made of.
fn parts(kind: &mut TypeDefKind) -> Vec<&mut Type> {
    match kind {
        TypeDefKind::Record(it) => it.fields.iter_mut().map(|field| &mut field.ty).collect(),
        TypeDefKind::Tuple(it) => it.types.iter_mut().collect(),
        TypeDefKind::Variant(it) => it.cases.iter_mut().filter_map(|case| case.ty.as_mut()).collect(),
        TypeDefKind::Result(it) => it.ok.iter_mut().chain(&mut it.err).collect(),
        TypeDefKind::Option(it) | TypeDefKind::List(it) | TypeDefKind::Type(it) => vec![it],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_that_the_world_exports_and_nobody_wrote_is_explained() {
        let words = "wasm-ld: error: undefined symbol: exports_parlor_chat_bot_start\n".to_owned();
        assert!(failure(words).to_string().starts_with("nothing was built: wit/world.wit exports functions"));
        let words = failure("wasm-ld: error: undefined symbol: helper\n".to_owned()).to_string();
        assert_eq!(words, "nothing was built: the C compiler failed, and said why above");
    }

    #[test]
    fn a_module_that_was_not_made_for_the_world_is_no_component() {
        let words = component(b"\0asm\x01\0\0").unwrap_err().to_string();
        assert!(words.starts_with("the module that was compiled is no component: "), "{words}");
    }
}
