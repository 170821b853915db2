//! Who comes, goes and changes.

use parlor_sdk::{Presence, Renaming, RoomEvent, Status};

use super::{MOST_KNOWN, News, Session};
use crate::{
    command::Command, lane::Lane, message::Message as Line, message::Source, name, person::Person, text,
};

/// Marks the answers to our own questions of who is in a room.
const WHO_MARK: &str = "42";

/// In a room of more people, nobody is asked for their account: the answer would be too long.
const MOST_WHO: usize = 1000;

impl Session {
    pub(super) fn hear_join(&mut self, line: &Line<'_>) {
        let Some(mut person) = Person::sent(line.source) else {
            return;
        };
        if self.is_me(&person.nick) {
            if let Some((user, host)) = &person.from {
                self.me.is_from(user, host);
                self.share_own();
            }
            return line.param(0).split(',').for_each(|room| self.come_in(room));
        }
        let tells_account = self.follows_accounts() && self.capabilities.has("extended-join");
        if tells_account {
            person.account = name::account(line.param(1)).map(str::to_owned);
        }
        let person = self.known_as(person, tells_account);
        self.update(&person);
        for room in line.param(0).split(',') {
            if self.crowd.enter(room, &person, self.server.case) {
                self.tell(room, |room, case| RoomEvent::Joined(person.identifier(Some(room), case)));
            }
        }
    }

    /// The bot is in a room.
    fn come_in(&mut self, room: &str) {
        let folded = self.fold(room);
        self.joining.remove(&folded);
        if self.crowd.room(room, self.server.case).is_some() || name::room(room, &self.server).is_err() {
            return;
        }
        if !self.crowd.open(room, self.server.case) {
            // One that puts the bot into room after room is told of once.
            if !std::mem::replace(&mut self.told_of_rooms, true) {
                self.refuse(format!("the bot is in as many rooms as it can be, and leaves {room} at once"));
            }
            return self.send_now(Command::new("PART").word(room).done());
        }
        self.known.remove(&folded);
        self.crowd.enter(room, &self.me, self.server.case);
        let me = self.me.clone();
        self.tell(room, |room, case| RoomEvent::Joined(me.identifier(Some(room), case)));
    }

    pub(super) fn hear_part(&mut self, line: &Line<'_>) {
        if let Some(source) = line.source {
            line.param(0).split(',').for_each(|room| self.go_out(room, source.name));
        }
    }

    pub(super) fn hear_kick(&mut self, line: &Line<'_>) {
        let (room, nick) = (line.param(0), line.param(1));
        if self.is_me(nick) && self.crowd.room(room, self.server.case).is_some() {
            let by = text::quoted(line.source.map_or("the server", |source| source.name));
            let room = text::quoted(room);
            let words = text::quoted(line.param(2));
            self.refuse(format!(
                "{by} has thrown the bot out of {room} ({words}): it comes back by itself if the room is among the \
                 configured `rooms`; if it should stay away, take the room out of them"
            ));
        }
        self.go_out(room, nick);
    }

    /// Somebody is in a room no more, the bot perhaps.
    pub(super) fn go_out(&mut self, room: &str, nick: &str) {
        let case = self.server.case;
        if !self.is_me(nick) {
            if let Some(person) = self.crowd.leave(room, nick, case) {
                self.tell(room, |room, case| RoomEvent::Left(person.identifier(Some(room), case)));
                self.shorten(nick);
            }
            return;
        }
        let Some(room) = self.crowd.close(room, case) else {
            return;
        };
        self.drop_said(&room.name);
        self.shorten_all();
        self.remember(&room.name);
        let left = RoomEvent::Left(self.me.identifier(Some(&room.name), case));
        self.news.push(News::Room(room.name, Box::new(left)));
    }

    /// After a netsplit there can be thousands of these; each costs as much as any other (IRCv3 batch, netsplit).
    pub(super) fn hear_quit(&mut self, line: &Line<'_>) {
        if let Some(source) = line.source.filter(|source| !self.is_me(source.name)) {
            self.vanish(source.name);
            if self.server.case.same(source.name, &self.settings.nick) {
                self.try_wished_nick();
            }
        }
    }

