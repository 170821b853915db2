//! Hostile guests: one for each attack, and a neighbour that must not notice.
//!
//! An [`attack`] is a row in the table of its family; [`trial`] runs it in an [`arena`] of its own, and asserts that it ends as
//! its limit says, that the log says so once, that the host's memory is as it was, and that the neighbour was answered
//! throughout. Attacks run one after the other, since memory is that of the whole process.

mod arena;
mod attack;
mod cpu;
mod figures;
mod host_memory;
mod journal;
mod latency;
mod lies;
mod memory;
mod memory_;
mod messages;
mod neighbour;
mod network;
mod peer;
mod reaching_out;
mod services;
mod session;
mod sessions;
mod time;
mod trial;

use libtest_mimic::{Arguments, Trial};

use attack::Attack;
use journal::Journal;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// The attacks of each family.
const FAMILIES: &[(&str, &[Attack])] = &[
    ("cpu", cpu::ATTACKS),
    ("memory", memory_::ATTACKS),
    ("host-memory", host_memory::ATTACKS),
    ("messages", messages::ATTACKS),
    ("lies", lies::ATTACKS),
    ("reaching-out", reaching_out::ATTACKS),
    ("time", time::ATTACKS),
    ("sessions", sessions::ATTACKS),
];

fn main() {
    Journal::listen();
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let trials = FAMILIES.iter().flat_map(|(family, attacks)| {
        attacks.iter().map(move |attack| {
            let attack = *attack;
            Trial::test(format!("{family}::{}", attack.guest), move || {
                let figures = trial::run(attack)?;
                figures.keep()?;
                Ok(())
            })
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}
