//! Messages through the host: in → router → sandboxed `echo` → out, all in this process.
//!
//! Prints one line of JSON. `host` is Parlor with every limit armed; `floor` is the same guest's same export called
//! by wasmtime alone, at its cheapest setting. `cargo xtask bench chat` runs this in turn with the peer.

use std::time::{Duration, Instant};

use anyhow::Context;
use parlor_tests::{guests::guest, house::TestHouse};
use serde_json::{Value, json};

/// As the program has it; the floor has it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Messages per measurement.
const MESSAGES: usize = 20_000;
/// Messages before the first measurement.
const WARM_UP: usize = 2_000;

fn main() -> anyhow::Result<()> {
    // `cargo bench` passes options of its own.
    let host = measure_host()?;
    let floor = floor::measure()?;
    println!("{}", json!({ "host": host, "floor": floor }));
    Ok(())
}

fn measure_host() -> anyhow::Result<Value> {
    // The program's own runtime with one worker, since one core is all that the peer can use; the measuring side is a
    // task beside the bot's.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let measured = runtime.spawn(async {
        let house = TestHouse::new();
        let (_bot, status) = house.bot("echo", &guest("echo"), "").await;
        anyhow::ensure!(status == parlor::sandbox::Status::Running, "echo: {status:?}");
        for _ in 0..WARM_UP {
            house.stage.ask("@ann", "!echo warm").await;
        }
        let mut heard = house.stage.listen().await;
        let mut latencies = Vec::with_capacity(MESSAGES);
        let begin = Instant::now();
        for number in 0..MESSAGES {
            let text = format!("!echo hello {number}");
            let sent = Instant::now();
            house.stage.tell("@ann", &text);
            let answer = heard.recv().await.context("no answer")?.body;
            latencies.push(sent.elapsed());
            anyhow::ensure!(answer == text["!echo ".len()..], "a wrong answer: {answer}");
        }
        let one_by_one = summary(begin.elapsed(), latencies);
        // As many in flight as a mailbox holds.
        let begin = Instant::now();
        for _ in 0..MESSAGES / 200 {
            for _ in 0..200 {
                house.stage.tell("@ann", "!echo hello");
            }
            for _ in 0..200 {
                heard.recv().await.context("no answer")?;
            }
        }
        let pipelined = MESSAGES as f64 / begin.elapsed().as_secs_f64();
        Ok(json!({ "one_by_one": one_by_one, "pipelined_per_second": pipelined }))
    });
    runtime.block_on(measured)?
}

fn summary(total: Duration, mut latencies: Vec<Duration>) -> Value {
    latencies.sort_unstable();
    let at = |share: f64| latencies[(latencies.len() as f64 * share) as usize].as_nanos() as f64 / 1e3;
    json!({
        "per_second": latencies.len() as f64 / total.as_secs_f64(),
        "p50_us": at(0.5),
        "p99_us": at(0.99),
    })
}

/// Plain wasmtime: no limits, no actor, no router.
mod floor {
    use super::*;
    use wasmtime::{
        Config, Engine, Store,
        component::{Component, Linker, ResourceTable},
    };
    use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

    mod bindings {
        wasmtime::component::bindgen!({
            path: "../wit/chat",
            inline: "
                package parlor:floor;
                world floor {
                    export parlor:chat/command-handler@0.1.0;
                }
            ",
            world: "parlor:floor/floor",
        });
    }
    use bindings::{
        exports::parlor::chat::command_handler::Invocation,
        parlor::chat::types::{Identifier, Message, Recipient},
    };

    struct Wasi(WasiCtx, ResourceTable);

    impl WasiView for Wasi {
        fn ctx(&mut self) -> WasiCtxView<'_> {
            WasiCtxView { ctx: &mut self.0, table: &mut self.1 }
        }
    }

    pub fn measure() -> anyhow::Result<Value> {
        let mut config = Config::new();
        config.concurrency_support(false);
        let engine = Engine::new(&config)?;
        let component = Component::from_file(&engine, guest("echo"))?;
        let mut linker = Linker::<Wasi>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
        let mut store = Store::new(&engine, Wasi(WasiCtx::builder().build(), ResourceTable::new()));
        let floor = bindings::Floor::instantiate(&mut store, &component, &linker)?;
        let handler = floor.parlor_chat_command_handler();
        let mut call = |text: String| -> anyhow::Result<String> {
            let answer = handler.call_on_command(&mut store, &invocation(text))?;
            let replies = answer.map_err(anyhow::Error::msg)?;
            replies.into_iter().next().context("no answer")
        };
        for _ in 0..WARM_UP {
            call("warm".into())?;
        }
        let mut latencies = Vec::with_capacity(MESSAGES);
        let begin = Instant::now();
        for number in 0..MESSAGES {
            let text = format!("hello {number}");
            let sent = Instant::now();
            let answer = call(text.clone())?;
            latencies.push(sent.elapsed());
            anyhow::ensure!(answer == text, "a wrong answer: {answer}");
        }
        Ok(summary(begin.elapsed(), latencies))
    }

    /// The same message that the host builds.
    fn invocation(arguments: String) -> Invocation {
        let person = |name: &str| Identifier {
            network: "test".into(),
            person: format!("@{name}"),
            client: None,
            nick: Some(name.into()),
            display_name: None,
            room: None,
            access_id: format!("@{name}"),
        };
        let message = Message {
            id: None,
            network: "test".into(),
            sender: person("ann"),
            recipient: Recipient::Person(person("parlor")),
            body: format!("!echo {arguments}"),
            parent: None,
            timestamp: 1_700_000_000_000,
            delayed: false,
            extras: Vec::new(),
        };
        Invocation { command: "echo".into(), arguments, message }
    }
}
