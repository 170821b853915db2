//! Makes an extension an actor, and keeps it alive: restart with back-off, quarantine after repeated failure.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{sync::watch, task::AbortHandle, time::sleep};

use super::{
    instance::{Blueprint, Failure, Guarded, HostState, Live, panic_words},
    mailbox::{Class, Mailbox},
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
    /// It could not be started at all, and stays out.
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
    task: AbortHandle,
}

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
        let mailbox = Mailbox::new(Arc::clone(&name), plan.limits.mailbox, under_way);
        let (status, watch) = watch::channel(Status::Starting);
        let meter = Arc::new(Meter::default());
        let actor = Actor { plan, hooks, mailbox: mailbox.clone(), meter: Arc::clone(&meter), status };
        let task = tokio::spawn(actor.run()).abort_handle();
        Self { name, mailbox, status: watch, meter, task }
    }

    /// Where calls are sent.
    pub fn mailbox(&self) -> &Mailbox<T> {
        &self.mailbox
    }

    /// What it has used.
    pub fn meter(&self) -> &Meter {
        &self.meter
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
    status: watch::Sender<Status>,
}

/// How one instance's life ended.
enum End {
    Stopped,
    Failed(Failure),
}

impl<T: HostState> Actor<T> {
    async fn run(self) {
        let last = self.live().await;
        self.mailbox.shut();
        self.become_(last);
    }

    async fn live(&self) -> Status {
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
                    Err(error) => why = error.to_string(),
                }
            };
        }
    }

    async fn begin(&self) -> Result<Guarded<T>, StartError> {
        let mut live = Guarded::new(&self.plan, self.mailbox.clone(), Arc::clone(&self.meter)).await?;
        let started = AssertUnwindSafe(step(&mut live, &self.hooks.start)).catch_unwind().await;
        match started.unwrap_or_else(|panic| Err(Failure::Trap(panic_words(&*panic))))? {
            Ok(()) => Ok(live),
            Err(words) => Err(StartError::Refused(words)),
        }
    }

    async fn serve(&self, mut live: Guarded<T>) -> End {
        while let Some(letter) = self.mailbox.next().await {
            let done = AssertUnwindSafe(live.call(letter.call)).catch_unwind().await;
            match done {
                Ok(Ok(())) => {}
                Ok(Err(failure)) => return End::Failed(failure),
                Err(panic) => return End::Failed(Failure::Trap(panic_words(&*panic))),
            }
        }
        let stopped = AssertUnwindSafe(step(&mut live, &self.hooks.stop)).catch_unwind().await;
        match stopped.unwrap_or_else(|panic| Err(Failure::Trap(panic_words(&*panic)))) {
            Ok(Ok(())) => {}
            Ok(Err(words)) => tracing::warn!(extension = %self.plan.name, words, "it stopped with an error"),
            Err(failure) => tracing::warn!(extension = %self.plan.name, %failure, "it failed while stopping"),
        }
        End::Stopped
    }

    fn become_(&self, status: Status) {
        (self.hooks.changed)(&status);
        self.status.send_replace(status);
    }
}

/// Runs a step of life under the limits of a call.
async fn step<T: HostState>(live: &mut Guarded<T>, step: &Step<T>) -> Result<Result<(), String>, Failure> {
    let (said, mut hear) = tokio::sync::oneshot::channel();
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
    let (answer, wait) = tokio::sync::oneshot::channel();
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
