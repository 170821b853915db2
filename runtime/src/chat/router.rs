//! Between networks and bots: who hears what.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::{Mutex, RwLock};
use tokio::{runtime::Handle, sync::Semaphore, time::sleep};
use wildmatch::WildMatch;

use super::{
    access::Question,
    admins::Warnings,
    backend::Backend,
    bindings::{Message, Recipient, handlers::command_handler::Invocation},
    bot::Bot,
    commands::{Entry, Owner, Table},
    network::{Network, Plan},
    occasion::Occasion,
    people::{Admission, Ticket},
    settings::{Addressed, Settings},
    steward::Steward,
    turn::{Manner, Turn},
};
use crate::sandbox::UnderWay;

/// How many of the host's own commands may take their time at once.
const MOST_ERRANDS: usize = 32;
/// So much of a person's name is logged, in bytes.
const LONGEST_NAME: usize = 200;

/// When bots come and go, routes are made for all that did so within this time.
const TOGETHER: Duration = Duration::from_millis(10);

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

    /// What a bot says it is good for.
    pub(super) fn summary(&self, bot: &str) -> Option<String> {
        let bot = self.bots.iter().find(|known| *known.name == *bot)?;
        bot.description().map(|description| description.summary.clone())
    }
}

/// All networks and bots of the program.
pub struct Router {
    settings: Settings,
    networks: RwLock<BTreeMap<Arc<str>, Arc<Network>>>,
    bots: RwLock<Vec<Arc<Bot>>>,
    /// How often somebody came or went.
    changes: AtomicU64,
    /// To how many of these changes the routes have been made. The lock is held while they are.
    routed: AtomicU64,
    routing: Mutex<()>,
    steward: OnceLock<Weak<dyn Steward>>,
    errands: Arc<Semaphore>,
    since: Instant,
    /// Commands that access rules refuse, and people who give too many: as many as anybody likes to invent.
    refusals: Occasion,
    floods: Occasion,
    pub(super) warnings: Warnings,
    pub(super) under_way: UnderWay,
}

impl Router {
    /// A house without anybody in it. What it does on its own counts in `under_way`.
    pub fn new(settings: Settings, under_way: UnderWay) -> Arc<Self> {
        Arc::new(Self {
            settings,
            networks: RwLock::default(),
            bots: RwLock::default(),
            changes: AtomicU64::new(0),
            routed: AtomicU64::new(0),
            routing: Mutex::default(),
            steward: OnceLock::new(),
            errands: Arc::new(Semaphore::new(MOST_ERRANDS)),
            since: Instant::now(),
            refusals: Occasion::new(60),
            floods: Occasion::new(20),
            warnings: Warnings::default(),
            under_way,
        })
    }

    /// How people talk to bots.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Since when there is this router.
    pub fn since(&self) -> Instant {
        self.since
    }

    /// Admins' commands about bots go there from now on. The first counts.
    pub fn obey(&self, steward: Weak<dyn Steward>) {
        let _ = self.steward.set(steward);
    }

    pub(super) fn steward(&self) -> Option<Arc<dyn Steward>> {
        self.steward.get()?.upgrade()
    }

    /// Adds a network of this name, in place of an earlier one.
    pub fn add_network(
        self: &Arc<Self>,
        name: Arc<str>,
        backend: Arc<dyn Backend>,
        plan: Plan,
    ) -> Arc<Network> {
        let network = Arc::new(Network::new(
            Arc::clone(&name),
            backend,
            Arc::downgrade(self),
            self.settings.flood,
            plan,
        ));
        self.networks.write().insert(name, Arc::clone(&network));
        self.changed();
        network
    }

    /// The network of this name.
    pub fn network(&self, name: &str) -> Option<Arc<Network>> {
        self.networks.read().get(name).cloned()
    }

    /// All networks, by name.
    pub fn networks(&self) -> Vec<Arc<Network>> {
        self.networks.read().values().cloned().collect()
    }

    /// Lets a bot hear the networks that it was granted. It is told of those that are there already.
    pub fn add_bot(self: &Arc<Self>, bot: &Arc<Bot>) {
        let known = {
            let mut bots = self.bots.write();
            let known = bots.iter().any(|other| other.name == bot.name);
            if !known {
                bots.push(Arc::clone(bot));
            }
            known
        };
        self.changed();
        if !known {
            for name in &bot.networks {
                if let Some(network) = self.network(name).filter(|network| network.connected()) {
                    bot.on_connected(Arc::clone(&network.name));
                }
            }
        }
    }

    /// Forgets a bot: its commands are gone.
    pub fn remove_bot(self: &Arc<Self>, name: &str) {
        self.bots.write().retain(|bot| &*bot.name != name);
        self.changed();
    }

