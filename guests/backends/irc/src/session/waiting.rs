//! What waits to be sent, when those whom it is for come, go and change.

use parlor_sdk::chat::Error;

use super::Session;
use crate::lane::Lane;

/// How many lines can wait for somebody who shares no room with the bot. They are not seen leaving, and what still
/// waits then goes to whoever takes their nick next: so it must be out soon.
const MOST_FOR_STRANGERS: usize = 10;

impl Session {
    /// The lane of what nobody in particular asked for.
    pub(super) fn lane(&self, target: &str) -> Lane {
        Lane { target: self.fold(target), asker: None }
    }

    /// Puts a line behind the others in its lane.
    pub(super) fn enqueue(&mut self, lane: Lane, line: String) -> Result<(), Error> {
        if self.is_stranger(&lane.target) && self.queue.waiting_for(&lane.target) >= MOST_FOR_STRANGERS {
            return Err(Error::Full);
        }
        self.queue.push(lane, line).map_err(|_| Error::Full)
    }

    /// Drops what waits for a nick that somebody has given up: it is not for whoever takes it next.
    pub(super) fn drop_private(&mut self, nick: &str) {
        let nick = self.fold(nick);
        self.queue.take(&nick);
        self.inviting.remove(&nick);
    }

    /// Drops what waits for a room that the bot is no longer in: it could not be said there. But the bot may have asked
    /// to join again already; that stays, with what follows it.
    pub(super) fn drop_said(&mut self, room: &str) {
        for (lane, lines) in self.queue.take(&self.fold(room)) {
            for line in lines.into_iter().skip_while(|line| !line.starts_with("JOIN ")) {
                // There was room for it before.
                let _ = self.queue.push(lane.clone(), line);
            }
        }
    }

    /// Somebody has another nick now: what waits for them in private goes there, where it still fits into a line.
    pub(super) fn readdress(&mut self, old: &str, new: &str) {
        let target = self.fold(new);
        for (lane, lines) in self.queue.take(&self.fold(old)) {
            let asker = lane.asker.map(|asker| if asker == lane.target { target.clone() } else { asker });
            let lane = Lane { target: target.clone(), asker };
            for line in lines {
                // `PRIVMSG`, `NOTICE` or `INVITE`, then the nick.
                let mut words = line.splitn(3, ' ');
                let (command, rest) = (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default());
                let line = format!("{command} {new} {rest}");
                if self.frame() + line.len() <= self.server.line_length {
                    let _ = self.enqueue(lane.clone(), line);
                }
            }
        }
    }

    /// Somebody may share no room with the bot any more: then less can wait for them.
    pub(super) fn shorten(&mut self, nick: &str) {
        let target = self.fold(nick);
        if self.is_stranger(&target) {
            for (lane, lines) in self.queue.take(&target) {
                for line in lines {
                    let _ = self.enqueue(lane.clone(), line);
                }
            }
        }
    }

    /// The bot is out of a room, and shares none with some people any more.
    pub(super) fn shorten_all(&mut self) {
        self.queue.targets().iter().for_each(|target| self.shorten(target));
    }

    /// What the server puts in front of a line when it hands it on: `:nick!user@host `.
    fn frame(&self) -> usize {
        let (nick, from) = self.mask_length();
        ":!".len() + nick + from + " ".len()
    }

    /// Whether it is the nick of somebody who shares no room with the bot.
    fn is_stranger(&self, target: &str) -> bool {
        !target.is_empty()
            && !self.server.is_room(target)
            && self.crowd.person(target, self.server.case).is_none()
    }
}