    fn vanish(&mut self, nick: &str) {
        let case = self.server.case;
        self.drop_private(nick);
        if let Some((person, rooms)) = self.crowd.quit(nick, case) {
            for room in rooms {
                let left = RoomEvent::Left(person.identifier(Some(&room), case));
                self.news.push(News::Room(room, Box::new(left)));
            }
        }
    }

    pub(super) fn hear_nick(&mut self, line: &Line<'_>) {
        let (Some(source), new) = (line.source, line.param(0)) else {
            return;
        };
        if !name::is_nick(new) {
            // They cannot be spoken of from now on.
            return if self.is_me(source.name) { self.end(NO_NICK) } else { self.vanish(source.name) };
        }
        let case = self.server.case;
        if !case.same(source.name, new) {
            // Nobody can have it, or the server would not give it away.
            self.vanish(new);
        }
        if self.is_me(source.name) {
            new.clone_into(&mut self.me.nick);
            // Whether it is the one wished for, or one that somebody forced on the bot: there is no need to go on.
            self.login.retry = None;
            self.news.push(News::Connected(self.me.identifier(None, case)));
        }
        if let Some((before, after, rooms)) = self.crowd.rename(source.name, new, case) {
            for room in rooms {
                let before = before.identifier(Some(&room), case);
                let after = after.identifier(Some(&room), case);
                self.news.push(News::Room(room, Box::new(RoomEvent::Renamed(Renaming { before, after }))));
            }
        }
        self.readdress(source.name, new);
        if case.same(source.name, &self.settings.nick) {
            self.try_wished_nick();
        }
    }

    /// Only what gives or takes a status matters (RFC 2811, section 4.1).
    pub(super) fn hear_mode(&mut self, line: &Line<'_>) {
        let room = line.param(0);
        if !self.server.is_room(room) {
            return;
        }
        let mut set = true;
        let mut parameters = line.params().iter().skip(2);
        for mode in line.param(1).chars() {
            match mode {
                '+' => set = true,
                '-' => set = false,
                mode => {
                    let parameter = self.server.has_parameter(mode, set).then(|| parameters.next()).flatten();
                    if let (Some(mark), Some(nick)) = (self.server.status_of(mode), parameter) {
                        self.crowd.change_status(room, nick, mark, set, self.server.case);
                    }
                }
            }
        }
    }

    /// The topic is this, and empty is none. It is told when somebody sets it, and when it turns out to be another than
    /// was known.
    pub(super) fn hear_topic(&mut self, room: &str, topic: &str, set: bool) {
        let topic = Some(text::plain(topic)).filter(|topic| !topic.is_empty());
        let Some(kept) = self.crowd.room_mut(room, self.server.case) else {
            return;
        };
        if set || kept.topic != topic {
            kept.topic.clone_from(&topic);
            let name = kept.name.clone();
            self.news.push(News::Room(name, Box::new(RoomEvent::Topic(topic))));
        }
    }

    /// Who was there before the bot. Each with their status in front, with multi-prefix with all; and with
    /// userhost-in-names with their mask.
    pub(super) fn hear_names(&mut self, line: &Line<'_>) {
        let Some([room, names]) = line.params().last_chunk() else {
            return;
        };
        for entry in names.split_ascii_whitespace() {
            let mask = entry.trim_start_matches(|mark| self.server.is_status(mark));
            let status = entry.strip_suffix(mask).unwrap_or_default();
            let source = Source::read(mask);
            if !name::is_nick(source.name) {
                continue;
            }
            let mut person = Person::named(source.name);
            if let Some((user, host)) = source.from {
                person.is_from(user, host);
            }
            self.crowd.enter(room, &person, self.server.case);
            self.crowd.set_status(room, source.name, status, self.server.case);
        }
    }

    /// Now that all are known by name, the server is asked once for their accounts (WHOX), unless it does not tell when
    /// these change: then they would soon be wrong.
    pub(super) fn hear_end_of_names(&mut self, line: &Line<'_>) {
        let room = line.param(1);
        if !self.server.whox || !self.follows_accounts() || name::room(room, &self.server).is_err() {
            return;
        }
        if let Some(kept) = self.crowd.room_mut(room, self.server.case)
            && !std::mem::replace(&mut kept.listed, true)
            && kept.people() <= MOST_WHO
        {
            let question = Command::new("WHO").word(room).word(&format!("%tuhna,{WHO_MARK}")).done();
            // Without the answer, these people are known by their masks.
            let _ = self.queue.push(Lane::server(), question);
        }
    }

