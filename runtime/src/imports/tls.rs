//! TLS towards peers, and what went wrong with it in words that a person understands.

use std::{
    io,
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio::{net::TcpStream, sync::OnceCell};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{error::Error, printable::printable_line};
use crate::sandbox::grants::Host;

/// How to have another issuer trusted, in words that end a sentence.
const HOW_TO_TRUST: &str = "add its issuer's certificate to this machine's trusted ones, or name its PEM file in `[tls] extra-roots = \"…\"`";

/// The certificates that this machine trusts: read once in the program's life.
static PLATFORM_ROOTS: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();

/// What it takes to speak TLS 1.2 and 1.3 with peers. Cheap to clone. By default it trusts who this machine trusts.
#[derive(Clone, Default)]
pub struct Tls {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    extra: Vec<CertificateDer<'static>>,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    /// Trusts who this machine trusts, and the issuers in a PEM file.
    ///
    /// # Errors
    /// If the file cannot be read, or holds no certificate.
    pub fn with_extra_roots(file: &Path) -> io::Result<Self> {
        let wrong = |words: String| io::Error::other(format!("{}: {words}", file.display()));
        let certificates = CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))?;
        let extra: Result<Vec<_>, _> = certificates.collect();
        let extra = extra.map_err(|error| wrong(error.to_string()))?;
        if extra.is_empty() {
            return Err(wrong("there is no certificate in PEM form in it".into()));
        }
        Ok(Self { shared: Arc::new(Shared { extra, config: OnceCell::new() }) })
    }

    /// Makes TLS of an open connection to a peer which must prove that it is `name`. Waits for as long as the peer
    /// likes: the caller bounds it.
    ///
    /// # Errors
    /// `Tls` if the peer's certificate or handshake is not acceptable, `Unreachable` if the connection breaks.
    pub async fn connect(&self, stream: TcpStream, name: &Host) -> Result<TlsStream<TcpStream>, Error> {
        let server_name = server_name(name)?;
        let config = self.shared.config.get_or_try_init(|| self.configure()).await?;
        let connector = TlsConnector::from(Arc::clone(config));
        connector.connect(server_name, stream).await.map_err(|error| words(&error, name))
    }

    async fn configure(&self) -> Result<Arc<ClientConfig>, Error> {
        // Many files are read at the first call.
        let roots = tokio::task::spawn_blocking(|| PLATFORM_ROOTS.get_or_init(platform_roots));
        let roots = roots.await.map_err(|error| Error::Tls(error.to_string()))?;
        let mut store = RootCertStore::empty();
        // What cannot be parsed trusts nobody; the rest is as good as it was.
        store.add_parsable_certificates(roots.iter().cloned());
        for certificate in &self.shared.extra {
            let added = store.add(certificate.clone());
            added.map_err(|error| {
                Error::Tls(format!("a certificate in `[tls] extra-roots` is of no use: {error}"))
            })?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Tls(error.to_string()))?
            .with_root_certificates(store)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

fn platform_roots() -> Vec<CertificateDer<'static>> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!("some of this machine's trusted certificates could not be read: {error}");
    }
    if found.certs.is_empty() {
        tracing::warn!("this machine trusts no issuer of certificates: every TLS peer will be refused");
    }
    found.certs
}

fn server_name(name: &Host) -> Result<ServerName<'static>, Error> {
    match name {
        Host::Ip(ip) => Ok(ServerName::IpAddress((*ip).into())),
        Host::Name(text) => ServerName::try_from(text.clone())
            .map_err(|_| Error::Tls(format!("{name} is no name that a certificate could be for"))),
    }
}

/// Why a handshake with `name` failed.
fn words(error: &io::Error, name: &Host) -> Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let words = match inner {
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Error::Unreachable(format!("{name} hung up in the middle of the TLS handshake"));
        }
        None => return Error::Unreachable(format!("the connection to {name} broke: {error}")),
        Some(rustls::Error::InvalidCertificate(wrong)) => certificate_words(wrong, name),
        Some(rustls::Error::InvalidMessage(_)) => {
            format!("{name} does not answer in TLS: is this the right port, or one that wants STARTTLS?")
        }
        Some(rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure,
        ))
        | Some(rustls::Error::PeerIncompatible(_)) => {
            format!(
                "{name} and this host have no version or cipher of TLS in common (this host speaks 1.2 and 1.3)"
            )
        }
        Some(rustls::Error::AlertReceived(alert)) => format!("{name} refused the TLS handshake: {alert:?}"),
        Some(other) => format!("the TLS handshake with {name} failed: {other}"),
    };
    // Parts of it are the peer's own words.
    Error::Tls(printable_line(&words).into_owned())
}

fn certificate_words(wrong: &CertificateError, name: &Host) -> String {
    match wrong {
        CertificateError::Expired => format!("the certificate of {name} has expired"),
        CertificateError::ExpiredContext { time, not_after } => {
            format!("the certificate of {name} expired {} ago", days(*not_after, *time))
        }
        CertificateError::NotValidYet => {
            format!("the certificate of {name} is not valid yet: is the clock right?")
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            format!(
                "the certificate of {name} is valid in {} and not yet: is the clock right?",
                days(*time, *not_before)
            )
        }
        CertificateError::UnknownIssuer => {
            format!("the certificate of {name} comes from an issuer that is not trusted: {HOW_TO_TRUST}")
        }
        CertificateError::NotValidForName => format!("the certificate is not for {name}"),
        CertificateError::NotValidForNameContext { presented, .. } => {
            // As many as help; the peer chose them.
            let named: Vec<_> = presented.iter().take(4).map(|name| shortened(name)).collect();
            match named.is_empty() {
                true => format!("the certificate is not for {name}, nor for any other name"),
                false => format!("the certificate is not for {name} but for {}", named.join(", ")),
            }
        }
        CertificateError::Revoked => format!("the certificate of {name} was revoked"),
        other => format!("the certificate of {name} is not acceptable: {other}"),
    }
}

/// A name from a certificate, which comes as `DnsName("example.com")`, at a length that fits into a sentence.
fn shortened(name: &str) -> &str {
    let name = name.split('"').nth(1).unwrap_or(name);
    &name[..name.floor_char_boundary(80)]
}

/// The time between two moments, in words.
fn days(from: UnixTime, to: UnixTime) -> String {
    match to.as_secs().saturating_sub(from.as_secs()) / (24 * 60 * 60) {
        0 => "less than a day".into(),
        1 => "a day".into(),
        days => format!("{days} days"),
    }
}
