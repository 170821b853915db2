//! Makes an extension an actor, and keeps it alive: restart with back-off, quarantine after repeated failure.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use parking_lot::Mutex;
use tokio::{
    sync::{oneshot, watch},
    task::AbortHandle,
    time::{Instant, sleep},
};

use super::{
    instance::{Blueprint, Failure, Guarded, HostState, Live, panic_words},
    mailbox::{Class, Mailbox, Next},
    meter::Meter,
    under_way::UnderWay,
};

/// The first pause before a restart; it doubles with each failure in a row.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Failures in a row after which an extension is left alone.
const QUARANTINE_AFTER: u32 = 5;
/// An instance that has lived this long counts as well again.
const HEALTHY_AFTER: Duration = Duration::from_secs(60);

/// Where an extension stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its first instance is being made.
    Starting,
    /// It takes calls.
    Running,
    /// It failed, and starts again after a pause.
    Restarting(String),
    /// It could not be started at all, or failed and is not to be started again: it stays out.
    Failed(String),
    /// It failed too often in a row, and stays out.
    Quarantined(String),
    /// It was told to stop.
    Stopped,
}

/// Why an extension cannot start.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StartError {
    /// It said so itself.
    #[error("it refused to start: {0}")]
    Refused(String),
    /// It trapped or ran into a limit.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// A step of an extension's life, made on its instance. The inner error is the extension's own words.
pub type Step<T> =
    Arc<dyn for<'a> Fn(&'a mut Live<T>) -> BoxFuture<'a, wasmtime::Result<Result<(), String>>> + Send + Sync>;

/// What is done at the turns of an extension's life. Each runs under the limits of a call.
pub struct Hooks<T: 'static> {
    /// Makes a new instance ready.
    pub start: Step<T>,
    /// Says goodbye.
    pub stop: Step<T>,
    /// Whether a new instance takes the place of one that failed. If not, the extension ends with it.
    pub again: bool,
    /// Hears of every change of status: called in the extension's task, so it must not wait.
    pub changed: Box<dyn Fn(&Status) + Send + Sync>,
}

/// A running extension.
pub struct Extension<T: 'static> {
    /// Its configured name.
    pub name: Arc<str>,
    mailbox: Mailbox<T>,
    status: watch::Receiver<Status>,
    meter: Arc<Meter>,
    swap: Swaps<T>,
    task: AbortHandle,
}

/// A new component for an extension that runs.
struct Swap<T: 'static> {
    live: Guarded<T>,
    plan: Blueprint<T>,
    hooks: Hooks<T>,
    done: oneshot::Sender<Result<(), StartError>>,
}

/// Where the extension's task finds it.
type Swaps<T> = Arc<Mutex<Option<Swap<T>>>>;

impl<T> Drop for Extension<T> {
    fn drop(&mut self) {
        self.task.abort();
        self.mailbox.shut();
    }
}

impl<T: HostState> Extension<T> {
    /// Starts the extension's task. Calls may be sent at once; they wait until it runs. Each counts in `under_way`.
    pub fn spawn(plan: Blueprint<T>, hooks: Hooks<T>, under_way: UnderWay) -> Self {
        let name = Arc::clone(&plan.name);
        let mailbox =
            Mailbox::new(Arc::clone(&name), plan.limits.mailbox, plan.limits.mailbox_bytes, under_way);
        let (status, watch) = watch::channel(Status::Starting);
        let meter = Arc::new(Meter::default());
        let swap = Swaps::default();
        let actor = Actor {
            plan,
            hooks,
            mailbox: mailbox.clone(),
            meter: Arc::clone(&meter),
            swap: Arc::clone(&swap),
            status,
        };
        let task = tokio::spawn(actor.run()).abort_handle();
        Self { name, mailbox, status: watch, meter, swap, task }
    }

