//! The WebAssembly engine that all extensions share, and the clock that interrupts them.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

use wasmtime::{
    Config, Engine, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
    component::Component,
};

use super::compiler::{Compiler, NotCompiled};

/// How long a guest may compute before it has to make room for others, and the grain of CPU limits.
pub const TICK: Duration = Duration::from_millis(1);

/// Ticks without any guest at work after which the clock stops, so that an idle program uses no processor.
const TICKS_BEFORE_REST: u32 = 500;

/// The engine, made once per program. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    engine: Engine,
    compiler: Compiler,
    pulse: Arc<Pulse>,
    _ticker: Arc<Ticker>,
}

impl Sandbox {
    /// An engine with room for `extensions` instances at a time, and as many again for those that are being replaced. Its
    /// components are compiled by `compiler`.
    ///
    /// # Errors
    /// If the machine cannot reserve the address space (4 GiB an instance, of which only what is used costs memory).
    pub fn new(extensions: u32, compiler: Compiler) -> wasmtime::Result<Self> {
        let slots = extensions.saturating_mul(2).saturating_add(16);
        let mut pool = PoolingAllocationConfig::new();
        // Per component: what the largest known guest toolchains need (Python: 20,000 table elements, 30 instances).
        pool.max_component_instance_size(8 << 20)
            .max_core_instance_size(2 << 20)
            .max_core_instances_per_component(64)
            .max_memories_per_component(4)
            .max_tables_per_component(16)
            .table_elements(20_000)
            .max_memory_size(1 << 32)
            .max_memories_per_module(4)
            .max_tables_per_module(8)
            .total_component_instances(slots)
            .total_core_instances(slots.saturating_mul(8))
            .total_memories(slots.saturating_mul(2))
            .total_tables(slots.saturating_mul(4))
            .total_stacks(slots);

        let mut config = code();
        config
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
            .memory_init_cow(true)
            .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(16))
            .async_stack_size(2 << 20);
        let engine = Engine::new(&config)?;
        let pulse = Arc::new(Pulse::default());
        let ticker = Arc::new(Ticker::start(engine.weak(), Arc::clone(&pulse))?);
        Ok(Self { engine, compiler, pulse, _ticker: ticker })
    }

    /// The engine itself.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Compiles a component. This blocks.
    ///
    /// # Errors
    /// If it cannot be compiled, or not within the compiler's bounds.
    pub fn compile(&self, component: &[u8]) -> Result<Component, NotCompiled> {
        self.load(&self.code(component)?)
    }

    /// The machine code of a component. This blocks.
    pub(super) fn code(&self, component: &[u8]) -> Result<Vec<u8>, NotCompiled> {
        self.compiler.code(&self.engine, component)
    }

    /// A component of machine code that [`code`](Self::code) gave.
    pub(super) fn load(&self, code: &[u8]) -> Result<Component, NotCompiled> {
        // SAFETY: it was made by this program's own compiler, here or in a process that was started for that.
        let loaded = unsafe { Component::deserialize(&self.engine, code) };
        loaded.map_err(|error| NotCompiled::NotLoaded(format!("{error:#}")))
    }

    pub(super) fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }
}

/// All that the machine code of a component depends on: the same in all processes of this program.
fn code() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        // A sync-typed contract does not need it, and without it calls cost a fraction.
        .concurrency_support(false)
        .wasm_component_model(true)
        .wasm_memory64(false)
        .generate_address_map(true)
        .native_unwind_info(false)
        .max_wasm_stack(512 << 10)
        // Else a variable of the environment decides it, which a compiler apart does not see; and nobody here reads the
        // tables that it keeps.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config
}

/// An engine that compiles for every [`Sandbox`] of this program, and runs nothing: it reserves no room for instances.
pub(super) fn for_compiling() -> wasmtime::Result<Engine> {
    Engine::new(&code())
}

/// Whether guests are at work: keeps the clock going.
#[derive(Default, Debug)]
pub(super) struct Pulse {
    touched: AtomicBool,
    ended: AtomicBool,
    ticker: OnceLock<Thread>,
}

impl Pulse {
    /// A guest is about to run, or still running: wakes the clock where it rests.
    pub(super) fn touch(&self) {
        if !self.touched.load(Ordering::Relaxed)
            && !self.touched.swap(true, Ordering::AcqRel)
            && let Some(thread) = self.ticker.get()
        {
            thread.unpark();
        }
    }
}

/// The thread that ends an epoch every [`TICK`]. Ends with its engine.
struct Ticker {
    pulse: Arc<Pulse>,
}

impl Ticker {
    fn start(engine: EngineWeak, pulse: Arc<Pulse>) -> std::io::Result<Self> {
        let clock = Arc::clone(&pulse);
        let handle = thread::Builder::new().name("epoch".into()).spawn(move || tick(&engine, &clock))?;
        // Set once, here.
        let _ = pulse.ticker.set(handle.thread().clone());
        Ok(Self { pulse })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.pulse.ended.store(true, Ordering::Release);
        if let Some(thread) = self.pulse.ticker.get() {
            thread.unpark();
        }
    }
}

fn tick(engine: &EngineWeak, pulse: &Pulse) {
    loop {
        for _ in 0..TICKS_BEFORE_REST {
            thread::sleep(TICK);
            let Some(engine) = engine.upgrade() else { return };
            engine.increment_epoch();
        }
        if !pulse.touched.swap(false, Ordering::AcqRel) {
            while !pulse.touched.load(Ordering::Acquire) {
                if pulse.ended.load(Ordering::Acquire) {
                    return;
                }
                thread::park();
            }
        }
    }
}
