//! The way in: capabilities, account, nick.

use std::time::Duration;

use parlor_sdk::net::{Encoding, Part, Piece};

use super::{NICK_RETRY, News, Session, Stage};
use crate::{
    command::Command, config::Sasl, lane::Lane, message::Message as Line, message::Source, name, text,
};

/// How many nicks to try besides the one that was wished for.
const OTHER_NICKS: usize = 8;

/// How far the login is.
#[derive(Debug, Default)]
pub struct Login {
    /// The server has said what it offers.
    listed: bool,
    /// The negotiation is over.
    ended: bool,
    /// The server has been asked for SASL PLAIN, and has not asked back.
    authenticating: bool,
    /// The server has accepted the account.
    authenticated: bool,
    /// Which nick is being tried: 0 is the one that was wished for.
    attempt: usize,
    /// When to try for the one that was wished for again.
    pub retry: Option<Duration>,
}

impl Session {
    /// The way to the server is open.
    pub fn open(&mut self) {
        self.stage = Stage::Login(self.now.since);
        self.heard = self.now.since;
        self.send_now(Command::new("CAP").word("LS").word("302").done());
        if let Some(secret) = self.settings.password.clone() {
            self.news.push(News::Filled(vec![plain("PASS :"), filled(secret), plain("\r\n")]));
        }
        let nick = Command::new("NICK").word(&self.settings.nick).done();
        let user = Command::new("USER").word(&self.settings.user).word("0").word("*");
        let user = user.text(&self.settings.realname);
        self.send_now(nick);
        self.send_now(user);
    }

    /// IRCv3 capability negotiation. With what a server offers later only capabilities are asked for, no login.
    pub(super) fn hear_capabilities(&mut self, line: &Line<'_>) {
        let list = line.last();
        match line.param(1).to_ascii_uppercase().as_str() {
            "LS" => {
                self.capabilities.offer(list);
                // A star stands before the list while more of it is to come.
                if line.params().len() < 4 && !self.login.listed {
                    self.login.listed = true;
                    let request = self.capabilities.ask(self.settings.sasl.is_some());
                    self.request_or_proceed(request);
                }
            }
            "ACK" => {
                let request = self.capabilities.agree(list);
                self.request_or_proceed(request);
            }
            "NAK" => {
                let request = self.capabilities.refuse();
                self.request_or_proceed(request);
            }
            "NEW" => {
                self.capabilities.offer(list);
                if let Some(request) = self.capabilities.ask(false) {
                    self.request_or_proceed(Some(request));
                }
            }
            "DEL" => self.capabilities.withdraw(list),
            _ => {}
        }
    }

    fn request_or_proceed(&mut self, request: Option<String>) {
        match request {
            Some(list) => self.send_now(Command::new("CAP").word("REQ").text(&list)),
            None => self.log_in_or_proceed(),
        }
    }

    /// All is asked for: logs in if that is wanted, else ends the negotiation.
    fn log_in_or_proceed(&mut self) {
        if self.login.ended || self.login.authenticating || !matches!(self.stage, Stage::Login(_)) {
            return;
        }
        match &self.settings.sasl {
            Some(_) if self.capabilities.has_sasl() && self.capabilities.offers_plain() => {
                self.login.authenticating = true;
                self.send_now(Command::new("AUTHENTICATE").word("PLAIN").done());
            }
            Some(Sasl { required: true, .. }) => self.turn_away(NO_SASL),
            _ => self.end_negotiation(),
        }
    }

    fn end_negotiation(&mut self) {
        if !self.login.ended {
            self.login.ended = true;
            self.send_now(Command::new("CAP").word("END").done());
        }
    }

    /// The server asks for the password (RFC 4616). Whoever sends 400 bytes or more must cut them (IRCv3 SASL), but
    /// only the host knows the password, and it sends one line: passwords of up to about 250 bytes are fine, and of a
    /// longer one the server says 905.
    pub(super) fn hear_authenticate(&mut self, line: &Line<'_>) {
        let Some(sasl) =
            self.settings.sasl.clone().filter(|_| self.login.authenticating && line.param(0) == "+")
        else {
            return;
        };
        self.login.authenticating = false;
        let account = Piece::Bytes(format!("\0{}\0", sasl.user).into_bytes());
        let answer = Part { pieces: vec![account, Piece::Secret(sasl.secret)], encoding: Encoding::Base64 };
        self.news.push(News::Filled(vec![plain("AUTHENTICATE "), answer, plain("\r\n")]));
    }