    /// Puts another component in the place of the one that runs, between two calls. The new one is made beside the old;
    /// then the old one says goodbye, what outlives a reload is handed over, and the new one starts. If it does not start,
    /// the old one is started again and stays. Calls wait meanwhile.
    ///
    /// # Errors
    /// Why the new one cannot run; `Refused` if the extension itself does not run.
    pub async fn replace(&self, plan: Blueprint<T>, hooks: Hooks<T>) -> Result<(), StartError> {
        let gone = || StartError::Refused("it does not run".into());
        if self.status() != Status::Running {
            return Err(gone());
        }
        let live = Guarded::new(&plan, self.mailbox.clone(), Arc::clone(&self.meter)).await?;
        let (done, wait) = oneshot::channel();
        *self.swap.lock() = Some(Swap { live, plan, hooks, done });
        self.mailbox.interrupt();
        wait.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Where calls are sent.
    pub fn mailbox(&self) -> &Mailbox<T> {
        &self.mailbox
    }

    /// What it has used.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Hears how it stands from now on. Once its task has ended the sender is gone.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Where it stands now.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Waits until the first start has come out well or badly.
    pub async fn started(&self) -> Status {
        self.settled(|status| *status != Status::Starting).await
    }

    /// Waits until it stands as `wanted` says, and tells how it stands then.
    pub async fn settled(&self, wanted: impl FnMut(&Status) -> bool) -> Status {
        let mut status = self.status.clone();
        let settled = status.wait_for(wanted).await;
        settled.map_or(Status::Stopped, |status| status.clone())
    }

    /// Lets it finish what waits for it, say goodbye, and end. What is not done after `patience` is cut off.
    pub async fn stop(&self, patience: Duration) {
        self.mailbox.close();
        let mut status = self.status.clone();
        let ended = status.wait_for(|status| {
            matches!(status, Status::Stopped | Status::Failed(_) | Status::Quarantined(_))
        });
        if tokio::time::timeout(patience, ended).await.is_err() {
            tracing::warn!(extension = %self.name, ?patience, "it did not stop in time and was cut off");
            self.task.abort();
            self.mailbox.shut();
        }
    }
}

struct Actor<T: 'static> {
    plan: Blueprint<T>,
    hooks: Hooks<T>,
    mailbox: Mailbox<T>,
    meter: Arc<Meter>,
    swap: Swaps<T>,
    status: watch::Sender<Status>,
}

/// How one instance's life ended.
enum End {
    Stopped,
    Failed(Failure),
}

impl<T: HostState> Actor<T> {
    async fn run(mut self) {
        let last = self.live().await;
        self.meter.holds(0, 0);
        self.mailbox.shut();
        self.swap.lock().take();
        self.become_(last);
    }

    async fn live(&mut self) -> Status {
        let mut failures = 0;
        let mut live = match self.begin().await {
            Ok(live) => live,
            Err(error) => return Status::Failed(error.to_string()),
        };
        loop {
            self.become_(Status::Running);
            let born = Instant::now();
            let failure = match self.serve(live).await {
                End::Stopped => return Status::Stopped,
                End::Failed(failure) => failure,
            };
            self.meter.failed();
            if !self.hooks.again {
                return Status::Failed(failure.to_string());
            }
            if born.elapsed() > HEALTHY_AFTER {
                failures = 0;
            }
            // A new instance; one that fails at once counts like one that failed at work.
            let mut why = failure.to_string();
            live = loop {
                failures += 1;
                if failures >= QUARANTINE_AFTER {
                    return Status::Quarantined(why);
                }
                self.become_(Status::Restarting(why));
                sleep(pause(failures)).await;
                match self.begin().await {
                    Ok(live) => break live,
                    Err(error) => {
                        self.meter.failed();
                        why = error.to_string();
                    }
                }
            };
        }
    }

    async fn begin(&self) -> Result<Guarded<T>, StartError> {
        let mut live = Guarded::new(&self.plan, self.mailbox.clone(), Arc::clone(&self.meter)).await?;
        start(&mut live, &self.hooks).await.map(|()| live)
    }

