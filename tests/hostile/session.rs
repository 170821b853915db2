//! A server of sessions in the arena's house, and a user in one of them.

use std::sync::Arc;

use parlor::{
    components::Components,
    config::Config,
    coweb::{Server, services::Factory},
    extension::{House, Running, Workshop},
    sandbox::{Cache, Status},
    service_factory::ServiceFactory,
};
use parlor_tests::web::{
    peer::{Peer, hears},
    services::answers,
};
use serde_json::{Value, json};

/// The service that the attacker is, or serves.
pub const SERVICE: &str = "bad";

/// A server with one session.
pub struct Sessions {
    server: Server,
    _managers: Vec<Running>,
}

impl Sessions {
    /// Begins to serve, with launcher, manager and services as they are configured.
    ///
    /// # Errors
    /// In words, if one of them cannot run.
    pub async fn start(
        house: &House,
        workshop: &Arc<Workshop>,
        cache: &Cache,
        config: &Config,
    ) -> Result<Self, String> {
        let coweb = config.coweb.as_ref().ok_or("no sessions are configured")?;
        let paths = config.all().map(|plan| plan.component.clone());
        let components = Components::load(&workshop.sandbox, Some(cache), paths).await;
        let mut managers = Vec::new();
        for plan in coweb.managers.values() {
            let running = house.admit(workshop, components.get(&plan.component)?, plan);
            let running = running.map_err(|error| error.to_string())?;
            if running.started().await != Status::Running {
                return Err(format!("the manager {} does not run", plan.name));
            }
            managers.push(running);
        }
        let factory = ServiceFactory::new(house, workshop, &components, config)?;
        let factory: Arc<dyn Factory> = Arc::new(factory.ok_or("there are no services")?);
        let server = Server::start(coweb.settings.clone(), Arc::clone(&house.managers), factory).await?;
        Ok(Self { server, _managers: managers })
    }

    /// Somebody enters the session, and listens to the service's answers.
    ///
    /// # Errors
    /// What the server says, if the service is not to be had.
    pub async fn enter(&self) -> Result<Peer, String> {
        let mut peer = Peer::new(&self.server.url(), "ann");
        peer.enters("arena").await;
        let said = peer.subscribes(&answers(SERVICE)).await;
        if said.json[0]["successful"] == true { Ok(peer) } else { Err(said.text) }
    }

    /// Somebody asks the service, and is answered.
    ///
    /// # Errors
    /// What the server says, if it does not take the request.
    pub async fn ask(&self, peer: &mut Peer) -> Result<Value, String> {
        let channel = format!("/service/bot/{SERVICE}/request");
        let said = peer.publishes(&channel, json!({"value": "attack", "topic": "t"})).await;
        if said.json[0]["successful"] != true {
            return Err(said.text);
        }
        Ok(hears(peer, &answers(SERVICE), 1).await.remove(0)["data"].clone())
    }

    /// Ends the session and the server.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
