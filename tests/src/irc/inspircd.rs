//! InspIRCd: a server with IRCv3's extensions, and with services where there are accounts.

use crate::{
    certificate::Certificate,
    daemon::{self, Daemon},
    irc::atheme::{self, Atheme},
    port::Port,
};

/// A running InspIRCd.
pub struct Inspircd {
    /// Its process.
    pub daemon: Daemon,
    starts: usize,
    plain: Port,
    tls: Option<Port>,
    services: Option<Atheme>,
}

/// What a server may have.
#[derive(Default)]
pub struct Options<'a> {
    /// For TLS.
    pub certificate: Option<&'a Certificate>,
    /// Accounts, as name and password. With them people can log in.
    pub accounts: &'a [(&'a str, &'a str)],
    /// More lines for its configuration.
    pub more: &'a str,
}

/// Its own name, to which services link.
pub const NAME: &str = "irc.localhost";

/// What it writes when it is. It listens before that, and throws people out again.
const READY: &str = "InspIRCd is now running";

/// What it can do, in the words of IRCv3 and beyond: the last ones are needed by services.
const MODULES: &str = "cap ircv3 ircv3_accounttag ircv3_batch ircv3_capnotify ircv3_chghost ircv3_ctctags \
     ircv3_echomessage ircv3_invitenotify ircv3_labeledresponse ircv3_msgid ircv3_servertime namesx \
     services_account spanningtree hidechans svshold globops chghost";

impl Inspircd {
    /// Starts one.
    pub async fn start(options: Options<'_>) -> Self {
        let folder = daemon::folder();
        let (plain, link) = (Port::free(), Port::free());
        let tls = options.certificate.map(|_| Port::free());
        let here = folder.path().display().to_string();
        let mut configuration = configuration(&here, plain.number());
        for module in MODULES.split(' ') {
            configuration += &format!("<module name=\"{module}\">\n");
        }
        if let (Some(certificate), Some(port)) = (options.certificate, &tls) {
            daemon::file(&folder.path().join("cert.pem"), &certificate.chain);
            daemon::file(&folder.path().join("key.pem"), &certificate.key);
            configuration += &format!(
                r#"<module name="ssl_gnutls">
<sslprofile name="tls" provider="gnutls" certfile="{here}/cert.pem" keyfile="{here}/key.pem">
<bind address="127.0.0.1" port="{}" type="clients" ssl="tls">
"#,
                port.number()
            );
        }
        if !options.accounts.is_empty() {
            configuration += &atheme::uplink(link.number());
        }
        configuration += options.more;
        let file = folder.path().join("inspircd.conf");
        daemon::file(&file, &configuration);
        let file = file.display().to_string();
        let mut daemon = Daemon::start("inspircd", folder, &["--nofork", "--nolog", "--config", &file]);
        daemon.writes(READY, 1).await;
        let mut services = None;
        if !options.accounts.is_empty() {
            services = Some(Atheme::start(link, options.accounts).await);
        }
        Self { daemon, starts: 1, plain, tls, services }
    }

    /// Where it is spoken to.
    pub fn address(&self) -> String {
        self.plain.address.to_string()
    }

    /// Where it is spoken to over TLS.
    pub fn tls_address(&self) -> String {
        self.tls.as_ref().expect("a server with a certificate").address.to_string()
    }

    /// Starts it again after its end, where it was. It has forgotten everything but the accounts.
    pub async fn restart(&mut self) {
        self.daemon.start_again();
        self.starts += 1;
        self.daemon.writes(READY, self.starts).await;
        if let Some(services) = &mut self.services {
            services.link_again().await;
        }
    }
}

fn configuration(folder: &str, port: u16) -> String {
    // Its limits are off: a test has many people on one machine, who are all in a hurry.
    format!(
        r#"<server name="{NAME}" description="a server for tests" network="Tests" id="1AB">
<admin name="nobody" nick="nobody" email="nobody@localhost">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="all" allow="127.0.0.0/8" timeout="20" pingfreq="60" localmax="5000" globalmax="5000"
 resolvehostnames="no" useident="no" maxconnwarn="off" threshold="1000" commandrate="100000" fakelag="off"
 softsendq="4194304" hardsendq="16777216" recvq="65536">
<performance softlimit="5000" somaxconn="1024" nouserdns="yes">
<log method="file" target="{folder}/server.log" type="*" level="default">
<pid file="{folder}/pid">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}">
<options prefixquit="" hidemodes="">
"#
    )
}
