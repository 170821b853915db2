//! Handles in what a forwarder answers: where the interface that it exports has resources of its own, a handle that it was
//! given becomes one that it gives.
//!
//! Its own resource is represented by the handle that it stands for. So a method is handed just what it passes on, and only
//! answers need work.

use std::collections::HashMap;

use wasm_encoder::{BlockType, Instruction as I, MemArg};
use wit_parser::{Handle, Int, Resolve, SizeAlign, Type, TypeDefKind, TypeId};

use super::types::{kind, plain_id};

/// Writes the code for one function's answer.
pub struct Answer<'a> {
    /// The types.
    pub resolve: &'a Resolve,
    /// Their sizes.
    pub sizes: &'a SizeAlign,
    /// The functions that make handles of the forwarder's own resources.
    pub makers: &'a HashMap<TypeId, u32>,
    /// The first local that is free; all from there on are i32.
    pub next_local: u32,
    /// The code.
    pub code: Vec<I<'static>>,
}

impl Answer<'_> {
    /// Whether values of this type hold handles that are exchanged.
    pub fn concerns(&self, ty: &Type) -> bool {
        let inside = |ty: &Type| self.concerns(ty);
        match kind(self.resolve, ty) {
            Some(TypeDefKind::Handle(Handle::Own(id))) => self.maker(*id).is_some(),
            Some(TypeDefKind::Record(record)) => record.fields.iter().any(|field| inside(&field.ty)),
            Some(TypeDefKind::Tuple(tuple)) => tuple.types.iter().any(inside),
            Some(TypeDefKind::Variant(variant)) => {
                variant.cases.iter().any(|case| case.ty.as_ref().is_some_and(inside))
            }
            Some(TypeDefKind::Result(result)) => [&result.ok, &result.err].into_iter().flatten().any(inside),
            Some(TypeDefKind::Option(item) | TypeDefKind::List(item)) => inside(item),
            _ => false,
        }
    }

    /// The function that makes a handle of this resource, if it is one of the forwarder's own.
    pub fn maker(&self, id: TypeId) -> Option<u32> {
        self.makers.get(&plain_id(self.resolve, id)).copied()
    }

    /// Exchanges the handles in a value that stands in memory, `offset` bytes after the address in the local `base`.
    pub fn exchange(&mut self, ty: &Type, base: u32, offset: u32) {
        if !self.concerns(ty) {
            return;
        }
        let resolve = self.resolve;
        match kind(resolve, ty) {
            Some(TypeDefKind::Handle(Handle::Own(id))) => {
                if let Some(maker) = self.maker(*id) {
                    let place = word(offset);
                    self.code.extend([
                        I::LocalGet(base),
                        I::LocalGet(base),
                        I::I32Load(place),
                        I::Call(maker),
                        I::I32Store(place),
                    ]);
                }
            }
            Some(TypeDefKind::Record(record)) => {
                let types: Vec<Type> = record.fields.iter().map(|field| field.ty).collect();
                self.fields(&types, base, offset);
            }
            Some(TypeDefKind::Tuple(tuple)) => self.fields(&tuple.types, base, offset),
            Some(TypeDefKind::Variant(variant)) => {
                let cases: Vec<_> = variant.cases.iter().map(|case| case.ty).collect();
                self.cases(&cases, base, offset);
            }
            Some(TypeDefKind::Option(item)) => self.cases(&[None, Some(*item)], base, offset),
            Some(TypeDefKind::Result(result)) => self.cases(&[result.ok, result.err], base, offset),
            Some(TypeDefKind::List(item)) => self.list(item, base, offset),
            _ => {}
        }
    }

    fn fields(&mut self, types: &[Type], base: u32, offset: u32) {
        for (at, ty) in self.sizes.field_offsets(types) {
            self.exchange(ty, base, offset + at.size_wasm32() as u32);
        }
    }

    fn cases(&mut self, cases: &[Option<Type>], base: u32, offset: u32) {
        let tag = match cases.len() {
            0..=0x100 => Int::U8,
            0x101..=0x1_0000 => Int::U16,
            _ => Int::U32,
        };
        let payload = self.sizes.payload_offset(tag, cases.iter().map(Option::as_ref)).size_wasm32() as u32;
        for (number, case) in cases.iter().enumerate() {
            let Some(ty) = case.as_ref().filter(|ty| self.concerns(ty)) else { continue };
            let place = MemArg { align: 0, ..word(offset) };
            let load = match tag {
                Int::U8 => I::I32Load8U(place),
                Int::U16 => I::I32Load16U(place),
                _ => I::I32Load(place),
            };
            let number = I::I32Const(number as i32);
            self.code.extend([I::LocalGet(base), load, number, I::I32Eq, I::If(BlockType::Empty)]);
            self.exchange(ty, base, offset + payload);
            self.code.push(I::End);
        }
    }

    fn list(&mut self, item: &Type, base: u32, offset: u32) {
        let (at, end) = (self.next_local, self.next_local + 1);
        self.next_local += 2;
        let size = self.sizes.size(item).size_wasm32() as i32;
        self.code.extend([
            I::LocalGet(base),
            I::I32Load(word(offset)),
            I::LocalSet(at),
            I::LocalGet(base),
            I::I32Load(word(offset + 4)),
            I::I32Const(size),
            I::I32Mul,
            I::LocalGet(at),
            I::I32Add,
            I::LocalSet(end),
            I::Block(BlockType::Empty),
            I::Loop(BlockType::Empty),
            I::LocalGet(at),
            I::LocalGet(end),
            I::I32GeU,
            I::BrIf(1),
        ]);
        self.exchange(item, at, 0);
        self.code.extend([
            I::LocalGet(at),
            I::I32Const(size),
            I::I32Add,
            I::LocalSet(at),
            I::Br(0),
            I::End,
            I::End,
        ]);
    }
}

/// A word in memory, this far from an address.
pub fn word(offset: u32) -> MemArg {
    MemArg { offset: u64::from(offset), align: 2, memory_index: 0 }
}