    pub(super) fn hear_sasl(&mut self, code: u16, line: &Line<'_>) {
        let waiting = matches!(self.stage, Stage::Login(_)) && self.settings.sasl.is_some();
        match code {
            // RPL_LOGGEDIN and RPL_LOGGEDOUT also come when somebody logs the bot in or out later.
            900 => {
                self.hear_own_mask(line.param(1));
                self.me.account = name::account(line.param(2)).map(str::to_owned);
                self.share_own();
            }
            901 => {
                self.me.account = None;
                self.share_own();
            }
            903 | 907 if waiting => {
                self.login.authenticated = true;
                self.end_negotiation();
            }
            902 | 904..=906 if waiting => {
                let words = text::quoted(line.last());
                match &self.settings.sasl {
                    Some(Sasl { required: true, user, secret }) => {
                        let refusal = format!(
                            "the server refuses the login to the account {user} ({words}): set `sasl-user` and the \
                             secret {secret} to what its services know"
                        );
                        self.turn_away(&refusal);
                    }
                    _ => {
                        self.warn(&format!(
                            "the server refuses the login ({words}); the bot goes on without it"
                        ));
                        self.end_negotiation();
                    }
                }
            }
            _ => {}
        }
    }

    pub(super) fn hear_welcome(&mut self, line: &Line<'_>) {
        if !matches!(self.stage, Stage::Login(_)) {
            return;
        }
        if self.settings.sasl.as_ref().is_some_and(|sasl| sasl.required) && !self.login.authenticated {
            return self.turn_away(NO_SASL);
        }
        if name::is_nick(line.param(0)) {
            line.param(0).clone_into(&mut self.me.nick);
        }
        // "Welcome to the Internet Relay Network nick!user@host" (RFC 2812, section 5.1), on most servers.
        self.hear_own_mask(line.last().rsplit(' ').next().unwrap_or_default());
        self.stage = Stage::Greeting(self.now.since);
        let nick = self.me.nick.clone();
        self.send_now(Command::new("USERHOST").word(&nick).done());
    }

    pub(super) fn hear_isupport(&mut self, line: &Line<'_>) {
        let case = self.server.case;
        for token in line.params().iter().skip(1).filter(|token| !token.contains(' ')) {
            self.server.take(token);
        }
        // What is known is kept by small letters.
        if self.crowd.rooms().next().is_some() {
            self.server.case = case;
        }
    }

    /// The server has let the bot in, and has said all that it wants to say first.
    pub(super) fn ready(&mut self) {
        if !matches!(self.stage, Stage::Greeting(_)) {
            return;
        }
        self.stage = Stage::Ready;
        if !self.capabilities.has("account-tag") {
            self.news.push(News::NoAccounts(format!(
                "{} does not tell who is logged in to which account (account-tag): access rules for this network can \
                 only match masks, nick!user@host, and a nick alone proves nothing",
                self.settings.server
            )));
        }
        if !self.is_me(&self.settings.nick) {
            self.login.retry = Some(self.now.since + NICK_RETRY);
        }
        self.news.push(News::Connected(self.me.identifier(None, self.server.case)));
    }

    /// The nick is taken, or cannot be one. Once in, the bot was only trying for a better one.
    pub(super) fn hear_nick_refused(&mut self, code: u16, line: &Line<'_>) {
        if !matches!(self.stage, Stage::Login(_)) {
            return;
        }
        let words = text::quoted(line.last());
        self.login.attempt += 1;
        if matches!(code, 431 | 432) && self.login.attempt == 1 {
            let refusal = format!(
                "the server does not accept the nick {} ({words}): set `nick` to a shorter or simpler one",
                self.settings.nick
            );
            return self.turn_away(&refusal);
        }
        if self.login.attempt > OTHER_NICKS {
            let refusal = format!(
                "the nick {} and others like it are taken ({words}): set `nick` to another one",
                self.settings.nick
            );
            return self.turn_away(&refusal);
        }
        self.me.nick = other_nick(&self.settings.nick, self.login.attempt);
        let nick = Command::new("NICK").word(&self.me.nick).done();
        self.send_now(nick);
    }

