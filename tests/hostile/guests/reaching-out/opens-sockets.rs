//! Opens sockets of its own, without asking the host.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
    let opened = [
        TcpStream::connect(("127.0.0.1", 22)).is_ok_and(|stream| stream.peer_addr().is_ok()),
        TcpListener::bind(("127.0.0.1", 0)).is_ok_and(|socket| socket.local_addr().is_ok()),
        UdpSocket::bind(("127.0.0.1", 0)).is_ok_and(|socket| socket.local_addr().is_ok()),
        ("localhost", 22).to_socket_addrs().is_ok(),
    ];
    told(format!("{opened:?}"))
}
