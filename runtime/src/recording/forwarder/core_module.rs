//! The code of a forwarder: each function hands its flat arguments to the import of the same type.

use std::collections::HashMap;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function as Body,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction as I, MemorySection, MemoryType,
    Module, TypeSection, ValType,
};
use wit_parser::{
    Function, FunctionKind, Handle, InterfaceId, Resolve, SizeAlign, Type, TypeDefKind, TypeId,
    abi::{AbiVariant, WasmSignature, WasmType},
};

use super::{
    handles::{Answer, word},
    types::{borrowed, has_handle, kind, listed, owner, plain_id},
};

/// Where results are put that do not fit into one value. Only one call is under way at a time.
const ANSWER: u32 = 16;
const PAGE: i64 = 65_536;
/// How large the memory may become, in pages: the values of one call.
const MOST_PAGES: u64 = 1 << 10;
/// The index of the global which tells where free memory begins.
const FREE: u32 = 0;

/// One function, and what it calls.
pub struct Call {
    /// The interface that is imported.
    pub interface: String,
    /// The function there.
    pub import: Function,
    /// The function as it is exported.
    pub export: Function,
    /// The name of the export.
    pub name: String,
}

/// A borrowed handle among the arguments, which is given back after the call.
enum Borrow {
    /// A handle in this local, or at this offset in the arguments' memory.
    One(TypeId, usize),
    /// A list of handles: its address and its length stand there, one after the other.
    List(TypeId, usize),
}

/// The core module. `exported`: the interfaces whose resources are the forwarder's own.
pub fn encode(resolve: &Resolve, calls: &[Call], exported: &[InterfaceId]) -> anyhow::Result<Vec<u8>> {
    let mut sizes = SizeAlign::default();
    sizes.fill(resolve);
    let mut parts = Parts::default();
    let mut answer = 0;
    let mut borrows = Vec::new();
    for Call { interface, import, .. } in calls {
        let signature = resolve.wasm_signature(AbiVariant::GuestImport, import);
        parts.import(interface, &import.name, &signature.params, &signature.results);
        if let Some(result) = import.result.as_ref().filter(|_| signature.retptr) {
            answer = answer.max(sizes.size(result).size_wasm32() as u32);
        }
        borrows.push(find_borrows(resolve, &sizes, import, exported, signature.indirect_params)?);
    }
    let mut drops = HashMap::new();
    for borrow in borrows.iter().flatten() {
        let (Borrow::One(id, _) | Borrow::List(id, _)) = borrow;
        if !drops.contains_key(id) {
            drops.insert(*id, parts.resource(resolve, *id, "", "drop")?);
        }
    }
    let mut makers = HashMap::new();
    let mut own = Vec::new();
    for &interface in exported {
        for &id in resolve.interfaces[interface].types.values() {
            if matches!(resolve.types[id].kind, TypeDefKind::Resource) {
                own.push(id);
                makers.insert(id, parts.resource(resolve, id, "[export]", "new")?);
                // None was found above: it borrows nothing of its own.
                drops.insert(id, parts.resource(resolve, id, "", "drop")?);
            }
        }
    }
    for (index, (call, borrows)) in calls.iter().zip(&borrows).enumerate() {
        let inner = resolve.wasm_signature(AbiVariant::GuestImport, &call.import);
        let outer = resolve.wasm_signature(AbiVariant::GuestExport, &call.export);
        let next_local = outer.params.len() as u32 + 3;
        let mut exchanged = Answer { resolve, sizes: &sizes, makers: &makers, next_local, code: Vec::new() };
        if let Some(result) = &call.import.result {
            exchange(&mut exchanged, result, inner.retptr, next_local - 1);
        }
        let body = forwarding(index as u32, (&inner, &outer), borrows, &drops, &exchanged);
        parts.function(&call.name, &outer.params, &outer.results, body);
        parts.function(&format!("cabi_post_{}", call.name), &outer.results, &[], forgetting(answer));
    }
    for id in own {
        // What a resource of its own stands for goes with it.
        let (interface, name) = place(resolve, id)?;
        let mut body = Body::new([]);
        for code in [I::LocalGet(0), I::Call(drops[&id]), I::End] {
            body.instruction(&code);
        }
        parts.function(&format!("{interface}#[dtor]{name}"), &[WasmType::I32], &[], body);
    }
    parts.function("cabi_realloc", &[WasmType::I32; 4], &[WasmType::I32], allocating());
    Ok(parts.finish(free_from(answer)))
}

