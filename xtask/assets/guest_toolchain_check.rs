//! Compiled and linked, never run: proof that the guest toolchain is complete.
//!
//! It touches the parts of std that lean hardest on libc, above all those that `wasi_libc_stubs.rs` stands in for.
use std::{collections::HashMap, fs, io::Write, net, thread, time};

fn main() {
    let mut outcomes = HashMap::new();
    outcomes.insert("clock", time::SystemTime::now().elapsed().is_ok());
    outcomes.insert("file", fs::read("absent").is_ok());
    outcomes.insert("thread", thread::Builder::new().spawn(|| ()).is_ok_and(|thread| thread.join().is_ok()));
    outcomes.insert("tcp client", net::TcpStream::connect("localhost:1").is_ok());
    outcomes.insert("tcp server", net::TcpListener::bind("127.0.0.1:0").is_ok_and(|tcp| tcp.accept().is_ok()));
    outcomes.insert("udp", net::UdpSocket::bind("127.0.0.1:0").is_ok_and(|udp| udp.recv_from(&mut []).is_ok()));
    writeln!(std::io::stdout(), "{outcomes:?}").expect("stdout");
}
