//! Stand-ins for resources. What a component holds while it is recorded or replayed is a stand-in, which has a name (`bucket#1`)
//! and, while it is recorded, stands for the real resource.

use std::collections::HashMap;

use parking_lot::Mutex;
use wasmtime::{
    StoreContextMut,
    component::{ResourceAny, ResourceDynamic, ResourceType, Type, Val},
};

/// The types of stand-ins are numbered from here, apart from those that a host may use itself.
const FIRST_TYPE: u32 = 0x7061_7200;

/// The stand-ins of one instance.
#[derive(Default)]
pub struct Proxies {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    entries: HashMap<u32, Entry>,
    last: u32,
    counts: HashMap<String, u32>,
}

/// What a stand-in stands for.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The real one, if there is one.
    pub real: Option<ResourceAny>,
    /// Whether it gives access to what must not be recorded, or (in a replay) is none that the recording must agree with.
    pub marked: bool,
}

/// The resources that were met while values were carried over.
#[derive(Default)]
pub struct Met {
    /// Their names, in the order of the values.
    pub names: Vec<String>,
    /// The stand-ins that were made.
    pub made: Vec<u32>,
    /// Whether one of them is marked.
    pub marked: bool,
    /// Borrowed ones, to be given back: the stand-in's handle, and the real one.
    lent: Vec<(ResourceAny, ResourceAny)>,
}

/// The type of the stand-ins for the resource at this place in a [`Surface`](crate::recording::surface::Surface).
pub fn proxy_type(place: usize) -> ResourceType {
    ResourceType::host_dynamic(payload(place))
}

fn payload(place: usize) -> u32 {
    FIRST_TYPE + place as u32
}

/// The place of a stand-in's type.
pub fn place(ty: &ResourceType, count: usize) -> Option<usize> {
    (0..count).find(|place| proxy_type(*place) == *ty)
}

impl Proxies {
    /// The next name for a resource of this kind.
    pub fn name(&self, kind: &str) -> String {
        let mut table = self.table.lock();
        let count = table.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        format!("{kind}#{count}")
    }

    /// Adds a stand-in: the value of its handle.
    pub fn add<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        place: usize,
        entry: Entry,
    ) -> wasmtime::Result<(u32, ResourceAny)> {
        let mut table = self.table.lock();
        table.last += 1;
        let number = table.last;
        table.entries.insert(number, entry);
        drop(table);
        let handle = ResourceDynamic::new_own(number, payload(place)).try_into_resource_any(store)?;
        Ok((number, handle))
    }

    /// Marks stand-ins.
    pub fn mark(&self, numbers: &[u32]) {
        let mut table = self.table.lock();
        for number in numbers {
            if let Some(entry) = table.entries.get_mut(number) {
                entry.marked = true;
            }
        }
    }

    /// Takes a stand-in out.
    pub fn remove(&self, number: u32) -> Option<Entry> {
        self.table.lock().entries.remove(&number)
    }

    /// What a handle stands for, if it is that of a stand-in. A handle that was handed over is used up by that.
    pub fn resolve<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        handle: ResourceAny,
    ) -> wasmtime::Result<Option<Entry>> {
        let Ok(proxy) = ResourceDynamic::try_from_resource_any(handle, &mut *store) else { return Ok(None) };
        let mut table = self.table.lock();
        let entry = if proxy.owned() {
            table.entries.remove(&proxy.rep())
        } else {
            table.entries.get(&proxy.rep()).cloned()
        };
        entry.map(Some).ok_or_else(|| wasmtime::Error::msg("a resource is used that is gone"))
    }
}

/// Carries values over between a component and what stands behind it: stand-ins become what they stand for, and other
/// resources get a stand-in.
pub struct Crossing<'a> {
    /// The stand-ins.
    pub proxies: &'a Proxies,
    /// The names of the kinds, by the places of their types.
    pub kinds: &'a [String],
}