/// Exchanges the handles in an answer: one that stands in memory, or one value that is on the stack.
fn exchange(answer: &mut Answer<'_>, ty: &Type, in_memory: bool, local: u32) {
    if in_memory && answer.concerns(ty) {
        answer.code.extend([I::I32Const(ANSWER as i32), I::LocalSet(local)]);
        answer.exchange(ty, local, 0);
    } else if let Some(TypeDefKind::Handle(Handle::Own(id))) = kind(answer.resolve, ty)
        && let Some(maker) = answer.maker(*id)
    {
        answer.code.push(I::Call(maker));
    }
}

/// Where free memory begins, after the answer.
fn free_from(answer: u32) -> i32 {
    (ANSWER + answer).next_multiple_of(16) as i32
}

fn find_borrows(
    resolve: &Resolve,
    sizes: &SizeAlign,
    function: &Function,
    exported: &[InterfaceId],
    indirect: bool,
) -> anyhow::Result<Vec<Borrow>> {
    let types: Vec<&Type> = function.params.iter().map(|param| &param.ty).collect();
    let offsets = sizes.field_offsets(types.iter().copied());
    // What it lends of its own is handed to it as what it stands for, and there is nothing to give back.
    let own = |id: &TypeId| owner(resolve, *id).is_some_and(|interface| exported.contains(&interface));
    let mut found = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        let place = if indirect {
            offsets[index].0.size_wasm32()
        } else {
            let params = function.params[..index].to_vec();
            let before =
                Function { params, result: None, kind: FunctionKind::Freestanding, ..function.clone() };
            resolve.wasm_signature(AbiVariant::GuestImport, &before).params.len()
        };
        let unfit = |handle: &Handle| match handle {
            Handle::Own(id) => own(&plain_id(resolve, *id)),
            Handle::Borrow(_) => true,
        };
        if let Some(id) = borrowed(resolve, ty) {
            found.extend(Some(Borrow::One(id, place)).filter(|_| !own(&id)));
        } else if let Some(id) = listed(resolve, ty).and_then(|item| borrowed(resolve, &item)) {
            found.extend(Some(Borrow::List(id, place)).filter(|_| !own(&id)));
        } else if has_handle(resolve, ty, &unfit) {
            let (name, param) = (&function.name, &function.params[index].name);
            anyhow::bail!("`{name}` has handles within its parameter `{param}` that cannot be forwarded");
        }
    }
    Ok(found)
}

/// The interface that defines a resource, and its name there.
fn place(resolve: &Resolve, id: TypeId) -> anyhow::Result<(String, String)> {
    let interface = owner(resolve, id).and_then(|interface| resolve.id_of(interface));
    let name = resolve.types[id].name.clone();
    interface.zip(name).ok_or_else(|| anyhow::anyhow!("a resource belongs to no interface"))
}

fn forwarding(
    import: u32,
    (inner, outer): (&WasmSignature, &WasmSignature),
    borrows: &[Borrow],
    drops: &HashMap<TypeId, u32>,
    exchanged: &Answer<'_>,
) -> Body {
    let given = outer.params.len() as u32;
    let (at, end) = (given, given + 1);
    let mut body = Body::new([(exchanged.next_local - given, ValType::I32)]);
    let mut say = |code: I<'_>| {
        body.instruction(&code);
    };
    (0..given).for_each(|local| say(I::LocalGet(local)));
    if inner.retptr {
        say(I::I32Const(ANSWER as i32));
    }
    say(I::Call(import));
    exchanged.code.iter().for_each(|code| say(code.clone()));
    // The answer, if it is one value, lies under what follows.
    let field = |place: usize, say: &mut dyn FnMut(I<'_>)| {
        if inner.indirect_params {
            say(I::LocalGet(0));
            say(I::I32Load(word(place as u32)));
        } else {
            say(I::LocalGet(place as u32));
        }
    };
    for borrow in borrows {
        match borrow {
            Borrow::One(id, place) => {
                field(*place, &mut say);
                say(I::Call(drops[id]));
            }
            Borrow::List(id, place) => {
                field(*place, &mut say);
                say(I::LocalSet(at));
                field(*place + if inner.indirect_params { 4 } else { 1 }, &mut say);
                for code in [I::I32Const(2), I::I32Shl, I::LocalGet(at), I::I32Add, I::LocalSet(end)] {
                    say(code);
                }
                say(I::Block(BlockType::Empty));
                say(I::Loop(BlockType::Empty));
                for code in [I::LocalGet(at), I::LocalGet(end), I::I32GeU, I::BrIf(1)] {
                    say(code);
                }
                for code in [I::LocalGet(at), I::I32Load(word(0)), I::Call(drops[id])] {
                    say(code);
                }
                for code in [I::LocalGet(at), I::I32Const(4), I::I32Add, I::LocalSet(at), I::Br(0)] {
                    say(code);
                }
                say(I::End);
                say(I::End);
            }
        }
    }
    if inner.retptr {
        say(I::I32Const(ANSWER as i32));
    }
    say(I::End);
    body
}

