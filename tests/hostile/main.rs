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
mod memory;
mod memory_;
mod neighbour;
mod network;
mod trial;

use libtest_mimic::{Arguments, Trial};
use parlor::imports::state::Services;

use attack::Attack;
use journal::Journal;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// The attacks of each family, and what the host shares with them.
const FAMILIES: &[(&str, &[Attack], fn() -> Services)] = &[
    ("cpu", cpu::ATTACKS, Services::default),
    ("memory", memory_::ATTACKS, Services::default),
    ("host-memory", host_memory::ATTACKS, Services::default),
];

fn main() {
    Journal::listen();
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let trials = FAMILIES.iter().flat_map(|(family, attacks, services)| {
        attacks.iter().map(move |attack| {
            let (attack, services) = (*attack, *services);
            Trial::test(format!("{family}::{}", attack.guest), move || {
                let figures = trial::run(attack, services)?;
                figures.keep()?;
                Ok(())
            })
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}
