//! Somebody on this machine whom a guest may reach, and who does it no good.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It takes connections, and neither reads nor says anything.
    Silent,
    /// It answers a request without end.
    Endless,
    /// It answers a request one letter after the other.
    Slow,
    /// It sends who asks to another host.
    Elsewhere,
    /// It answers a request with its own words.
    Echo,
}

/// It, at work.
pub struct Peer {
    /// Where it is, as `HOST:PORT`.
    pub address: String,
    listening: JoinHandle<()>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Peer {
    /// Listens from now on.
    ///
    /// # Errors
    /// If this machine has no port for it.
    pub async fn listen(manner: Manner) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let listening = tokio::spawn(async move {
            // Those that are dropped with the task are closed.
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, manner));
            }
        });
        Ok(Self { address, listening })
    }
}

/// Ends when the other one is gone, or has enough.
async fn talk(mut stream: TcpStream, manner: Manner) {
    let mut request = [0; 4096];
    let head = "HTTP/1.1 200 OK\r\n";
    let piece = [b'a'; 16 << 10];
    match manner {
        Manner::Silent => sleep(Duration::from_secs(600)).await,
        _ => {
            let Ok(length) = stream.read(&mut request).await else { return };
            let answer = match manner {
                Manner::Elsewhere => {
                    "HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n"
                        .to_owned()
                }
                Manner::Echo => {
                    let asked = String::from_utf8_lossy(&request[..length]).into_owned();
                    format!("{head}content-length: {}\r\n\r\n{asked}", asked.len())
                }
                _ => format!("{head}connection: close\r\n\r\n"),
            };
            let mut said = stream.write_all(answer.as_bytes()).await;
            while said.is_ok() && matches!(manner, Manner::Endless | Manner::Slow) {
                let slow = manner == Manner::Slow;
                said = stream.write_all(if slow { b"a" } else { &piece }).await;
                if slow {
                    sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
}
