//! The rooms that there are, and who is in them.

use std::collections::{BTreeMap, BTreeSet};

/// The most rooms that there can be, so that a bot cannot fill the memory with them.
const MOST: usize = 1000;

/// Rooms by their names.
#[derive(Debug, Default)]
pub struct Rooms(BTreeMap<String, Room>);

#[derive(Debug, Default)]
struct Room {
    topic: Option<String>,
    people: BTreeSet<String>,
}

impl Rooms {
    pub fn exists(&self, room: &str) -> bool {
        self.0.contains_key(room)
    }

    /// Makes a room where there is none.
    pub fn create(&mut self, room: &str) -> Result<(), String> {
        if !self.exists(room) {
            if self.0.len() == MOST {
                return Err(format!("there are {MOST} rooms, and no place for more"));
            }
            self.0.insert(room.to_owned(), Room::default());
        }
        Ok(())
    }

    /// Ends a room, and gives those who were in it; none where there was no such room.
    pub fn destroy(&mut self, room: &str) -> Option<BTreeSet<String>> {
        self.0.remove(room).map(|room| room.people)
    }

    pub fn is_in(&self, room: &str, person: &str) -> bool {
        self.0.get(room).is_some_and(|room| room.people.contains(person))
    }

    /// Whether somebody came in who was not there; nobody can come into a room that does not exist.
    pub fn enter(&mut self, room: &str, person: &str) -> bool {
        self.0.get_mut(room).is_some_and(|room| room.people.insert(person.to_owned()))
    }

    /// Whether somebody is gone who was there.
    pub fn leave(&mut self, room: &str, person: &str) -> bool {
        self.0.get_mut(room).is_some_and(|room| room.people.remove(person))
    }

    pub fn people(&self, room: &str) -> impl Iterator<Item = &str> {
        self.0.get(room).into_iter().flat_map(|room| room.people.iter().map(String::as_str))
    }

    pub fn topic(&self, room: &str) -> Option<&str> {
        self.0.get(room).and_then(|room| room.topic.as_deref())
    }

    pub fn set_topic(&mut self, room: &str, topic: Option<&str>) {
        if let Some(room) = self.0.get_mut(room) {
            room.topic = topic.map(str::to_owned);
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coming_and_going_count_once() {
        let mut rooms = Rooms::default();
        assert!(!rooms.enter("#lobby", "alice"), "there is no such room yet");
        rooms.create("#lobby").unwrap();
        assert!(rooms.enter("#lobby", "alice"));
        assert!(!rooms.enter("#lobby", "alice"));
        assert!(rooms.leave("#lobby", "alice"));
        assert!(!rooms.leave("#lobby", "alice"));
        assert!(rooms.exists("#lobby"), "an empty room stays");
    }

    #[test]
    fn making_a_room_again_changes_nothing() {
        let mut rooms = Rooms::default();
        rooms.create("#lobby").unwrap();
        rooms.set_topic("#lobby", Some("tea"));
        rooms.create("#lobby").unwrap();
        assert_eq!(rooms.topic("#lobby"), Some("tea"));
    }

    #[test]
    fn there_is_an_end_to_rooms() {
        let mut rooms = Rooms::default();
        for number in 0..MOST {
            rooms.create(&format!("#{number}")).unwrap();
        }
        assert!(rooms.create("#one-more").is_err());
        assert!(rooms.create("#0").is_ok());
    }
}
