//! Where the server does not want what the bot wants.

use std::collections::HashSet;

use super::{Session, Stage};
use crate::{message::Message as Line, text};

/// How many refusals are kept in mind; then nothing more is told.
const MOST: usize = 1000;

/// What was refused already: each thing is told once a connection, however often the bot tries.
#[derive(Debug, Default)]
pub struct Refusals(HashSet<(u16, String)>);

impl Refusals {
    /// Whether this is new.
    fn add(&mut self, code: u16, target: String) -> bool {
        self.0.len() < MOST && self.0.insert((code, target))
    }
}

impl Session {
    pub(super) fn hear_refusal(&mut self, code: u16, line: &Line<'_>) {
        // Before, nobody has asked for anything; old servers do not know CAP.
        if self.stage != Stage::Ready {
            return;
        }
        let target = line.param(1);
        let folded = self.fold(target);
        // Some servers have one number for nicks and rooms that there are not.
        let code = if code == 401 && self.server.is_room(target) { 403 } else { code };
        let asked = match code {
            401 | 443 => self.inviting.remove(&folded),
            403 | 405 | 407 | 437 | 470..=477 | 479 | 480 | 485 | 489 | 495 | 500 | 519 | 520 => {
                self.joining.remove(&folded).is_some()
            }
            _ => false,
        };
        // Then it is in no such room, whatever was thought.
        if matches!(code, 403 | 442) {
            let nick = self.me.nick.clone();
            self.go_out(target, &nick);
        }
        // Whoever takes the nick next is somebody else.
        if code == 401 {
            self.drop_private(target);
        }
        if code == 403 {
            self.known.remove(&folded);
        }
        if self.refusals.add(code, folded) {
            let why = sentence(code, asked, &text::quoted(target), line);
            self.refuse(why);
        }
    }

    /// IRCv3 standard replies: command, code, and what it is about, then words.
    pub(super) fn hear_fail(&mut self, line: &Line<'_>) {
        let (command, code) = (text::quoted(line.param(0)), text::quoted(line.param(1)));
        if self.refusals.add(0, format!("{command} {code}")) {
            self.refuse(format!("the server refuses {command}: {} ({code})", text::quoted(line.last())));
        }
    }
}

/// Why, and what to do about it (the numbers of RFC 2812, section 5.2, and of modern.ircdocs.horse). The server's words
/// stand beside ours, as servers use some numbers for several things. `asked`: it is about a JOIN, or an INVITE, that
/// the bot has sent.
fn sentence(code: u16, asked: bool, target: &str, line: &Line<'_>) -> String {
    let words = text::quoted(line.last());
    let cannot_join = |why: &str| format!("cannot join {target}: {why} ({words})");
    match code {
        401 if asked => format!("there is nobody called {target} now to be asked in ({words})"),
        401 => format!("there is nobody called {target} now: what was for them is lost ({words})"),
        403 if asked => cannot_join("there is no such room; see how it is written"),
        403 => format!("there is no room {target} ({words}); see how it is written"),
        404 => format!("cannot speak in {target} ({words}): ask its operators to give the bot a voice there"),
        405 => cannot_join("the bot is in as many rooms as the server allows; have it leave one"),
        437 => cannot_join("the name is held back for a while after a netsplit; try later"),
        441 => format!("{target} is not in that room ({words})"),
        442 => format!("the bot is not in {target} ({words}): have it join first"),
        443 => {
            format!(
                "{target} is in {} already ({words}): there is no need to ask them in",
                text::quoted(line.param(2))
            )
        }
        470 => cannot_join("the server sends the bot to another room; configure that one instead"),
        471 => cannot_join("it is full; ask its operators for a higher limit"),
        473 => cannot_join("only who is invited can; ask its operators to invite the bot"),
        474 => cannot_join("the bot is banned there; ask its operators"),
        475 => cannot_join(&format!(
            "it needs a key, or another one; configure it in `[network.NAME]`, \
             `rooms = [{{ name = \"{target}\", password = \"…\" }}]`, or join it with the right one"
        )),
        476 | 479 => cannot_join("the server takes no room of that name; see how it is written"),
        477 if asked => {
            cannot_join("only who is logged in to an account can; set `sasl-user` and `sasl-secret`")
        }
        477 => {
            format!(
                "cannot speak in {target} ({words}): it may take an account; set `sasl-user` and `sasl-secret`"
            )
        }
        482 => format!("the bot is no operator in {target} ({words}): ask those who are to make it one"),
        489 if asked => cannot_join("only who uses TLS can; set `tls` and the port for it"),
        520 | 519 => cannot_join("only the server's operators can; ask them"),
        _ if asked => cannot_join("ask its operators"),
        _ if target.is_empty() || target == words => {
            format!("the server refuses something: {words} ({code})")
        }
        _ => format!("the server refuses something about {target}: {words} ({code})"),
    }
}
