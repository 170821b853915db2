//! Bounds the types of what a component imports and exports.
//!
//! They are a stranger's, and whoever links, records or scripts a component walks over them: each as a tree, one call
//! within the other. A few bytes make types that are nested deeper than a stack, and trees that are larger than a memory,
//! since a type may be used again and again. So all of them are walked over once, here, with a bound on both.

use wasmtime::{
    Engine,
    component::{
        Type,
        types::{Component, ComponentItem},
    },
};

/// How deeply types may be nested.
const DEEPEST: u32 = 64;

/// How many types there may be in all, each counted as often as it is used.
const MOST: u32 = 500_000;

/// The longest name, in bytes.
const LONGEST_NAME: usize = 1024;

/// What a component's imports and exports are beyond. Follows its path.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Misshapen {
    /// [`DEEPEST`]
    #[error(
        "has types that are nested more than {DEEPEST} deep in what it imports or exports; make them flatter"
    )]
    Deep,
    /// [`MOST`]
    #[error(
        "imports and exports more than {MOST} functions, types and parts of types; have it do less at once"
    )]
    Large,
    /// [`LONGEST_NAME`]
    #[error("has a name of more than {LONGEST_NAME} bytes in what it imports or exports; shorten it")]
    LongName,
}

/// Checks what a component imports and exports.
pub(super) fn check(engine: &Engine, ty: &Component) -> Result<(), Misshapen> {
    let mut walk = Walk { engine, left: MOST };
    for (name, item) in ty.imports(engine).chain(ty.exports(engine)) {
        walk.name(name)?;
        walk.item(&item.ty, DEEPEST)?;
    }
    Ok(())
}

struct Walk<'a> {
    engine: &'a Engine,
    /// What may still be met.
    left: u32,
}

impl Walk<'_> {
    fn name(&self, name: &str) -> Result<(), Misshapen> {
        if name.len() > LONGEST_NAME { Err(Misshapen::LongName) } else { Ok(()) }
    }

    /// Counts one that is met, and says how much deeper it may go from there.
    fn meet(&mut self, depth: u32) -> Result<u32, Misshapen> {
        self.left = self.left.checked_sub(1).ok_or(Misshapen::Large)?;
        depth.checked_sub(1).ok_or(Misshapen::Deep)
    }

    fn item(&mut self, item: &ComponentItem, depth: u32) -> Result<(), Misshapen> {
        let depth = self.meet(depth)?;
        match item {
            ComponentItem::ComponentInstance(instance) => {
                for (name, item) in instance.exports(self.engine) {
                    self.name(name)?;
                    self.item(&item.ty, depth)?;
                }
            }
            ComponentItem::ComponentFunc(function) => {
                for (name, ty) in function.params() {
                    self.name(name)?;
                    self.ty(&ty, depth)?;
                }
                for ty in function.results() {
                    self.ty(&ty, depth)?;
                }
            }
            ComponentItem::Type(ty) => self.ty(ty, depth)?,
            // Nobody looks into these.
            ComponentItem::CoreFunc(_)
            | ComponentItem::Module(_)
            | ComponentItem::Component(_)
            | ComponentItem::Resource(_) => {}
        }
        Ok(())
    }

    fn ty(&mut self, ty: &Type, depth: u32) -> Result<(), Misshapen> {
        let depth = self.meet(depth)?;
        match ty {
            Type::List(list) => self.ty(&list.ty(), depth),
            Type::FixedLengthList(list) => self.ty(&list.ty(), depth),
            Type::Option(option) => self.ty(&option.ty(), depth),
            Type::Map(map) => {
                self.ty(&map.key(), depth)?;
                self.ty(&map.value(), depth)
            }
            Type::Tuple(tuple) => tuple.types().try_for_each(|ty| self.ty(&ty, depth)),
            Type::Record(record) => record.fields().try_for_each(|field| {
                self.name(field.name)?;
                self.ty(&field.ty, depth)
            }),
            Type::Variant(variant) => variant.cases().try_for_each(|case| {
                self.name(case.name)?;
                let depth = self.meet(depth)?;
                case.ty.map_or(Ok(()), |ty| self.ty(&ty, depth))
            }),
            Type::Enum(names) => names.names().try_for_each(|name| {
                self.name(name)?;
                self.meet(depth).map(drop)
            }),
            Type::Flags(flags) => flags.names().try_for_each(|name| {
                self.name(name)?;
                self.meet(depth).map(drop)
            }),
            Type::Result(result) => {
                [result.ok(), result.err()].into_iter().flatten().try_for_each(|ty| self.ty(&ty, depth))
            }
            Type::Future(future) => future.ty().map_or(Ok(()), |ty| self.ty(&ty, depth)),
            Type::Stream(stream) => stream.ty().map_or(Ok(()), |ty| self.ty(&ty, depth)),
            // Those without parts.
            _ => Ok(()),
        }
    }
}
