//! One connection to a server, from its first line to its last.
//!
//! Nothing here calls the host, and nothing asks for the time: that is put into [`Session::now`] before each call.
//! What is to be told or sent gathers in [`Session::news`], in the order in which it happened.
//!
//! - `login` is the way in: capabilities, account, nick.
//! - `people` is who comes, goes and changes; `talk` is what they say.
//! - `requests` is what the bot wants; `refusals` is where the server does not; `waiting` is what is not sent yet.

mod login;
mod people;
mod refusals;
mod requests;
mod talk;
#[cfg(test)]
mod tests;
mod waiting;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use parlor_sdk::{Identifier, Message, Presence, RoomEvent, net::Part};

pub use self::requests::{build_identifier, format_identifier, message_limit};
use self::{login::Login, refusals::Refusals};
use crate::{
    bucket::Bucket, capabilities::Capabilities, command::Command, config::Settings, crowd::Crowd,
    isupport::Isupport, message::Message as Line, person::Person, queue::Queue, reader::Reader, text,
};

/// How long the login can take.
const LOGIN_LIMIT: Duration = Duration::from_secs(60);

/// How long to wait for the message of the day after the welcome: some servers have none and do not say so.
const GREETING_LIMIT: Duration = Duration::from_secs(5);

/// How often to try for the nick that was wished for.
const NICK_RETRY: Duration = Duration::from_secs(60);

/// How many batches can be under way at once, and how many rooms that the bot is not in are kept in mind.
const MOST_BATCHES: usize = 64;
const MOST_KNOWN: usize = 1000;

/// How many can be asked into rooms before the server has said what came of it.
const MOST_INVITED: usize = 100;

/// A moment on two clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment {
    /// Since some beginning; never goes back.
    pub since: Duration,
    /// Milliseconds since 1970.
    pub unix: u64,
}

/// Something to tell the host, or to send to the server.
#[derive(Debug)]
pub enum News {
    /// The server has let the bot in, or calls it otherwise from now on.
    Connected(Identifier),
    /// This was all. The connection is to be closed.
    Over {
        reason: String,
        /// The server was there, and did not let the bot in.
        turned_away: bool,
    },
    Message(Box<Message>),
    /// A message of the bot's own has got its id.
    Sent(Box<Message>),
    Presence(Box<Presence>),
    Room(String, Box<RoomEvent>),
    /// For the owner: what came to nothing, and the remedy.
    Refused(String),
    /// For the log.
    Warning(String),
    /// For the log, unless it was told on an earlier connection: nobody's account is known here.
    NoAccounts(String),
    /// To the server.
    Line(String),
    /// To the server, once the host has put the secrets in.
    Filled(Vec<Part>),
}

/// How far the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The way to the server is not open yet.
    Opening,
    /// Since then the server has been asked to let the bot in.
    Login(Duration),
    /// Since then it has been welcome; the server still introduces itself.
    Greeting(Duration),
    Ready,
    /// The bot has said goodbye.
    Leaving,
    Over,
}

/// The connection, and all that is known by it.
#[derive(Debug)]
pub struct Session {
    settings: Settings,
    /// The time, for the next call.
    pub now: Moment,
    stage: Stage,
    reader: Reader,
    capabilities: Capabilities,
    login: Login,
    server: Isupport,
    me: Person,
    crowd: Crowd,
    queue: Queue,
    /// How often strangers' programs are answered.
    answers: Bucket,
    /// The batches under way by name, and whether they replay what was before.
    batches: HashMap<String, bool>,
    /// The rooms that the bot is about to join, by small letters, since when.
    joining: HashMap<String, Duration>,
    /// Whom the bot has just asked into a room, by small letters.
    inviting: HashSet<String>,
    /// Rooms that there seem to be, though the bot is not in them.
    known: HashSet<String>,
    refusals: Refusals,
    /// That there are too many rooms.
    told_of_rooms: bool,
    /// When the server was last heard.
    heard: Duration,
    /// It was asked for a sign of life since.
    pinged: bool,
    /// What is not told or sent yet.
    pub news: Vec<News>,
}

