//! One running instance of an extension: a store with its limits armed, and calls under those limits.

use std::{any::Any, future::poll_fn, pin::Pin, sync::Arc, task::Poll, time::Duration};

use futures_util::future::BoxFuture;
use tokio::time::timeout;
use wasmtime::{
    Store,
    component::{Instance, InstancePre, ResourceTableError},
};

use super::{
    engine::{Pulse, Sandbox},
    limits::{Limiter, Limits},
    mailbox::{Call, Mailbox},
    meter::{CpuExceeded, Meter, Metered},
};

/// What a store's data must offer the sandbox.
pub trait HostState: Send + 'static {
    /// The limiter that the state was made with.
    fn limiter(&mut self) -> &mut Limiter;

    /// Bytes that the host keeps on the guest's behalf, counted roughly: what waits to be sent, and so much for each
    /// thing that it holds or has under way.
    fn held(&mut self) -> usize;

    /// Takes what outlives a reload (open connections) from the instance that this one takes the place of.
    fn take_over(&mut self, from: &mut Self);

    /// Ends what it has open, in good order and in bounded time.
    fn finish(&mut self) -> BoxFuture<'_, ()>;
}

/// Makes the host's side of a new instance.
pub type MakeState<T> = Box<dyn Fn(Limiter, Mailbox<T>) -> wasmtime::Result<T> + Send + Sync>;

/// Makes instances of one component, linked with what the host gives it.
pub trait Instantiate<T>: Send + Sync {
    /// Makes one in this store.
    fn instantiate<'a>(&'a self, store: &'a mut Store<T>) -> BoxFuture<'a, wasmtime::Result<Instance>>;
}

impl<T: Send> Instantiate<T> for InstancePre<T> {
    fn instantiate<'a>(&'a self, store: &'a mut Store<T>) -> BoxFuture<'a, wasmtime::Result<Instance>> {
        Box::pin(self.instantiate_async(store))
    }
}

/// All that it takes to make an instance of one extension, again and again.
pub struct Blueprint<T: 'static> {
    /// The extension's configured name.
    pub name: Arc<str>,
    /// The engine.
    pub sandbox: Sandbox,
    /// The component, linked with what the host gives it.
    pub component: Arc<dyn Instantiate<T>>,
    /// What each instance may use.
    pub limits: Limits,
    /// Makes the host's side.
    pub make_state: MakeState<T>,
}

/// Why an instance is of no use any more. In words that follow the extension's name.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// It trapped: its own fault, or a limit that it ran into.
    #[error("it crashed: {0}")]
    Trap(String),
    /// It computed for too long.
    #[error("{0}")]
    Cpu(#[from] CpuExceeded),
    /// It did not come to an end in time.
    #[error("it did not answer within its limit of {}; a larger one is `limits = {{ call-timeout = \"…\" }}`", humantime::format_duration(*.0))]
    Timeout(Duration),
    /// It ran into the limit of what it may hold.
    #[error("{0}")]
    Limit(String),
}

/// An instance, and whoever holds it may call it: one call at a time.
pub struct Live<T: 'static> {
    /// The store; its data are the host's side.
    pub store: Store<T>,
    /// The component's exports.
    pub instance: Instance,
}

/// An instance under its limits.
pub struct Guarded<T: 'static> {
    live: Live<T>,
    meter: Arc<Meter>,
    pulse: Arc<Pulse>,
    call_timeout: Duration,
}

impl<T: HostState> Guarded<T> {
    /// Makes an instance. Its limits hold from here on, for its initialisation as well.
    ///
    /// # Errors
    /// If the guest's own initialisation fails or runs into a limit.
    pub async fn new(plan: &Blueprint<T>, mailbox: Mailbox<T>, meter: Arc<Meter>) -> Result<Self, Failure> {
        let limits = &plan.limits;
        let state =
            (plan.make_state)(Limiter::new(limits), mailbox).map_err(|error| Failure::Trap(words(&error)))?;
        let mut store = limited_store(&plan.sandbox, limits, &meter, state);
        let (pulse, call_timeout) = (Arc::clone(plan.sandbox.pulse()), limits.call_timeout);
        let begun = under_limits(&meter, &pulse, call_timeout, plan.component.instantiate(&mut store)).await;
        count_held(&meter, &mut store);
        match begun {
            Ok(instance) => Ok(Self { live: Live { store, instance }, meter, pulse, call_timeout }),
            Err(failure) => Err(failure.or_refusal(&mut store)),
        }
    }

    /// Takes what outlives a reload from another instance of the same extension.
    pub(super) fn take_over(&mut self, from: &mut Self) {
        self.live.store.data_mut().take_over(from.live.store.data_mut());
    }

