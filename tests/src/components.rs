//! Components that are made to be hard on whoever compiles them or looks at their types. None can be run.

use std::{fmt::Write as _, fs, path::PathBuf};

use tempfile::TempDir;

/// A folder of such components, which ends with it.
pub struct Components {
    folder: TempDir,
}

impl Default for Components {
    fn default() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }
}

impl Components {
    /// Writes a component.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name).with_extension("wasm");
        fs::write(&path, bytes).expect("room for a component");
        path
    }

    /// Writes a component that is given as text.
    pub fn text(&self, name: &str, text: &str) -> PathBuf {
        self.write(name, &wat::parse_str(text).expect("a component"))
    }
}

/// A component in which this is the core module.
pub fn around(module: &[u8]) -> Vec<u8> {
    [HEAD, &section(1, module)].concat()
}

/// A component that takes a compiler so many times the work of a small bot's.
///
/// One such time is 200 KB, and takes about as long as that of a bot in Rust. Each function is another, so that nothing is
/// compiled once for all.
pub fn laborious(times: u32) -> Vec<u8> {
    const FUNCTIONS: u32 = 50;
    let mut bodies = Vec::new();
    for number in 0..times * FUNCTIONS {
        let mut body = vec![0];
        for step in 0..400_u32 {
            // local.get 0; i32.const; i32.mul; local.get 1; i32.xor; local.set 0
            body.extend([0x20, 0, 0x41]);
            signed(&mut body, (number.wrapping_mul(400) + step) & 0xfffff);
            body.extend([0x6c, 0x20, 1, 0x73, 0x21, 0]);
        }
        body.extend([0x20, 0, 0x0b]);
        bodies.push(body);
    }
    around(&module(&bodies))
}

/// A component of so many functions, each of which does nothing.
pub fn functions(count: usize) -> Vec<u8> {
    // local.get 0
    around(&module(&vec![vec![0, 0x20, 0, 0x0b]; count]))
}

/// A component with one piece of data of so many bytes, no two pages of which are alike.
pub fn data(bytes: usize) -> Vec<u8> {
    let pages = leb(bytes.div_ceil(64 << 10));
    let content: Vec<u8> = (0..bytes / 4).flat_map(|number| (number as u32).to_le_bytes()).collect();
    // One segment, at i32.const 0.
    let segment = [&[1, 0, 0x41, 0, 0x0b][..], &leb(content.len()), &content].concat();
    let memory = [&[1, 0][..], &pages].concat();
    around(&[&b"\0asm\x01\0\0\0"[..], &section(5, &memory), &section(11, &segment)].concat())
}

/// A core module with these functions of two numbers that give one.
fn module(bodies: &[Vec<u8>]) -> Vec<u8> {
    let count = leb(bodies.len());
    let types = [1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f];
    let functions = [&count[..], &vec![0; bodies.len()]].concat();
    let mut code = count;
    for body in bodies {
        code.extend(leb(body.len()));
        code.extend(body);
    }
    [b"\0asm\x01\0\0\0", &section(1, &types)[..], &section(3, &functions), &section(10, &code)].concat()
}

/// The beginning of a component.
pub const HEAD: &[u8] = b"\0asm\x0d\0\x01\0";

/// A section of a component or a module.
pub fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &leb(content.len()), content].concat()
}

/// A section of a component that no host needs, under a name.
pub fn custom(name: &str, content: &[u8]) -> Vec<u8> {
    section(0, &[&leb(name.len())[..], name.as_bytes(), content].concat())
}

/// A number as WebAssembly writes it.
pub fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A positive number below 2^20 where a signed one is read.
fn signed(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend([
        number as u8 & 0x7f | 0x80,
        (number >> 7) as u8 & 0x7f | 0x80,
        (number >> 14) as u8 & 0x3f,
    ]);
}

/// A component that imports a function of a list of lists of lists, so many deep.
pub fn deep(levels: usize) -> String {
    let mut text = String::from("(component (import \"a:b/c\" (instance (type (list u8))\n");
    for level in 0..levels {
        let _ = writeln!(text, "(type (list {level}))");
    }
    let _ =
        writeln!(text, "(type (func (param \"x\" {levels}))) (export \"f\" (func (type {}))))))", levels + 1);
    text
}

/// A component that imports so many functions of a type that has itself twice in itself, so many times.
pub fn bushy(levels: usize, functions: usize) -> String {
    let mut text = String::from("(component (import \"a:b/c\" (instance (type (list u8))\n");
    for level in 0..levels {
        let _ = writeln!(text, "(type (tuple {level} {level}))");
    }
    let _ = writeln!(text, "(type (func (param \"x\" {levels})))");
    for function in 0..functions {
        let _ = writeln!(text, "(export \"f{function}\" (func (type {})))", levels + 1);
    }
    text.push_str(")))");
    text
}