impl Session {
    /// One whose connection is about to open.
    pub fn new(settings: Settings) -> Self {
        Self {
            now: Moment::default(),
            stage: Stage::Opening,
            reader: Reader::default(),
            capabilities: Capabilities::default(),
            login: Login::default(),
            server: Isupport::default(),
            me: Person::named(&settings.nick),
            crowd: Crowd::default(),
            queue: Queue::new(Bucket::new(settings.burst, settings.pace)),
            answers: Bucket::new(3, Duration::from_secs(5)),
            batches: HashMap::new(),
            joining: HashMap::new(),
            inviting: HashSet::new(),
            known: HashSet::new(),
            told_of_rooms: false,
            refusals: Refusals::default(),
            heard: Duration::ZERO,
            pinged: false,
            news: Vec::new(),
            settings,
        }
    }

    /// Bytes came from the server.
    pub fn hear(&mut self, data: &[u8]) {
        (self.heard, self.pinged) = (self.now.since, false);
        let mut reader = std::mem::take(&mut self.reader);
        let skipped = reader.skipped;
        reader.feed(data, |line| self.hear_line(line));
        if skipped == 0 && reader.skipped > 0 {
            self.warn("the server sends lines that are longer than the protocol allows; they are left out");
        }
        self.reader = reader;
        self.flush();
    }

    /// Some time has passed.
    pub fn tick(&mut self) {
        let now = self.now.since;
        match self.stage {
            Stage::Login(since) if now >= since + LOGIN_LIMIT => {
                self.end(
                    "the server did not finish the login in time: see whether `server` and `tls` are right",
                );
            }
            Stage::Greeting(since) if now >= since + GREETING_LIMIT => self.ready(),
            Stage::Opening | Stage::Over => return,
            _ => {}
        }
        if self.login.retry.is_some_and(|at| now >= at) {
            self.try_wished_nick();
        }
        let silent = now.saturating_sub(self.heard);
        if silent >= self.settings.patience {
            let patience = self.settings.patience.as_secs();
            self.end(&format!("the server gave no sign of life for {patience} s"));
        } else if !self.pinged && silent >= self.settings.patience / 2 {
            self.pinged = true;
            self.send_now(Command::new("PING").text("parlor"));
        }
        self.flush();
    }

    /// When to call [`Session::tick`] next, unless something else happens before.
    pub fn wake(&mut self) -> Option<Duration> {
        let limit = match self.stage {
            Stage::Opening | Stage::Over => return None,
            Stage::Login(since) => Some(since + LOGIN_LIMIT),
            Stage::Greeting(since) => Some(since + GREETING_LIMIT),
            Stage::Ready | Stage::Leaving => None,
        };
        let patience = if self.pinged { self.settings.patience } else { self.settings.patience / 2 };
        let line = if self.stage == Stage::Ready { self.queue.next(self.now.since) } else { None };
        [limit, Some(self.heard + patience), line, self.login.retry].into_iter().flatten().min()
    }

    /// Sends what may go now.
    pub fn flush(&mut self) {
        while self.stage == Stage::Ready
            && let Some(line) = self.queue.pop(self.now.since)
        {
            self.news.push(News::Line(line));
        }
    }

    /// The connection is gone.
    pub fn closed(&mut self, reason: Option<String>) {
        let reason = match (self.stage, reason) {
            (Stage::Leaving, _) => "the bot has said goodbye".to_owned(),
            (Stage::Opening, Some(why)) => format!("cannot reach {}: {why}", self.settings.server),
            (Stage::Login(_), None) => {
                "the server closed the connection during the login: see whether `server` and `tls` are right"
                    .to_owned()
            }
            // The host's words are a sentence already.
            (_, Some(why)) => why,
            (_, None) => "the server closed the connection".to_owned(),
        };
        self.end(&reason);
    }

    /// Who the bot is, once the server has let it in.
    pub fn identifier(&self) -> Option<Identifier> {
        (self.stage == Stage::Ready).then(|| self.me.identifier(None, self.server.case))
    }

