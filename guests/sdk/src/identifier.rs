//! Identifiers: people, and people in rooms.

use std::hash::{Hash, Hasher};

use crate::Identifier;

/// Two identifiers are the same if network, person and room are: a nick can change, and a person can speak from
/// several devices.
impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        self.network == other.network && self.person == other.person && self.room == other.room
    }
}

impl Eq for Identifier {}

impl Hash for Identifier {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.network, &self.person, &self.room).hash(state);
    }
}

impl Identifier {
    /// What to call them: the nick, else the full name, else what identifies them.
    pub fn name(&self) -> &str {
        self.nick.as_deref().or(self.display_name.as_deref()).unwrap_or(&self.person)
    }
}