    /// Puts the new component in the place of `live`, if it starts.
    async fn swap(&mut self, live: &mut Guarded<T>) -> Result<(), Failure> {
        // Whoever asked for it may have given up, or asked twice at once.
        let Some(Swap { live: mut new, plan, hooks, done }) = self.swap.lock().take() else { return Ok(()) };
        self.stop(live).await;
        new.take_over(live);
        let started = start(&mut new, &hooks).await;
        let result = match &started {
            Ok(()) => {
                *live = new;
                (self.plan, self.hooks) = (plan, hooks);
                Ok(())
            }
            Err(_) => {
                live.take_over(&mut new);
                start(live, &self.hooks).await.map_err(|error| match error {
                    StartError::Failed(failure) => failure,
                    StartError::Refused(words) => Failure::Trap(words),
                })
            }
        };
        let _ = done.send(started);
        result
    }

    async fn stop(&self, live: &mut Guarded<T>) {
        let extension = &*self.plan.name;
        match guarded(step(live, &self.hooks.stop)).await {
            Ok(Ok(())) => {}
            Ok(Err(words)) => tracing::warn!(extension, words = brief(words), "it stopped with an error"),
            Err(failure) => tracing::warn!(extension, %failure, "it failed while stopping"),
        }
    }

    async fn serve(&mut self, mut live: Guarded<T>) -> End {
        while let Some(next) = self.mailbox.next().await {
            let done = match next {
                Next::Call(letter) => guarded(live.call(letter.call)).await,
                Next::Interruption => self.swap(&mut live).await,
            };
            if let Err(failure) = done {
                return End::Failed(failure);
            }
        }
        self.stop(&mut live).await;
        live.finish().await;
        End::Stopped
    }

    fn become_(&self, status: Status) {
        (self.hooks.changed)(&status);
        self.status.send_replace(status);
    }
}

/// A panic of the host in a call is a failure of the instance, and no more than that.
async fn guarded<R>(call: impl Future<Output = Result<R, Failure>>) -> Result<R, Failure> {
    let done = AssertUnwindSafe(call).catch_unwind().await;
    done.unwrap_or_else(|panic| Err(Failure::Trap(panic_words(&*panic))))
}

/// Makes a new instance ready.
async fn start<T: HostState>(live: &mut Guarded<T>, hooks: &Hooks<T>) -> Result<(), StartError> {
    guarded(step(live, &hooks.start)).await?.map_err(|words| StartError::Refused(brief(words)))
}

/// So much of what an extension says of itself is kept and shown, in bytes.
const LONGEST_WORDS: usize = 1 << 10;

/// An extension's own words, as far as anybody reads them.
fn brief(mut words: String) -> String {
    words.truncate(words.floor_char_boundary(LONGEST_WORDS));
    words.shrink_to_fit();
    words
}

/// Runs a step of life under the limits of a call.
async fn step<T: HostState>(live: &mut Guarded<T>, step: &Step<T>) -> Result<Result<(), String>, Failure> {
    let (said, mut hear) = oneshot::channel();
    let step = Arc::clone(step);
    live.call(Box::new(move |live| {
        Box::pin(async move {
            // The receiver is held by this very function.
            let _ = said.send(step(live).await?);
            Ok(())
        })
    }))
    .await?;
    Ok(hear.try_recv().unwrap_or(Ok(())))
}

/// The pause before the restart after this many failures in a row.
fn pause(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_PAUSE)
}

/// Sends a call whose answer somebody waits for, and waits for it.
///
/// # Errors
/// [`Full`](super::Full) if the mailbox has no room, or the extension ended before it answered.
pub async fn ask<T: HostState, R: Send + 'static>(
    mailbox: &Mailbox<T>,
    question: impl for<'a> FnOnce(&'a mut Live<T>) -> BoxFuture<'a, wasmtime::Result<R>> + Send + 'static,
) -> Result<R, super::Full> {
    let (answer, wait) = oneshot::channel();
    mailbox.push(
        Class::Request,
        Box::new(move |live| {
            Box::pin(async move {
                // Whoever asked may have given up.
                let _ = answer.send(question(live).await?);
                Ok(())
            })
        }),
    )?;
    wait.await.map_err(|_| super::Full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound() {
        assert_eq!(pause(1), Duration::from_millis(100));
        assert_eq!(pause(3), Duration::from_millis(400));
        assert_eq!(pause(40), LONGEST_PAUSE);
    }
}
