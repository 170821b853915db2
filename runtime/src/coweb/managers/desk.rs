//! Where a manager is asked.

use std::sync::OnceLock;

use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::DEADLINE;
use crate::{
    imports::{State, printable::printable_words},
    sandbox::{Live, Mailbox, supervisor::ask},
};

/// A manager's mailbox, once it has one.
#[derive(Default)]
pub struct Desk {
    mailbox: OnceLock<Mailbox<State>>,
}

/// Why a manager's answer counts as a denial. Its words are for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// It does not run, trapped, or has too much waiting for it.
    #[error("the manager cannot be asked: it failed, or too much waits for it")]
    Gone,
    /// It was not done in time.
    #[error("the manager has not answered within {}", humantime::format_duration(DEADLINE))]
    Late,
    /// It said that it failed.
    #[error("the manager failed: {0}")]
    Failed(String),
    /// It answered what the contract does not allow.
    #[error("the manager's answer is not one: {0}")]
    Wrong(String),
}

impl Desk {
    /// Questions go to this extension from now on; its restarts keep the mailbox.
    pub fn attach(&self, mailbox: Mailbox<State>) {
        let _ = self.mailbox.set(mailbox);
    }

    /// Asks, and waits for as long as a manager has.
    ///
    /// # Errors
    /// If there is no answer in time, or the manager says that it failed.
    pub(in crate::coweb) async fn ask<R: Send + 'static>(
        &self,
        question: impl for<'a> FnOnce(&'a mut Live<State>) -> BoxFuture<'a, wasmtime::Result<Result<R, String>>>
        + Send
        + 'static,
    ) -> Result<R, Unanswered> {
        let mailbox = self.mailbox.get().ok_or(Unanswered::Gone)?;
        match timeout(DEADLINE, ask(mailbox, question)).await {
            Ok(Ok(answer)) => answer.map_err(|words| Unanswered::Failed(printable_words(&words))),
            Ok(Err(_)) => Err(Unanswered::Gone),
            Err(_) => Err(Unanswered::Late),
        }
    }
}
