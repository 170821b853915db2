//! The demo on IRC: a server of one's own, the bots on it, and a word on how to come in.

use std::{
    fmt::Write,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use super::{BOTS, KEEPERS};
use crate::{servers, workspace};

/// The backend that speaks IRC.
pub const BACKEND: &str = "irc";

/// The port that IRC has where it is not taken.
const PORT: u16 = 6667;
const ROOM: &str = "#parlor";

/// A server that ends with the demo.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, or heard the same Ctrl-C.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the server and, on it, `parlor`, until that ends: by Ctrl-C. `page` is what the configuration says of the page.
pub fn run(parlor: &mut Command, page: &[String]) -> Result<()> {
    servers::one_ready("ngircd")?;
    let folder = workspace::target().join("demo-irc");
    fs::create_dir_all(&folder)?;
    let port = free_port()?;
    let _server = serve(&folder, port)?;
    let configuration = folder.join("parlor.toml");
    fs::write(&configuration, configured(&folder, port, page)?)?;
    eprintln!(
        "
An IRC server is up, with the bots {bots} on it.
Connect with your own client to 127.0.0.1, port {port}, without TLS, and say:
    /join {ROOM}
    !help
    parlor++
For example:  irssi --connect=127.0.0.1 --port={port}     or     weechat irc://you@127.0.0.1:{port}/{ROOM}
The configuration is {configuration}. Ctrl-C ends it all.
",
        bots = BOTS.join(", "),
        configuration = configuration.display(),
    );
    let status = parlor.arg("-c").arg(&configuration).status().context("cannot start parlor")?;
    ensure!(status.success(), "parlor ended with {status}");
    Ok(())
}

fn free_port() -> Result<u16> {
    let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = listen(PORT).or_else(|_| listen(0)).context("there is no free port")?;
    Ok(listener.local_addr()?.port())
}

fn serve(folder: &Path, port: u16) -> Result<Server> {
    let file = folder.join("ngircd.conf");
    fs::write(
        &file,
        format!(
            "[Global]\nName = demo.localhost\nInfo = the demo of Parlor\nListen = 127.0.0.1\nPorts = {port}\n\
             AdminInfo1 = you\nAdminEMail = you@localhost\nMotdPhrase = Welcome. The bots are in {ROOM}.\n\
             [Limits]\nMaxConnectionsIP = 0\nMaxNickLength = 30\nMaxPenaltyTime = 0\n\
             [Options]\nDNS = no\nIdent = no\nPAM = no\nConnectIPv6 = no\n"
        ),
    )?;
    let mut command = Command::new("ngircd");
    command.args(["--nodaemon", "--config"]).arg(&file);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = Server(command.spawn().context("cannot start ngircd")?);
    for _ in 0..100 {
        if std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(server);
        }
        ensure!(
            server.0.try_wait()?.is_none(),
            "ngircd ended at once; `ngircd --nodaemon --config {}` says why",
            file.display()
        );
        thread::sleep(Duration::from_millis(50));
    }
    anyhow::bail!("ngircd does not listen on port {port}")
}

fn configured(folder: &Path, port: u16, page: &[String]) -> Result<String> {
    let guests = workspace::guests();
    let component = |name: &str| format!("{:?}", guests.join(format!("{name}.wasm")).display().to_string());
    let store = format!("sqlite:{}", folder.join("parlor.db").display());
    let mut text = format!(
        "# The demo's, written anew each time.\n\n{page}\n\n\
         [network.demo]\ncomponent = {}\nrooms = [{ROOM:?}]\n\
         config = {{ server = \"127.0.0.1:{port}\", tls = false, nick = \"parlor\", send-burst = 20, send-per-second = 10 }}\n\
         grant = {{ net = [\"127.0.0.1:{port}\"] }}\n\n[store]\nurl = {store:?}\n",
        component(BACKEND),
        page = page.join("\n"),
    );
    for bot in BOTS {
        let store = if KEEPERS.contains(bot) { ", store = \"4 MiB\"" } else { "" };
        write!(
            text,
            "\n[bot.{bot}]\ncomponent = {}\ngrant = {{ networks = [\"demo\"]{store} }}\n",
            component(bot)
        )?;
    }
    Ok(text)
}
