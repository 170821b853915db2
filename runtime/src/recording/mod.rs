//! Records what an extension and its host say to each other, and plays it again without a host.

mod answers;
mod difference;
mod forwarder;
mod journal;
mod likeness;
mod proxies;
mod recorder;
mod redactor;
mod replay;
mod rules;
mod stage;
mod surface;
mod taint;
mod text;
mod transcript;

pub use difference::Difference;
pub use journal::{Journal, RecordingFile, Sink};
pub use recorder::Recorder;
pub use replay::{Outcome, Replay};
pub use stage::Counts;
pub use transcript::{Recorded, Transcript, Unreadable};
