//! From a name to the addresses that an extension may connect to.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{sync::Semaphore, time::timeout};

use super::error::Error;
use crate::sandbox::grants::{Endpoint, Grants, Host};

/// How long a name server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many questions may be under way in the whole program. The system's resolver holds a thread for each, and
/// nothing stops it once it is asked.
const AT_ONCE: usize = 64;
/// How many of them may be one extension's: one that asks and gives up, again and again, leaves room for others.
const SHARE: usize = 8;
/// How many addresses of one name are considered.
const MOST: usize = 16;

/// Answers with the addresses of a name.
type Lookup = dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync;

/// Asks for names, and lets through what the grants allow. Cheap to clone.
#[derive(Clone)]
pub struct Resolver {
    lookup: Arc<Lookup>,
    under_way: Arc<Semaphore>,
    /// Those of the extension that has this one.
    share: Arc<Semaphore>,
}

/// The system's own: its hosts file, its name servers.
impl Default for Resolver {
    fn default() -> Self {
        Self::new(|name| {
            Box::pin(async move {
                // The port is of no use but to the signature.
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }
}

impl Resolver {
    /// One that asks `lookup`.
    pub fn new(
        lookup: impl Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync + 'static,
    ) -> Self {
        let (under_way, share) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(SHARE)));
        Self { lookup: Arc::new(lookup), under_way, share }
    }

    /// The same for another extension, which has a share of its own.
    pub fn for_another(&self) -> Self {
        Self { share: Arc::new(Semaphore::new(SHARE)), ..self.clone() }
    }

    /// The addresses of `endpoint` that `grants` allow: at least one. They are what is to be connected to; asking
    /// again could bring others (DNS rebinding).
    ///
    /// # Errors
    /// `Denied` if the endpoint is not granted (its name is then not asked for), or none of its addresses is;
    /// `Unreachable` if its name leads nowhere.
    pub async fn resolve(&self, endpoint: &Endpoint, grants: &Grants) -> Result<Vec<SocketAddr>, Error> {
        grants.check_asked(endpoint)?;
        let found = match &endpoint.host {
            Host::Ip(ip) => vec![*ip],
            Host::Name(name) => self.ask(name).await?,
        };
        let mut allowed = Vec::new();
        let mut denied = None;
        for ip in found.into_iter().take(MOST) {
            let address = SocketAddr::new(ip.to_canonical(), endpoint.port);
            match grants.check(endpoint, ip) {
                Ok(()) if allowed.contains(&address) => {}
                Ok(()) => allowed.push(address),
                Err(denial) => denied = Some(denial),
            }
        }
        match denied {
            _ if !allowed.is_empty() => Ok(allowed),
            Some(denial) => Err(denial.into()),
            None => Err(Error::Unreachable(format!("{} has no address", endpoint.host))),
        }
    }

    async fn ask(&self, name: &str) -> Result<Vec<IpAddr>, Error> {
        let answer = timeout(PATIENCE, async {
            // Its own first: who waits for that holds up nobody else.
            let own = Arc::clone(&self.share).acquire_owned().await;
            let (Ok(own), Ok(permit)) = (own, Arc::clone(&self.under_way).acquire_owned().await) else {
                return Err(io::Error::other("the resolver has ended"));
            };
            let asked = (self.lookup)(name.to_owned());
            // A task of its own, so that a question that nobody waits for any more still counts while it is under way.
            let task = tokio::spawn(async move {
                let _permits = (own, permit);
                asked.await
            });
            task.await?
        });
        match answer.await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(Error::Unreachable(format!("{name} could not be resolved: {error}"))),
            Err(_) => Err(Error::Unreachable(format!("the name servers took too long over {name}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::*;
    use crate::sandbox::grants::Via;

    fn endpoint(host: &str) -> Endpoint {
        Endpoint { via: Via::Connection, host: host.parse().unwrap(), port: 80 }
    }

    fn grants(net: &[&str]) -> Grants {
        Grants { net: net.iter().map(|text| text.parse().unwrap()).collect(), ..Grants::default() }
    }

    fn fixed(answers: &'static [&'static str]) -> Resolver {
        Resolver::new(move |_| Box::pin(async { Ok(answers.iter().map(|ip| ip.parse().unwrap()).collect()) }))
    }

    async fn resolved(answers: &'static [&'static str], net: &[&str]) -> Result<Vec<String>, Error> {
        let found = fixed(answers).resolve(&endpoint("example.com"), &grants(net)).await?;
        Ok(found.iter().map(ToString::to_string).collect())
    }

    fn is_denied<T: std::fmt::Debug>(result: Result<T, Error>, what: &str, why: &str) {
        let Err(Error::Denied(denial)) = result else { panic!("{result:?}") };
        assert!(denial.what == what && denial.why.contains(why), "{denial}");
    }

    #[tokio::test]
    async fn only_what_is_allowed_comes_through() {
        let name = "example.com:80";
        is_denied(resolved(&["127.0.0.1"], &[name]).await, name, "leads to 127.0.0.1");
        is_denied(resolved(&["::ffff:10.0.0.1", "::1", "fe80::1"], &[name]).await, name, "leads to fe80::1");
        assert_eq!(resolved(&["127.0.0.1", "1.1.1.1"], &[name]).await, Ok(vec!["1.1.1.1:80".into()]));
        assert_eq!(resolved(&["10.0.0.1"], &[name, "10.0.0.1:80"]).await, Ok(vec!["10.0.0.1:80".into()]));
        assert_eq!(resolved(&["::ffff:1.1.1.1", "1.1.1.1"], &[name]).await, Ok(vec!["1.1.1.1:80".into()]));
        assert!(matches!(resolved(&[], &[name]).await, Err(Error::Unreachable(_))));
    }

    #[tokio::test]
    async fn what_is_not_granted_is_not_asked_for() {
        let resolver = Resolver::new(|name| panic!("{name} was asked for"));
        let answer = resolver.resolve(&endpoint("secret.evil.example"), &grants(&["example.com:80"])).await;
        is_denied(answer, "secret.evil.example:80", "is not granted");
        let answer = resolver.resolve(&endpoint("2130706433"), &grants(&["*:80"])).await;
        is_denied(answer, "127.0.0.1:80", "is not granted");
    }

    #[tokio::test]
    async fn a_name_is_asked_for_once() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        // Public at first, this machine from then on.
        let resolver = Resolver::new(move |_| {
            let ip = if count.fetch_add(1, Relaxed) == 0 { [1, 1, 1, 1] } else { [127, 0, 0, 1] };
            Box::pin(async move { Ok(vec![ip.into()]) })
        });
        let (name, granted) = (endpoint("example.com"), grants(&["example.com:80"]));
        assert_eq!(resolver.resolve(&name, &granted).await.unwrap(), ["1.1.1.1:80".parse().unwrap()]);
        assert_eq!(asked.load(Relaxed), 1);
        is_denied(resolver.resolve(&name, &granted).await, "example.com:80", "leads to 127.0.0.1");
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_server_that_never_answers_is_given_up_and_still_counts() {
        let resolver = Resolver::new(|_| Box::pin(std::future::pending()));
        let (name, granted) = (endpoint("example.com"), grants(&["example.com:80"]));
        assert!(matches!(resolver.resolve(&name, &granted).await, Err(Error::Unreachable(_))));
        assert_eq!(resolver.under_way.available_permits(), AT_ONCE - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_extension_that_asks_and_gives_up_leaves_room_for_others() {
        let slow = Resolver::new(|name| {
            Box::pin(async move {
                if name.starts_with("slow") {
                    std::future::pending::<()>().await;
                }
                Ok(vec![[1, 1, 1, 1].into()])
            })
        });
        let (greedy, other) = (slow.for_another(), slow.for_another());
        let granted = grants(&["*.example.com:80"]);
        for number in 0..2 * AT_ONCE {
            let name = endpoint(&format!("slow{number}.example.com"));
            let asked = timeout(Duration::from_millis(1), greedy.resolve(&name, &granted));
            assert!(asked.await.is_err());
        }
        assert_eq!(slow.under_way.available_permits(), AT_ONCE - SHARE);
        assert!(other.resolve(&endpoint("quick.example.com"), &granted).await.is_ok());
    }

    #[tokio::test]
    async fn the_system_knows_this_machine() {
        let found =
            Resolver::default().resolve(&endpoint("localhost"), &grants(&["localhost:80"])).await.unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback()));
        assert!(Resolver::default().resolve(&endpoint("localhost"), &grants(&["*:80"])).await.is_err());
    }
}
