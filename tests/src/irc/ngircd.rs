//! ngIRCd: a small server without IRCv3's extensions. Two of them make a network that can split.

use crate::{
    certificate::Certificate,
    daemon::{self, Daemon},
    port::Port,
};

/// A running ngIRCd.
pub struct Ngircd {
    /// Its process.
    pub daemon: Daemon,
    plain: Port,
    tls: Option<Port>,
}

/// What the two servers of a network call each other.
const HUB: &str = "hub.localhost";
const LEAF: &str = "leaf.localhost";

impl Ngircd {
    /// Starts one.
    pub async fn start() -> Self {
        Self::run(HUB, None, &format!("[Server]\nName = {LEAF}\n{LINK}Passive = yes\n")).await
    }

    /// Starts one that also speaks TLS, with this certificate.
    pub async fn with_tls(certificate: &Certificate) -> Self {
        Self::run(HUB, Some(certificate), "").await
    }

    /// Starts one that lets nobody in without this password.
    pub async fn with_password(password: &str) -> Self {
        // In the section that the configuration ends with, this would be something else.
        Self::run(HUB, None, &format!("[Global]\nPassword = {password}\n")).await
    }

    /// Starts another one that links itself to this one: people on both are on one network. It is linked once its
    /// people see those of the other.
    pub async fn leaf(&self) -> Self {
        let port = self.plain.number();
        let hub = format!("[Server]\nName = {HUB}\nHost = 127.0.0.1\nPort = {port}\n{LINK}");
        Self::run(LEAF, None, &hub).await
    }

    async fn run(name: &str, certificate: Option<&Certificate>, more: &str) -> Self {
        let folder = daemon::folder();
        let plain = Port::free();
        let tls = certificate.map(|_| Port::free());
        let mut configuration = configuration(name, plain.number()) + more;
        if let (Some(certificate), Some(port)) = (certificate, &tls) {
            let [chain, key] = ["cert.pem", "key.pem"].map(|file| folder.path().join(file));
            daemon::file(&chain, &certificate.chain);
            daemon::file(&key, &certificate.key);
            configuration += &format!(
                "[SSL]\nCertFile = {}\nKeyFile = {}\nPorts = {}\n",
                chain.display(),
                key.display(),
                port.number()
            );
        }
        let file = folder.path().join("ngircd.conf");
        daemon::file(&file, &configuration);
        let daemon = Daemon::start("ngircd", folder, &["-n", "-f", &file.display().to_string()]);
        let mut server = Self { daemon, plain, tls };
        server.is_there().await;
        server
    }

    /// Where it is spoken to.
    pub fn address(&self) -> String {
        self.plain.address.to_string()
    }

    /// Where it is spoken to over TLS.
    pub fn tls_address(&self) -> String {
        self.tls.as_ref().expect("a server with a certificate").address.to_string()
    }

    /// Starts it again after its end, where it was. It has forgotten everything.
    pub async fn restart(&mut self) {
        self.daemon.start_again();
        self.is_there().await;
    }

    async fn is_there(&mut self) {
        self.daemon.listens(self.plain.address).await;
        if let Some(tls) = &self.tls {
            self.daemon.listens(tls.address).await;
        }
    }
}

const LINK: &str = "MyPassword = link\nPeerPassword = link\n";

fn configuration(name: &str, port: u16) -> String {
    // Its limits are off: a test has many people on one machine, who are all in a hurry.
    format!(
        "[Global]
Name = {name}
Info = a server for tests
Listen = 127.0.0.1
Ports = {port}
AdminInfo1 = nobody
AdminEMail = nobody@localhost
MotdPhrase = welcome
[Limits]
ConnectRetry = 5
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1
ConnectIPv6 = no
[Operator]
Name = operator
Password = operator
"
    )
}
