//! What the tests of this layer have in common: peers on this machine, names that lead to them, and certificates.

use std::{
    io::Write,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{dial::Dialer, resolver::Resolver, tls::Tls};
use crate::sandbox::grants::Grants;

static ISSUERS: AtomicU32 = AtomicU32::new(0);

/// An issuer of certificates that only these tests trust.
pub struct Issuer {
    ca: CertifiedIssuer<'static, KeyPair>,
    file: NamedTempFile,
}

impl Issuer {
    /// One of its own, which no other knows by name.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = format!("issuer {}", ISSUERS.fetch_add(1, Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(ca.pem().as_bytes()).unwrap();
        Self { ca, file }
    }

    /// A dialler that trusts this issuer, and for which every name leads to this machine.
    pub fn dialer(&self) -> Dialer {
        Dialer::new(loopback(), Tls::with_extra_roots(self.file.path()).unwrap())
    }

    /// A server's side of TLS, with a certificate for `name`.
    pub fn acceptor(&self, name: &str) -> TlsAcceptor {
        self.acceptor_with(CertificateParams::new(vec![name.to_owned()]).unwrap())
    }

    pub fn acceptor_with(&self, params: CertificateParams) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.ca).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        Arc::new(config).into()
    }
}

/// A dialler that trusts who this machine trusts, and for which every name leads to this machine.
pub fn dialer() -> Dialer {
    Dialer::new(loopback(), Tls::default())
}

fn loopback() -> Resolver {
    Resolver::new(|_| Box::pin(async { Ok(vec![[127, 0, 0, 1].into()]) }))
}

/// A peer that listens on this machine.
pub struct Peer {
    listener: TcpListener,
    pub address: SocketAddr,
}

impl Peer {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { listener, address }
    }

    /// A URL of this peer, under a name of the tests' own.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://peer.test:{}", self.address.port())
    }

    /// Grants for connections to this peer and requests to it, by that name and by its address.
    pub fn grants(&self) -> Arc<Grants> {
        let port = self.address.port();
        let net = [format!("peer.test:{port}"), self.address.to_string()];
        let http = ["http://peer.test", "https://peer.test", "http://127.0.0.1"]
            .map(|origin| format!("{origin}:{port}"));
        Arc::new(Grants {
            net: net.iter().map(|text| text.parse().unwrap()).collect(),
            http: http.iter().map(|text| text.parse().unwrap()).collect(),
            ..Grants::default()
        })
    }

    pub async fn accept(&self) -> TcpStream {
        self.listener.accept().await.unwrap().0
    }

    pub async fn accept_tls(&self, acceptor: &TlsAcceptor) -> TlsStream<TcpStream> {
        acceptor.accept(self.accept().await).await.unwrap()
    }
}
