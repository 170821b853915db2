//! A person on an IRC server, who knows nothing of Parlor.

use std::{cell::RefCell, fmt, mem};

use irc_proto::{Command, Message, Response};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};

use crate::scripted::PATIENCE;

/// Somebody on a server. They leave without a word when this is dropped.
pub struct Client {
    /// What they are called.
    pub nick: String,
    says: mpsc::UnboundedSender<Vec<u8>>,
    hears: mpsc::UnboundedReceiver<String>,
    /// What came since the last thing that was waited for, to be shown where something else was to come.
    besides: Vec<String>,
    tasks: [JoinHandle<()>; 2],
}

/// One line from the server.
#[derive(Clone)]
pub struct Heard {
    /// As it came, without its end.
    pub line: String,
    /// What it says.
    pub message: Message,
}

/// Something that somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// To whom: a room, or a person.
    pub to: String,
    /// The text.
    pub text: String,
    /// How many bytes the line had that the server sent, with its end.
    pub bytes: usize,
}

impl Client {
    /// Comes to a server, under this nick.
    ///
    /// # Panics
    /// If the server does not let them in.
    pub async fn connect(address: &str, nick: &str) -> Self {
        let stream = timeout(PATIENCE, TcpStream::connect(address)).await.expect("a server that accepts");
        let (reads, mut writes) = stream.expect("a server").into_split();
        let (says, mut said) = mpsc::unbounded_channel::<Vec<u8>>();
        let (heard, hears) = mpsc::unbounded_channel();
        let writer = tokio::spawn(async move {
            while let Some(line) = said.recv().await {
                if writes.write_all(&[&*line, b"\r\n"].concat()).await.is_err() {
                    break;
                }
            }
        });
        let answers = says.clone();
        // Reads at once whatever comes: a server throws out who does not.
        let reader = tokio::spawn(async move {
            let mut lines = BufReader::new(reads).split(b'\n');
            while let Ok(Some(line)) = lines.next_segment().await {
                let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
                if let Some(token) = line.strip_prefix("PING ") {
                    // The last thing on the way out: there is nobody to tell.
                    let _ = answers.send(format!("PONG {token}").into_bytes());
                } else {
                    // Bystanders hear nothing.
                    let _ = heard.send(line);
                }
            }
        });
        let tasks = [reader, writer];
        let mut client = Self { nick: nick.to_owned(), says, hears, besides: Vec::new(), tasks };
        client.sends(format!("NICK {nick}"));
        client.sends(format!("USER {0} 0 * :{0}", user(nick)));
        let welcomed = |heard: &Heard| {
            matches!(
                heard.message.command,
                Command::Response(Response::RPL_ENDOFMOTD | Response::ERR_NOMOTD, _)
            )
        };
        client.expects("to be let in", welcomed).await;
        client
    }

    /// Sends a line as it is.
    pub fn sends(&mut self, line: impl AsRef<[u8]>) {
        self.says.send(line.as_ref().to_vec()).expect("the client's own task");
    }

    /// The next line that is like this. Those before it are passed over.
    ///
    /// # Panics
    /// If none comes in [`PATIENCE`]: then with all that came.
    pub async fn expects(&mut self, what: &str, like: impl Fn(&Heard) -> bool) -> Heard {
        let found = timeout(PATIENCE, async {
            while let Some(line) = self.hears.recv().await {
                let Ok(message) = line.parse() else { panic!("{} got no IRC: {line}", self.nick) };
                let heard = Heard { line, message };
                if like(&heard) {
                    return Some(heard);
                }
                self.besides.push(heard.line);
            }
            None
        })
        .await;
        let besides = mem::take(&mut self.besides);
        let end = match found {
            Ok(Some(heard)) => return heard,
            Ok(None) => "the server closed",
            Err(_) => "time is up",
        };
        let shown = &besides[besides.len().saturating_sub(40)..];
        panic!("{} waited for {what}, and {end}. There came {:#?}", self.nick, shown);
    }

    /// Everything until now: what the server sent before it answers to this. A marker instead of a wait.
    pub async fn all_until_now(&mut self) -> Vec<Heard> {
        let marker = "until-now";
        self.sends(format!("PING {marker}"));
        let all = RefCell::new(Vec::new());
        let pong = |heard: &Heard| {
            let over = matches!(heard.message.command, Command::PONG(..)) && heard.line.ends_with(marker);
            all.borrow_mut().push(heard.clone());
            over
        };
        self.expects("the answer to a ping", pong).await;
        let mut all = all.into_inner();
        all.pop();
        all
    }

