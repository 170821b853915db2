//! Any interleaving of edits, joins, departures and slow updaters gives every client the same, each event once.

use std::collections::{BTreeSet, VecDeque};

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A client as the original's are: it applies its own events when it sends them, others' when they come, and hands its
/// state over as it is.
struct Client {
    wire: Wire,
    site: u32,
    joined: bool,
    /// The events that it has applied, by name.
    applied: BTreeSet<String>,
    /// Its own that have not come back yet: they have no order.
    unordered: BTreeSet<String>,
    /// Events in the state that it was given without an order.
    promised: BTreeSet<String>,
    last_order: u64,
    /// What is on its way to the server.
    sent: VecDeque<Sent>,
    gone: bool,
}

enum Sent {
    Event { name: String, typed: bool },
    State { token: String, state: Box<RawValue> },
    Updater,
}

struct World {
    session: State<Wire>,
    clients: Vec<Client>,
    now: Instant,
    events: u32,
}

#[derive(Clone, Debug)]
enum Action {
    Join,
    Edit { client: usize, typed: bool },
    Read { client: usize },
    Arrive { client: usize },
    Leave { client: usize },
    TooLate,
}

fn action() -> impl Strategy<Value = Action> {
    let client = 0..6_usize;
    prop_oneof![
        2 => Just(Action::Join),
        6 => (client.clone(), any::<bool>()).prop_map(|(client, typed)| Action::Edit { client, typed }),
        8 => client.clone().prop_map(|client| Action::Read { client }),
        8 => client.clone().prop_map(|client| Action::Arrive { client }),
        1 => client.prop_map(|client| Action::Leave { client }),
        1 => Just(Action::TooLate),
    ]
}

impl World {
    fn new() -> Self {
        Self { session: session(), clients: Vec::new(), now: Instant::now(), events: 0 }
    }

    /// A client that is here, of all that are.
    fn here(&self, client: usize) -> Option<usize> {
        let here: Vec<_> = (0..self.clients.len()).filter(|at| !self.clients[*at].gone).collect();
        (!here.is_empty()).then(|| here[client % here.len()])
    }

    fn act(&mut self, action: &Action) {
        match *action {
            Action::Join if self.clients.iter().filter(|client| !client.gone).count() < 6 => {
                let wire = Wire::new();
                let site = join(&mut self.session, &wire, self.now);
                self.clients.push(Client {
                    wire,
                    site,
                    joined: false,
                    applied: BTreeSet::new(),
                    unordered: BTreeSet::new(),
                    promised: BTreeSet::new(),
                    last_order: 0,
                    sent: VecDeque::new(),
                    gone: false,
                });
            }
            Action::Join => {}
            Action::Edit { client, typed } => {
                let Some(at) = self.here(client) else { return };
                let client = &mut self.clients[at];
                if client.joined {
                    self.events += 1;
                    let name = format!("{}{}", if typed { "t" } else { "u" }, self.events);
                    client.applied.insert(name.clone());
                    client.unordered.insert(name.clone());
                    client.sent.push_back(Sent::Event { name, typed });
                }
            }
            Action::Read { client } => {
                if let Some(at) = self.here(client) {
                    self.read(at);
                }
            }
            Action::Arrive { client } => {
                if let Some(at) = self.here(client) {
                    self.arrive(at);
                }
            }
            Action::Leave { client } => {
                if let Some(at) = self.here(client) {
                    self.leave(at);
                }
            }
            Action::TooLate => {
                // Without an updater it would be the slow ones that are taken for none, and rightly.
                if !self.session.updaters.is_empty() {
                    self.now += PATIENCE;
                    self.session.tick(self.now);
                }
            }
        }
        for at in 0..self.clients.len() {
            if self.clients[at].wire.ended() && !self.clients[at].gone {
                self.leave(at);
            }
        }
    }

    fn leave(&mut self, at: usize) {
        let client = &mut self.clients[at];
        client.gone = true;
        // What had not arrived is lost with it.
        client.sent.clear();
        self.session.leave(client.site, &client.wire, self.now);
    }

    /// The client takes the next message in.
    fn read(&mut self, at: usize) -> bool {
        let client = &mut self.clients[at];
        let Some((channel, data)) = client.wire.next() else { return false };
        match channel.rsplit('/').next().unwrap_or_default() {
            "state" => {
                assert!(!client.joined, "the state came twice");
                client.joined = true;
                for event in data.as_array().unwrap() {
                    let name = event["name"].as_str().unwrap().to_owned();
                    // An updater's own event without a type arrived here before its state did, and is not repeated.
                    if event["ordered"] == false && name.starts_with('t') {
                        client.promised.insert(name.clone());
                    }
                    client.applied.insert(name);
                }
                client.sent.push_back(Sent::Updater);
            }
            "app" => {
                assert!(client.joined, "an event came before the state, and is lost");
                let order = data["order"].as_u64().unwrap();
                assert!(order > client.last_order, "out of order");
                client.last_order = order;
                let name = data["value"].as_str().unwrap().to_owned();
                if client.unordered.remove(&name) || client.promised.remove(&name) {
                    // Applied before; now it has its order.
                } else {
                    assert!(client.applied.insert(name.clone()), "{name} was applied twice");
                }
            }
            "updater" => {
                let client = &mut self.clients[at];
                let of = |name: &String| json!({"name": name, "ordered": !client.unordered.contains(name) && !client.promised.contains(name)});
                let state = json!(client.applied.iter().map(of).collect::<Vec<_>>());
                let token = data.as_str().unwrap().to_owned();
                client.sent.push_back(Sent::State { token, state: raw(&state.to_string()) });
            }
            "available" | "unavailable" => {
                assert!(client.joined, "the roster came before the state, and is lost")
            }
            "siteid" | "roster" => {}
            other => panic!("{other}"),
        }
        true
    }

    /// The server takes the client's next message in.
    fn arrive(&mut self, at: usize) -> bool {
        let client = &mut self.clients[at];
        let Some(sent) = client.sent.pop_front() else { return false };
        match sent {
            Sent::Event { name, typed } => send(&mut self.session, client.site, &name, typed).unwrap(),
            Sent::State { token, state } => {
                self.session.state_from(client.site, &token, &state, self.now).unwrap();
            }
            Sent::Updater => self.session.become_updater(client.site, self.now).unwrap(),
        }
        true
    }

    /// Everything that is on its way arrives.
    fn settle(&mut self) {
        loop {
            let mut busy = false;
            for at in 0..self.clients.len() {
                if !self.clients[at].gone {
                    busy |= self.read(at) | self.arrive(at);
                }
            }
            if !busy {
                return;
            }
        }
    }
}

proptest! {
    #[test]
    fn all_clients_end_with_the_same_events_each_applied_once(actions in prop::collection::vec(action(), 0..160)) {
        let mut world = World::new();
        for action in &actions {
            world.act(action);
        }
        world.settle();
        let here: Vec<_> = world.clients.iter().filter(|client| !client.gone).collect();
        for client in &here {
            prop_assert!(client.joined, "a joiner waits for ever");
            prop_assert!(client.unordered.is_empty() && client.promised.is_empty(), "an event never came back");
            prop_assert_eq!(&client.applied, &here[0].applied);
        }
    }
}
