//! Who listens.

use std::collections::HashMap;

/// Users, and how many times each listens: in two windows, say.
#[derive(Debug, Default)]
pub struct Listeners(HashMap<String, u32>);

impl Listeners {
    /// One more time.
    pub fn add(&mut self, user: &str) {
        let times = self.0.entry(user.to_owned()).or_default();
        *times = times.saturating_add(1);
    }

    /// One time less. Who did not listen still does not.
    pub fn remove(&mut self, user: &str) {
        if let Some(times) = self.0.get_mut(user) {
            *times -= 1;
            if *times == 0 {
                self.0.remove(user);
            }
        }
    }

    /// Whether nobody does.
    pub fn nobody(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leaves_more_often_than_they_came_takes_nobody_along() {
        let mut listeners = Listeners::default();
        listeners.remove("ann");
        listeners.add("ann");
        listeners.add("ben");
        listeners.remove("ann");
        listeners.remove("ann");
        assert!(!listeners.nobody());
        listeners.remove("ben");
        assert!(listeners.nobody());
    }
}
