//! Runs one attack, and asserts all that holds of every one.

use std::time::{Duration, Instant};

use tokio::{runtime::Builder, time::sleep};

use super::{arena::Arena, attack::Attack, figures::Figures, journal::Journal, memory, neighbour::Neighbour};

/// How long the neighbour is alone, and how long she asks beside an attacker at least.
const A_WHILE: Duration = Duration::from_millis(250);
/// How long it may take to let go of what it held.
const LETTING_GO: Duration = Duration::from_secs(8);
/// The neighbour's slowest answers, one in a hundred, may take twice as long as alone, or so long if that is more: a test
/// must hold on a busy machine as well.
const LENIENT: Duration = Duration::from_millis(20);
/// How often an attack is tried again: a busy machine may make one look as if it were felt, or let tasks that are over lie
/// about for longer. One that is not stopped is not stopped the next time either.
const AGAIN: usize = 2;

/// Runs it.
///
/// # Errors
/// In words, what did not hold.
pub fn run(attack: Attack) -> Result<Figures, String> {
    let mut tries = 0;
    loop {
        let why = match once(attack) {
            Ok(figures) if figures.p99_beside <= (figures.p99_alone * 2).max(LENIENT) => return Ok(figures),
            Ok(Figures { p99_alone: alone, p99_beside: beside, .. }) => {
                format!("the neighbour noticed: her p99 is {beside:?}, and {alone:?} alone")
            }
            Err(why) => why,
        };
        tries += 1;
        if tries > AGAIN {
            return Err(why);
        }
    }
}

fn once(attack: Attack) -> Result<Figures, String> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let done = runtime.block_on(async { tokio::spawn(fight(attack)).await });
    runtime.shutdown_timeout(Duration::from_secs(5));
    done.map_err(|error| error.to_string())?
}

async fn fight(attack: Attack) -> Result<Figures, String> {
    let mut arena = Arena::new(attack).await?;
    let neighbour = Neighbour::begin(&arena.talk);
    sleep(A_WHILE).await;
    let alone = neighbour.end().await?;

    Journal::clear();
    let (before, resident) = (memory::live(), memory::resident());
    memory::forget_peak();
    let neighbour = Neighbour::begin(&arena.talk);
    let begin = Instant::now();
    let fought = arena.fight().await;
    let took = begin.elapsed();
    sleep(A_WHILE.saturating_sub(took)).await;
    let fought = fought.and_then(|()| arena.check());
    let peak = memory::peak() - before;
    let resident = memory::resident().saturating_sub(resident);
    let answers = neighbour.answers();
    let beside = neighbour.end().await;
    let lines = Journal::lines();
    arena.clear().await;
    let letting_go = Instant::now();
    while memory::live() - before > attack.left << 10 && letting_go.elapsed() < LETTING_GO {
        sleep(Duration::from_millis(20)).await;
    }
    let left = memory::live() - before;

    let figures = Figures {
        guest: attack.guest,
        role: attack.role,
        end: attack.end,
        took,
        lines,
        peak,
        left,
        resident,
        answers,
        p50_alone: alone.percentile(50),
        p99_alone: alone.percentile(99),
        p50_beside: Duration::ZERO,
        p99_beside: Duration::ZERO,
        worst_beside: Duration::ZERO,
    };
    let fault = |what: String| format!("{what}\n{figures:?}\nthe log:\n{}", Journal::beginning());
    fought.map_err(fault)?;
    let beside = beside.map_err(fault)?;
    for words in attack.says {
        let count = Journal::count(words);
        if count != attack.copies {
            return Err(fault(format!("the log was to say once: {words:?}, and does {count} times")));
        }
    }
    if let Some(harm) = Journal::harm() {
        return Err(fault(format!("the log has what does harm: {harm}")));
    }
    if lines > attack.lines * attack.copies {
        return Err(fault(format!("{lines} lines were logged, and {} are enough", attack.lines)));
    }
    if peak > attack.peak << 10 {
        return Err(fault(format!("the host took {} KiB for it, {} are enough", peak >> 10, attack.peak)));
    }
    if left > attack.left << 10 {
        return Err(fault(format!("the host still holds {} KiB of it", left >> 10)));
    }
    let [p50_beside, p99_beside, worst_beside] = [50, 99, 100].map(|percent| beside.percentile(percent));
    Ok(Figures { p50_beside, p99_beside, worst_beside, ..figures })
}
