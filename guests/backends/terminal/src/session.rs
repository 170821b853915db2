//! One sitting at the terminal: who types, where they are, and what happens in the rooms.
//!
//! Nothing here calls the host. What is to be told gathers in [`Session::news`], in the order in which it happened.

use parlor_sdk::{Identifier, Message, Recipient, RoomEvent, chat::Error, now};

use crate::{
    line::{self, BOT, Line, Place},
    name,
    rooms::Rooms,
    screen::Screen,
};

/// Who types, until they say otherwise.
const FIRST_PERSON: &str = "you";

/// Something to tell.
#[derive(Debug)]
pub enum News {
    /// To the host: somebody said something.
    Message(Box<Message>),
    /// To the host: something happened in the room of this name.
    Room(String, Box<RoomEvent>),
    /// To the terminal: this text, as it is.
    Show(String),
    /// To the host: this was all.
    Quit,
}

/// From the first line to the end of input. The rooms end with it.
#[derive(Debug)]
pub struct Session {
    screen: Screen,
    /// Who types.
    who: String,
    /// The room that they are in; none for the bot alone.
    place: Option<String>,
    rooms: Rooms,
    /// What is not told yet.
    pub news: Vec<News>,
}

/// The identifier of somebody here. Names are chosen freely by whoever sits at the terminal, and so is the
/// `access_id`: access rules are only as good as the seat.
pub fn identifier(person: &str, room: Option<&str>) -> Identifier {
    Identifier {
        network: String::new(),
        person: format!("@{person}"),
        client: None,
        nick: Some(person.to_owned()),
        display_name: None,
        room: room.map(str::to_owned),
        access_id: format!("@{person}"),
    }
}

/// A message of this moment.
fn message(sender: Identifier, recipient: Recipient, body: &str) -> Message {
    Message {
        id: None,
        network: String::new(),
        sender,
        recipient,
        body: body.to_owned(),
        parent: None,
        timestamp: now(),
        delayed: false,
        extras: Vec::new(),
    }
}

/// What a line comes to: an answer for whoever typed it, empty where there is none.
type Answer = Result<String, String>;

impl Session {
    pub fn new(interactive: bool, greeting: &str) -> Self {
        let mut session = Self {
            screen: Screen { interactive },
            who: FIRST_PERSON.to_owned(),
            place: None,
            rooms: Rooms::default(),
            news: Vec::new(),
        };
        if interactive {
            session.show(greeting.to_owned());
        }
        session
    }

    /// A line was typed.
    pub fn hear(&mut self, line: &str) {
        let answer = line::read(line).and_then(|line| self.obey(line));
        self.show(answer.unwrap_or_else(|complaint| complaint + "\n"));
    }

    fn obey(&mut self, line: Line<'_>) -> Answer {
        match line {
            Line::Blank => Ok(String::new()),
            Line::Say { who, place, text } => {
                let who = who.map_or_else(|| self.who.clone(), str::to_owned);
                let place = self.place(place);
                self.say(&who, place, text)
            }
            Line::Go { who, place } => {
                let who = who.map_or_else(|| self.who.clone(), str::to_owned);
                let asks_in = place.is_some();
                let place = self.place(place);
                if let Some(room) = &place {
                    self.enter(room, &who)?;
                    if asks_in {
                        self.bring_bot(room, &who);
                    }
                }
                (self.who, self.place) = (who, place);
                let place = self
                    .place
                    .as_ref()
                    .map_or_else(|| format!("to {BOT} alone"), |room| format!("in {room}"));
                Ok(self.screen.aside(&format!("you speak as {} {place}", self.who)))
            }
            Line::Help => Ok(line::HELP.to_owned()),
            Line::Rooms if self.rooms.names().next().is_none() => {
                Ok("there are no rooms; #lobby makes one\n".to_owned())
            }
            Line::Rooms => Ok(self.rooms.names().map(|room| self.list(room)).collect()),
            Line::Who => Ok(match &self.place {
                Some(room) => self.list(room),
                None => format!("{} and {BOT}, alone\n", self.who),
            }),
            Line::Quit => {
                self.news.push(News::Quit);
                Ok(String::new())
            }
        }
    }

