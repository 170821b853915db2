//! The people of one network, as far as the host keeps something of them: how many commands they may still give, which
//! they gave last, and which of their answers are due.

use std::{
    collections::{HashMap, VecDeque},
    hash::BuildHasher,
    sync::Arc,
    time::{Duration, Instant},
};

use foldhash::fast::RandomState;
use parking_lot::Mutex;

use super::settings::Flood;

/// Answers to one person come in the order of their commands, whichever bots give them: one that is ready early waits so
/// long for those before it, and no longer. Then those are waited for no more, so that a stuck bot delays one answer of
/// another by a moment, and no second one. Commands for admins wait for none.
pub const PATIENCE: Duration = Duration::from_millis(100);
/// People who are kept in mind; beyond it, those who are idle are forgotten.
const MOST_PEOPLE: usize = 4096;
/// Commands of each that are.
const MOST_HISTORY: usize = 20;
/// What is kept of commands of all people together, in bytes; beyond it, all of them are forgotten.
const MOST_HISTORY_BYTES: usize = 1 << 20;
/// So many answers of one person wait for those before them, and no more bytes than that: at the next one, those before are
/// waited for no more.
const MOST_EARLY: usize = 64;
/// See above.
const MOST_EARLY_BYTES: usize = 1 << 20;
/// The longest command that is, in bytes.
const LONGEST_HISTORY: usize = 400;

/// The people of one network, by their access identities.
pub struct People {
    flood: Flood,
    hasher: RandomState,
    known: Mutex<Known>,
}

struct Known {
    people: HashMap<u64, Arc<Mutex<Person>>, RandomState>,
    /// Commands so far, of all of them: a clock that costs nothing.
    commands: u64,
    /// What the commands that are kept take.
    history_bytes: usize,
    /// At how many people the idle ones are forgotten.
    sweep_at: usize,
}

struct Person {
    /// Commands that they may still give at once, in fractions, at …
    allowance: f64,
    /// … this time. Looked at when there are none left: most people never come to that.
    counted: Instant,
    /// When they gave their last command.
    last: u64,
    /// They were told that they give too many.
    told: bool,
    /// The number of the next command.
    next: u32,
    /// The number of the command whose answer is due.
    due: u32,
    /// Answers that are ready before their time.
    early: Vec<Early>,
    history: VecDeque<String>,
}

/// An answer that is ready before its time.
struct Early {
    number: u32,
    bytes: usize,
    send: Send,
}

/// Sends an answer.
type Send = Box<dyn FnOnce() + std::marker::Send>;

/// A command's place among those of its sender, who is kept in mind for as long.
#[derive(Clone)]
pub struct Ticket {
    person: Arc<Mutex<Person>>,
    number: u32,
}

/// What becomes of somebody's command.
#[derive(Clone)]
pub enum Admission {
    /// It is dealt with.
    Admitted(Option<Ticket>),
    /// It is one too many. They are told so the first time.
    Flooding {
        /// Nothing was said about it yet.
        first: bool,
    },
}

impl People {
    /// Nobody yet.
    pub fn new(flood: Flood) -> Self {
        let known =
            Known { people: HashMap::default(), commands: 0, history_bytes: 0, sweep_at: MOST_PEOPLE };
        Self { flood, hasher: RandomState::default(), known: Mutex::new(known) }
    }

    /// Somebody gives a command. Every ticket must be handed back by [`answer`](Self::answer); there is one if the answer is
    /// to come in its turn, as it is `queued`.
    pub fn admit(&self, access_id: &str, command: &str, limited: bool, queued: bool) -> Admission {
        let key = self.hasher.hash_one(access_id);
        // The nick of a mask is changed in no time: it is the rest that may give so many.
        let purse = access_id.split_once('!').map_or(key, |(_, host)| self.hasher.hash_one(host));
        let most = f64::from(self.flood.commands);
        let mut known = self.known.lock();
        known.sweep();
        known.commands += 1;
        let last = known.commands;
        let new = || Arc::new(Mutex::new(Person::new(most)));
        let limited = limited && self.flood.commands > 0;
        if limited && purse != key {
            let mut host = known.people.entry(purse).or_insert_with(new).lock();
            host.last = last;
            if let Some(first) = host.spend(most, self.flood.per) {
                return Admission::Flooding { first };
            }
        }
        let shared = known.people.entry(key).or_insert_with(new);
        let mut person = shared.lock();
        person.last = last;
        if limited
            && purse == key
            && let Some(first) = person.spend(most, self.flood.per)
        {
            return Admission::Flooding { first };
        }
        let oldest = if person.history.len() == MOST_HISTORY { person.history.pop_front() } else { None };
        // Its memory is used again.
        let mut latest = oldest.unwrap_or_default();
        let before = latest.capacity();
        latest.clear();
        latest.push_str(&command[..command.floor_char_boundary(LONGEST_HISTORY)]);
        let more = latest.capacity() - before;
        person.history.push_back(latest);
        let ticket = queued.then(|| {
            let number = person.next;
            person.next = number.wrapping_add(1);
            Ticket { person: Arc::clone(shared), number }
        });
        drop(person);
        known.history_bytes += more;
        if known.history_bytes > MOST_HISTORY_BYTES {
            known.forget_history();
        }
        Admission::Admitted(ticket)
    }

