//! A calendar file taken apart into the lines of its events.

use icalendar::parser::{Property, unfold};

use super::{IcsError, MAX_ICS_BYTES, MAX_ICS_EVENTS};

/// VCALENDAR, VEVENT, VALARM are three; more than this is no calendar.
const MAX_DEPTH: usize = 8;

/// The properties of one event, without those of its alarms.
pub(super) type EventProperties<'a> = Vec<Property<'a>>;

/// The text with folded lines joined and line endings alike.
///
/// # Errors
/// [`IcsError::TooLarge`].
pub(super) fn unfold_bounded(text: &str) -> Result<String, IcsError> {
    if text.len() > MAX_ICS_BYTES {
        return Err(IcsError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    Ok(unfold(&text.replace("\r\n", "\n").replace('\r', "\n")))
}

/// The properties of every VEVENT in every VCALENDAR of an unfolded text.
///
/// The library reads single lines, and BEGIN and END are matched here: its parser of whole files
/// calls itself for each level of nesting, and a hostile file would fill the stack.
///
/// # Errors
/// [`IcsError::NotACalendar`], [`IcsError::Unbalanced`], [`IcsError::Unreadable`] or
/// [`IcsError::TooManyEvents`].
pub(super) fn read_events(unfolded: &str) -> Result<Vec<EventProperties<'_>>, IcsError> {
    let mut open: Vec<&str> = Vec::new();
    let mut events: Vec<EventProperties<'_>> = Vec::new();
    let lines = unfolded
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    for line in lines {
        if let Some(name) = after_keyword(line, "BEGIN") {
            if open.is_empty() && !name.eq_ignore_ascii_case("VCALENDAR") {
                return Err(IcsError::NotACalendar);
            }
            if open.len() >= MAX_DEPTH {
                return Err(IcsError::Unbalanced {
                    line: excerpt(line),
                });
            }
            open.push(name);
            if is_event(&open) {
                events.push(Vec::new());
            }
        } else if let Some(name) = after_keyword(line, "END") {
            let opened = open.pop();
            if !opened.is_some_and(|opened| opened.eq_ignore_ascii_case(name)) {
                return Err(IcsError::Unbalanced {
                    line: excerpt(line),
                });
            }
        } else if open.is_empty() {
            return Err(IcsError::NotACalendar);
        } else if is_event(&open) {
            let property = Property::try_from(line).map_err(|_| IcsError::Unreadable {
                line: excerpt(line),
            })?;
            if let Some(event) = events.last_mut() {
                event.push(property);
            }
        }
        if events.len() > MAX_ICS_EVENTS {
            return Err(IcsError::TooManyEvents);
        }
    }
    match open.last() {
        Some(name) => Err(IcsError::Unbalanced {
            line: format!("BEGIN:{}", excerpt(name)),
        }),
        None if unfolded.is_empty() => Err(IcsError::NotACalendar),
        None => Ok(events),
    }
}

/// The first characters of what a file says, without control characters.
pub(super) fn excerpt(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(60)
        .collect()
}

/// Whether the innermost open part is an event right inside a calendar.
fn is_event(open: &[&str]) -> bool {
    matches!(open, [_, part] if part.eq_ignore_ascii_case("VEVENT"))
}

/// What stands after `KEYWORD:`, in any case.
fn after_keyword<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let head = line.get(..keyword.len())?;
    let rest = line.get(keyword.len()..)?;
    if head.eq_ignore_ascii_case(keyword) {
        rest.strip_prefix(':').map(str::trim)
    } else {
        None
    }
}
