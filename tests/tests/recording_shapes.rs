//! What a recorder stands on both sides of: components whose types have handles in every place where one can be. Those of the
//! contract have them in a few.

use std::sync::{Arc, Mutex};

use parlor::{
    recording::{Journal, Recorder, Replay, Sink, Transcript},
    sandbox::{Compiler, Sandbox},
};
use wasmtime::{
    Engine, Store,
    component::{Component, HasSelf, Linker, Resource, ResourceTable},
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

/// What is recorded.
#[derive(Default, Clone)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Sink for Lines {
    fn line(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

impl Lines {
    fn text(&self) -> String {
        self.0.lock().unwrap().join("\n") + "\n"
    }
}

fn journal() -> (Arc<Journal>, Lines) {
    let lines = Lines::default();
    (Journal::new(Box::new(lines.clone()), [], &[]), lines)
}

/// The host's side.
#[derive(Default)]
struct State {
    table: ResourceTable,
    said: Vec<String>,
}

/// What the host has of the interface that goes both ways.
struct Room;

fn new_store(engine: &Engine) -> Store<State> {
    let mut store = Store::new(engine, State::default());
    store.set_hostcall_fuel(4 << 20);
    store.set_epoch_deadline(1 << 20);
    store.epoch_deadline_callback(|_| Err(wasmtime::Error::msg("it computed for too long")));
    store
}

const WIT: &str = "
    package t:t;
    interface box-office {
        resource ticket { constructor(seat: u32); seat: func() -> u32; }
        check: func(tickets: list<borrow<ticket>>, best: borrow<ticket>) -> u32;
        take: func(a: own<ticket>, a1: u64, a2: u64, a3: u64, a4: u64, a5: u64, a6: u64, a7: u64, a8: u64, a9: u64,
            b1: u64, b2: u64, b3: u64, b4: u64, b5: u64, b6: u64, b: borrow<ticket>) -> option<ticket>;
    }
    interface shop {
        use box-office.{ticket};
        resource thing { constructor(n: u32); get: func() -> u32; }
        make: func(n: u32) -> thing;
        many: func(n: u32) -> list<option<thing>>;
        pair: func() -> tuple<thing, u8, thing>;
        either: func(which: bool) -> result<thing, list<thing>>;
        same: func(a: borrow<thing>, b: borrow<thing>) -> bool;
        dropped: func() -> u32;
        visit: func(given: ticket, lent: borrow<ticket>) -> ticket;
    }
    world w { import box-office; export shop; }
";

const GUEST: &str = r#"(module
    (import "[export]t:t/shop" "[resource-new]thing" (func $new (param i32) (result i32)))
    (import "t:t/box-office" "[resource-drop]ticket" (func $drop (param i32)))
    (import "t:t/box-office" "[constructor]ticket" (func $ticket (param i32) (result i32)))
    (import "t:t/box-office" "[method]ticket.seat" (func $seat (param i32) (result i32)))
    (import "t:t/box-office" "check" (func $check (param i32 i32 i32) (result i32)))
    (import "t:t/box-office" "take" (func $take (param i32 i32)))
    (memory (export "memory") 1)
    (global $dropped (mut i32) (i32.const 0))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 4096)
    (func (export "t:t/shop#[dtor]thing") (param i32)
        (global.set $dropped (i32.add (global.get $dropped) (local.get 0))))
    (func (export "t:t/shop#[constructor]thing") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "t:t/shop#[method]thing.get") (param i32) (result i32) local.get 0)
    (func (export "t:t/shop#make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "t:t/shop#many") (param $n i32) (result i32) (local $i i32)
        (loop $next
            (i32.store8 (i32.add (i32.const 1024) (i32.mul (local.get $i) (i32.const 8))) (i32.and (local.get $i) (i32.const 1)))
            (if (i32.and (local.get $i) (i32.const 1)) (then
                (i32.store (i32.add (i32.const 1028) (i32.mul (local.get $i) (i32.const 8))) (call $new (local.get $i)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
        (i32.store (i32.const 16) (i32.const 1024))
        (i32.store (i32.const 20) (local.get $n))
        i32.const 16)
    (func (export "t:t/shop#pair") (result i32)
        (i32.store (i32.const 32) (call $new (i32.const 11)))
        (i32.store8 (i32.const 36) (i32.const 5))
        (i32.store (i32.const 40) (call $new (i32.const 12)))
        i32.const 32)
    (func (export "t:t/shop#either") (param i32) (result i32)
        (if (local.get 0)
            (then
                (i32.store8 (i32.const 64) (i32.const 0))
                (i32.store (i32.const 68) (call $new (i32.const 21))))
            (else
                (i32.store8 (i32.const 64) (i32.const 1))
                (i32.store (i32.const 2048) (call $new (i32.const 22)))
                (i32.store (i32.const 2052) (call $new (i32.const 23)))
                (i32.store (i32.const 68) (i32.const 2048))
                (i32.store (i32.const 72) (i32.const 2))))
        i32.const 64)
    (func (export "t:t/shop#same") (param i32 i32) (result i32) (i32.eq (local.get 0) (local.get 1)))
    (func (export "t:t/shop#dropped") (result i32) global.get $dropped)
    (func (export "t:t/shop#visit") (param $given i32) (param $lent i32) (result i32) (local $own i32)
        (local.set $own (call $ticket (i32.const 5)))
        (i32.store (i32.const 128) (local.get $given))
        (i32.store (i32.const 132) (local.get $own))
        (i32.store (i32.const 136) (local.get $lent))
        (drop (call $check (i32.const 128) (i32.const 3) (local.get $own)))
        (i32.store (i32.const 256) (local.get $own))
        (i64.store (i32.const 264) (i64.const 99))
        (i32.store (i32.const 384) (local.get $lent))
        (call $take (i32.const 256) (i32.const 512))
        (call $drop (local.get $lent))
        (if (i32.load8_u (i32.const 512)) (then (call $drop (i32.load (i32.const 516)))))
        local.get $given)
)"#;

mod bindings {
    wasmtime::component::bindgen!({
        inline: "
    package t:t;
    interface box-office {
        resource ticket { constructor(seat: u32); seat: func() -> u32; }
        check: func(tickets: list<borrow<ticket>>, best: borrow<ticket>) -> u32;
        take: func(a: own<ticket>, a1: u64, a2: u64, a3: u64, a4: u64, a5: u64, a6: u64, a7: u64, a8: u64, a9: u64,
            b1: u64, b2: u64, b3: u64, b4: u64, b5: u64, b6: u64, b: borrow<ticket>) -> option<ticket>;
    }
    interface shop {
        use box-office.{ticket};
        resource thing { constructor(n: u32); get: func() -> u32; }
        make: func(n: u32) -> thing;
        many: func(n: u32) -> list<option<thing>>;
        pair: func() -> tuple<thing, u8, thing>;
        either: func(which: bool) -> result<thing, list<thing>>;
        same: func(a: borrow<thing>, b: borrow<thing>) -> bool;
        dropped: func() -> u32;
        visit: func(given: ticket, lent: borrow<ticket>) -> ticket;
    }
    world w { import box-office; export shop; }",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "t:t/box-office.ticket": super::Ticket },
    });
}

pub struct Ticket(u32);

use bindings::t::t::box_office;

impl box_office::HostTicket for State {
    async fn new(&mut self, seat: u32) -> wasmtime::Result<Resource<Ticket>> {
        Ok(self.table.push(Ticket(seat))?)
    }
    async fn seat(&mut self, ticket: Resource<Ticket>) -> wasmtime::Result<u32> {
        Ok(self.table.get(&ticket)?.0)
    }
    async fn drop(&mut self, ticket: Resource<Ticket>) -> wasmtime::Result<()> {
        let seat = self.table.delete(ticket)?.0;
        self.said.push(format!("dropped {seat}"));
        Ok(())
    }
}

impl box_office::Host for State {
    async fn check(&mut self, all: Vec<Resource<Ticket>>, best: Resource<Ticket>) -> wasmtime::Result<u32> {
        let mut sum = self.table.get(&best)?.0 * 1000;
        for ticket in &all {
            sum += self.table.get(ticket)?.0;
        }
        self.said.push(format!("checked {sum}"));
        Ok(sum)
    }
    #[rustfmt::skip]
    async fn take(
        &mut self, a: Resource<Ticket>, a1: u64, _: u64, _: u64, _: u64, _: u64, _: u64, _: u64, _: u64, _: u64,
        _: u64, _: u64, _: u64, _: u64, _: u64, _: u64, b: Resource<Ticket>,
    ) -> wasmtime::Result<Option<Resource<Ticket>>> {
        self.said.push(format!("took {} {a1} {}", self.table.get(&a)?.0, self.table.get(&b)?.0));
        Ok(Some(a))
    }
}

fn guest() -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("t.wit", WIT).unwrap();
    let world = resolve.select_world(&[package], Some("w")).unwrap();
    let mut module = wat::parse_str(GUEST).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

#[tokio::test]
async fn what_has_handles_in_every_place_does_the_same_with_a_recorder_and_in_a_replay() {
    let sandbox = Sandbox::new(8, Compiler::Here).unwrap();
    let engine = sandbox.engine().clone();
    let bytes = guest();
    let component = Component::new(&engine, &bytes).unwrap();
    let mut linker = Linker::<State>::new(&engine);
    box_office::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).unwrap();
    let (journal, lines) = journal();
    let recorder =
        Recorder::new(&sandbox, journal, "shop", "shop.wasm", (&component, &bytes), &linker).unwrap();
    let mut told = Vec::new();
    for recorded in [false, true] {
        let mut store = new_store(&engine);
        let (pre, instance) = if recorded {
            (recorder.pre().clone(), recorder.instantiate_async(&mut store).await.unwrap())
        } else {
            let pre = linker.instantiate_pre(&component).unwrap();
            let instance = pre.instantiate_async(&mut store).await.unwrap();
            (pre, instance)
        };
        let shop = bindings::exports::t::t::shop::GuestIndices::new(&pre).unwrap();
        let shop = shop.load(&mut store, &instance).unwrap();
        let thing = shop.thing();
        let store = &mut store;
        let mut things = vec![
            thing.call_constructor(&mut *store, 1).await.unwrap(),
            shop.call_make(&mut *store, 2).await.unwrap(),
        ];
        things.extend(shop.call_many(&mut *store, 5).await.unwrap().into_iter().flatten());
        let (one, five, two) = shop.call_pair(&mut *store).await.unwrap();
        things.extend([one, two]);
        assert_eq!(five, 5);
        things.push(shop.call_either(&mut *store, true).await.unwrap().unwrap());
        things.extend(shop.call_either(&mut *store, false).await.unwrap().unwrap_err());
        assert!(shop.call_same(&mut *store, things[0], things[0]).await.unwrap());
        assert!(!shop.call_same(&mut *store, things[0], things[1]).await.unwrap());
        let mut numbers = Vec::new();
        for thing_ in things {
            numbers.push(thing.call_get(&mut *store, thing_).await.unwrap());
            thing_.resource_drop_async(&mut *store).await.unwrap();
        }
        assert_eq!(numbers, [1, 2, 1, 3, 11, 12, 21, 22, 23]);
        assert_eq!(shop.call_dropped(&mut *store).await.unwrap(), numbers.iter().sum::<u32>());
        let given = store.data_mut().table.push(Ticket(100)).unwrap();
        let lent = store.data_mut().table.push(Ticket(200)).unwrap();
        let back = shop.call_visit(&mut *store, given, Resource::new_borrow(lent.rep())).await.unwrap();
        assert_eq!(store.data().table.get(&back).unwrap().0, 100);
        assert_eq!(store.data().table.get(&lent).unwrap().0, 200);
        told.push(std::mem::take(&mut store.data_mut().said));
    }
    assert_eq!(told[0], ["checked 5305", "took 5 99 200", "dropped 5"]);
    assert_eq!(told[0], told[1]);
    let text = lines.text();
    let make = || Ok(new_store(&engine));
    let replay = Replay::new(&component, |_| {}).unwrap();
    let outcome =
        replay.play(Transcript::read(&text).unwrap().extensions.remove(0), make, |_| {}).await.unwrap();
    assert!(outcome.difference.is_none(), "{}", outcome.difference.unwrap());
}

/// A component can offer the same interface that it uses: the two have nothing to do with each other.
#[tokio::test]
async fn an_interface_that_a_component_both_uses_and_offers_is_recorded_as_two() {
    let wit = WIT.replace("export shop;", "import shop; export shop;");
    let code = GUEST
        .replace("(memory", r#"(import "t:t/shop" "dropped" (func $others (result i32))) (import "t:t/shop" "make" (func $make (param i32) (result i32))) (import "t:t/shop" "[method]thing.get" (func $get (param i32) (result i32))) (import "t:t/shop" "[resource-drop]thing" (func $let_go (param i32))) (memory"#)
        .replace(
            "(result i32) global.get $dropped)",
            "(result i32) (local $it i32) (local.set $it (call $make (i32.const 3))) (i32.add (call $others) (call $get (local.get $it))) (call $let_go (local.get $it)))",
        );
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("t.wit", &wit).unwrap();
    let world = resolve.select_world(&[package], Some("w")).unwrap();
    let mut module = wat::parse_str(&code).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let bytes = ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap();

    let sandbox = Sandbox::new(8, Compiler::Here).unwrap();
    let engine = sandbox.engine().clone();
    let component = Component::new(&engine, &bytes).unwrap();
    let mut linker = Linker::<State>::new(&engine);
    box_office::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).unwrap();
    let mut shop = linker.instance("t:t/shop").unwrap();
    shop.resource("thing", wasmtime::component::ResourceType::host::<Room>(), |mut store, number| {
        store.data_mut().said.push(format!("dropped {number}"));
        Ok(())
    })
    .unwrap();
    shop.func_wrap("dropped", |_, (): ()| Ok((1000_u32,))).unwrap();
    shop.func_wrap("make", |_, (number,): (u32,)| Ok((Resource::<Room>::new_own(number * 10),))).unwrap();
    shop.func_wrap("[method]thing.get", |_, (room,): (Resource<Room>,)| Ok((room.rep(),))).unwrap();
    let (journal, lines) = journal();
    let recorder =
        Recorder::new(&sandbox, journal, "shop", "shop.wasm", (&component, &bytes), &linker).unwrap();
    let mut store = new_store(&engine);
    let instance = recorder.instantiate_async(&mut store).await.unwrap();
    let shop = bindings::exports::t::t::shop::GuestIndices::new(recorder.pre()).unwrap();
    let shop = shop.load(&mut store, &instance).unwrap();
    let thing = shop.call_make(&mut store, 4).await.unwrap();
    assert_eq!(shop.thing().call_get(&mut store, thing).await.unwrap(), 4);
    assert_eq!(shop.call_dropped(&mut store).await.unwrap(), 1030);
    assert_eq!(store.data().said, ["dropped 30"]);
    drop(store);
    let make = || Ok(new_store(&engine));
    let replay = Replay::new(&component, |_| {}).unwrap();
    let text = lines.text();
    let outcome =
        replay.play(Transcript::read(&text).unwrap().extensions.remove(0), make, |_| {}).await.unwrap();
    assert!(outcome.difference.is_none(), "{}", outcome.difference.unwrap());
}
