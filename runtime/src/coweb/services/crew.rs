//! A session's launcher and service manager, and what the session asks of them.

use std::{sync::Arc, time::Duration};

use super::{
    Services,
    factory::{Hired, Position, Post},
};
use crate::{
    coweb::{
        bindings::parlor::coweb::services::{LaunchError, ManagerInfo},
        exports,
        managers::{Desk, Unanswered},
    },
    imports::State,
    sandbox::{Call, Class, Extension, Mailbox, Status, supervisor::Step},
};

/// A session's launcher and service manager, both at work.
pub(super) struct Crew {
    launcher: Extension<State>,
    manager: Extension<State>,
    launching: Desk,
    managing: Desk,
    info: ManagerInfo,
}

const NO_LAUNCHER: &str = "it exports no parlor:coweb/launcher";
pub(super) const NO_MANAGER: &str = "it exports no parlor:coweb/manager";
/// How long each may take to end once it has nothing more to do.
const GOODBYE: Duration = Duration::from_millis(200);
/// The longest that a manager may say of itself, in bytes.
const LONGEST_INFO: usize = 16 << 10;

impl Crew {
    /// Makes both, and tells the manager that the session has been prepared.
    ///
    /// # Errors
    /// In words, for the log.
    pub async fn begin(services: &Arc<Services>) -> Result<Arc<Self>, String> {
        let hire = |what: Position<'static>, name: &'static str| {
            let weak = Arc::downgrade(services);
            let told = weak.clone();
            let hired = Hired {
                post: Post { services: weak, bot: None, number: 0 },
                start: nothing(),
                stop: nothing(),
                changed: Box::new(move |status| {
                    if let (Status::Failed(why) | Status::Quarantined(why), Some(services)) =
                        (status, told.upgrade())
                    {
                        services.crew_failed(name, why);
                    }
                }),
            };
            services.factory.hire(what, hired).map_err(|error| match error {
                LaunchError::NotFound => format!("there is no {name}"),
                LaunchError::Failed(why) => format!("the {name}: {why}"),
            })
        };
        let (launcher, manager) =
            (hire(Position::Launcher, "launcher")?, hire(Position::Manager, "manager")?);
        let (launching, managing) = (Desk::default(), Desk::default());
        launching.attach(launcher.mailbox().clone());
        managing.attach(manager.mailbox().clone());
        let info = managing.ask(|live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(manager) = &exports.manager else { return Ok(Err(NO_MANAGER.into())) };
                if let Err(words) = manager.call_start_services(&mut live.store).await? {
                    return Ok(Err(words));
                }
                let id = match manager.call_get_manager_id(&mut live.store).await? {
                    Ok(id) => id,
                    Err(words) => return Ok(Err(words)),
                };
                let connection = manager.call_get_connection_info(&mut live.store).await?;
                Ok(connection.map(|connection| ManagerInfo { id, connection }))
            })
        });
        let info = info.await.map_err(|why| why.to_string())?;
        if info.id.len() + info.connection.len() > LONGEST_INFO || !super::is_json(&info.connection) {
            return Err("the manager's connection info is no JSON, or too long".into());
        }
        Ok(Arc::new(Self { launcher, manager, launching, managing, info }))
    }

    /// Where the manager is called.
    pub fn manager(&self) -> &Mailbox<State> {
        self.manager.mailbox()
    }

    /// Where the launcher is called.
    pub fn launcher(&self) -> &Mailbox<State> {
        self.launcher.mailbox()
    }

    /// Where the manager is asked.
    pub fn managing(&self) -> &Desk {
        &self.managing
    }

    /// Has the bot of a service started.
    ///
    /// # Errors
    /// If there is no such service, or it does not start: the outer if the launcher did not say.
    pub async fn start_service(
        &self,
        service: &str,
        token: &str,
        app_data: String,
    ) -> Result<Result<(), LaunchError>, Unanswered> {
        let (service, token, info) = (service.to_owned(), token.to_owned(), self.info.clone());
        let asked = self.launching.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(launcher) = &exports.launcher else { return Ok(Err(NO_LAUNCHER.into())) };
                let started =
                    launcher.call_start_service(&mut live.store, &service, &token, &info, &app_data).await?;
                Ok(Ok(started))
            })
        });
        asked.await
    }

    /// Has the bot of a service stopped, before anything that the launcher is asked for after this.
    pub fn stop_service(&self, service: Box<str>) {
        let info = self.info.clone();
        let call: Call<State> = Box::new(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(launcher) = &exports.launcher else { return Ok(()) };
                if let Err(words) = launcher.call_stop_service(&mut live.store, &service, &info).await? {
                    live.store.data().common.log.failed("stop-service", &words);
                }
                Ok(())
            })
        });
        // Bounded by the bots that there were.
        let _ = self.launcher.mailbox().push(Class::Own, call);
    }

    /// The last calls of both.
    pub async fn end(&self) {
        let info = self.info.clone();
        let stopped = self.launching.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(launcher) = &exports.launcher else { return Ok(Err(NO_LAUNCHER.into())) };
                launcher.call_stop_all_services(&mut live.store, &info).await
            })
        });
        if let Err(why) = stopped.await {
            tracing::warn!(%why, "a launcher did not stop all its services; what is left is cut off");
        }
        let ended = self.managing.ask(|live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(manager) = &exports.manager else { return Ok(Err(NO_MANAGER.into())) };
                manager.call_end_services(&mut live.store).await
            })
        });
        if let Err(why) = ended.await {
            tracing::warn!(%why, "a service manager did not end well");
        }
        tokio::join!(self.launcher.stop(GOODBYE), self.manager.stop(GOODBYE));
    }
}

/// Both have only the calls of the contract.
fn nothing() -> Step<State> {
    Arc::new(|_| Box::pin(async { Ok(Ok(())) }))
}