    fn say(&mut self, who: &str, place: Option<String>, text: &str) -> Answer {
        let (sender, recipient) = match place {
            None => (identifier(who, None), Recipient::Person(identifier(BOT, None))),
            Some(room) => {
                self.enter(&room, who)?;
                if !self.rooms.is_in(&room, BOT) {
                    return Ok(self
                        .screen
                        .note(&room, &format!("{BOT} has left and hears nothing; {room} asks it in")));
                }
                (identifier(who, Some(&room)), Recipient::Room(room))
            }
        };
        self.news.push(News::Message(Box::new(message(sender, recipient, text))));
        Ok(String::new())
    }

    /// Somebody comes into a room, which is made where there is none, and brings the bot along. The bot goes first,
    /// so that it sees who comes.
    fn enter(&mut self, room: &str, who: &str) -> Result<(), String> {
        if !self.rooms.is_in(room, who) {
            self.rooms.create(room)?;
            self.bring_bot(room, who);
            self.come_in(room, who);
        }
        Ok(())
    }

    /// The bot accepts every invitation.
    fn bring_bot(&mut self, room: &str, by: &str) {
        if !self.rooms.is_in(room, BOT) {
            self.tell(room, RoomEvent::Invited(identifier(by, None)));
            self.come_in(room, BOT);
        }
    }

    fn come_in(&mut self, room: &str, who: &str) {
        if self.rooms.enter(room, who) {
            self.tell(room, RoomEvent::Joined(identifier(who, Some(room))));
        }
    }

    /// Where a line takes place.
    fn place(&self, place: Option<Place<'_>>) -> Option<String> {
        match place {
            None => self.place.clone(),
            Some(Place::Direct) => None,
            Some(Place::Room(room)) => Some(room.to_owned()),
        }
    }

    fn list(&self, room: &str) -> String {
        let people: Vec<_> = self.rooms.people(room).collect();
        format!("{room}: {}\n", if people.is_empty() { "nobody".to_owned() } else { people.join(", ") })
    }

    fn tell(&mut self, room: &str, what: RoomEvent) {
        self.news.push(News::Room(room.to_owned(), Box::new(what)));
    }

    fn show(&mut self, lines: String) {
        if !lines.is_empty() {
            self.news.push(News::Show(lines));
        }
    }
}

/// What the bot does.
impl Session {
    pub fn send(&mut self, message: &Message) -> Result<(), Error> {
        let text = match &message.recipient {
            Recipient::Room(room) if !self.rooms.exists(room) => {
                return Err(Error::RoomDoesNotExist(room.clone()));
            }
            Recipient::Room(room) => {
                self.must_be_in(room)?;
                self.screen.said(BOT, Some(room), None, &message.body)
            }
            Recipient::Person(somebody) => {
                let to = name::person(&somebody.person).map_err(Error::Malformed)?;
                self.screen.said(BOT, None, Some(to).filter(|to| *to != self.who), &message.body)
            }
        };
        self.show(text);
        Ok(())
    }

    pub fn joined_rooms(&self) -> Vec<String> {
        self.rooms.names().filter(|room| self.joined(room)).map(str::to_owned).collect()
    }

    pub fn joined(&self, room: &str) -> bool {
        self.rooms.is_in(room, BOT)
    }

    pub fn exists(&self, room: &str) -> bool {
        self.rooms.exists(room)
    }

    pub fn create(&mut self, room: &str) -> Result<(), Error> {
        self.rooms.create(room).map_err(Error::Other)
    }

    pub fn join(&mut self, room: &str) -> Result<(), Error> {
        self.create(room)?;
        self.come_in(room, BOT);
        Ok(())
    }

    pub fn leave(&mut self, room: &str, reason: Option<&str>) {
        if self.rooms.leave(room, BOT) {
            self.tell(room, RoomEvent::Left(identifier(BOT, Some(room))));
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            self.note(room, &format!("{BOT} leaves{reason}"));
        }
    }

    /// Everybody leaves; the bot last, so that it sees the others go. Where it was not, it sees nobody.
    pub fn destroy(&mut self, room: &str) -> Result<(), Error> {
        let mut people = self.rooms.destroy(room).ok_or_else(|| Error::RoomDoesNotExist(room.to_owned()))?;
        if people.remove(BOT) {
            for person in people.iter().map(String::as_str).chain([BOT]) {
                self.tell(room, RoomEvent::Left(identifier(person, Some(room))));
            }
        }
        if self.place.as_deref() == Some(room) {
            self.place = None;
        }
        self.note(room, &format!("{BOT} ends this room"));
        Ok(())
    }

    pub fn topic(&self, room: &str) -> Result<Option<String>, Error> {
        self.must_be_in(room)?;
        Ok(self.rooms.topic(room).map(str::to_owned))
    }