    /// Somebody came or went. The routes are made when the next message looks for its way, or soon: that many bots start
    /// at once is no reason to make them as many times.
    fn changed(self: &Arc<Self>) {
        let before = self.changes.fetch_add(1, Ordering::AcqRel);
        if self.routed.load(Ordering::Acquire) == before
            && let Ok(runtime) = Handle::try_current()
        {
            let router = Arc::downgrade(self);
            runtime.spawn(async move {
                sleep(TOGETHER).await;
                if let Some(router) = router.upgrade() {
                    router.reroute();
                }
            });
        }
    }

    /// Makes the routes as bots and networks are now, where they are not so already.
    pub(super) fn reroute(self: &Arc<Self>) {
        if self.routed.load(Ordering::Acquire) == self.changes.load(Ordering::Acquire) {
            return;
        }
        let _routing = self.routing.lock();
        let changes = self.changes.load(Ordering::Acquire);
        if self.routed.load(Ordering::Acquire) == changes {
            return;
        }
        self.make_routes();
        self.routed.store(changes, Ordering::Release);
    }

    fn make_routes(self: &Arc<Self>) {
        let bots = self.bots.read();
        for (name, network) in self.networks.read().iter() {
            let mut routes = Routes::default();
            for bot in bots.iter().filter(|bot| bot.networks.iter().any(|granted| **granted == **name)) {
                let mut renamed = routes.commands.add(bot);
                // Said once, however often a bot comes and goes.
                renamed.retain(|command| !network.old_routes().commands.has(command));
                if let Some(first) = renamed.first() {
                    let more = match renamed.len() - 1 {
                        0 => String::new(),
                        more => format!(", and {more} more likewise"),
                    };
                    let warning = format!(
                        "on {name}, a command of the bot {} is called `{first}`: another has its name{more}",
                        bot.name
                    );
                    tracing::warn!("{warning}");
                    self.warn_admins(warning);
                }
                routes.bots.push(Arc::clone(bot));
            }
            network.set_routes(routes);
        }
    }

    /// Hands a message to whoever it is for. Never waits.
    pub(super) fn message(self: &Arc<Self>, network: &Arc<Network>, message: Message) {
        let me = network.myself();
        // What the bot said itself, in a room or alone, is no news.
        if me.as_ref().is_some_and(|me| me.person == message.sender.person) {
            return;
        }
        let routes = network.routes();
        let direct = matches!(message.recipient, Recipient::Person(_));
        let nick = me.as_ref().and_then(|me| me.nick.as_deref());
        if !message.delayed
            && let Some(Addressed { text, surely }) = self.settings.addressed(&message.body, direct, nick)
        {
            if let Some((entry, arguments)) = routes.commands.find(text) {
                let arguments = arguments.to_owned();
                return self.command(network, &routes, entry, arguments, message);
            }
            if surely || (direct && !routes.bots.iter().any(|bot| bot.hears_messages())) {
                return self.unknown(network, &routes, message);
            }
        }
        let named = nick.is_some_and(|nick| !direct && names(&message.body, nick));
        let message = Arc::new(message);
        routes.each(|bot| {
            bot.on_message(Arc::clone(&message));
            if named {
                bot.on_mention(Arc::clone(&message));
            }
        });
    }

    /// Deals with a command: as often as one person may, and if access rules allow it.
    fn command(
        self: &Arc<Self>,
        network: &Arc<Network>,
        routes: &Routes,
        entry: &Entry,
        arguments: String,
        message: Message,
    ) {
        let prefix = &self.settings.prefix;
        let admin_only = entry.command.admin_only;
        // An admin's command waits for nobody's answer.
        let Some(ticket) = self.admit(network, &message, !admin_only) else { return };
        let manner = self.manner(&entry.name);
        let question = Question {
            bot: entry.owner.name(),
            command: &entry.name,
            admin_only,
            arguments: &arguments,
            message: &message,
        };
        if let Err(refused) = self.settings.access.decide(question) {
            if let Some(others) = self.refusals.arises() {
                let who = brief(&message.sender.access_id);
                tracing::info!(network = %network.name, who, command = entry.name, why = refused.why, others, "refused");
            }
            let answer = if refused.silent {
                String::new()
            } else {
                format!("`{prefix}{}` {}.", entry.name, refused.why)
            };
            let asked = Invocation { command: String::new(), arguments, message };
            return Turn::new(Arc::clone(network), Arc::default(), asked, ticket, manner)
                .answer(vec![answer]);
        }
        match &entry.owner {
            Owner::Bot(bot) => {
                let command = entry.command.name.clone();
                bot.command(Arc::clone(network), Invocation { command, arguments, message }, ticket, manner);
            }
            Owner::Host(builtin) => {
                let asked = Invocation { command: entry.name.clone(), arguments: String::new(), message };
                let turn = Turn::new(Arc::clone(network), self.own_name(), asked, ticket, manner);
                builtin.run(self, routes, &arguments, turn);
            }
        }
    }

