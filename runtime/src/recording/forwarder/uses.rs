//! The types that a world takes over from the interfaces that it imports (`use … as …`), for functions of its own.

use std::collections::HashMap;

use wit_parser::{
    Docs, Handle, Resolve, Result_, Span, Stability, Tuple, Type, TypeDef, TypeDefKind, TypeId, TypeOwner,
    WorldId, WorldItem, WorldKey,
};

/// The types that a world uses.
pub struct Uses<'a> {
    resolve: &'a mut Resolve,
    world: WorldId,
    known: HashMap<TypeId, TypeId>,
    /// What the world imports for it.
    pub items: Vec<(WorldKey, WorldItem)>,
}

impl<'a> Uses<'a> {
    /// None yet.
    pub fn new(resolve: &'a mut Resolve, world: WorldId) -> Self {
        Self { resolve, world, known: HashMap::new(), items: Vec::new() }
    }

    /// The same type, as the world names it.
    pub fn ty(&mut self, ty: Type) -> Type {
        match ty {
            Type::Id(id) => Type::Id(self.id(id)),
            plain => plain,
        }
    }

    fn id(&mut self, id: TypeId) -> TypeId {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let def = &self.resolve.types[id];
        let new = match def.name {
            Some(_) => self.named(id),
            None => {
                let kind = def.kind.clone();
                let kind = self.kind(kind);
                self.add(None, kind, TypeOwner::None)
            }
        };
        self.known.insert(id, new);
        new
    }

    fn named(&mut self, id: TypeId) -> TypeId {
        let name = format!("t{}", self.items.len());
        let kind = TypeDefKind::Type(Type::Id(id));
        let new = self.add(Some(name.clone()), kind, TypeOwner::World(self.world));
        self.items.push((WorldKey::Name(name), WorldItem::Type { id: new, span: Span::default() }));
        new
    }

    fn add(&mut self, name: Option<String>, kind: TypeDefKind, owner: TypeOwner) -> TypeId {
        self.resolve.types.alloc(TypeDef {
            name,
            kind,
            owner,
            docs: Docs::default(),
            stability: Stability::Unknown,
            span: Span::default(),
            external_id: None,
        })
    }

    /// What a type without a name is made of.
    fn kind(&mut self, kind: TypeDefKind) -> TypeDefKind {
        match kind {
            TypeDefKind::Handle(Handle::Own(id)) => TypeDefKind::Handle(Handle::Own(self.id(id))),
            TypeDefKind::Handle(Handle::Borrow(id)) => TypeDefKind::Handle(Handle::Borrow(self.id(id))),
            TypeDefKind::Tuple(tuple) => {
                TypeDefKind::Tuple(Tuple { types: tuple.types.into_iter().map(|ty| self.ty(ty)).collect() })
            }
            TypeDefKind::Option(ty) => TypeDefKind::Option(self.ty(ty)),
            TypeDefKind::List(ty) => TypeDefKind::List(self.ty(ty)),
            TypeDefKind::FixedLengthList(ty, length) => TypeDefKind::FixedLengthList(self.ty(ty), length),
            TypeDefKind::Map(key, value) => TypeDefKind::Map(self.ty(key), self.ty(value)),
            TypeDefKind::Result(result) => TypeDefKind::Result(Result_ {
                ok: result.ok.map(|ty| self.ty(ty)),
                err: result.err.map(|ty| self.ty(ty)),
            }),
            TypeDefKind::Type(ty) => TypeDefKind::Type(self.ty(ty)),
            // The others have names.
            other => other,
        }
    }
}