impl Crossing<'_> {
    /// Carries values over to where they have these types.
    pub fn carry<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        values: &[Val],
        types: &[Type],
        met: &mut Met,
    ) -> wasmtime::Result<Vec<Val>> {
        values.iter().zip(types).map(|(value, ty)| self.value(store, value, ty, met)).collect()
    }

    fn boxed<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        value: Option<&Val>,
        ty: Option<Type>,
        met: &mut Met,
    ) -> wasmtime::Result<Option<Box<Val>>> {
        match (value, ty) {
            (Some(value), Some(ty)) => Ok(Some(Box::new(self.value(store, value, &ty, met)?))),
            _ => Ok(None),
        }
    }

    fn value<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        value: &Val,
        ty: &Type,
        met: &mut Met,
    ) -> wasmtime::Result<Val> {
        Ok(match (value, ty) {
            (Val::List(items), Type::List(list)) if holds_handles(&list.ty()) => {
                let ty = list.ty();
                Val::List(
                    items.iter().map(|item| self.value(store, item, &ty, met)).collect::<Result<_, _>>()?,
                )
            }
            (Val::Record(fields), Type::Record(record)) => {
                let mut carried = Vec::with_capacity(fields.len());
                for ((name, value), field) in fields.iter().zip(record.fields()) {
                    carried.push((name.clone(), self.value(store, value, &field.ty, met)?));
                }
                Val::Record(carried)
            }
            (Val::Tuple(items), Type::Tuple(tuple)) => {
                Val::Tuple(self.carry(store, items, &tuple.types().collect::<Vec<_>>(), met)?)
            }
            (Val::Variant(name, payload), Type::Variant(variant)) => {
                let ty = variant.cases().find(|case| case.name == name).and_then(|case| case.ty);
                Val::Variant(name.clone(), self.boxed(store, payload.as_deref(), ty, met)?)
            }
            (Val::Option(payload), Type::Option(option)) => {
                Val::Option(self.boxed(store, payload.as_deref(), Some(option.ty()), met)?)
            }
            (Val::Result(Ok(payload)), Type::Result(result)) => {
                Val::Result(Ok(self.boxed(store, payload.as_deref(), result.ok(), met)?))
            }
            (Val::Result(Err(payload)), Type::Result(result)) => {
                Val::Result(Err(self.boxed(store, payload.as_deref(), result.err(), met)?))
            }
            (Val::Resource(handle), Type::Own(ty) | Type::Borrow(ty)) => {
                Val::Resource(self.resource(store, *handle, ty, met)?)
            }
            (plain, _) => plain.clone(),
        })
    }

    fn resource<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        handle: ResourceAny,
        ty: &ResourceType,
        met: &mut Met,
    ) -> wasmtime::Result<ResourceAny> {
        if let Some(entry) = self.proxies.resolve(store, handle)? {
            met.names.push(entry.name);
            met.marked |= entry.marked;
            return entry.real.ok_or_else(|| wasmtime::Error::msg("a resource stands for nothing"));
        }
        let place = place(ty, self.kinds.len())
            .ok_or_else(|| wasmtime::Error::msg("a resource is of a type that nobody knows"))?;
        let name = self.proxies.name(&self.kinds[place]);
        met.names.push(name.clone());
        let entry = Entry { name, real: Some(handle), marked: false };
        let (number, proxy) = self.proxies.add(store, place, entry)?;
        met.made.push(number);
        if !handle.owned() {
            met.lent.push((proxy, handle));
        }
        Ok(proxy)
    }

    /// Gives back what was only borrowed for a call.
    pub async fn give_back<T: Send>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        met: Met,
    ) -> wasmtime::Result<()> {
        for (proxy, real) in met.lent {
            self.proxies.resolve(store, proxy)?;
            real.resource_drop_async(&mut *store).await?;
        }
        Ok(())
    }
}

/// Whether values of this type are more than plain bytes and numbers, which are many.
fn holds_handles(ty: &Type) -> bool {
    match ty {
        Type::Own(_) | Type::Borrow(_) => true,
        Type::List(list) => holds_handles(&list.ty()),
        Type::Record(record) => record.fields().any(|field| holds_handles(&field.ty)),
        Type::Tuple(tuple) => tuple.types().any(|ty| holds_handles(&ty)),
        Type::Variant(variant) => variant.cases().any(|case| case.ty.is_some_and(|ty| holds_handles(&ty))),
        Type::Option(option) => holds_handles(&option.ty()),
        Type::Result(result) => {
            [result.ok(), result.err()].into_iter().flatten().any(|ty| holds_handles(&ty))
        }
        _ => false,
    }
}
