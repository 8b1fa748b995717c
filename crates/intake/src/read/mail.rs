//! Mail of monitors.
//!
//! A mail is an alert, known by its subject without the words that say how it stands. When its
//! subject begins with a word such as “Resolved”, it is over.

use eider_domain::{
    alert::{Says, Signal},
    service::Severity,
};
use mail_parser::MessageParser;

/// How a subject begins that says that something is over.
const OVER: [&str; 5] = ["resolved", "recovery", "recovered", "ok", "cleared"];
/// What else a subject may say of how it stands; none of it is part of what it is about.
const STANDING: [&str; 10] = [
    "firing",
    "problem",
    "alert",
    "alarm",
    "down",
    "critical",
    "error",
    "warning",
    "info",
    "triggered",
];
/// Words that mail programs put in front.
const IN_FRONT: [&str; 4] = ["re", "fw", "fwd", "aw"];

/// What a mail says; nothing for what is no mail.
pub(crate) fn mail(raw: &[u8]) -> Option<Signal> {
    let message = MessageParser::default().parse(raw)?;
    let subject = message.subject().unwrap_or("A mail without a subject");
    let read = words(subject);
    let sender = message.from().and_then(|from| from.first());
    let sender = sender.and_then(|sender| sender.address());
    let text = message.body_text(0).unwrap_or_default();
    Some(
        Signal::new(&read.about, read.says, read.severity, subject)
            .at_place(sender)
            .with_detail(&text),
    )
}

/// What a subject says.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    about: String,
    says: Says,
    severity: Severity,
}

fn words(subject: &str) -> Read {
    let words: Vec<String> = subject
        .split(|c: char| c.is_whitespace() || "[](){}*:!|".contains(c))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .skip_while(|word| IN_FRONT.contains(&word.as_str()))
        .collect();
    // Only its first word says that it is over: “Disk not OK” is not.
    let is_over = words
        .first()
        .is_some_and(|word| OVER.contains(&word.as_str()));
    let says_standing =
        |word: &&String| OVER.contains(&word.as_str()) || STANDING.contains(&word.as_str());
    let severity = words
        .iter()
        .find(|word| matches!(word.as_str(), "critical" | "error" | "warning" | "info"))
        .map_or(Severity::Error, |word| Severity::meant_by(word));
    let about: Vec<&str> = words
        .iter()
        .filter(|word| !says_standing(word))
        .map(String::as_str)
        .collect();
    Read {
        about: if about.is_empty() {
            words.join(" ")
        } else {
            about.join(" ")
        },
        says: if is_over { Says::Over } else { Says::Firing },
        severity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_that_ends_an_alert_is_known_by_the_same_words() {
        for (fires, over) in [
            (
                "** PROBLEM Service Alert: db1/Disk is CRITICAL **",
                "** RECOVERY Service Alert: db1/Disk is OK **",
            ),
            (
                "[FIRING] Disk full on db1",
                "Re: [RESOLVED] Disk full on db1",
            ),
        ] {
            let (fires, over) = (words(fires), words(over));
            assert_eq!((fires.says, over.says), (Says::Firing, Says::Over));
            assert_eq!(fires.about, over.about);
        }
        assert_eq!(words("Disk not OK on db1").says, Says::Firing);
        assert_eq!(words("WARNING: load").severity, Severity::Warning);
        assert_eq!(words("Alert").about, "alert");
    }

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