    /// The next thing that this person says where it can be heard, whatever it is. So a marker that the person is asked
    /// to say shows that they said nothing before it.
    pub async fn next_from(&mut self, nick: &str) -> Said {
        let heard = self.expects(&format!("something from {nick}"), |heard| heard.said(nick).is_some()).await;
        heard.said(nick).expect("looked for it")
    }

    /// Waits until this person says this here, whatever they say before.
    pub async fn hears(&mut self, nick: &str, to: &str, text: &str) -> Heard {
        let like = |heard: &Heard| heard.said(nick).is_some_and(|said| said.to == to && said.text == text);
        self.expects(&format!("{nick} to say {text:?} to {to}"), like).await
    }

    /// Says something to a room or a person, which must be one line.
    pub fn says(&mut self, to: &str, text: &str) {
        self.sends(format!("PRIVMSG {to} :{text}"));
    }

    /// Says something to a room or a person, and hears what this person answers next.
    pub async fn asks(&mut self, to: &str, text: &str, nick: &str) -> String {
        self.says(to, text);
        self.next_from(nick).await.text
    }

    /// Enters a room.
    pub async fn joins(&mut self, room: &str) {
        self.sends(format!("JOIN {room}"));
        self.end_of_names(room).await;
    }

    /// Who is in a room, without the marks of their ranks.
    pub async fn names(&mut self, room: &str) -> Vec<String> {
        self.sends(format!("NAMES {room}"));
        self.end_of_names(room).await
    }

    async fn end_of_names(&mut self, room: &str) -> Vec<String> {
        let names = RefCell::new(Vec::new());
        let like = |heard: &Heard| {
            match &heard.message.command {
                Command::Response(Response::RPL_NAMREPLY, told)
                    if told.get(2).is_some_and(|it| it == room) =>
                {
                    let told = told.last().map_or("", String::as_str).split_whitespace();
                    names.borrow_mut().extend(
                        told.map(|name| name.trim_start_matches(['@', '+', '%', '&', '~']).to_owned()),
                    );
                }
                Command::Response(Response::RPL_ENDOFNAMES, told) => {
                    return told.get(1).is_some_and(|it| it == room);
                }
                _ => {}
            }
            false
        };
        self.expects(&format!("the end of the names in {room}"), like).await;
        names.into_inner()
    }

    /// Waits until this person comes into this room.
    pub async fn sees_join(&mut self, nick: &str, room: &str) {
        let like = |heard: &Heard| {
            heard.nick() == nick && matches!(&heard.message.command, Command::JOIN(to, ..) if to == room)
        };
        self.expects(&format!("{nick} to come into {room}"), like).await;
    }

    /// Waits until this person is in this room, if need be until they come.
    pub async fn is_with(&mut self, nick: &str, room: &str) {
        if !self.names(room).await.iter().any(|name| name == nick) {
            self.sees_join(nick, room).await;
        }
    }

    /// Waits until this person leaves the server, and hears with which words.
    pub async fn sees_quit(&mut self, nick: &str) -> String {
        let quit = |heard: &Heard| heard.nick() == nick && matches!(heard.message.command, Command::QUIT(_));
        match self.expects(&format!("{nick} to quit"), quit).await.message.command {
            Command::QUIT(words) => words.unwrap_or_default(),
            _ => unreachable!("it was a QUIT"),
        }
    }

    /// Waits until this person goes by another name.
    pub async fn sees_renamed(&mut self, nick: &str, to: &str) {
        let like = |heard: &Heard| {
            heard.nick() == nick && matches!(&heard.message.command, Command::NICK(new) if new == to)
        };
        self.expects(&format!("{nick} to become {to}"), like).await;
    }

    /// Goes by another name.
    pub async fn becomes(&mut self, nick: &str) {
        let before = mem::replace(&mut self.nick, nick.to_owned());
        self.sends(format!("NICK {nick}"));
        self.sees_renamed(&before, nick).await;
    }

    /// Sets a room's topic.
    pub async fn sets_topic(&mut self, room: &str, topic: &str) {
        self.sends(format!("TOPIC {room} :{topic}"));
        self.sees_topic(room, topic).await;
    }

    /// Waits until a room's topic becomes this.
    pub async fn sees_topic(&mut self, room: &str, topic: &str) -> Heard {
        let like = |heard: &Heard| {
            let Command::TOPIC(of, Some(text)) = &heard.message.command else { return false };
            of == room && text == topic
        };
        self.expects(&format!("the topic of {room} to become {topic:?}"), like).await
    }