    /// The place of a command in its sender's line, if it is `queued` there; none if it is one too many.
    fn admit(&self, network: &Arc<Network>, message: &Message, queued: bool) -> Option<Option<Ticket>> {
        let limited = network.limited() && !self.settings.access.is_admin(message);
        match network.people().admit(&message.sender.access_id, &message.body, limited, queued) {
            Admission::Admitted(ticket) => Some(ticket),
            Admission::Flooding { first } => {
                if first {
                    if let Some(others) = self.floods.arises() {
                        let who = brief(&message.sender.access_id);
                        let what = "too many commands: they are ignored for a while";
                        tracing::warn!(network = %network.name, who, others, "{what}");
                    }
                    let words = "That is too much at once. Wait a little.".to_owned();
                    network.backend().answer(
                        message.clone(),
                        vec![words],
                        Manner { private: true, ..Manner::default() },
                    );
                }
                None
            }
        }
    }

    /// Answers a command that nobody declared.
    fn unknown(&self, network: &Arc<Network>, routes: &Routes, message: Message) {
        if !self.settings.answer_unknown {
            return;
        }
        let Some(ticket) = self.admit(network, &message, true) else { return };
        let me = network.myself();
        let direct = matches!(message.recipient, Recipient::Person(_));
        let nick = me.as_ref().and_then(|me| me.nick.as_deref());
        let text = self.settings.addressed(&message.body, direct, nick).map(|addressed| addressed.text);
        let text = text.unwrap_or_default();
        let prefix = &self.settings.prefix;
        let may = |entry: &Entry| {
            let question = Question {
                bot: entry.owner.name(),
                command: &entry.name,
                admin_only: entry.command.admin_only,
                arguments: "",
                message: &message,
            };
            self.settings.access.decide(question).is_ok()
        };
        let word: String = text.split_whitespace().next().unwrap_or_default().chars().take(40).collect();
        let word = word.replace('`', "'");
        let begun = routes.commands.beginning_with(&word, may);
        let answer = match routes.commands.nearest(text, may) {
            Some(near) => format!("There is no command `{word}`. Did you mean `{prefix}{near}`?"),
            None if !begun.is_empty() => {
                let all: Vec<_> = begun.iter().map(|name| format!("`{prefix}{name}`")).collect();
                format!("`{prefix}{word}` goes on: {}", all.join(", "))
            }
            None => format!("There is no command `{word}`. `{prefix}help` lists those that there are."),
        };
        let asked = Invocation { command: word, arguments: String::new(), message };
        Turn::new(Arc::clone(network), Arc::default(), asked, ticket, self.manner("")).answer(vec![answer]);
    }

    fn manner(&self, command: &str) -> Manner {
        let any = |patterns: &[WildMatch]| patterns.iter().any(|pattern| pattern.matches(command));
        Manner {
            private: any(&self.settings.private),
            threaded: any(&self.settings.threaded),
            named: self.settings.nick_prefix,
        }
    }

    /// Works on an answer beside everything else, and gives it when it is there.
    pub(super) fn meanwhile(
        &self,
        turn: Turn,
        work: impl Future<Output = Result<String, String>> + Send + 'static,
    ) {
        // Beyond the bound the turn is dropped, which answers.
        let Ok(permit) = Arc::clone(&self.errands).try_acquire_owned() else { return };
        let under_way = self.under_way.token();
        tokio::spawn(async move {
            turn.answer(vec![work.await.unwrap_or_else(|words| format!("error: {words}"))]);
            drop((permit, under_way));
        });
    }

    fn own_name(&self) -> Arc<str> {
        super::commands::HOST.into()
    }
}

/// As much of a person's name as is logged.
fn brief(who: &str) -> &str {
    &who[..who.floor_char_boundary(LONGEST_NAME)]
}

/// Whether a text has this nick in it as a word of its own, in any case of its ASCII letters.
fn names(text: &str, nick: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let (text, nick) = (text.to_ascii_lowercase(), nick.to_ascii_lowercase());
    !nick.is_empty()
        && text
            .match_indices(&nick)
            .any(|(start, _)| !text[..start].ends_with(part) && !text[start + nick.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nick_is_named_as_a_word_of_its_own() {
        assert!(names("Parlor: hi", "parlor"));
        assert!(names("hello parlor!", "parlor"));
        assert!(names("parlors, parlor", "parlor"));
        assert!(names("hello [Bot]^", "[bot]^"));
        assert!(!names("parlorous times", "parlor"));
        assert!(!names("anything", ""));
    }
}