    fn hear_line(&mut self, line: &[u8]) {
        let text = text::decoded(line);
        let Some(line) = Line::read(&text).filter(|_| self.stage != Stage::Over) else {
            return;
        };
        let replayed = line.tag("batch").is_some_and(|name| self.batches.get(&*name) == Some(&true));
        match line.command {
            "PRIVMSG" => self.hear_said(&line, false, replayed),
            "NOTICE" => self.hear_said(&line, true, replayed),
            "BATCH" => self.hear_batch(&line, replayed),
            // Who came and went long ago is not who is here.
            _ if replayed => {}
            "PING" => self.send_now(Command::new("PONG").text(line.param(0))),
            "CAP" => self.hear_capabilities(&line),
            "AUTHENTICATE" => self.hear_authenticate(&line),
            "JOIN" => self.hear_join(&line),
            "PART" => self.hear_part(&line),
            "KICK" => self.hear_kick(&line),
            "QUIT" => self.hear_quit(&line),
            "NICK" => self.hear_nick(&line),
            "MODE" => self.hear_mode(&line),
            "TOPIC" => self.hear_topic(line.param(0), line.param(1), true),
            "INVITE" => self.hear_invite(&line),
            "AWAY" => self.hear_away(&line),
            "ACCOUNT" => self.hear_account(&line),
            "CHGHOST" => self.hear_chghost(&line),
            "FAIL" => self.hear_fail(&line),
            "KILL" if self.is_me(line.param(0)) => {
                self.end(&format!("an operator has thrown the bot out: {}", text::quoted(line.last())));
            }
            "ERROR" if self.stage == Stage::Leaving => {}
            "ERROR" => {
                let reason = format!("the server closed the connection: {}", text::quoted(line.last()));
                // Some servers say no more than this of a wrong password.
                let about_password = line.last().to_ascii_lowercase().contains("password");
                let remedy = if about_password { "; `password-secret` names the server's" } else { "" };
                self.end_as(&(reason + remedy), matches!(self.stage, Stage::Login(_)));
            }
            _ => {
                if let Some(code) = line.numeric() {
                    self.hear_numeric(code, &line);
                }
            }
        }
    }

    fn hear_numeric(&mut self, code: u16, line: &Line<'_>) {
        match code {
            1 => self.hear_welcome(line),
            5 => self.hear_isupport(line),
            // RPL_ENDOFMOTD and ERR_NOMOTD
            376 | 422 => self.ready(),
            302 => self.hear_userhost(line),
            341 => self.hear_invited(line),
            331 => self.hear_topic(line.param(1), "", false),
            332 => self.hear_topic(line.param(1), line.param(2), false),
            353 => self.hear_names(line),
            354 => self.hear_who(line),
            366 => self.hear_end_of_names(line),
            396 => self.hear_visible_host(line.param(1)),
            431..=433 | 436 => self.hear_nick_refused(code, line),
            437 if !self.server.is_room(line.param(1)) => self.hear_nick_refused(code, line),
            463..=466 => self.hear_unwelcome(code, line),
            900..=908 => self.hear_sasl(code, line),
            400..=599 | 716..=717 => self.hear_refusal(code, line),
            _ => {}
        }
    }

    /// Batches tell what belongs together (IRCv3 batch). All that matters is which of them replay.
    fn hear_batch(&mut self, line: &Line<'_>, replayed: bool) {
        let name = line.param(0);
        if let Some(name) = name.strip_prefix('-') {
            self.batches.remove(name);
        } else if let Some(name) = name.strip_prefix('+')
            && self.batches.len() < MOST_BATCHES
        {
            let replays = replayed || matches!(line.param(1), "chathistory" | "znc.in/playback");
            self.batches.insert(name.to_owned(), replays);
        }
    }

    /// Ends the session, once.
    fn end(&mut self, reason: &str) {
        self.end_as(reason, false);
    }

    /// Ends it because the server does not want the bot, or the bot not the server.
    fn turn_away(&mut self, reason: &str) {
        self.end_as(reason, true);
    }

    fn end_as(&mut self, reason: &str, turned_away: bool) {
        if self.stage != Stage::Over {
            self.stage = Stage::Over;
            self.news.push(News::Over { reason: reason.to_owned(), turned_away });
        }
    }

    /// Sends a line before all that waits.
    fn send_now(&mut self, line: String) {
        self.news.push(News::Line(line));
    }

    fn warn(&mut self, what: &str) {
        self.news.push(News::Warning(what.to_owned()));
    }

    fn is_me(&self, nick: &str) -> bool {
        self.server.case.same(nick, &self.me.nick)
    }

    fn fold(&self, name: &str) -> String {
        self.server.case.fold(name)
    }
}
