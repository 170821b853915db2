//! What each extension uses: all that ran since the program began, those in sessions added up.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::{
    imports::{State, figures::Figures, state::Common, traffic::Passed},
    sandbox::{Extension, Mailbox, Meter, Status},
};

/// So many instances of one extension are kept apart before those that have ended are looked for.
const MANY: usize = 16;

/// The accounts of all extensions.
#[derive(Default)]
pub struct Ledger(Mutex<BTreeMap<String, Account>>);

/// One extension's: what was, and what is.
struct Account {
    common: Arc<Common>,
    gone: Gone,
    here: Vec<Here>,
    /// When `here` has so many, those that have ended are taken out.
    tidy_at: usize,
}

/// What those used that have ended.
#[derive(Default)]
struct Gone {
    meter: Meter,
    dropped: u64,
    refused: u64,
    denials: u64,
    passed: Passed,
}

/// One that was started, and may have ended since.
struct Here {
    meter: Arc<Meter>,
    mailbox: Mailbox<State>,
    status: watch::Receiver<Status>,
}

impl Here {
    fn has_ended(&self) -> bool {
        self.status.has_changed().is_err()
    }
}

impl Account {
    /// One that an admin starts again counts anew; what was counted before is kept.
    fn renew(&mut self, common: &Arc<Common>) {
        if !Arc::ptr_eq(&self.common, common) {
            self.gone.passed = self.gone.passed + self.common.traffic.passed();
            self.gone.denials += self.common.log.denials();
            self.common = Arc::clone(common);
        }
    }

    /// Adds up those that have ended. The last one stays, for its status.
    fn tidy(&mut self) {
        let last = self.here.pop();
        let gone = &mut self.gone;
        self.here.retain(|here| {
            if here.has_ended() {
                gone.meter.absorb(&here.meter);
                gone.dropped += here.mailbox.dropped();
                gone.refused += here.mailbox.refused();
            }
            !here.has_ended()
        });
        self.here.extend(last);
    }

    fn report(&mut self, id: &str) -> Report {
        self.tidy();
        let sum = Meter::default();
        sum.absorb(&self.gone.meter);
        self.here.iter().for_each(|here| sum.absorb(&here.meter));
        let of = |count: fn(&Here) -> u64| self.here.iter().map(count).sum::<u64>();
        let mut figures = Figures {
            waiting: self.here.iter().map(|here| here.mailbox.depth()).sum(),
            dropped: self.gone.dropped + of(|here| here.mailbox.dropped()),
            refused: self.gone.refused + of(|here| here.mailbox.refused()),
            denials: self.gone.denials + self.common.log.denials(),
            ..Figures::of(sum.used(), self.gone.passed + self.common.traffic.passed())
        };
        figures.host_memory += self.here.iter().map(|here| here.mailbox.bytes()).sum::<usize>();
        let instances = self.here.iter().filter(|here| !here.has_ended()).count();
        let status = self.here.last().map(|here| here.status.borrow().clone());
        Report { id: id.to_owned(), status, instances, figures }
    }
}

/// How an extension is doing.
#[derive(Clone, Debug)]
pub struct Report {
    /// The name of its table in the configuration, such as `bot.echo`.
    pub id: String,
    /// Where it stands; of several in sessions the one that was started last. None before the first.
    pub status: Option<Status>,
    /// How many of it run.
    pub instances: usize,
    /// What it uses.
    pub figures: Figures,
}

impl Ledger {
    /// Takes an extension that was just started into its account.
    pub fn enter(&self, common: &Arc<Common>, extension: &Extension<State>) {
        let mut accounts = self.0.lock();
        let account = accounts.entry(common.id.clone()).or_insert_with(|| Account {
            common: Arc::clone(common),
            gone: Gone::default(),
            here: Vec::new(),
            tidy_at: MANY,
        });
        account.renew(common);
        account.here.push(Here {
            meter: Arc::clone(extension.meter()),
            mailbox: extension.mailbox().clone(),
            status: extension.watch(),
        });
        if account.here.len() >= account.tidy_at {
            account.tidy();
            account.tidy_at = (account.here.len() * 2).max(MANY);
        }
    }

    /// How all extensions are doing, by their ids.
    pub fn reports(&self) -> Vec<Report> {
        self.0.lock().iter_mut().map(|(id, account)| account.report(id)).collect()
    }

    /// How one is doing.
    pub fn report(&self, id: &str) -> Option<Report> {
        self.0.lock().get_mut(id).map(|account| account.report(id))
    }
}
