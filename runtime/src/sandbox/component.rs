//! Reads an extension's file, compiles it, and tells what it exports and imports.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Instant,
};

use wasmtime::component::{Component, types::ComponentItem};

use super::{
    cache::Cache,
    compiler::NotCompiled,
    engine::Sandbox,
    shape::{self, Misshapen},
};

/// The largest component that is read, in bytes. The largest known guest toolchain makes 20 MB.
pub const MAX_BYTES: u64 = 128 << 20;

/// An interface as a component names it: `parlor:chat/bot@0.1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceName {
    /// `parlor:chat`
    pub package: String,
    /// `bot`
    pub interface: String,
    /// `0.1.0`
    pub version: Option<String>,
}

impl InterfaceName {
    /// Reads `namespace:package/interface[@version]`; other names (a plain function) are `None`.
    pub fn parse(name: &str) -> Option<Self> {
        let (path, version) = match name.split_once('@') {
            Some((path, version)) => (path, Some(version.to_owned())),
            None => (name, None),
        };
        let (package, interface) = path.split_once('/')?;
        package.contains(':').then(|| Self {
            package: package.to_owned(),
            interface: interface.to_owned(),
            version,
        })
    }

    /// Whether this is the named interface in a version that `version` can stand in for (semver: the same
    /// `0.minor`, or the same major from 1 on).
    pub fn is(&self, package: &str, interface: &str, version: &str) -> bool {
        self.package == package && self.interface == interface && self.compatible(version)
    }

    /// Whether this interface's version and `version` are of one line.
    pub fn compatible(&self, version: &str) -> bool {
        self.version.as_deref().is_some_and(|mine| line(mine) == line(version))
    }
}

/// The part of a version that must be the same.
fn line(version: &str) -> (&str, &str) {
    let (major, rest) = version.split_once('.').unwrap_or((version, ""));
    if major == "0" { (major, rest.split('.').next().unwrap_or(rest)) } else { (major, "") }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.package, self.interface)?;
        match &self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

/// Why a file is no extension that can run here. Each is a sentence with what to do.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file could not be read.
    #[error("{path}: cannot be read: {why}", path = .0.display(), why = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// The file is larger than [`MAX_BYTES`].
    #[error("{path}: is {size}, and an extension may have at most {max}; build it in release mode and strip it", path = .0.display(), size = bytesize::ByteSize(*.1), max = bytesize::ByteSize(MAX_BYTES))]
    TooLarge(PathBuf, u64),
    /// Something else than WebAssembly.
    #[error("{path}: is no WebAssembly component; build one with `cargo build --target wasm32-wasip2`", path = .0.display())]
    NotWasm(PathBuf),
    /// A module from before components.
    #[error("{path}: is a core WebAssembly module and no component; build it for the target wasm32-wasip2, or wrap it with `wasm-tools component new`", path = .0.display())]
    CoreModule(PathBuf),
    /// It cannot be compiled.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    NotCompiled(PathBuf, NotCompiled),
    /// Its imports or exports are beyond all measure.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    Misshapen(PathBuf, Misshapen),
    /// The host failed while it read it.
    #[error("{path}: was not read: {why}", path = .0.display(), why = .1)]
    Interrupted(PathBuf, String),
}

/// An extension's code, compiled and ready to be linked. Cheap to clone.
#[derive(Clone)]
pub struct Loaded {
    /// Where it was read from.
    pub path: PathBuf,
    /// The code.
    pub component: Component,
    /// What it offers.
    pub exports: Vec<InterfaceName>,
    /// What it asks for.
    pub imports: Vec<InterfaceName>,
    /// The size of the file, in bytes.
    pub size: u64,
    /// Whether it had to be compiled, rather than being found in the cache.
    pub compiled: bool,
}

