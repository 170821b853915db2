//! The data of an extension's store: the host's side of one instance.

use std::{
    any::Any,
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::WasiConfigVariables;

use super::{
    clock::ScriptedClock, dial::Dialer, fetch::Fetches, handlers::Handlers, logging::Log, net::Net,
    secrets::Secrets, store::Database, timers::Timers, traffic::Traffic, wasi, wasi_http::Http,
};
use crate::sandbox::{Grants, HostState, Limiter, Limits, Mailbox};

/// What all extensions share of the host's side.
#[derive(Default)]
pub struct Services {
    /// Makes connections, [for each extension](Dialer::for_another); knows whom TLS trusts.
    pub dialer: Dialer,
    /// What is filled in for extensions.
    pub secrets: Secrets,
    /// The time and chance of a script, in the place of the machine's.
    pub clock: Option<Arc<ScriptedClock>>,
    /// Where values are kept. None if nobody was granted a store, or it could not be opened.
    pub database: Option<Database>,
}

/// What stays the same over all instances of one extension.
pub struct Common {
    /// Its configured name.
    pub name: Arc<str>,
    /// The name of its table in the configuration (`bot.echo`): unique among all extensions.
    pub id: String,
    /// What it may reach.
    pub grants: Arc<Grants>,
    /// What it may use.
    pub limits: Limits,
    /// What `wasi:config` tells its next instance.
    pub config: ArcSwap<BTreeMap<String, String>>,
    /// Where its log lines go.
    pub log: Log,
    /// What goes in and out.
    pub traffic: Traffic,
    /// What it shares with the others.
    pub services: Arc<Services>,
    /// Makes its connections.
    pub dialer: Dialer,
    /// To be cancelled when the terminal that it talks to (`stdio:`) has ended and it has been told.
    pub terminal_ended: CancellationToken,
    /// Numbers its connections, timers and requests: none is ever given twice, not even to a later instance, so a
    /// call that was meant for one of an instance's that is gone finds nobody.
    pub numbers: AtomicU32,
}

impl Common {
    /// A number that was never given before.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Relaxed)
    }
}

/// The host's side of one instance. All that it holds ends with it.
pub struct State {
    /// What outlives it.
    pub common: Arc<Common>,
    /// Where calls to this extension are sent, by what it brings about itself.
    pub mailbox: Mailbox<State>,
    /// The host's resources that the guest holds.
    pub table: ResourceTable,
    /// The handlers of this layer that the component exports.
    pub handlers: Handlers,
    /// Timers that are set.
    pub timers: Timers,
    /// Connections that are open.
    pub net: Net,
    /// HTTP requests whose answers will call.
    pub fetches: Fetches,
    pub(super) http: Http,
    /// What the layers above keep per instance.
    pub layers: Layers,
    pub(super) config: WasiConfigVariables,
    limiter: Limiter,
    wasi: WasiCtx,
}

impl State {
    /// The host's side of a new instance.
    ///
    /// # Errors
    /// If a granted directory cannot be opened.
    pub fn new(common: Arc<Common>, limiter: Limiter, mailbox: Mailbox<State>) -> wasmtime::Result<Self> {
        let mut table = ResourceTable::new();
        table.set_max_capacity(common.limits.handles as usize);
        Ok(Self {
            mailbox,
            table,
            handlers: Handlers::default(),
            timers: Timers::default(),
            net: Net::default(),
            fetches: Fetches::default(),
            http: Http::new(Arc::clone(&common)),
            layers: Layers::default(),
            config: common.config.load().iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            limiter,
            wasi: wasi::context(&common)?,
            common,
        })
    }
}

impl HostState for State {
    fn limiter(&mut self) -> &mut Limiter {
        &mut self.limiter
    }

    fn held(&mut self) -> usize {
        // What a handle costs differs; a room is a name, a stream has a buffer that grows only where it is used.
        let handles = self.table.iter_mut().count() * 256;
        handles + self.net.held() + self.timers.held() + self.fetches.held()
    }

    fn take_over(&mut self, from: &mut Self) {
        // Each is found by its number, which is given once per extension: what happens meanwhile finds it here. Timers and
        // requests are not handed over, since nothing tells the new instance what they were for; it sets its own.
        self.net = std::mem::take(&mut from.net);
    }

    fn finish(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(self.net.finish())
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// One value per type, kept for layers that this one does not know.
#[derive(Default)]
pub struct Layers(Vec<Box<dyn Any + Send>>);

impl Layers {
    /// Keeps `value`, in place of an earlier one of its type.
    pub fn insert<L: Any + Send>(&mut self, value: L) {
        self.0.retain(|layer| !layer.is::<L>());
        self.0.push(Box::new(value));
    }

    /// The value of this type.
    pub fn get<L: Any>(&self) -> Option<&L> {
        // There are four of them at the most.
        self.0.iter().find_map(|layer| layer.downcast_ref())
    }
}
