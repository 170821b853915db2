//! The one who must not notice: a person who asks an honest bot again and again, each time as soon as it has answered.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{sync::mpsc::Receiver, task::JoinHandle, time::timeout};

use super::{latency::Latency, network::Talk};

/// Who asks.
const ANN: &str = "@ann";
/// How long an answer may take before the bot counts as silenced.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who asks without a pause, until she is told to stop.
pub struct Neighbour {
    enough: Arc<AtomicBool>,
    latency: Arc<Latency>,
    asking: JoinHandle<Result<(), String>>,
}

impl Neighbour {
    /// Begins to ask.
    pub fn begin(talk: &Arc<Talk>) -> Self {
        let (enough, latency) = (Arc::<AtomicBool>::default(), Arc::new(Latency::new()));
        let heard = talk.listen(ANN);
        let asking = tokio::spawn(ask(Arc::clone(talk), heard, Arc::clone(&enough), Arc::clone(&latency)));
        Self { enough, latency, asking }
    }

    /// How many answers there were so far.
    pub fn answers(&self) -> u64 {
        self.latency.count()
    }

    /// Has her stop, and says how long she waited for answers.
    ///
    /// # Errors
    /// In words, if an answer did not come, came twice, or was another's.
    pub async fn end(self) -> Result<Arc<Latency>, String> {
        self.enough.store(true, Relaxed);
        self.asking.await.map_err(|error| error.to_string())??;
        Ok(self.latency)
    }
}

async fn ask(
    talk: Arc<Talk>,
    mut heard: Receiver<String>,
    enough: Arc<AtomicBool>,
    latency: Arc<Latency>,
) -> Result<(), String> {
    for number in 0_u64.. {
        if enough.load(Relaxed) {
            break;
        }
        let begin = Instant::now();
        talk.tell(ANN, &format!("!echo {number}"));
        match timeout(PATIENCE, heard.recv()).await {
            Ok(Some(answer)) if answer == number.to_string() => latency.add(begin.elapsed()),
            Ok(Some(answer)) => {
                return Err(format!("the neighbour was answered {answer:?} to question {number}"));
            }
            Ok(None) => return Err("the network is gone".into()),
            Err(_) => return Err(format!("the neighbour was not answered within {PATIENCE:?}")),
        }
        // An answer that is there when she asks would let this task run on for ever.
        tokio::task::yield_now().await;
    }
    match heard.try_recv() {
        Ok(answer) => Err(format!("the neighbour was answered once more: {answer:?}")),
        Err(_) => Ok(()),
    }
}
