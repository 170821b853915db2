//! A command on its way: answered once, whatever becomes of it.

use std::sync::Arc;

use tokio::time::sleep;

use super::{
    bindings::{Message, handlers::command_handler::Invocation},
    network::Network,
    people::{PATIENCE, People, Ticket},
    size::Size,
};

/// So much of a command that is not answered is kept until the sender has been told so, in bytes.
const LONGEST_REFUSED: usize = 1 << 10;

/// How an answer is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// To the sender alone.
    pub private: bool,
    /// In the message's thread, where the service has threads.
    pub threaded: bool,
    /// In a room, with the sender's name in front.
    pub named: bool,
}

/// A command on its way. If it is dropped before it was answered (the bot failed, was cut off, or has no room for more),
/// the sender is told so.
pub struct Turn {
    network: Arc<Network>,
    /// Who answers.
    bot: Arc<str>,
    ticket: Option<Ticket>,
    manner: Manner,
    /// In a box: it is handed on a few times, and large.
    asked: Option<Box<Invocation>>,
}

impl Turn {
    /// A command for `bot`. Without a ticket its answer waits for no other.
    pub fn new(
        network: Arc<Network>,
        bot: Arc<str>,
        asked: Invocation,
        ticket: Option<Ticket>,
        manner: Manner,
    ) -> Self {
        Self { network, bot, ticket, manner, asked: Some(Box::new(asked)) }
    }

    /// What was asked.
    pub fn invocation(&self) -> Option<&Invocation> {
        self.asked.as_deref()
    }

    /// The message that it came in.
    pub fn message(&self) -> Option<&Message> {
        self.asked.as_ref().map(|asked| &asked.message)
    }

    /// Where it was given.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Answers with these, in order; an empty one is not sent.
    pub fn answer(mut self, mut bodies: Vec<String>) {
        if let Some(asked) = self.asked.take() {
            bodies.retain(|body| !body.is_empty());
            self.send(asked, bodies);
        }
    }

    fn send(&mut self, asked: Box<Invocation>, bodies: Vec<String>) {
        let message = asked.message;
        let bytes = message.size() + bodies.as_slice().size();
        let (network, manner) = (Arc::clone(&self.network), self.manner);
        let send = move || {
            if !bodies.is_empty() {
                network.backend().answer(message, bodies, manner);
            }
        };
        let Some(ticket) = self.ticket.take() else { return send() };
        if People::answer(&ticket, bytes, send) {
            let under_way = self.network.under_way();
            tokio::spawn(async move {
                sleep(PATIENCE).await;
                People::hurry(&ticket);
                drop(under_way);
            });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(mut asked) = self.asked.take() {
            // Whoever gave it knows how it went on; it may be one of very many that are refused at once.
            let body = &mut asked.message.body;
            body.truncate(body.floor_char_boundary(LONGEST_REFUSED));
            body.shrink_to_fit();
            let words = format!(
                "error: {} could not answer `{}`: it failed, or has too much to do. Why is in the log.",
                self.bot, asked.command
            );
            self.send(asked, vec![words]);
        }
    }
}
