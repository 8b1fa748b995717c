//! Mail of monitors.
//!
//! A mail is an alert, known by its subject without the words that say how it stands.

mod subject;

use eider_domain::alert::Signal;
use mail_parser::MessageParser;

/// What a mail says; nothing for what is no mail.
pub(crate) fn mail(raw: &[u8]) -> Option<Signal> {
    let message = MessageParser::default().parse(raw)?;
    let subject = message.subject().unwrap_or("A mail without a subject");
    let read = subject::read(subject);
    let sender = message.from().and_then(|from| from.first());
    let sender = sender.and_then(|sender| sender.address());
    let text = message.body_text(0).unwrap_or_default();
    Some(
        Signal::new(&read.about, read.says, read.severity, subject)
            .at_place(sender)
            .with_detail(&text),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_decoded() {
        let raw = b"From: Nagios <nagios@example.com>\r\n\
            Subject: =?utf-8?Q?Gr=C3=B6=C3=9Fe_der_Platte?=\r\n\
            Content-Type: text/plain; charset=utf-8\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nOTcgJSB2b2xs\r\n";
        let signal = mail(raw).unwrap();
        assert_eq!(signal.title, "Größe der Platte");
        assert_eq!(signal.detail, "97 % voll");
        assert_eq!(signal.place.as_deref(), Some("nagios@example.com"));
    }
}
