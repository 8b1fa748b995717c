//! A calendar feed as RFC 5545 writes it: one event for each shift, in UTC, so that no calendar has
//! to know when the clocks change.

use jiff::Timestamp;

/// Longest line, in octets, before it is folded.
const LINE_OCTETS: usize = 75;

/// A shift as a calendar shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The same for the same shift each time that the feed is read.
    pub uid: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When the rota last changed.
    pub stamp: Timestamp,
    /// The title.
    pub summary: String,
    /// Numbers and names, on lines of their own.
    pub description: String,
    /// The page where it can be changed.
    pub url: String,
}

/// The whole feed.
pub fn feed(name: &str, events: &[Event]) -> String {
    let mut text = String::new();
    line(&mut text, "BEGIN:VCALENDAR");
    line(&mut text, "VERSION:2.0");
    line(&mut text, "PRODID:-//Eider//On call//EN");
    line(&mut text, "CALSCALE:GREGORIAN");
    line(&mut text, "METHOD:PUBLISH");
    line(&mut text, &format!("X-WR-CALNAME:{}", escape(name)));
    // Both names are read: the first by the standard, the second by older calendars.
    line(&mut text, "REFRESH-INTERVAL;VALUE=DURATION:PT15M");
    line(&mut text, "X-PUBLISHED-TTL:PT15M");
    for event in events {
        line(&mut text, "BEGIN:VEVENT");
        line(&mut text, &format!("UID:{}", escape(&event.uid)));
        line(&mut text, &format!("DTSTAMP:{}", utc(event.stamp)));
        line(&mut text, &format!("DTSTART:{}", utc(event.from)));
        line(&mut text, &format!("DTEND:{}", utc(event.until)));
        line(&mut text, &format!("SUMMARY:{}", escape(&event.summary)));
        let description = escape(&event.description);
        line(&mut text, &format!("DESCRIPTION:{description}"));
        line(&mut text, &format!("URL:{}", event.url));
        // Being on call does not fill the day of other calendars.
        line(&mut text, "TRANSP:TRANSPARENT");
        line(&mut text, "END:VEVENT");
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn utc(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            ';' => escaped.push_str("\\;"),
            ',' => escaped.push_str("\\,"),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Adds a line, folded between characters so that none is longer than is allowed.
fn line(text: &mut String, content: &str) {
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > LINE_OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}
