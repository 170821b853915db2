//! Which rooms belong together.

use std::collections::BTreeSet;

/// A room on a network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    pub network: String,
    pub room: String,
}

/// Sets of rooms: what is said in one room of a set is carried over to the others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bridges(Vec<Vec<End>>);

impl End {
    /// Reads `network/room`.
    pub fn read(text: &str) -> Option<Self> {
        let (network, room) = text.split_once('/')?;
        let whole = !network.is_empty() && !room.is_empty();
        whole.then(|| Self { network: network.to_owned(), room: room.to_owned() })
    }

    /// Whether it is this room. Networks differ in how they write the letters of a name that somebody configured.
    pub fn is(&self, network: &str, room: &str) -> bool {
        self.network == network && self.room.to_lowercase() == room.to_lowercase()
    }
}

impl Bridges {
    /// Reads the configured value, a JSON list of lists of `network/room`.
    ///
    /// # Errors
    /// If it is something else, with the line that would be right.
    pub fn read(json: &str) -> Result<Self, String> {
        let remedy = "write it like `bridges = [[\"libera/#parlor\", \"office/#lobby\"]]`";
        let lists: Vec<Vec<String>> = serde_json::from_str(json)
            .map_err(|_| format!("`bridges` must be a list of lists of rooms: {remedy}"))?;
        let mut bridges = Vec::new();
        for list in lists {
            let mut ends = Vec::<End>::new();
            for text in list {
                let end = End::read(&text).ok_or_else(|| {
                    format!("{text:?} in `bridges` names no room and its network: {remedy}")
                })?;
                if !ends.iter().any(|other| other.is(&end.network, &end.room)) {
                    ends.push(end);
                }
            }
            if ends.len() < 2 {
                return Err(format!("a bridge needs two rooms or more: {remedy}"));
            }
            bridges.push(ends);
        }
        Ok(Self(bridges))
    }

    /// All rooms, each once.
    pub fn ends(&self) -> BTreeSet<&End> {
        self.0.iter().flatten().collect()
    }

    /// The rooms that what is said in this one goes to, each once.
    pub fn others(&self, network: &str, room: &str) -> BTreeSet<&End> {
        let bridges = self.0.iter().filter(|ends| ends.iter().any(|end| end.is(network, room)));
        bridges.flatten().filter(|end| !end.is(network, room)).collect()
    }

    /// Whether a network of this name is bridged.
    pub fn knows(&self, network: &str) -> bool {
        self.0.iter().flatten().any(|end| end.network == network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(bridges: &Bridges, network: &str, room: &str) -> Vec<String> {
        let ends = bridges.others(network, room);
        ends.into_iter().map(|end| format!("{}/{}", end.network, end.room)).collect()
    }

    #[test]
    fn each_room_leads_to_the_others_of_its_bridges() {
        let bridges =
            Bridges::read(r##"[["a/#x","b/#y","a/#z"],["b/#y","c/room/1"],["a/#x","a/#X","b/#y"]]"##)
                .unwrap();
        assert_eq!(others(&bridges, "a", "#X"), ["a/#z", "b/#y"]);
        assert_eq!(others(&bridges, "b", "#y"), ["a/#x", "a/#z", "c/room/1"]);
        assert_eq!(others(&bridges, "b", "#x"), [""; 0]);
        assert_eq!(bridges.ends().len(), 4);
        assert!(bridges.knows("c") && !bridges.knows("#x"));
    }

    #[test]
    fn what_is_wrong_is_told_with_what_would_be_right() {
        for (json, words) in [
            ("#x", "must be a list of lists"),
            (r#"["a/b"]"#, "must be a list of lists"),
            (r##"[["a#x","b/#y"]]"##, "\"a#x\" in `bridges` names no room"),
            (r##"[["/#x","b/#y"]]"##, "names no room"),
            (r##"[["b/#y","b/#Y"]]"##, "two rooms or more"),
        ] {
            let error = Bridges::read(json).expect_err(json);
            assert!(error.contains(words) && error.contains("libera/#parlor"), "{error}");
        }
    }
}