    pub(super) fn hear_unwelcome(&mut self, code: u16, line: &Line<'_>) {
        if !matches!(self.stage, Stage::Login(_)) {
            return self.hear_refusal(code, line);
        }
        let words = text::quoted(line.last());
        let refusal = match code {
            464 => format!(
                "the server refuses the password ({words}): set `password-secret` to the name of a secret with the \
                 right one"
            ),
            465 | 466 => format!("the server has banned the bot ({words}): ask its operators"),
            _ => format!("the server does not let this machine in ({words}): ask its operators"),
        };
        self.turn_away(&refusal);
    }

    /// Tries for the nick that was wished for.
    pub(super) fn try_wished_nick(&mut self) {
        if self.stage == Stage::Ready && self.login.retry.is_some() {
            self.login.retry = Some(self.now.since + NICK_RETRY);
            // Where there is no room for it, there will be in a minute.
            let _ = self.queue.push(Lane::server(), Command::new("NICK").word(&self.settings.nick).done());
        }
    }

    /// `nick=+user@host`, with a star behind an operator's nick (RFC 2812, section 4.8).
    pub(super) fn hear_userhost(&mut self, line: &Line<'_>) {
        for answer in line.last().split_ascii_whitespace() {
            if let Some((nick, from)) = answer.split_once('=')
                && self.is_me(nick.trim_end_matches('*'))
                && let Some((user, host)) = from.trim_start_matches(['+', '-']).split_once('@')
            {
                self.me.is_from(user, host);
                self.share_own();
            }
        }
    }

    /// The host that others see from now on; on some servers the user, too.
    pub(super) fn hear_visible_host(&mut self, text: &str) {
        let user = self.me.from.as_ref().map(|(user, _)| user.clone());
        match (text.split_once('@'), user) {
            (Some((user, host)), _) => self.me.is_from(user, host),
            (None, Some(user)) => self.me.is_from(&user, text),
            (None, None) => {}
        }
        self.share_own();
    }

    /// Takes where the bot comes from, as others see it, if this is its mask.
    pub(super) fn hear_own_mask(&mut self, mask: &str) {
        let source = Source::read(mask);
        if let Some((user, host)) = source.from.filter(|_| self.is_me(source.name)) {
            self.me.is_from(user, host);
            self.share_own();
        }
    }

    /// Among the people in rooms the bot is one like others.
    pub(super) fn share_own(&mut self) {
        if let Some(person) = self.crowd.person_mut(&self.me.nick, self.server.case) {
            person.clone_from(&self.me);
        }
    }
}

const NO_SASL: &str = "the server offers no login by password (SASL PLAIN): take `sasl-user` and `sasl-secret` away, or \
                       set `sasl-required` to false, to go on without an account";

/// The nicks to try when the one wished for is taken: first longer ones, then, as those may be too long, ones that fit
/// everywhere (RFC 2812, section 1.2.1: nine letters).
fn other_nick(wished: &str, attempt: usize) -> String {
    match attempt {
        0..=3 => format!("{wished}{}", "_".repeat(attempt)),
        _ => {
            let mut short = String::new();
            short.extend(wished.chars().take_while({
                let mut length = 0;
                move |letter| {
                    length += letter.len_utf8();
                    length <= 8
                }
            }));
            format!("{short}{}", attempt - 3)
        }
    }
}

fn plain(text: &str) -> Part {
    Part { pieces: vec![Piece::Bytes(text.as_bytes().to_vec())], encoding: Encoding::Plain }
}

fn filled(secret: String) -> Part {
    Part { pieces: vec![Piece::Secret(secret)], encoding: Encoding::Plain }
}