    /// An empty topic is none.
    pub fn set_topic(&mut self, room: &str, topic: &str) -> Result<(), Error> {
        self.must_be_in(room)?;
        let topic = Some(topic).filter(|topic| !topic.is_empty());
        self.rooms.set_topic(room, topic);
        self.tell(room, RoomEvent::Topic(topic.map(str::to_owned)));
        self.note(room, &format!("the topic is now: {}", topic.unwrap_or("none")));
        Ok(())
    }

    pub fn occupants(&self, room: &str) -> Result<Vec<Identifier>, Error> {
        self.must_be_in(room)?;
        Ok(self.rooms.people(room).map(|person| identifier(person, Some(room))).collect())
    }

    /// Whoever sits at the terminal sees it, and decides who comes.
    pub fn invite(&mut self, room: &str, who: &[Identifier]) -> Result<(), Error> {
        self.must_be_in(room)?;
        let names: Result<Vec<_>, _> = who.iter().map(|who| name::person(&who.person)).collect();
        let names = names.map_err(Error::Malformed)?;
        if !names.is_empty() {
            self.note(room, &format!("{BOT} asks in: {}", names.join(", ")));
        }
        Ok(())
    }

    fn must_be_in(&self, room: &str) -> Result<(), Error> {
        if self.joined(room) { Ok(()) } else { Err(Error::RoomNotJoined(room.to_owned())) }
    }

