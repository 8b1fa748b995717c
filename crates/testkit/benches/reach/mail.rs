//! A server of e-mail that notes when it was called for whom.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// When somebody was named as the recipient, each time.
type Calls = HashMap<String, Vec<Instant>>;

/// The server. Cheap to clone.
#[derive(Clone)]
pub struct Mail {
    calls: Arc<Mutex<Calls>>,
    takes: Duration,
    pub port: u16,
}

impl Mail {
    /// A server that needs so long to take a message.
    pub async fn start(takes: Duration) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?;
        let mail = Self {
            calls: Arc::default(),
            takes,
            port: port.port(),
        };
        let served = mail.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move {
                    // A client that goes away ends its own conversation.
                    let _ended = served.converse(stream).await;
                });
            }
        });
        Ok(mail)
    }

    /// When that person was called.
    pub fn calls_of(&self, address: &str) -> Vec<Instant> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(address).cloned().unwrap_or_default()
    }

    /// How often anybody was called.
    pub fn count(&self) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.values().map(Vec::len).sum()
    }

    /// Waits until that many calls were made.
    pub async fn until(&self, count: usize, within: Duration) -> Result<(), String> {
        let begun = Instant::now();
        while self.count() < count {
            if begun.elapsed() > within {
                let seen = self.count();
                return Err(format!("{seen} of {count} calls were made in {within:?}."));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mail.test\r\n").await?;
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let answer: &[u8] = match verb.as_str() {
                "RCPT" => {
                    self.note(&line);
                    b"250 ok\r\n"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    while line != ".\r\n" {
                        line.clear();
                        if stream.read_line(&mut line).await? == 0 {
                            return Ok(());
                        }
                    }
                    tokio::time::sleep(self.takes).await;
                    b"250 taken\r\n"
                }
                "QUIT" => return stream.write_all(b"221 bye\r\n").await,
                _ => b"250 ok\r\n",
            };
            stream.write_all(answer).await?;
        }
    }

    fn note(&self, line: &str) {
        let now = Instant::now();
        let inner = line
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'));
        let address = inner.map_or_else(String::new, |(address, _)| address.to_owned());
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.entry(address).or_default().push(now);
    }
}
