//! Certificates for servers of this machine, and who signed them.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

static AUTHORITIES: AtomicU32 = AtomicU32::new(0);

/// Somebody who signs certificates. Nobody trusts them unless told to.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
    _folder: TempDir,
}

/// What a server shows and knows, as PEM.
pub struct Certificate {
    /// Its certificate.
    pub chain: String,
    /// The key of it.
    pub key: String,
}

impl Authority {
    /// One of its own, which no other knows by name.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = format!("authority {}", AUTHORITIES.fetch_add(1, Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(params, key()).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, issuer.pem()).expect("a file");
        Self { issuer, file, _folder: folder }
    }

    /// The file with its certificate, for those who are to trust it.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Signs a certificate for a server of this name or IP address.
    pub fn sign(&self, name: &str) -> Certificate {
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Certificate { chain: certificate.pem(), key: key.serialize_pem() }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}
