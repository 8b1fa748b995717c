//! A server of e-mail that keeps to RFC 5321 and holds its clients to it.

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{Mood, Shared, looked_at};

const LINE_LIMIT_BYTES: usize = 1_000;
const USER: &str = "eider";
const PASSWORD: &str = "correct horse";

/// A server of e-mail.
#[derive(Clone, Debug)]
pub struct TestSmtp {
    shared: Shared<Mail>,
    port: u16,
}

looked_at!(TestSmtp takes Mail);

/// One e-mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Who sends, by the envelope.
    pub from: String,
    /// Who gets it, by the envelope.
    pub to: String,
    /// The headers in their order.
    pub headers: Vec<(String, String)>,
    /// The text, decoded.
    pub text: String,
}

impl Mail {
    /// The value of a header.
    ///
    /// # Panics
    /// When there is none of that name.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        let (_, value) = found.expect("the header is there");
        value
    }
}

impl TestSmtp {
    /// A server on a free port of this machine.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let shared = Shared::new();
        let server = Self { shared, port };
        let served = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move {
                    // A client that goes away ends its own conversation.
                    let _ended = served.converse(stream).await;
                });
            }
        });
        server
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name that it lets in.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The password that belongs to it.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut line = Conversation {
            stream: BufReader::new(stream),
            server: self,
        };
        line.say("220 mail.test ESMTP").await?;
        let (mut greeted, mut known) = (false, false);
        let (mut from, mut to): (Option<String>, Option<String>) = (None, None);
        loop {
            let Some(command) = line.hear().await? else {
                return Ok(());
            };
            let verb = command.split(' ').next().unwrap_or_default().to_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    greeted = true;
                    line.say("250-mail.test").await?;
                    line.say("250 AUTH PLAIN LOGIN").await?;
                }
                "AUTH" if greeted => {
                    known = command.strip_prefix("AUTH PLAIN ").is_some_and(is_known);
                    let answer = if known {
                        "235 welcome"
                    } else {
                        "535 not known"
                    };
                    line.say(answer).await?;
                }
                "MAIL" if known && from.is_none() => {
                    from = Some(within(&command));
                    line.say("250 ok").await?;
                }
                "RCPT" if from.is_some() => match self.shared.mood() {
                    Mood::Refuses => line.say("550 5.1.1 no such person").await?,
                    Mood::Busy | Mood::Fails => line.say("451 4.3.0 try again later").await?,
                    Mood::Well | Mood::BreaksOff | Mood::Hangs => {
                        to = Some(within(&command));
                        line.say("250 ok").await?;
                    }
                },
                "DATA" if to.is_some() => {
                    line.say("354 go on").await?;
                    let Some(text) = line.hear_text().await? else {
                        return Ok(());
                    };
                    let (sender, recipient) = (from.take(), to.take());
                    self.read(
                        sender.unwrap_or_default(),
                        recipient.unwrap_or_default(),
                        &text,
                    );
                    match self.shared.mood() {
                        Mood::BreaksOff => return Ok(()),
                        Mood::Hangs => std::future::pending::<()>().await,
                        _ => line.say("250 2.0.0 taken as 4711").await?,
                    }
                }
                "QUIT" => {
                    line.say("221 bye").await?;
                    return Ok(());
                }
                _ => {
                    self.shared.violated(format!("out of its turn: {command}"));
                    line.say("503 out of its turn").await?;
                }
            }
        }
    }

    /// Takes an e-mail, and looks at how it is written (RFC 5322).
    fn read(&self, from: String, to: String, text: &str) {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut headers = Vec::new();
        for header in unfolded.split("\r\n") {
            match header.split_once(':') {
                Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
                None => self.shared.violated(format!("this is no header: {header}")),
            }
        }
        for needed in [
            "From",
            "To",
            "Date",
            "Subject",
            "Message-ID",
            "Auto-Submitted",
        ] {
            if headers.iter().filter(|(name, _)| name == needed).count() != 1 {
                self.shared
                    .violated(format!("{needed} has to be there once"));
            }
        }
        if !text.is_ascii() {
            self.shared.violated("only ASCII was agreed upon");
        }
        let coded = headers
            .iter()
            .find(|(name, _)| name == "Content-Transfer-Encoding");
        let text = match coded.map(|(_, value)| value.as_str()) {
            Some("base64") => {
                let bytes = STANDARD.decode(body.replace("\r\n", ""));
                String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
            }
            Some("quoted-printable") => unquoted(body),
            _ => body.to_owned(),
        };
        let text = text.replace("\r\n", "\n").trim_end().to_owned();
        self.shared.take(Mail {
            from,
            to,
            headers,
            text,
        });
    }
}

struct Conversation<'a> {
    stream: BufReader<TcpStream>,
    server: &'a TestSmtp,
}

impl Conversation<'_> {
    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.stream
            .write_all(format!("{line}\r\n").as_bytes())
            .await
    }

    /// The next line without its end; nothing when the client has gone.
    async fn hear(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        self.stream.read_until(b'\n', &mut bytes).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.len() > LINE_LIMIT_BYTES {
            self.server.shared.violated("a line is too long");
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match text.strip_suffix("\r\n") {
            Some(line) => Ok(Some(line.to_owned())),
            None => {
                self.server
                    .shared
                    .violated("a line does not end with CR LF");
                Ok(Some(text.trim_end().to_owned()))
            }
        }
    }

    /// The text of an e-mail up to the dot, without the dots that were put before others.
    async fn hear_text(&mut self) -> std::io::Result<Option<String>> {
        let mut lines = Vec::new();
        while let Some(line) = self.hear().await? {
            if line == "." {
                return Ok(Some(lines.join("\r\n")));
            }
            lines.push(line.strip_prefix('.').unwrap_or(&line).to_owned());
        }
        Ok(None)
    }
}

fn is_known(login: &str) -> bool {
    let expected = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
    login == expected
}

/// The address between `<` and `>`.
fn within(command: &str) -> String {
    let inner = command
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// Text without the marks of quoted-printable (RFC 2045).
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let code = others
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        match (first, byte) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = others.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