    fn note(&mut self, room: &str, what: &str) {
        self.show(self.screen.note(room, what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session that a program reads, and what comes of these lines.
    fn typed(lines: &[&str]) -> (Session, Vec<String>) {
        let mut session = Session::new(false, "hello");
        lines.iter().for_each(|line| session.hear(line));
        let news = told(&mut session);
        (session, news)
    }

    /// The news so far, each in a few words.
    fn told(session: &mut Session) -> Vec<String> {
        session.news.drain(..).map(|news| words(&news)).collect()
    }

    fn words(news: &News) -> String {
        match news {
            News::Message(message) => {
                let to = message.room().unwrap_or("bot");
                assert_eq!(message.sender.room.as_deref(), message.room());
                format!("{} to {to}: {}", message.sender.person, message.body)
            }
            News::Room(room, what) => match &**what {
                RoomEvent::Joined(who) => format!("{} in {room}", who.person),
                RoomEvent::Left(who) => format!("{} out of {room}", who.person),
                RoomEvent::Renamed(_) => unreachable!("nobody is renamed here"),
                RoomEvent::Invited(who) => format!("invited to {room} by {}", who.person),
                RoomEvent::Topic(topic) => format!("{room} about {topic:?}"),
            },
            News::Show(text) => format!("shown: {text}"),
            News::Quit => "quit".to_owned(),
        }
    }

    /// What the bot says.
    fn answer(recipient: Recipient, body: &str) -> Message {
        message(identifier(BOT, None), recipient, body)
    }

    #[test]
    fn a_plain_line_goes_to_the_bot_alone_and_nothing_is_shown() {
        assert_eq!(typed(&["!echo hi", "", "//echo"]).1, ["@you to bot: !echo hi", "@you to bot: /echo"]);
    }

    #[test]
    fn coming_into_a_room_brings_the_bot_along_and_is_told_once() {
        let first =
            ["invited to #lobby by @you", "@parlor in #lobby", "@you in #lobby", "@you to #lobby: hi"];
        let (mut session, news) = typed(&["#lobby hi"]);
        assert_eq!(news, first);
        session.hear("#lobby again");
        session.hear("plain");
        assert_eq!(told(&mut session), ["@you to #lobby: again", "@you to bot: plain"]);
    }

    #[test]
    fn a_room_or_a_person_alone_holds_from_then_on() {
        let (mut session, _) = typed(&["#lobby", "@alice"]);
        session.hear("hi");
        session.hear("@you hi");
        session.hear("@parlor psst");
        session.hear("@parlor");
        session.hear("psst");
        let news =
            ["@alice to #lobby: hi", "@you to #lobby: hi", "@alice to bot: psst", "@alice to bot: psst"];
        assert_eq!(told(&mut session), news);
    }

    #[test]
    fn somebody_else_comes_in_when_they_speak() {
        assert_eq!(typed(&["#lobby", "@alice hi"]).1[3..], ["@alice in #lobby", "@alice to #lobby: hi"]);
    }

    #[test]
    fn a_bot_that_left_hears_nothing_until_it_is_asked_in_again() {
        let (mut session, _) = typed(&["#lobby"]);
        session.leave("#lobby", None);
        session.leave("#lobby", None);
        session.hear("hello?");
        session.hear("@you");
        assert_eq!(told(&mut session), ["@parlor out of #lobby"]);
        session.hear("#lobby");
        session.hear("hello!");
        let news = ["invited to #lobby by @you", "@parlor in #lobby", "@you to #lobby: hello!"];
        assert_eq!(told(&mut session), news);
    }

    #[test]
    fn the_bot_joins_by_itself_and_events_come_in_order() {
        let (mut session, _) = typed(&[]);
        session.create("#tea").unwrap();
        session.create("#tea").unwrap();
        assert!(session.exists("#tea") && !session.joined("#tea") && session.joined_rooms().is_empty());
        session.join("#tea").unwrap();
        session.join("#tea").unwrap();
        assert_eq!(session.topic("#tea"), Ok(None));
        session.set_topic("#tea", "green").unwrap();
        session.leave("#tea", Some("bye"));
        assert_eq!(
            told(&mut session),
            ["@parlor in #tea", "#tea about Some(\"green\")", "@parlor out of #tea"]
        );
        assert!(session.exists("#tea") && !session.joined("#tea"));
        assert_eq!(session.topic("#tea"), Err(Error::RoomNotJoined("#tea".into())));
        assert!(matches!(session.occupants("#tea"), Err(Error::RoomNotJoined(_))));
    }

    #[test]
    fn the_end_of_a_room_is_everybodys() {
        let (mut session, _) = typed(&["#lobby", "@alice hi"]);
        session.destroy("#lobby").unwrap();
        let news = ["@alice out of #lobby", "@you out of #lobby", "@parlor out of #lobby"];
        assert_eq!(told(&mut session), news);
        assert!(!session.exists("#lobby"));
        assert_eq!(session.destroy("#lobby"), Err(Error::RoomDoesNotExist("#lobby".into())));
        session.hear("where am I");
        assert_eq!(told(&mut session), ["@you to bot: where am I"]);
    }

    #[test]
    fn the_bots_words_are_shown() {
        let (mut session, _) = typed(&["#lobby"]);
        let bob = Recipient::Person(identifier("bob", None));
        session.send(&answer(bob, "hi\n")).unwrap();
        session.send(&answer(Recipient::Room("#lobby".into()), "hi all")).unwrap();
        assert_eq!(told(&mut session), ["shown: hi\n", "shown: [#lobby] hi all\n"]);
    }

    #[test]
    fn the_bot_cannot_speak_where_it_is_not() {
        let (mut session, _) = typed(&[]);
        let nowhere = answer(Recipient::Room("#tea".into()), "hi");
        assert_eq!(session.send(&nowhere), Err(Error::RoomDoesNotExist("#tea".into())));
        session.create("#tea").unwrap();
        assert_eq!(session.send(&nowhere), Err(Error::RoomNotJoined("#tea".into())));
        let nobody = Identifier { person: "\x1b[2J".into(), ..identifier("x", None) };
        assert!(matches!(session.send(&answer(Recipient::Person(nobody), "hi")), Err(Error::Malformed(_))));
    }

    #[test]
    fn somebody_who_sits_there_is_told_more() {
        let mut session = Session::new(true, "hello\n");
        session.hear("#lobby");
        session.hear("@alice");
        session.hear("@parlor");
        session.set_topic("#lobby", "tea").unwrap();
        let shown: Vec<_> = told(&mut session).into_iter().filter(|news| news.starts_with("shown")).collect();
        let lines = [
            "shown: hello\n",
            "shown: you speak as you in #lobby\n",
            "shown: you speak as alice in #lobby\n",
            "shown: you speak as alice to parlor alone\n",
            "shown: [#lobby] the topic is now: tea\n",
        ];
        assert_eq!(shown, lines);
    }

    #[test]
    fn the_terminals_own_commands_answer() {
        let (_, news) = typed(&["/rooms", "/who", "#lobby", "/rooms", "/who", "/quit"]);
        assert_eq!(news[0], "shown: there are no rooms; #lobby makes one\n");
        assert_eq!(news[1], "shown: you and parlor, alone\n");
        assert_eq!(news[5..], ["shown: #lobby: parlor, you\n", "shown: #lobby: parlor, you\n", "quit"]);
    }
}
