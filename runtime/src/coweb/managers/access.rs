//! Who may do what.

use super::{Desk, Unanswered};
use crate::coweb::{
    bindings::{
        Refusal, Session,
        handlers::access::{self, Acls, Admission},
    },
    exports,
    json::{DEEPEST, is_shallow},
};

/// The longest `info` that goes back to an application, in bytes.
const LONGEST_INFO: usize = 64 << 10;

/// The access manager.
#[derive(Default)]
pub struct Access {
    /// Where it is asked.
    pub desk: Desk,
}

/// Asks one of the yes-or-no questions about a service.
macro_rules! allowed {
    ($($(#[$doc:meta])* $name:ident => $call:ident;)*) => {
        $($(#[$doc])*
        ///
        /// # Errors
        /// If the manager did not say.
        pub async fn $name(&self, at: Session, user: String, service: String) -> Result<bool, Unanswered> {
            let asked = self.desk.ask(move |live| {
                Box::pin(async move {
                    let exports = exports::of(live)?;
                    let Some(access) = &exports.access else { return Ok(Err(NOT_THERE.into())) };
                    access.$call(&mut live.store, &at, &user, &service).await
                })
            });
            asked.await
        })*
    };
}

const NOT_THERE: &str = "it exports no parlor:coweb/access";

impl Access {
    /// What an application that prepares a session is told besides: a JSON object; or why it may not.
    ///
    /// # Errors
    /// If the manager did not say.
    pub async fn on_admin_request(
        &self,
        user: String,
        key: String,
        collab: bool,
    ) -> Result<Result<Box<serde_json::value::RawValue>, Refusal>, Unanswered> {
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(access) = &exports.access else { return Ok(Err(NOT_THERE.into())) };
                access.call_on_admin_request(&mut live.store, &user, &key, collab).await
            })
        });
        match asked.await? {
            Admission::Welcome(info) => object(info).map(Ok),
            Admission::Refused(refusal) => Ok(Err(bounded(refusal))),
        }
    }

    /// Whether a user may enter a session.
    ///
    /// # Errors
    /// If the manager did not say.
    pub async fn on_session_request(&self, to: Session, user: String) -> Result<bool, Unanswered> {
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(access) = &exports.access else { return Ok(Err(NOT_THERE.into())) };
                access.call_on_session_request(&mut live.store, &to, &user).await
            })
        });
        asked.await
    }

    allowed! {
        /// Whether a user may hear a service.
        on_service_subscribe => call_on_service_subscribe;
        /// Whether a user may stop to hear it.
        on_service_unsubscribe => call_on_service_unsubscribe;
        /// Whether a user may ask it.
        on_service_request => call_on_service_request;
    }

    /// What the bot of a service may do.
    ///
    /// # Errors
    /// If the manager did not say, or forbids to start it.
    pub async fn on_service_acls(&self, at: Session, service: String) -> Result<Acls, Unanswered> {
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(access) = &exports.access else { return Ok(Err(NOT_THERE.into())) };
                access.call_on_service_acls(&mut live.store, &at, &service).await
            })
        });
        asked.await
    }

    /// What the bot of a service is started with.
    ///
    /// # Errors
    /// If the manager did not say, or forbids to start it.
    pub async fn on_service_config(&self, at: Session, service: String) -> Result<access::Json, Unanswered> {
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(access) = &exports.access else { return Ok(Err(NOT_THERE.into())) };
                access.call_on_service_config(&mut live.store, &at, &service).await
            })
        });
        asked.await
    }
}

/// A manager's JSON object.
fn object(json: String) -> Result<Box<serde_json::value::RawValue>, Unanswered> {
    if json.len() > LONGEST_INFO {
        return Err(Unanswered::Wrong(format!("`info` has more than {LONGEST_INFO} bytes")));
    }
    let raw = serde_json::value::RawValue::from_string(json);
    let raw = raw.map_err(|error| Unanswered::Wrong(format!("`info` is no JSON: {error}")))?;
    if !is_shallow(raw.get()) {
        return Err(Unanswered::Wrong(format!("`info` is nested deeper than {DEEPEST}")));
    }
    if raw.get().starts_with('{') {
        Ok(raw)
    } else {
        Err(Unanswered::Wrong("`info` is no JSON object".into()))
    }
}

/// A refusal within the bounds of the contract.
fn bounded(Refusal { status, reason }: Refusal) -> Refusal {
    let reason = reason.chars().take(500).collect();
    Refusal { status: if (400..600).contains(&status) { status } else { 403 }, reason }
}
