//! As much of HTTP/1.1 as measuring a server on this machine takes: one connection, kept open.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A server that answers nothing for this long is counted as an error.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// A larger answer than this is an error, so that a runaway server cannot fill the memory.
const LARGEST_BODY: u64 = 64 * 1024 * 1024;

/// What is to be asked of the server.
#[derive(Clone, Debug)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, decoded from chunks if need be.
    pub body: Vec<u8>,
}

/// A connection that is opened when first needed, and again after the server closed it.
pub struct Connection {
    address: SocketAddr,
    answers_within: Duration,
    stream: Option<BufReader<TcpStream>>,
}

struct Head {
    status: u16,
    length: Option<u64>,
    chunked: bool,
    close: bool,
}

impl Request {
    /// `GET path`.
    pub fn get(path: impl Into<String>) -> Request {
        Request {
            method: "GET",
            path: path.into(),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// `POST path` with a JSON body.
    pub fn post_json(path: impl Into<String>, body: String) -> Request {
        Request::with_body("POST", path, "application/json", body)
    }

    /// `PUT path` with a JSON body.
    pub fn put_json(path: impl Into<String>, body: String) -> Request {
        Request::with_body("PUT", path, "application/json", body)
    }

    /// `POST path` as a form of our own page is sent. Neither names nor values may need escaping.
    pub fn post_form(path: impl Into<String>, fields: &[(&str, &str)]) -> Request {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        Request::with_body("POST", path, kind, fields.join("&"))
            .with_header("Sec-Fetch-Site", "same-origin")
    }

    fn with_body(
        method: &'static str,
        path: impl Into<String>,
        kind: &str,
        body: String,
    ) -> Request {
        Request {
            method,
            path: path.into(),
            headers: vec![("Content-Type", kind.to_owned())],
            body,
        }
    }

    /// Adds a header. Neither name nor value may hold a line break.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Request {
        self.headers.push((name, value.into()));
        self
    }

    fn write_to(&self, address: SocketAddr, stream: &mut impl Write) -> io::Result<()> {
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: {address}\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.method != "GET" {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        stream.write_all(text.as_bytes())
    }
}

impl Answer {
    /// The body as text, undecodable bytes replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Connection {
    /// A connection to `address`, not opened yet.
    pub fn to(address: SocketAddr) -> Connection {
        Connection {
            address,
            answers_within: ANSWER_TIMEOUT,
            stream: None,
        }
    }

    /// The same, which gives up an answer after that time.
    pub fn answering_within(self, time: Duration) -> Connection {
        Connection {
            answers_within: time,
            ..self
        }
    }

    /// Sends `request` and reads the whole answer. After an error the next call connects anew.
    pub fn send(&mut self, request: &Request) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => open(self.address, self.answers_within)?,
        };
        request.write_to(self.address, stream.get_mut())?;
        let head = read_head(&mut stream)?;
        let body = read_body(&mut stream, &head)?;
        if !head.close {
            self.stream = Some(stream);
        }
        Ok(Answer {
            status: head.status,
            body,
        })
    }
}

fn open(address: SocketAddr, within: Duration) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect_timeout(&address, within)?;
    stream.set_read_timeout(Some(within))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(64 * 1024, stream))
}

fn read_head(stream: &mut impl BufRead) -> io::Result<Head> {
    let first = read_line(stream)?;
    let status = first
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1)?.parse().ok())
        .ok_or_else(|| malformed(&first))?;
    let mut head = Head {
        status,
        length: None,
        chunked: false,
        close: false,
    };
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok(head);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| malformed(&line))?;
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = Some(value.parse().map_err(|_| malformed(&line))?),
            "transfer-encoding" => head.chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => head.close = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
}

fn read_body(stream: &mut impl BufRead, head: &Head) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if head.chunked {
        loop {
            let line = read_line(stream)?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(digits, 16).map_err(|_| malformed(&line))?;
            read_exactly(stream, size, &mut body)?;
            read_line(stream)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    let empty = head.status == 204 || head.status == 304;
    match head.length {
        Some(length) => read_exactly(stream, length, &mut body)?,
        None if empty => {}
        None => {
            stream.take(LARGEST_BODY).read_to_end(&mut body)?;
        }
    }
    Ok(body)
}

fn read_exactly(stream: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
    if length + body.len() as u64 > LARGEST_BODY {
        return Err(io::Error::other("the answer is too large"));
    }
    let read = stream.take(length).read_to_end(body)? as u64;
    if read < length {
        Err(io::ErrorKind::UnexpectedEof.into())
    } else {
        Ok(())
    }
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    stream.take(64 * 1024).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).map_err(|_| malformed("a line that is not text"))
}

fn malformed(line: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("not an HTTP/1.1 answer: {line}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> io::Result<(Head, Vec<u8>)> {
        let mut stream = text.as_bytes();
        let head = read_head(&mut stream)?;
        let body = read_body(&mut stream, &head)?;
        Ok((head, body))
    }

    #[test]
    fn a_body_ends_by_its_length_its_chunks_or_the_connection() {
        let by_length = answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabNEXT").unwrap();
        assert_eq!(
            (by_length.0.status, by_length.1.as_slice()),
            (200, &b"ab"[..])
        );
        let by_chunks = answer(
            "HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
        );
        let by_chunks = by_chunks.unwrap();
        assert_eq!(
            (by_chunks.0.status, by_chunks.1.as_slice()),
            (422, &b"abc"[..])
        );
        let by_close = answer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcd").unwrap();
        assert!(by_close.0.close);
        assert_eq!(by_close.1, b"abcd");
    }

    #[test]
    fn a_broken_answer_is_an_error() {
        for text in [
            "",
            "SSH-2.0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort",
        ] {
            assert!(answer(text).is_err(), "{text}");
        }
        let huge = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
            u64::from(u32::MAX)
        );
        assert!(answer(&huge).is_err());
    }
}
