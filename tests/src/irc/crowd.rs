//! Many people at once, who are there and say nothing.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy, sink},
    net::TcpStream,
    sync::Semaphore,
    task::JoinHandle,
    time::timeout,
};

use crate::scripted::PATIENCE;

/// People in a room. They leave without a word when this is dropped.
pub struct Crowd {
    people: Vec<JoinHandle<()>>,
}

/// How many come in at a time: more than this wait before the server's door.
const AT_ONCE: usize = 50;

impl Crowd {
    /// So many come to this server and into this room, and are called `crowd0` and so on.
    ///
    /// # Panics
    /// If one of them does not come in.
    pub async fn enters(address: &str, room: &str, count: usize) -> Self {
        let door = Arc::new(Semaphore::new(AT_ONCE));
        let people = (0..count).map(|number| {
            let (address, room, door) = (address.to_owned(), room.to_owned(), Arc::clone(&door));
            tokio::spawn(async move {
                let _place = door.acquire().await.expect("an open door");
                let nick = format!("crowd{number}");
                let entered = timeout(PATIENCE, enter(&address, &nick, &room)).await;
                entered.unwrap_or_else(|_| panic!("{nick} does not come into {room}"))
            })
        });
        let mut entered = Vec::new();
        for stream in join_all(people.collect::<Vec<_>>()).await {
            entered.push(stream.expect("they come in"));
        }
        // They read what the server says, or it throws them out.
        let listen =
            |mut stream| tokio::spawn(async move { copy(&mut stream, &mut sink()).await.map_or((), drop) });
        Self { people: entered.into_iter().map(listen).collect() }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.people.iter().for_each(JoinHandle::abort);
    }
}

async fn enter(address: &str, nick: &str, room: &str) -> BufReader<TcpStream> {
    let mut stream = BufReader::new(TcpStream::connect(address).await.expect("a server that accepts"));
    let hello = format!("NICK {nick}\r\nUSER crowd 0 * :{nick}\r\n");
    stream.write_all(hello.as_bytes()).await.expect("a server that reads");
    let mut line = String::new();
    loop {
        line.clear();
        let count = stream.read_line(&mut line).await.expect("text");
        assert!(count > 0, "the server does not let {nick} in");
        if let Some(token) = line.strip_prefix("PING ") {
            stream.write_all(format!("PONG {token}").as_bytes()).await.expect("a server that reads");
        } else if line.contains(" 001 ") {
            stream.write_all(format!("JOIN {room}\r\n").as_bytes()).await.expect("a server that reads");
        } else if line.contains(" 366 ") {
            return stream;
        }
    }
}