    /// Sends an answer, which holds so many bytes, when it is due. True: it is kept for now, and [`hurry`](Self::hurry) is
    /// to be called once [`PATIENCE`] is over.
    pub fn answer(ticket: &Ticket, bytes: usize, send: impl FnOnce() + std::marker::Send + 'static) -> bool {
        let mut person = ticket.person.lock();
        match person.place(ticket.number) {
            place if place > 0 => {
                person.early.push(Early { number: ticket.number, bytes, send: Box::new(send) });
                let waiting = person.early.iter().map(|early| early.bytes).sum::<usize>();
                if person.early.len() <= MOST_EARLY && waiting <= MOST_EARLY_BYTES {
                    return true;
                }
                person.go_ahead(ticket.number);
            }
            // Sent while nobody else can be: what is due next must not overtake it.
            0 => {
                send();
                person.due = ticket.number.wrapping_add(1);
                person.catch_up();
            }
            // Others went ahead of it.
            _ => send(),
        }
        false
    }

    /// Sends an answer that has waited long enough, after those before it that are ready. The others are waited for no more.
    pub fn hurry(ticket: &Ticket) {
        ticket.person.lock().go_ahead(ticket.number);
    }

    /// The commands that somebody gave last, the oldest first.
    pub fn history(&self, access_id: &str) -> Vec<String> {
        let key = self.hasher.hash_one(access_id);
        let known = self.known.lock();
        known
            .people
            .get(&key)
            .map(|person| person.lock().history.iter().cloned().collect())
            .unwrap_or_default()
    }
}

impl Known {
    /// Forgets what people said, not who they are.
    fn forget_history(&mut self) {
        for person in self.people.values() {
            person.lock().history = VecDeque::new();
        }
        self.history_bytes = 0;
    }

    /// Forgets who is idle, once there are too many: those who gave no command for the longest time first.
    fn sweep(&mut self) {
        if self.people.len() < self.sweep_at {
            return;
        }
        let mut last: Vec<_> = self.people.values().map(|person| person.lock().last).collect();
        let half = last.len() / 2;
        let (_, median, _) = last.select_nth_unstable(half);
        let median = *median;
        // Who has a ticket may be known under it only.
        self.people.retain(|_, person| Arc::strong_count(person) > 1 || person.lock().last > median);
        // All of them may be waiting for an answer: then it is their commands that bound their number.
        self.sweep_at = (self.people.len() * 2).max(MOST_PEOPLE);
    }
}

impl Person {
    fn new(allowance: f64) -> Self {
        let (early, history) = (Vec::new(), VecDeque::new());
        let counted = Instant::now();
        Self { allowance, counted, last: 0, told: false, next: 0, due: 0, early, history }
    }

    /// Takes one command from the allowance; if there is none left, tells whether that is to be said.
    fn spend(&mut self, most: f64, per: Duration) -> Option<bool> {
        if self.allowance < 1.0 {
            let now = Instant::now();
            let earned = most * now.duration_since(self.counted).as_secs_f64() / per.as_secs_f64();
            self.allowance = (self.allowance + earned).min(most);
            self.counted = now;
            // Whoever goes on as fast as they may, and a little faster, has heard of it.
            if earned >= most / 2.0 {
                self.told = false;
            }
        }
        if self.allowance < 1.0 {
            return Some(!std::mem::replace(&mut self.told, true));
        }
        self.allowance -= 1.0;
        None
    }

    /// How many answers are due before this one; negative if its time is over.
    fn place(&self, number: u32) -> i32 {
        number.wrapping_sub(self.due).cast_signed()
    }

    /// Sends what is ready up to this number, and what is due then. What is not ready is waited for no more.
    fn go_ahead(&mut self, number: u32) {
        while self.place(number) >= 0 {
            self.catch_up();
            if self.place(number) >= 0 {
                self.due = self.due.wrapping_add(1);
            }
        }
        self.catch_up();
    }

