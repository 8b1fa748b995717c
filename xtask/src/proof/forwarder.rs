//! The address of a database that moves: what a proxy or an address that moves does for operators.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::provider::lock;

/// Passes every connection on to whatever it leads to at the moment.
#[derive(Clone)]
pub struct Forwarder {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    target: Option<SocketAddr>,
    /// Grows whenever it leads elsewhere; what was opened before passes nothing on any more.
    era: u64,
    open: Vec<TcpStream>,
    /// Open, and dead.
    silent: Vec<TcpStream>,
}

/// What becomes of connections that are open when it leads elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Both sides see that they end, as when a proxy closes them.
    Ends,
    /// Neither side hears anything any more, as when a machine loses its power.
    FallsSilent,
}

impl Forwarder {
    /// Starts one that leads there.
    pub fn to(target: SocketAddr) -> Result<Forwarder, String> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .map_err(|error| format!("No address for the forwarder: {error}"))?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("No address for the forwarder: {error}"))?;
        let forwarder = Forwarder {
            address,
            shared: Arc::default(),
        };
        forwarder.lead_to(Some(target), Open::Ends);
        let accepting = forwarder.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let accepting = accepting.clone();
                // One that leads nowhere is closed, which its client sees at once.
                thread::spawn(move || accepting.pass_on(stream));
            }
        });
        Ok(forwarder)
    }

    /// From now on it leads there, or nowhere.
    pub fn lead_to(&self, target: Option<SocketAddr>, open: Open) {
        let mut shared = lock(&self.shared);
        shared.target = target;
        shared.era += 1;
        for stream in std::mem::take(&mut shared.open) {
            match open {
                // One that has ended by itself cannot be cut.
                Open::Ends => drop(stream.shutdown(Shutdown::Both)),
                Open::FallsSilent => shared.silent.push(stream),
            }
        }
    }

    fn pass_on(&self, client: TcpStream) -> io::Result<()> {
        let (target, era) = {
            let shared = lock(&self.shared);
            (shared.target, shared.era)
        };
        let Some(target) = target else {
            return Ok(());
        };
        let server = TcpStream::connect(target)?;
        for stream in [&client, &server] {
            stream.set_nodelay(true)?;
            lock(&self.shared).open.push(stream.try_clone()?);
        }
        let (back_from, back_to) = (server.try_clone()?, client.try_clone()?);
        let back = self.clone();
        thread::spawn(move || back.pump(back_from, back_to, era));
        self.pump(client, server, era);
        Ok(())
    }

    /// Passes bytes on until one of the two ends; then the other ends too.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream, era: u64) {
        let mut buffer = [0; 16 * 1024];
        loop {
            let read = from.read(&mut buffer);
            if lock(&self.shared).era != era {
                return;
            }
            match read {
                Ok(count) if count > 0 && to.write_all(&buffer[..count]).is_ok() => {}
                _ => break,
            }
        }
        for stream in [from, to] {
            // It fails when the other side has closed it already.
            let _closed = stream.shutdown(Shutdown::Both);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers each byte with its own.
    fn answers(own: u8) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    while stream.read_exact(&mut [0]).is_ok() {
                        stream.write_all(&[own]).unwrap();
                    }
                });
            }
        });
        address
    }

    fn asked(stream: &mut TcpStream) -> io::Result<u8> {
        let mut answer = [0];
        stream.write_all(&[0])?;
        stream.read_exact(&mut answer)?;
        Ok(answer[0])
    }

    #[test]
    fn what_is_open_is_cut_and_what_comes_leads_elsewhere() {
        let forwarder = Forwarder::to(answers(1)).unwrap();
        let mut stream = TcpStream::connect(forwarder.address).unwrap();
        assert_eq!(asked(&mut stream).unwrap(), 1);
        forwarder.lead_to(None, Open::Ends);
        assert!(asked(&mut stream).is_err());
        let mut nowhere = TcpStream::connect(forwarder.address).unwrap();
        assert!(asked(&mut nowhere).is_err());
        forwarder.lead_to(Some(answers(2)), Open::Ends);
        let mut stream = TcpStream::connect(forwarder.address).unwrap();
        assert_eq!(asked(&mut stream).unwrap(), 2);
    }

    #[test]
    fn what_falls_silent_neither_answers_nor_ends() {
        let forwarder = Forwarder::to(answers(1)).unwrap();
        let mut stream = TcpStream::connect(forwarder.address).unwrap();
        assert_eq!(asked(&mut stream).unwrap(), 1);
        forwarder.lead_to(Some(answers(2)), Open::FallsSilent);
        let wait = Some(std::time::Duration::from_millis(100));
        stream.set_read_timeout(wait).unwrap();
        let silence = asked(&mut stream).unwrap_err();
        assert_eq!(silence.kind(), io::ErrorKind::WouldBlock);
        let mut stream = TcpStream::connect(forwarder.address).unwrap();
        assert_eq!(asked(&mut stream).unwrap(), 2);
    }
}
