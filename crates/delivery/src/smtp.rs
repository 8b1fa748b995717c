//! E-mail, by SMTP.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, SystemTime},
};

use eider_app::contact::Sending;
use eider_domain::contact::Outcome;
use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
        response::Response,
    },
};
use tokio::time::timeout;

use crate::{
    ConfigurationError, Encryption, SmtpServer,
    http::{ANSWER_WITHIN, shortened},
    pace::Pace,
};

/// Programs that answer e-mail by themselves leave this one alone (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// A server that was told goodbye and does not answer is left.
const FAREWELL_WITHIN: Duration = Duration::from_secs(1);

/// One server that takes e-mail.
pub(crate) struct Smtp {
    pub(crate) name: String,
    pub(crate) pace: Pace,
    host: String,
    port: u16,
    encryption: Encryption,
    login: Option<Credentials>,
    from: Mailbox,
    public_url: String,
    /// It answers within this, or is taken to be away.
    answers_within: Duration,
}

impl Smtp {
    /// One that has another beside it leaves time for that one.
    pub(crate) fn new(
        name: String,
        server: &SmtpServer,
        public_url: &str,
        is_only: bool,
    ) -> Result<Self, ConfigurationError> {
        let wrong = |why: &str| ConfigurationError::new(&name, why);
        let from: Mailbox = server.from.parse().map_err(|_| {
            wrong("“from” is not an address; write it like Eider <eider@example.com>")
        })?;
        let login = match (&server.user, &server.password) {
            (Some(user), Some(password)) => {
                Some(Credentials::new(user.clone(), password.0.clone()))
            }
            (None, None) => None,
            _ => {
                return Err(wrong(
                    "“user” and “password” go together; name both or neither",
                ));
            }
        };
        let is_here = matches!(server.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if login.is_some() && server.encryption == Encryption::None && !is_here {
            return Err(wrong(
                "the password would cross the network readable by anybody; set “encryption” to \
                 starttls or tls",
            ));
        }
        let usual_port = match server.encryption {
            Encryption::Starttls => 587,
            Encryption::Tls => 465,
            Encryption::None => 25,
        };
        Ok(Self {
            host: server.host.clone(),
            port: server.port.unwrap_or(usual_port),
            encryption: server.encryption,
            login,
            from,
            pace: Pace::new(server.per_second),
            public_url: public_url.to_owned(),
            // Servers of e-mail take their time: some greet nobody for six seconds, and look into
            // what they are given before they take it.
            answers_within: ANSWER_WITHIN * if is_only { 2 } else { 1 },
            name,
        })
    }

    /// Everything before the text itself is certain: only when the server has the text and says
    /// nothing is it not known what became of it.
    pub(crate) async fn send(&self, sending: &Sending, now: Timestamp) -> Outcome {
        let Ok(to) = sending.attempt.way.address.parse::<Address>() else {
            let why = "This is no address that e-mail can be sent to.".into();
            return Outcome::Refused { why };
        };
        let email = match self.email(sending, &to, now) {
            Ok(email) => email,
            Err(why) => return Outcome::Refused { why },
        };
        // What the beginning does not take is left for the text.
        let has_text = AtomicBool::new(false);
        let whole = self.hand_over(to, &email, &has_text);
        match timeout(self.answers_within, whole).await {
            Ok(outcome) => outcome,
            Err(_) if has_text.load(Ordering::Relaxed) => Outcome::Silent {
                why: "The e-mail server has it and does not say whether it takes it.".into(),
            },
            Err(_) => not_in_time(),
        }
    }

    /// Hands the text over, and notes when the server has it.
    async fn hand_over(&self, to: Address, email: &[u8], has_text: &AtomicBool) -> Outcome {
        let beginning = self.answers_within * 3 / 4;
        let mut connection = match timeout(beginning, self.announce(to)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return not_taken(&error),
            Err(_) => return not_in_time(),
        };
        has_text.store(true, Ordering::Relaxed);
        let outcome = match connection.message(email).await {
            Ok(response) => Outcome::Accepted {
                reference: first_line(&response),
            },
            Err(error) if error.is_permanent() || error.is_transient() => not_taken(&error),
            Err(error) => Outcome::Silent { why: words(&error) },
        };
        // It was taken or not, however the farewell goes.
        tokio::spawn(async move {
            let _farewell = timeout(FAREWELL_WITHIN, connection.quit()).await;
        });
        outcome
    }

    /// Connects, signs in, and says who writes to whom.
    async fn announce(&self, to: Address) -> Result<AsyncSmtpConnection, Error> {
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let tls = || TlsParameters::new(self.host.clone());
        let wrapped = match self.encryption {
            Encryption::Tls => Some(tls()?),
            Encryption::Starttls | Encryption::None => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, None, &hello, wrapped, None).await?;
        if self.encryption == Encryption::Starttls {
            connection.starttls(tls()?, &hello).await?;
        }
        if let Some(login) = &self.login {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], login)
                .await?;
        }
        let from = self.from.email.clone();
        connection.command(Mail::new(Some(from), vec![])).await?;
        connection.command(Rcpt::new(to, vec![])).await?;
        connection.command(Data).await?;
        Ok(connection)
    }

    fn email(&self, sending: &Sending, to: &Address, now: Timestamp) -> Result<Vec<u8>, String> {
        let message = &sending.message;
        let text = match &message.link {
            Some(path) => format!("{}\n\n{}{path}\n", message.text, self.public_url),
            None => format!("{}\n", message.text),
        };
        let id = format!("<{}@{}>", sending.attempt.id, self.from.email.domain());
        let built = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(message.title.clone())
            .date(SystemTime::from(now))
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(text);
        let mut built = built.map_err(|error| shortened(&error.to_string()))?;
        let by_itself = HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned());
        built.headers_mut().insert_raw(by_itself);
        Ok(built.formatted())
    }
}

fn not_in_time() -> Outcome {
    let why = "The e-mail server does not answer in time.".into();
    Outcome::Busy { why }
}

/// The server said no, or was not reached.
fn not_taken(error: &Error) -> Outcome {
    let why = words(error);
    if error.is_permanent() {
        Outcome::Refused { why }
    } else {
        Outcome::Busy { why }
    }
}

fn words(error: &Error) -> String {
    let mut words = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        words = format!("{words}: {source}");
    }
    shortened(&words)
}

fn first_line(response: &Response) -> String {
    shortened(response.first_line().unwrap_or("taken"))
}
