//! A port of this machine that stays a server's own while the server is down.

use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// A port on 127.0.0.1, chosen by the system. As long as this lives the system gives it to nobody else, and a server
/// that is told of it can listen there, again and again.
pub struct Port {
    /// Where it is.
    pub address: SocketAddr,
    /// Bound, and never listening.
    _holder: TcpSocket,
}

impl Port {
    /// Chooses one.
    pub fn free() -> Self {
        let holder = TcpSocket::new_v4().expect("a socket");
        // Chosen without reuse, so it is nobody's; held with it, so that a server may listen beside the holder.
        holder.set_reuseaddr(false).expect("an option of every socket");
        holder.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port on this machine");
        holder.set_reuseaddr(true).expect("an option of every socket");
        Self { address: holder.local_addr().expect("its address"), _holder: holder }
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.address.port()
    }
}
