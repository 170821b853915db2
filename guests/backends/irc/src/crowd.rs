//! The rooms that the bot is in, and the people there.

use std::{collections::HashMap, rc::Rc};

use crate::{case::CaseMapping, person::Person};

/// How many rooms the bot can be in.
pub const MOST_ROOMS: usize = 200;

/// How many people are kept in mind in one room, and how often people are in rooms altogether. Of more, nothing is
/// told but what they say.
const MOST_OCCUPANTS: usize = 20_000;
const MOST_PLACES: usize = 50_000;

/// A name in small letters, shared by all that refer to it.
type Key = Rc<str>;

/// Who is where. Somebody is known for as long as they are in a room with the bot.
#[derive(Debug, Default)]
pub struct Crowd {
    people: HashMap<Key, (Person, Vec<Key>)>,
    rooms: HashMap<Key, Room>,
    places: usize,
}

/// A room that the bot is in.
#[derive(Debug)]
pub struct Room {
    /// In small letters: the server's spelling is that of whoever came first.
    pub name: String,
    pub topic: Option<String>,
    /// The bot has asked to leave, and will.
    pub leaving: bool,
    /// All who are there were named.
    pub listed: bool,
    /// Each with what shows their status (`@+`).
    occupants: HashMap<Key, String>,
}

impl Room {
    /// How many people are in it.
    pub fn people(&self) -> usize {
        self.occupants.len()
    }
}

impl Crowd {
    pub fn room(&self, name: &str, case: CaseMapping) -> Option<&Room> {
        self.rooms.get(case.fold(name).as_str())
    }

    pub fn room_mut(&mut self, name: &str, case: CaseMapping) -> Option<&mut Room> {
        self.rooms.get_mut(case.fold(name).as_str())
    }