    /// Sends what is ready and due.
    fn catch_up(&mut self) {
        while let Some(place) = self.early.iter().position(|early| early.number == self.due) {
            (self.early.swap_remove(place).send)();
            self.due = self.due.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FLOOD: Flood = Flood { commands: 3, per: Duration::from_secs(3600) };

    fn ticket(people: &People, who: &str) -> Ticket {
        match people.admit(who, "echo", false, true) {
            Admission::Admitted(ticket) => ticket.unwrap(),
            Admission::Flooding { .. } => panic!("not limited"),
        }
    }

    #[test]
    fn beyond_the_bound_commands_are_refused_and_that_is_said_once() {
        let people = People::new(FLOOD);
        for _ in 0..3 {
            assert!(matches!(people.admit("ann", "echo", true, true), Admission::Admitted(_)));
        }
        assert!(matches!(people.admit("ann", "echo", true, true), Admission::Flooding { first: true }));
        assert!(matches!(people.admit("ann", "echo", true, true), Admission::Flooding { first: false }));
        assert!(matches!(people.admit("ben", "echo", true, true), Admission::Admitted(_)));
    }

    #[test]
    fn another_nick_gives_nobody_more() {
        let people = People::new(FLOOD);
        for nick in ["ann", "ben", "cid"] {
            let mask = format!("{nick}!~a@home.example");
            assert!(matches!(people.admit(&mask, "echo", true, true), Admission::Admitted(_)));
        }
        assert!(matches!(
            people.admit("dan!~a@home.example", "echo", true, true),
            Admission::Flooding { first: true }
        ));
        assert!(matches!(people.admit("dan!~d@home.example", "echo", true, true), Admission::Admitted(_)));
    }

    #[test]
    fn what_was_given_last_is_kept_in_bounds() {
        let people = People::new(FLOOD);
        for number in 0..30 {
            people.admit("ann", &format!("echo {number} {}", "ü".repeat(1000)), false, false);
        }
        let history = people.history("ann");
        assert_eq!(history.len(), MOST_HISTORY);
        assert!(history[0].starts_with("echo 10 ü") && history[0].len() <= LONGEST_HISTORY);
        assert!(people.history("ben").is_empty());
    }

    #[test]
    fn what_all_gave_together_is_kept_in_bounds() {
        let people = People::new(FLOOD);
        for number in 0..MOST_PEOPLE {
            people.admit(&number.to_string(), &"x".repeat(LONGEST_HISTORY), false, false);
        }
        let known = people.known.lock();
        let kept: usize = known
            .people
            .values()
            .flat_map(|person| person.lock().history.clone())
            .map(|command| command.len())
            .sum();
        assert!((1..=MOST_HISTORY_BYTES).contains(&kept), "{kept}");
    }

    #[test]
    fn many_people_are_not_all_kept() {
        let people = People::new(FLOOD);
        let waiting = ticket(&people, "waiting");
        for number in 0..3 * MOST_PEOPLE {
            let ticket = ticket(&people, &number.to_string());
            People::answer(&ticket, 0, || {});
        }
        assert!(people.known.lock().people.len() <= MOST_PEOPLE);
        assert!(people.known.lock().people.values().any(|person| Arc::ptr_eq(person, &waiting.person)));
    }

    #[test]
    fn one_that_has_waited_long_enough_goes_ahead_and_is_not_sent_twice() {
        let people = People::new(FLOOD);
        let sent = Arc::new(Mutex::new(Vec::new()));
        let say = |number: u32| {
            let sent = Arc::clone(&sent);
            move || sent.lock().push(number)
        };
        let [stuck, early, later, last] = [0, 1, 2, 3].map(|_| ticket(&people, "ann"));
        assert!(People::answer(&later, 0, say(2)));
        assert!(People::answer(&early, 0, say(1)));
        People::hurry(&early);
        assert_eq!(*sent.lock(), [1, 2]);
        People::hurry(&early);
        // The stuck one holds up nothing more.
        assert!(!People::answer(&last, 0, say(3)));
        assert!(!People::answer(&stuck, 0, say(0)));
        assert_eq!(*sent.lock(), [1, 2, 3, 0]);
    }

    #[test]
    fn too_many_that_are_early_or_too_large_wait_for_nobody() {
        for (size, most) in [(0, MOST_EARLY), (MOST_EARLY_BYTES / 2, 2)] {
            let people = People::new(FLOOD);
            let sent = Arc::new(Mutex::new(Vec::new()));
            let stuck = ticket(&people, "ann");
            for number in 0..=most {
                let sent = Arc::clone(&sent);
                let kept = People::answer(&ticket(&people, "ann"), size, move || sent.lock().push(number));
                assert_eq!(kept, number < most);
            }
            assert!(sent.lock().iter().copied().eq(0..=most));
            assert!(!People::answer(&stuck, 0, || ()));
        }
    }

    proptest! {
        #[test]
        fn answers_come_in_the_order_of_their_commands(order in Just((0..20u32).collect::<Vec<_>>()).prop_shuffle()) {
            let people = People::new(FLOOD);
            let sent = Arc::new(Mutex::new(Vec::new()));
            let tickets: Vec<_> = (0..20).map(|_| ticket(&people, "ann")).collect();
            for number in order {
                let sent = Arc::clone(&sent);
                People::answer(&tickets[number as usize], 0, move || sent.lock().push(number));
            }
            prop_assert!(sent.lock().iter().copied().eq(0..20));
        }
    }
}