    /// The answer: mark, user, host, nick, account.
    pub(super) fn hear_who(&mut self, line: &Line<'_>) {
        if line.param(1) != WHO_MARK || !self.follows_accounts() {
            return;
        }
        if let Some(person) = self.crowd.person_mut(line.param(4), self.server.case) {
            person.is_from(line.param(2), line.param(3));
            person.account = name::account(line.param(5)).map(str::to_owned);
        }
    }

    /// With invite-notify, others' invitations come too.
    pub(super) fn hear_invite(&mut self, line: &Line<'_>) {
        let room = line.param(1);
        if let Some(person) = Person::sent(line.source)
            && self.is_me(line.param(0))
            && name::room(room, &self.server).is_ok()
        {
            self.remember(room);
            let room = self.fold(room);
            let by = self.known_as(person, false).identifier(None, self.server.case);
            self.news.push(News::Room(room, Box::new(RoomEvent::Invited(by))));
        }
    }

    /// Somebody was asked in, and told so: nick and room.
    pub(super) fn hear_invited(&mut self, line: &Line<'_>) {
        let nick = self.fold(line.param(1));
        self.inviting.remove(&nick);
    }

    pub(super) fn hear_away(&mut self, line: &Line<'_>) {
        if let Some(person) = Person::sent(line.source) {
            let who = self.known_as(person, false).identifier(None, self.server.case);
            let note = Some(text::plain(line.param(0))).filter(|note| !note.is_empty());
            let status = if note.is_some() { Status::Away } else { Status::Online };
            self.news.push(News::Presence(Box::new(Presence { who, status, note })));
        }
    }

    pub(super) fn hear_account(&mut self, line: &Line<'_>) {
        let account = name::account(line.param(0)).map(str::to_owned);
        let Some(source) = line.source.filter(|_| self.follows_accounts()) else {
            return;
        };
        if self.is_me(source.name) {
            self.me.account.clone_from(&account);
        }
        if let Some(person) = self.crowd.person_mut(source.name, self.server.case) {
            person.account = account;
        }
    }

    pub(super) fn hear_chghost(&mut self, line: &Line<'_>) {
        let (Some(source), user, host) = (line.source, line.param(0), line.param(1)) else {
            return;
        };
        if self.is_me(source.name) {
            self.me.is_from(user, host);
        }
        if let Some(person) = self.crowd.person_mut(source.name, self.server.case) {
            person.is_from(user, host);
        }
    }

    /// Whether the server tells when an account changes (IRCv3 account-notify). Otherwise what was learned once may be
    /// wrong later, and is not kept.
    pub(super) fn follows_accounts(&self) -> bool {
        self.capabilities.has("account-notify")
    }

    /// The sender of a line, with what else is known of them: their account only where the line itself does not tell.
    pub(super) fn known_as(&self, sent: Person, tells_account: bool) -> Person {
        let Some(known) = self.crowd.person(&sent.nick, self.server.case) else {
            return sent;
        };
        Person {
            from: sent.from.or_else(|| known.from.clone()),
            account: if tells_account { sent.account } else { known.account.clone() },
            nick: sent.nick,
        }
    }

    /// Keeps what is now known of somebody.
    pub(super) fn update(&mut self, person: &Person) {
        let accounts = self.follows_accounts();
        if let Some(known) = self.crowd.person_mut(&person.nick, self.server.case) {
            known.from.clone_from(&person.from);
            if accounts {
                known.account.clone_from(&person.account);
            }
        }
    }

    /// Keeps in mind that there is such a room.
    fn remember(&mut self, room: &str) {
        if self.known.len() < MOST_KNOWN {
            let folded = self.fold(room);
            self.known.insert(folded);
        }
    }

    /// Tells of a room that the bot is in, by the name that it has.
    fn tell(&mut self, room: &str, what: impl FnOnce(&str, crate::case::CaseMapping) -> RoomEvent) {
        let case = self.server.case;
        if let Some(name) = self.crowd.room(room, case).map(|room| room.name.clone()) {
            let what = what(&name, case);
            self.news.push(News::Room(name, Box::new(what)));
        }
    }
}

const NO_NICK: &str = "the server has given the bot a nick that cannot be one";
