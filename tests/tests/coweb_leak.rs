//! What is left of sessions that have ended, and of their services: nothing.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use parlor_tests::{
    guests::guest,
    web::{
        peer::Peer,
        server::Server,
        services::{asked, listens, named_people},
    },
};
use serde_json::json;
use tokio::time::{Instant, sleep};

/// Sessions that are there at the same time.
const AT_ONCE: usize = 8;
/// Memory that the server may take more for ten thousand sessions than for the thousand before, in bytes. What one
/// session has (three instances, queues) is more than a hundredth of that.
const SLACK: u64 = 24 << 20;

/// What a process uses: bytes of memory, open files, and tasks of the kernel's.
#[derive(Debug)]
struct Use {
    memory: u64,
    files: usize,
    threads: usize,
}

fn used(process: u32) -> Use {
    let count = |what: &str| fs::read_dir(format!("/proc/{process}/{what}")).expect("it runs").count();
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("its memory");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    Use { memory: kilobytes * 1024, files: count("fd"), threads: count("task") }
}

/// So many sessions, each with a service that is listened to and asked.
async fn sessions(server: &Arc<Server>, last: &Arc<AtomicU32>, until: u32) {
    let people: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (server, last) = (Arc::clone(server), Arc::clone(last));
            tokio::spawn(async move {
                let mut anna = Peer::new(server.url(), "anna");
                loop {
                    let number = last.fetch_add(1, Relaxed);
                    if number >= until {
                        return;
                    }
                    anna.prepares(json!({"key": format!("k{number}"), "collab": true})).await;
                    anna.shakes_hands().await;
                    listens(&mut anna, "echo").await;
                    assert_eq!(asked(&mut anna, "echo", json!(number)).await, json!({"success": true}));
                    anna.sends(json!({"channel": "/meta/disconnect"})).await;
                }
            })
        })
        .collect();
    for person in people {
        if person.await.is_err() {
            let log = server.program.log();
            let warnings: Vec<_> = log.lines().filter(|line| line.contains("WARN")).take(20).collect();
            panic!("not all went well: {}", warnings.join("\n"));
        }
    }
}

/// Waits until the server has nothing more to do for sessions that are over.
async fn calm(process: u32) -> Use {
    let begin = Instant::now();
    let mut least = used(process);
    // A session is swept within half a second, and ends within five. Memory is given back a little later.
    while begin.elapsed() < Duration::from_secs(8) {
        sleep(Duration::from_millis(250)).await;
        let now = used(process);
        least = Use {
            memory: least.memory.min(now.memory),
            files: least.files.min(now.files),
            threads: least.threads.min(now.threads),
        };
    }
    least
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_sessions_leave_nothing_behind() {
    let echo = guest("echo-service");
    let server =
        Server::start(&format!("{}service.echo = {{ component = {echo:?} }}\n", named_people())).await;
    let (server, last) = (Arc::new(server), Arc::new(AtomicU32::new(0)));
    let process = server.program.id();
    sessions(&server, &last, 1_000).await;
    let before = calm(process).await;
    last.store(1_000, Relaxed);
    sessions(&server, &last, 11_000).await;
    let after = calm(process).await;
    assert!(after.memory < before.memory + SLACK, "{before:?}, and then {after:?}");
    assert!(after.files <= before.files, "{before:?}, and then {after:?}");
    assert!(after.threads <= before.threads + 2, "{before:?}, and then {after:?}");
    let log = server.program.log();
    assert!(!log.contains("cut off") && !log.contains("failed"), "{log}");
}
