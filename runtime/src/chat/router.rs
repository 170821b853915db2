//! Between networks and bots: who hears what.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::RwLock;

use super::{
    backend::Backend,
    bindings::{Message, Recipient, handlers::command_handler::Invocation},
    bot::Bot,
    commands::{Table, strip_prefix},
    help::help,
    network::Network,
};

/// How commands are recognised.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What a command begins with; in a direct chat it may be left out.
    pub prefix: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { prefix: "!".into() }
    }
}

/// The bots of one network. Made anew when one comes or goes, so that a message finds its way without a lock.
#[derive(Default)]
pub struct Routes {
    bots: Vec<Arc<Bot>>,
    pub(super) commands: Table,
}

impl Routes {
    pub(super) fn each(&self, tell: impl FnMut(&Arc<Bot>)) {
        self.bots.iter().for_each(tell);
    }
}

/// All networks and bots of the program.
pub struct Router {
    settings: Settings,
    networks: RwLock<BTreeMap<Arc<str>, Arc<Network>>>,
    bots: RwLock<Vec<Arc<Bot>>>,
}

impl Router {
    /// A house without anybody in it.
    pub fn new(settings: Settings) -> Arc<Self> {
        Arc::new(Self { settings, networks: RwLock::default(), bots: RwLock::default() })
    }

    /// Adds a network of this name, in place of an earlier one.
    pub fn add_network(self: &Arc<Self>, name: Arc<str>, backend: Arc<dyn Backend>) -> Arc<Network> {
        let network = Arc::new(Network::new(Arc::clone(&name), backend, Arc::downgrade(self)));
        self.networks.write().insert(name, Arc::clone(&network));
        self.reroute();
        network
    }

    /// The network of this name.
    pub fn network(&self, name: &str) -> Option<Arc<Network>> {
        self.networks.read().get(name).cloned()
    }

    /// Lets a bot hear the networks that it was granted. It is told of those that are there already.
    pub fn add_bot(&self, bot: &Arc<Bot>) {
        let known = {
            let mut bots = self.bots.write();
            let known = bots.iter().any(|other| other.name == bot.name);
            if !known {
                bots.push(Arc::clone(bot));
            }
            known
        };
        self.reroute();
        if !known {
            for name in &bot.networks {
                if let Some(network) = self.network(name).filter(|network| network.connected()) {
                    bot.on_connected(Arc::clone(&network.name));
                }
            }
        }
    }

    /// Forgets a bot: its commands are gone.
    pub fn remove_bot(&self, name: &str) {
        self.bots.write().retain(|bot| &*bot.name != name);
        self.reroute();
    }

    fn reroute(&self) {
        let bots = self.bots.read();
        for (name, network) in self.networks.read().iter() {
            let mut routes = Routes::default();
            for bot in bots.iter().filter(|bot| bot.networks.iter().any(|granted| **granted == **name)) {
                for command in routes.commands.add(bot) {
                    tracing::warn!(network = %name, bot = %bot.name, command, "another bot has this command; it is called so here");
                }
                routes.bots.push(Arc::clone(bot));
            }
            network.set_routes(routes);
        }
    }

    /// Hands a message to whoever it is for. Never waits.
    pub(super) fn message(&self, network: &Arc<Network>, message: Message) {
        let me = network.myself();
        // What the bot said itself, in a room or alone, is no news.
        if me.as_ref().is_some_and(|me| me.person == message.sender.person) {
            return;
        }
        let routes = network.routes();
        let direct = matches!(message.recipient, Recipient::Person(_));
        let prefix = &self.settings.prefix;
        if !message.delayed
            && let Some(text) = strip_prefix(&message.body, prefix, direct)
        {
            if let Some((entry, arguments)) = routes.commands.find(text) {
                if entry.command.admin_only {
                    // Nobody can be an admin before admins can be configured: refused rather than open to all.
                    let answer = format!("`{prefix}{}` is for admins, and there are none yet.", entry.name);
                    network.backend().answer(message, vec![answer]);
                    return;
                }
                let invocation = Invocation {
                    command: entry.command.name.clone(),
                    arguments: arguments.to_owned(),
                    message,
                };
                entry.bot.command(Arc::clone(network), invocation);
                return;
            }
            if let Some(wanted) =
                text.strip_prefix("help").filter(|rest| !rest.starts_with(char::is_alphanumeric))
            {
                let answer = help(&routes, prefix, wanted);
                network.backend().answer(message, vec![answer]);
                return;
            }
            let said_prefix = message.body.trim_start().starts_with(prefix.as_str());
            if said_prefix || (direct && !routes.bots.iter().any(|bot| bot.hears_messages())) {
                let answer = unknown(&routes, prefix, text);
                network.backend().answer(message, vec![answer]);
                return;
            }
        }
        let nick = me.as_ref().and_then(|me| me.nick.as_deref());
        let named = nick.is_some_and(|nick| !direct && names(&message.body, nick));
        let message = Arc::new(message);
        routes.each(|bot| {
            bot.on_message(Arc::clone(&message));
            if named {
                bot.on_mention(Arc::clone(&message));
            }
        });
    }
}

/// The answer to a command that nobody declared.
fn unknown(routes: &Routes, prefix: &str, text: &str) -> String {
    let word: String = text.split_whitespace().next().unwrap_or_default().chars().take(40).collect();
    match routes.commands.nearest(text) {
        Some(nearest) => format!("There is no command `{word}`. Did you mean `{prefix}{nearest}`?"),
        None => format!("There is no command `{word}`. `{prefix}help` lists those that there are."),
    }
}

/// Whether a text has this nick in it as a word of its own.
fn names(text: &str, nick: &str) -> bool {
    let part = |c: char| !c.is_alphanumeric() && c != '-' && c != '_';
    !nick.is_empty() && text.split(part).any(|word| word.eq_ignore_ascii_case(nick))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nick_is_named_as_a_word_of_its_own() {
        assert!(names("Parlor: hi", "parlor"));
        assert!(names("hello parlor!", "parlor"));
        assert!(!names("parlorous times", "parlor"));
        assert!(!names("anything", ""));
    }
}