    /// Throws somebody out.
    pub async fn kicks(&mut self, nick: &str, room: &str) {
        self.sends(format!("KICK {room} {nick} :out"));
        let like = |heard: &Heard| {
            let Command::KICK(from, who, _) = &heard.message.command else { return false };
            from == room && who == nick
        };
        self.expects(&format!("{nick} to be kicked"), like).await;
    }

    /// Changes the modes of a room: bans, a key, and the like.
    pub async fn sets_mode(&mut self, room: &str, modes: &str) {
        self.sends(format!("MODE {room} {modes}"));
        let nick = self.nick.clone();
        let like = |heard: &Heard| heard.nick() == nick && heard.line.contains(&format!(" MODE {room} "));
        self.expects("a mode to be set", like).await;
    }

    /// Makes somebody an operator of a room that they are in.
    pub async fn makes_operator(&mut self, nick: &str, room: &str) {
        self.sets_mode(room, &format!("+o {nick}")).await;
    }

    /// Becomes an operator of the server, as its configuration has it, and throws somebody out of it.
    pub async fn kills(&mut self, nick: &str) {
        self.sends("OPER operator operator");
        self.expects_number("to be an operator", Response::RPL_YOUREOPER).await;
        self.sends(format!("KILL {nick} :out"));
        self.sees_quit(nick).await;
    }

    /// Asks somebody to come in.
    pub async fn invites(&mut self, nick: &str, room: &str) {
        self.sends(format!("INVITE {nick} {room}"));
        self.expects_number("the invitation to be sent", Response::RPL_INVITING).await;
    }

    /// Waits for this numeric reply, and hears its parameters.
    pub async fn expects_number(&mut self, what: &str, number: Response) -> Vec<String> {
        let like =
            |heard: &Heard| matches!(&heard.message.command, Command::Response(it, _) if *it == number);
        match self.expects(what, like).await.message.command {
            Command::Response(_, told) => told,
            _ => unreachable!("it was a reply"),
        }
    }

    /// Logs in to the services.
    pub async fn identifies(&mut self, account: &str, password: &str) {
        self.says("NickServ", &format!("IDENTIFY {account} {password}"));
        self.expects_number("to be logged in", Response::RPL_LOGGEDIN).await;
    }

    /// The account that somebody is logged in to.
    pub async fn account_of(&mut self, nick: &str) -> Option<String> {
        self.sends(format!("WHOIS {nick}"));
        let account = RefCell::new(None);
        let end = |heard: &Heard| match &heard.message.command {
            Command::Response(Response::RPL_ENDOFWHOIS, _) => true,
            // 330 is not in any RFC.
            Command::Raw(number, told) if number == "330" => {
                *account.borrow_mut() = told.get(2).cloned();
                false
            }
            _ => false,
        };
        self.expects(&format!("who {nick} is"), end).await;
        account.into_inner()
    }

    /// Whether somebody of this name is on the network.
    pub async fn knows(&mut self, nick: &str) -> bool {
        self.sends(format!("ISON {nick}"));
        let told = self.expects_number("who is on", Response::RPL_ISON).await;
        told.last().is_some_and(|nicks| nicks.split_whitespace().any(|it| it == nick))
    }

    /// Says goodbye, and waits until the server has taken note.
    pub async fn quits(mut self) {
        self.sends("QUIT :bye");
        timeout(PATIENCE, async { while self.hears.recv().await.is_some() {} }).await.expect("the end");
    }

    /// Waits until the server ends the connection, and tells what came until then.
    pub async fn is_thrown_out(mut self) -> Vec<Heard> {
        let mut all = Vec::new();
        let over = timeout(PATIENCE, async {
            while let Some(line) = self.hears.recv().await {
                all.extend(line.parse().map(|message| Heard { line, message }));
            }
        });
        over.await.expect("the end of the connection");
        all
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Heard {
    /// Whom it comes from; empty where that is the server.
    pub fn nick(&self) -> &str {
        self.message.source_nickname().unwrap_or_default()
    }

    /// What this person says in it, if they do.
    pub fn said(&self, nick: &str) -> Option<Said> {
        let (Command::PRIVMSG(to, text) | Command::NOTICE(to, text)) = &self.message.command else {
            return None;
        };
        let said = || Said { to: to.clone(), text: text.clone(), bytes: self.line.len() + "\r\n".len() };
        (self.nick() == nick).then(said)
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.fmt(f)
    }
}

/// A user name may have less than a nick.
fn user(nick: &str) -> String {
    let user: String = nick.chars().filter(char::is_ascii_alphanumeric).take(9).collect();
    if user.is_empty() { "somebody".to_owned() } else { user }
}
