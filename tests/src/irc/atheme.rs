//! Atheme: the services of a network, which know its accounts.

use std::fmt::Write;

use crate::{
    daemon::{self, Daemon},
    irc::inspircd,
    port::Port,
};

/// Running services.
pub struct Atheme {
    daemon: Daemon,
    /// How often they have linked to their server.
    links: usize,
    /// Where the server listens for them.
    _port: Port,
}

/// What they are called among servers.
const NAME: &str = "services.localhost";

/// What they write once the link is there.
const LINKED: &str = "finished synching with uplink";

/// What their server's configuration needs.
pub fn uplink(port: u16) -> String {
    format!(
        r#"<bind address="127.0.0.1" port="{port}" type="servers">
<link name="{NAME}" ipaddr="127.0.0.1" port="{port}" allowmask="127.0.0.0/8" sendpass="link" recvpass="link">
<uline server="{NAME}" silent="yes">
<module name="sasl">
<sasl target="{NAME}" requiressl="no">
"#
    )
}

impl Atheme {
    /// Starts them, with these names and passwords as accounts, and waits until they are linked to the server that
    /// listens for them there.
    pub async fn start(port: Port, accounts: &[(&str, &str)]) -> Self {
        let folder = daemon::folder();
        daemon::file(&folder.path().join("services.db"), &database(accounts));
        let file = folder.path().join("atheme.conf");
        daemon::file(&file, &configuration(port.number()));
        let [file, here, log, pid] =
            [file, folder.path().to_owned(), folder.path().join("own.log"), folder.path().join("pid")]
                .map(|path| path.display().to_string());
        let arguments = ["-n", "-c", &file, "-D", &here, "-l", &log, "-p", &pid];
        let mut services =
            Self { daemon: Daemon::start("atheme-services", folder, &arguments), links: 0, _port: port };
        services.link_again().await;
        services
    }

    /// Waits until they are linked once more.
    pub async fn link_again(&mut self) {
        self.links += 1;
        self.daemon.writes(LINKED, self.links).await;
    }
}

/// Accounts in Atheme's own form, with passwords as they are, since no module is loaded that would encrypt them.
fn database(accounts: &[(&str, &str)]) -> String {
    let mut database = "GRVER 1\nDBV 12\nCF +AFHORVabefhioqrstv\n".to_owned();
    for (id, (name, password)) in ('A'..='Z').zip(accounts) {
        write!(
            database,
            "MU AAAAAAAB{id} {name} {password} {name}@example.com 1700000000 1700000000 +b default\n\
             MN {name} {name} 1700000000 1700000000\n"
        )
        .expect("text has room");
    }
    database
}

fn configuration(port: u16) -> String {
    let mut configuration = String::new();
    for module in [
        "protocol/inspircd",
        "backend/opensex",
        "nickserv/main",
        "nickserv/identify",
        "saslserv/main",
        "saslserv/plain",
    ] {
        configuration += &format!("loadmodule \"modules/{module}\";\n");
    }
    let rest = format!(
        r#"serverinfo {{
  name = "{NAME}"; desc = "services for tests"; numeric = "00A"; netname = "Tests"; recontime = 1;
  hidehostsuffix = "users.localhost"; adminname = "nobody"; adminemail = "nobody@localhost";
  registeremail = "nobody@localhost"; mta = "/bin/true"; loglevel = {{ error; info; network; }};
  maxcertfp = 5; maxlogins = 50; maxusers = 50; emaillimit = 100; emailtime = 300; auth = none; casemapping = rfc1459;
}};
uplink "{}" {{ host = "127.0.0.1"; port = {port}; send_password = "link"; receive_password = "link"; }};
nickserv {{ nick = "NickServ"; user = "NickServ"; host = "{NAME}"; real = "accounts"; }};
saslserv {{ nick = "SaslServ"; user = "SaslServ"; host = "{NAME}"; real = "logins"; }};
general {{
  operstring = "is an operator"; servicestring = "is a service"; commit_interval = 5; flood_msgs = 0;
  default_clone_allowed = 5000; default_clone_warn = 4000;
}};
"#,
        inspircd::NAME
    );
    configuration.push_str(&rest);
    configuration
}
