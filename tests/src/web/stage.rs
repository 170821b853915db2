//! A server of coweb sessions, and people in browsers who meet there.

use futures_util::future::join_all;
use serde_json::json;

use crate::web::{browser::Driver, person::Person, server::Server};

/// A server, and browsers for people.
pub struct Stage {
    /// The server.
    pub server: Server,
    driver: Driver,
}

impl Stage {
    /// With these lines in the server's configuration.
    pub async fn with(more: &str) -> Self {
        let (server, driver) = tokio::join!(Server::start(more), Driver::start());
        Self { server, driver }
    }

    /// With nothing more in it.
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// Somebody who is not on any page yet.
    pub async fn person(&self) -> Person {
        Person::nowhere(&self.driver).await
    }

    /// Several.
    pub async fn people<const N: usize>(&self) -> [Person; N] {
        let people = join_all((0..N).map(|_| self.person())).await;
        people.try_into().ok().expect("as many as were asked for")
    }

    /// Opens the page with this client.
    pub async fn seat(&self, person: &Person, client: &str) {
        self.seat_with(person, client, "").await;
    }

    /// The same, configured by these parameters of the address.
    pub async fn seat_with(&self, person: &Person, client: &str, parameters: &str) {
        person.opens(&format!("{}/person.html?client={client}{parameters}", self.server.url())).await;
        person.loaded(client).await;
    }

    /// Brings people into a session of this client's own, one after the other.
    pub async fn meet(&self, people: &[&Person], client: &str) {
        for (person, site) in people.iter().zip(1..) {
            self.seat(person, client).await;
            assert_eq!(person.enters(json!({ "key": client })).await, site, "{client}");
        }
    }
}

/// Asserts that all have the same list, with something in it, and that no client complained.
pub async fn agree(people: &[&Person]) {
    let first = people[0].items().await;
    assert!(!first.is_empty());
    for person in people {
        assert_eq!(person.items().await, first, "{}", person.report().await);
        assert_eq!(person.trouble().await, [""; 0], "{}", person.report().await);
    }
}