impl Loaded {
    /// Reads and compiles the component at `path`, or takes it from the cache. This blocks, for up to a minute
    /// where a large component is seen for the first time.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn read(sandbox: &Sandbox, cache: Option<&Cache>, path: &Path) -> Result<Self, LoadError> {
        let bytes = bytes(path)?;
        match bytes.get(..8) {
            Some([0, b'a', b's', b'm', _, _, 1, 0]) => {}
            Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => return Err(LoadError::CoreModule(path.to_owned())),
            _ => return Err(LoadError::NotWasm(path.to_owned())),
        }
        let engine = sandbox.engine();
        let kept = cache.map(|cache| (cache, Cache::key(engine, &bytes)));
        let cached = kept.as_ref().and_then(|(cache, key)| cache.get(engine, key));
        let compiled = cached.is_none();
        let component = match cached {
            Some(component) => component,
            None => {
                let component = compile(sandbox, kept.as_ref(), path, &bytes);
                component.map_err(|error| LoadError::NotCompiled(path.to_owned(), error))?
            }
        };
        let ty = component.component_type();
        shape::check(engine, &ty).map_err(|error| LoadError::Misshapen(path.to_owned(), error))?;
        let interfaces = |name: &str, item: &ComponentItem| match item {
            ComponentItem::ComponentInstance(_) => InterfaceName::parse(name),
            _ => None,
        };
        let exports = ty.exports(engine).filter_map(|(name, item)| interfaces(name, &item.ty)).collect();
        let imports = ty.imports(engine).filter_map(|(name, item)| interfaces(name, &item.ty)).collect();
        let size = bytes.len() as u64;
        Ok(Self { path: path.to_owned(), component, exports, imports, size, compiled })
    }

    /// The component's file name without its ending: what the extension is called where nothing else is said.
    pub fn stem(&self) -> String {
        self.path.file_stem().map_or_else(|| "extension".into(), |stem| stem.to_string_lossy().into_owned())
    }
}

/// The file's content, as far as that is not larger than it may be.
fn bytes(path: &Path) -> Result<Vec<u8>, LoadError> {
    let read = || -> io::Result<(Vec<u8>, u64)> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut bytes = Vec::new();
        if size <= MAX_BYTES {
            // What a file says of its size need not be so, and a pipe says nothing.
            file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        }
        let size = size.max(bytes.len() as u64);
        Ok((bytes, size))
    };
    match read() {
        Ok((_, size)) if size > MAX_BYTES => Err(LoadError::TooLarge(path.to_owned(), size)),
        Ok((bytes, _)) => Ok(bytes),
        Err(why) => Err(LoadError::Unreadable(path.to_owned(), why)),
    }
}

/// Compiles a component, and keeps its machine code where there is a cache.
fn compile(
    sandbox: &Sandbox,
    kept: Option<&(&Cache, String)>,
    path: &Path,
    bytes: &[u8],
) -> Result<Component, NotCompiled> {
    let begin = Instant::now();
    let code = sandbox.code(bytes)?;
    tracing::debug!(path = %path.display(), took = ?begin.elapsed(), bytes = code.len(), "compiled");
    let Some((cache, key)) = kept else { return sandbox.load(&code) };
    match cache.put(key, &code) {
        // The file itself is the component's memory then, as it is the next time.
        Ok(()) => match cache.get(sandbox.engine(), key) {
            Some(component) => Ok(component),
            None => sandbox.load(&code),
        },
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the compiled component could not be cached");
            sandbox.load(&code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_name_is_read_and_written_again() {
        for name in ["parlor:chat/bot@0.1.0", "wasi:logging/logging@0.1.0-draft", "a:b/c"] {
            assert_eq!(InterfaceName::parse(name).unwrap().to_string(), name);
        }
        assert_eq!(InterfaceName::parse("run"), None);
    }

    #[test]
    fn versions_are_compatible_within_their_line() {
        let name = InterfaceName::parse("parlor:chat/bot@0.1.3").unwrap();
        assert!(name.is("parlor:chat", "bot", "0.1.0"));
        assert!(!name.is("parlor:chat", "bot", "0.2.0"));
        assert!(!name.is("parlor:chat", "chat", "0.1.0"));
        let name = InterfaceName::parse("wasi:http/types@1.4.0").unwrap();
        assert!(name.compatible("1.0.0") && !name.compatible("2.0.0"));
    }
}
