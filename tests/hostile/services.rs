//! What the host of the arena shares with its extensions: names that lead where they should not, a secret, a store.

use std::{
    io,
    net::IpAddr,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use parlor::imports::{
    dial::Dialer,
    resolver::Resolver,
    secrets::Secret,
    state::Services,
    store::{Database, DatabaseUrl},
    tls::Tls,
};
use tempfile::TempDir;

/// The value of the secret `key`, which no guest may ever see.
pub const KEY: &str = "correct horse battery staple";

/// Makes them; the store is in `folder`.
///
/// # Errors
/// In words, if there is no store.
pub async fn services(folder: &TempDir) -> Result<Services, String> {
    let database = Database::open(&DatabaseUrl::sqlite(folder.path().join("parlor.db"))).await;
    let to = "192.0.2.1:443".parse().map_err(|_| "no address")?;
    let secret = || Secret { value: KEY.into(), to: vec![to], in_clear: true };
    let asked = AtomicU32::new(0);
    let resolver = Resolver::new(move |name| {
        let found = lead(&name, asked.fetch_add(1, Relaxed));
        Box::pin(async move {
            if name.starts_with("slow") {
                std::future::pending::<()>().await;
            }
            found.ok_or_else(|| io::Error::other("no such name")).map(|ip| vec![ip])
        })
    });
    Ok(Services {
        dialer: Dialer::new(resolver, Tls::default()),
        secrets: [("key".to_owned(), secret())].into_iter().collect(),
        database: Some(database.map_err(|error| error.to_string())?),
        ..Services::default()
    })
}

/// Where a name leads when it is asked for at last.
fn lead(name: &str, time: u32) -> Option<IpAddr> {
    Some(match name {
        "loopback.example" => [127, 0, 0, 1].into(),
        "link-local.example" => [169, 254, 169, 254].into(),
        // First to this machine; who asked again to connect would be led there.
        "rebinds.example" if time % 2 == 1 => [192, 0, 2, 1].into(),
        "rebinds.example" => [127, 0, 0, 1].into(),
        _ => return None,
    })
}
