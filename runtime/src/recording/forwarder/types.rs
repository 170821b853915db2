//! Questions about types.

use wit_parser::{Handle, InterfaceId, Resolve, Type, TypeDefKind, TypeId, TypeOwner};

/// What a type is made of, whatever it is called. None if it is none that is defined.
pub fn kind<'a>(resolve: &'a Resolve, ty: &Type) -> Option<&'a TypeDefKind> {
    match ty {
        Type::Id(id) => Some(&resolve.types[plain_id(resolve, *id)].kind),
        _ => None,
    }
}

/// The definition of a type that another interface may have given other names.
pub fn plain_id(resolve: &Resolve, id: TypeId) -> TypeId {
    match resolve.types[id].kind {
        TypeDefKind::Type(Type::Id(other)) => plain_id(resolve, other),
        _ => id,
    }
}

/// The resource that a value of this type borrows.
pub fn borrowed(resolve: &Resolve, ty: &Type) -> Option<TypeId> {
    match kind(resolve, ty) {
        Some(TypeDefKind::Handle(Handle::Borrow(id))) => Some(plain_id(resolve, *id)),
        _ => None,
    }
}

/// The type of a list's items.
pub fn listed(resolve: &Resolve, ty: &Type) -> Option<Type> {
    match kind(resolve, ty) {
        Some(TypeDefKind::List(item)) => Some(*item),
        _ => None,
    }
}

/// Whether there is a handle in values of this type that `wanted` wants.
pub fn has_handle(resolve: &Resolve, ty: &Type, wanted: &dyn Fn(&Handle) -> bool) -> bool {
    let inside = |ty: &Type| has_handle(resolve, ty, wanted);
    match kind(resolve, ty) {
        Some(TypeDefKind::Handle(handle)) => wanted(handle),
        Some(TypeDefKind::Record(record)) => record.fields.iter().any(|field| inside(&field.ty)),
        Some(TypeDefKind::Tuple(tuple)) => tuple.types.iter().any(inside),
        Some(TypeDefKind::Variant(variant)) => {
            variant.cases.iter().any(|case| case.ty.as_ref().is_some_and(inside))
        }
        Some(TypeDefKind::Result(result)) => [&result.ok, &result.err].into_iter().flatten().any(inside),
        Some(TypeDefKind::Map(key, value)) => inside(key) || inside(value),
        Some(TypeDefKind::Option(item) | TypeDefKind::List(item) | TypeDefKind::FixedLengthList(item, _)) => {
            inside(item)
        }
        _ => false,
    }
}

/// The interface that defines a resource.
pub fn owner(resolve: &Resolve, id: TypeId) -> Option<InterfaceId> {
    match resolve.types[id].owner {
        TypeOwner::Interface(interface) => Some(interface),
        _ => None,
    }
}