/// Called when the answer has been read: all memory is free again.
fn forgetting(answer: u32) -> Body {
    let mut body = Body::new([]);
    for code in [I::I32Const(free_from(answer)), I::GlobalSet(FREE), I::End] {
        body.instruction(&code);
    }
    body
}

/// `cabi_realloc(old, old-size, align, size)`: takes what is free, and more memory where that is not enough.
fn allocating() -> Body {
    let (old, old_size, align, size, begin) = (0, 1, 2, 3, 4);
    // In 64 bits nothing overflows.
    let end = 5;
    let mut body = Body::new([(1, ValType::I32), (1, ValType::I64)]);
    let aligned = [
        I::GlobalGet(FREE),
        I::LocalGet(align),
        I::I32Add,
        I::I32Const(1),
        I::I32Sub,
        I::I32Const(0),
        I::LocalGet(align),
        I::I32Sub,
        I::I32And,
        I::LocalSet(begin),
    ];
    let ends = [
        I::LocalGet(begin),
        I::I64ExtendI32U,
        I::LocalGet(size),
        I::I64ExtendI32U,
        I::I64Add,
        I::LocalSet(end),
    ];
    let grown = [
        I::LocalGet(end),
        I::MemorySize(0),
        I::I64ExtendI32U,
        I::I64Const(PAGE),
        I::I64Mul,
        I::I64GtU,
        I::If(BlockType::Empty),
        I::LocalGet(end),
        I::MemorySize(0),
        I::I64ExtendI32U,
        I::I64Const(PAGE),
        I::I64Mul,
        I::I64Sub,
        I::I64Const(PAGE - 1),
        I::I64Add,
        I::I64Const(PAGE),
        I::I64DivU,
        I::I32WrapI64,
        I::MemoryGrow(0),
        I::I32Const(-1),
        I::I32Eq,
        I::If(BlockType::Empty),
        I::Unreachable,
        I::End,
        I::End,
    ];
    let taken = [
        I::LocalGet(end),
        I::I32WrapI64,
        I::GlobalSet(FREE),
        I::LocalGet(begin),
        I::LocalGet(old),
        I::LocalGet(old_size),
        I::MemoryCopy { src_mem: 0, dst_mem: 0 },
        I::LocalGet(begin),
        I::End,
    ];
    for code in aligned.iter().chain(&ends).chain(&grown).chain(&taken) {
        body.instruction(code);
    }
    body
}

/// The sections of the module, as they grow.
#[derive(Default)]
struct Parts {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    exports: ExportSection,
    code: CodeSection,
    imported: u32,
}

impl Parts {
    fn ty(&mut self, params: &[WasmType], results: &[WasmType]) -> u32 {
        let index = self.types.len();
        self.types.ty().function(params.iter().map(val_type), results.iter().map(val_type));
        index
    }

    fn import(&mut self, module: &str, name: &str, params: &[WasmType], results: &[WasmType]) -> u32 {
        let ty = self.ty(params, results);
        self.imports.import(module, name, EntityType::Function(ty));
        self.imported += 1;
        self.imported - 1
    }

    /// What the engine does with a resource: drops a handle, or makes one.
    fn resource(&mut self, resolve: &Resolve, id: TypeId, side: &str, what: &str) -> anyhow::Result<u32> {
        let (interface, name) = place(resolve, id)?;
        let results: &[WasmType] = if what == "new" { &[WasmType::I32] } else { &[] };
        let (module, name) = (format!("{side}{interface}"), format!("[resource-{what}]{name}"));
        Ok(self.import(&module, &name, &[WasmType::I32], results))
    }

    fn function(&mut self, name: &str, params: &[WasmType], results: &[WasmType], body: Body) {
        let ty = self.ty(params, results);
        self.exports.export(name, ExportKind::Func, self.imported + self.functions.len());
        self.functions.function(ty);
        self.code.function(&body);
    }

    fn finish(mut self, free: i32) -> Vec<u8> {
        let mut memories = MemorySection::new();
        let pages = (i64::from(free) / PAGE + 1) as u64;
        memories.memory(MemoryType {
            minimum: pages,
            maximum: Some(MOST_PAGES),
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        self.exports.export("memory", ExportKind::Memory, 0);
        let mut globals = GlobalSection::new();
        let number = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(number, &ConstExpr::i32_const(free));
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&self.imports)
            .section(&self.functions)
            .section(&memories)
            .section(&globals)
            .section(&self.exports)
            .section(&self.code);
        module.finish()
    }
}

fn val_type(ty: &WasmType) -> ValType {
    match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
        WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
        WasmType::F32 => ValType::F32,
        WasmType::F64 => ValType::F64,
    }
}