    /// Ends what its host's side has open, in good order.
    pub(super) async fn finish(&mut self) {
        self.live.store.data_mut().finish().await;
    }

    /// Makes one call, within its limits of CPU and time.
    ///
    /// # Errors
    /// After an error the instance is of no use: drop it.
    pub async fn call(&mut self, call: Call<T>) -> Result<(), Failure> {
        let Self { live, meter, pulse, call_timeout } = self;
        // The last deadline may lie long behind, after an idle time.
        live.store.set_epoch_deadline(1);
        let done = under_limits(meter, pulse, *call_timeout, call(live)).await;
        count_held(meter, &mut live.store);
        done.map_err(|failure| failure.or_refusal(&mut live.store))
    }
}

/// Notes what is held after a call.
fn count_held<T: HostState>(meter: &Meter, store: &mut Store<T>) {
    let state = store.data_mut();
    meter.holds(state.limiter().memory(), state.held());
}

/// A store whose limits hold from here on.
pub(super) fn limited_store<T: HostState>(
    sandbox: &Sandbox,
    limits: &Limits,
    meter: &Arc<Meter>,
    state: T,
) -> Store<T> {
    let mut store = Store::new(sandbox.engine(), state);
    store.limiter(|state| state.limiter());
    store.set_hostcall_fuel(limits.host_call_bytes);
    store.set_max_component_handles(limits.handles as usize);
    let (clock, pulse, budget) = (Arc::clone(meter), Arc::clone(sandbox.pulse()), limits.cpu_per_call);
    store.epoch_deadline_callback(move |_| {
        pulse.touch();
        clock.tick(budget)
    });
    store.set_epoch_deadline(1);
    store
}

/// Lets a call run with the meter on and the clock ticking.
async fn under_limits<R>(
    meter: &Meter,
    pulse: &Pulse,
    limit: Duration,
    call: BoxFuture<'_, wasmtime::Result<R>>,
) -> Result<R, Failure> {
    meter.begin();
    let mut metered = Metered { call, meter, pulse };
    // Most calls are over when they are first polled, and need no timer. What this poll takes, CPU limits bound.
    let first = poll_fn(|context| Poll::Ready(Pin::new(&mut metered).poll(context))).await;
    let done = match first {
        Poll::Ready(done) => done,
        Poll::Pending => match timeout(limit, metered).await {
            Ok(done) => done,
            Err(_) => {
                meter.end();
                return Err(Failure::Timeout(limit));
            }
        },
    };
    meter.end();
    done.map_err(|error| Failure::from(&error))
}

impl From<&wasmtime::Error> for Failure {
    fn from(error: &wasmtime::Error) -> Self {
        if let Some(exceeded) = error.downcast_ref::<CpuExceeded>() {
            return Self::Cpu(*exceeded);
        }
        let words = words(error);
        match limit(error, &words) {
            Some(key) => {
                Self::Limit(format!("it crashed: {words}; a larger limit is `limits = {{ {key} = … }}`"))
            }
            None => Self::Trap(words),
        }
    }
}

impl Failure {
    /// A trap after a refused allocation is the guest giving up: the refusal is what its owner needs to know.
    fn or_refusal<T: HostState>(self, store: &mut Store<T>) -> Self {
        match store.data_mut().limiter().take_refusal() {
            Some(refusal) if matches!(self, Self::Trap(_)) => Self::Limit(refusal),
            _ => self,
        }
    }
}

/// The limit that a trap comes from, as it is called in the configuration. The engine and WASI have types for few of them,
/// and words for the others.
fn limit(error: &wasmtime::Error, words: &str) -> Option<&'static str> {
    if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) {
        return Some("handles");
    }
    let known = [
        ("resource table has no free keys", "handles"),
        ("store handle limit", "handles"),
        ("fuel allocated for hostcalls", "host-call-bytes"),
        ("requested len ", "random-bytes"),
    ];
    known.into_iter().find(|(begin, _)| words.contains(begin)).map(|(_, key)| key)
}

/// An engine's error as one line: the cause first, the guest's own frames after it.
fn words(error: &wasmtime::Error) -> String {
    let cause = error.root_cause().to_string();
    let frames = error.downcast_ref::<wasmtime::WasmBacktrace>().map(|backtrace| {
        let names = backtrace.frames().iter().filter_map(|frame| frame.func_name());
        names.take(4).map(short_name).collect::<Vec<_>>().join(" < ")
    });
    match frames.filter(|frames| !frames.is_empty()) {
        Some(frames) => format!("{cause} (in {frames})"),
        None => cause,
    }
}

/// A function's name from a component's name section, with control characters and length that its author chose.
fn short_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// What a panic of the host carries, in words. A panic in a call is a fault of ours, and still no reason to stop.
pub(super) fn panic_words(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the host panicked".into())
}