    /// All rooms, in no order.
    pub fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.rooms.values()
    }

    pub fn person(&self, nick: &str, case: CaseMapping) -> Option<&Person> {
        self.people.get(case.fold(nick).as_str()).map(|(person, _)| person)
    }

    pub fn person_mut(&mut self, nick: &str, case: CaseMapping) -> Option<&mut Person> {
        self.people.get_mut(case.fold(nick).as_str()).map(|(person, _)| person)
    }

    /// The people in a room, in no order.
    pub fn occupants<'a>(&'a self, room: &'a Room) -> impl Iterator<Item = &'a Person> {
        room.occupants.keys().filter_map(|key| self.people.get(key)).map(|(person, _)| person)
    }

    /// What shows somebody's status in a room; empty for none.
    pub fn status(&self, room: &str, nick: &str, case: CaseMapping) -> &str {
        let room = self.room(room, case);
        room.and_then(|room| room.occupants.get(case.fold(nick).as_str())).map_or("", String::as_str)
    }

    /// The bot comes into a room. False where it was there, or there is no room for more.
    pub fn open(&mut self, name: &str, case: CaseMapping) -> bool {
        let key = Key::from(case.fold(name));
        if self.rooms.contains_key(&key) || self.rooms.len() >= MOST_ROOMS {
            return false;
        }
        let (name, occupants) = (key.to_string(), HashMap::new());
        self.rooms.insert(key, Room { name, topic: None, leaving: false, listed: false, occupants });
        true
    }

    /// The bot is out of a room, and sees no more of it.
    pub fn close(&mut self, name: &str, case: CaseMapping) -> Option<Room> {
        let (key, room) = self.rooms.remove_entry(case.fold(name).as_str())?;
        for nick in room.occupants.keys() {
            self.forget_place(nick, &key);
        }
        Some(room)
    }

    /// Somebody is in a room. True where they were not before.
    pub fn enter(&mut self, room: &str, person: &Person, case: CaseMapping) -> bool {
        let nick = case.fold(&person.nick);
        let Some((room, occupants)) = self
            .rooms
            .get_key_value(case.fold(room).as_str())
            .map(|(key, room)| (key.clone(), room.occupants.len()))
        else {
            return false;
        };
        let known = self.people.get_key_value(nick.as_str()).map(|(key, _)| key.clone());
        let is_in = |room: &Room| room.occupants.contains_key(nick.as_str());
        if self.rooms.get(&room).is_some_and(is_in)
            || occupants >= MOST_OCCUPANTS
            || self.places >= MOST_PLACES
        {
            return false;
        }
        let key = known.unwrap_or_else(|| Key::from(nick.as_str()));
        let (_, places) = self.people.entry(key.clone()).or_insert_with(|| (person.clone(), Vec::new()));
        places.push(room.clone());
        self.places += 1;
        if let Some(room) = self.rooms.get_mut(&room) {
            room.occupants.insert(key, String::new());
        }
        true
    }

    /// Somebody leaves a room. None where they were not there.
    pub fn leave(&mut self, room: &str, nick: &str, case: CaseMapping) -> Option<Person> {
        let person = self.person(nick, case)?.clone();
        let (nick, room) = (case.fold(nick), case.fold(room));
        self.rooms.get_mut(room.as_str())?.occupants.remove(nick.as_str())?;
        self.forget_place(&nick, &room);
        Some(person)
    }

    /// Somebody leaves the network. Returns the names of the rooms that they were in.
    pub fn quit(&mut self, nick: &str, case: CaseMapping) -> Option<(Person, Vec<String>)> {
        let (key, (person, places)) = self.people.remove_entry(case.fold(nick).as_str())?;
        self.places = self.places.saturating_sub(places.len());
        let mut names = Vec::new();
        for place in &places {
            if let Some(room) = self.rooms.get_mut(place) {
                room.occupants.remove(&key);
                names.push(room.name.clone());
            }
        }
        Some((person, names))
    }

    /// Somebody changes their nick. Returns who they were, who they are, and the names of the rooms that they are in.
    /// Whoever had the new nick must be gone.
    pub fn rename(
        &mut self,
        old: &str,
        new: &str,
        case: CaseMapping,
    ) -> Option<(Person, Person, Vec<String>)> {
        let (old_key, (before, places)) = self.people.remove_entry(case.fold(old).as_str())?;
        let after = Person { nick: new.to_owned(), ..before.clone() };
        let new_key = Key::from(case.fold(new));
        let mut names = Vec::new();
        for place in &places {
            if let Some(room) = self.rooms.get_mut(place) {
                let status = room.occupants.remove(&old_key).unwrap_or_default();
                room.occupants.insert(new_key.clone(), status);
                names.push(room.name.clone());
            }
        }
        self.people.insert(new_key, (after.clone(), places));
        Some((before, after, names))
    }

    /// Somebody's status in a room is this now.
    pub fn set_status(&mut self, room: &str, nick: &str, status: &str, case: CaseMapping) {
        let nick = case.fold(nick);
        if let Some(kept) = self.room_mut(room, case).and_then(|room| room.occupants.get_mut(nick.as_str())) {
            status.clone_into(kept);
        }
    }

    /// Somebody got or lost a status in a room.
    pub fn change_status(&mut self, room: &str, nick: &str, mark: char, set: bool, case: CaseMapping) {
        let nick = case.fold(nick);
        if let Some(kept) = self.room_mut(room, case).and_then(|room| room.occupants.get_mut(nick.as_str())) {
            kept.retain(|other| other != mark);
            if set {
                kept.push(mark);
            }
        }
    }

    /// Somebody is not in a room any more; and not known any more, if it was the last.
    fn forget_place(&mut self, nick: &str, room: &str) {
        if let Some((_, places)) = self.people.get_mut(nick) {
            places.retain(|place| **place != *room);
            self.places = self.places.saturating_sub(1);
            if places.is_empty() {
                self.people.remove(nick);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: CaseMapping = CaseMapping::Rfc1459;

    fn crowd() -> Crowd {
        let mut crowd = Crowd::default();
        for room in ["#Tea", "#cake"] {
            assert!(crowd.open(room, CASE) && !crowd.open(&room.to_uppercase(), CASE));
            assert!(crowd.enter(room, &Person::named("Al[1]"), CASE));
        }
        assert!(!crowd.enter("#tea", &Person::named("al{1}"), CASE), "already there");
        assert!(!crowd.enter("#elsewhere", &Person::named("bo"), CASE));
        crowd
    }

    #[test]
    fn people_are_known_while_they_share_a_room() {
        let mut crowd = crowd();
        assert_eq!(crowd.places, 2);
        assert!(crowd.leave("#tea", "AL[1]", CASE).is_some() && crowd.leave("#tea", "al[1]", CASE).is_none());
        assert!(crowd.person("al[1]", CASE).is_some());
        assert!(crowd.close("#CAKE", CASE).is_some() && crowd.close("#cake", CASE).is_none());
        assert!(crowd.person("al[1]", CASE).is_none());
        assert_eq!((crowd.places, crowd.people.len(), crowd.rooms.len()), (0, 0, 1));
    }

    #[test]
    fn who_quits_is_out_of_every_room() {
        let mut crowd = crowd();
        let (person, mut rooms) = crowd.quit("al{1}", CASE).expect("known");
        rooms.sort();
        assert_eq!((person.nick.as_str(), rooms), ("Al[1]", vec!["#cake".to_owned(), "#tea".to_owned()]));
        assert!(crowd.room("#tea", CASE).is_some_and(|room| room.occupants.is_empty()));
        assert_eq!(crowd.places, 0);
    }

    #[test]
    fn a_status_outlives_a_renaming() {
        let mut crowd = crowd();
        crowd.set_status("#tea", "al[1]", "+", CASE);
        crowd.change_status("#tea", "al[1]", '@', true, CASE);
        let (before, after, rooms) = crowd.rename("al[1]", "AL[1]", CASE).expect("known");
        assert_eq!((before.nick.as_str(), after.nick.as_str(), rooms.len()), ("Al[1]", "AL[1]", 2));
        crowd.rename("al[1]", "bo", CASE).expect("known");
        assert_eq!(crowd.status("#tea", "BO", CASE), "+@");
        crowd.change_status("#tea", "bo", '+', false, CASE);
        assert_eq!((crowd.status("#tea", "bo", CASE), crowd.status("#cake", "bo", CASE)), ("@", ""));
        assert!(crowd.person("al[1]", CASE).is_none());
    }

    #[test]
    fn rooms_are_bounded() {
        let mut crowd = Crowd::default();
        assert_eq!((0..1000).filter(|room| crowd.open(&format!("#{room}"), CASE)).count(), MOST_ROOMS);
    }
}
