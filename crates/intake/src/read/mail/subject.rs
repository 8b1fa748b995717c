//! What the subject of a mail says: what it is about, and whether that is over.
//!
//! Monitors set apart how something stands: in brackets, or before a colon, a stroke or a dash. Only
//! there a word such as “Recovered” ends anything, so that “Recovered files missing”, which a
//! colleague may write, is an alert like any other.

use eider_domain::{alert::Says, service::Severity};

/// Words for what is over.
const OVER: [&str; 7] = [
    "resolved",
    "recovery",
    "recovered",
    "cleared",
    "ok",
    "up",
    "closed",
];
/// Those of them that say so at the beginning in capital letters, with nothing after them that sets
/// them apart.
const OVER_ALONE: [&str; 4] = ["RESOLVED", "RECOVERY", "RECOVERED", "CLEARED"];
/// Words for what goes on.
const FIRES: [&str; 20] = [
    "firing",
    "problem",
    "down",
    "critical",
    "crit",
    "fatal",
    "error",
    "warning",
    "warn",
    "triggered",
    "alerting",
    "alarm",
    "unknown",
    "unreachable",
    "unavailable",
    "nodata",
    "flappingstart",
    "updated",
    "reopened",
    "escalated",
];
/// Words that stand beside those and say nothing by themselves.
const BESIDE: [&str; 16] = [
    "alert",
    "monitor",
    "monitoring",
    "service",
    "host",
    "incident",
    "notification",
    "status",
    "info",
    "is",
    "re",
    "p1",
    "p2",
    "p3",
    "p4",
    "p5",
];
/// Words after which it is said how long it took.
const SINCE: [&str; 3] = ["in", "after", "for"];
/// Words that no alert is known by, wherever they stand.
const STANDING: [&str; 14] = [
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
    "resolved",
    "recovery",
    "recovered",
    "cleared",
];
/// Words at the end, after “is”, that no alert is known by.
const STANDING_LAST: [&str; 5] = ["ok", "up", "unknown", "unreachable", "unavailable"];
/// Words that mail programs put in front.
const IN_FRONT: [&str; 4] = ["re", "fw", "fwd", "aw"];
/// What Uptime Kuma puts before its words.
const LAMPS: [char; 3] = ['🔴', '✅', '🟢'];

/// What a subject says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// What it is about: the same for the mail that begins and the one that ends it.
    pub(super) about: String,
    /// Whether it goes on.
    pub(super) says: Says,
    /// How bad it is.
    pub(super) severity: Severity,
}

/// Reads a subject.
pub(super) fn read(subject: &str) -> Read {
    let all = words(subject);
    let severity = all
        .iter()
        .find(|word| matches!(word.as_str(), "critical" | "error" | "warning" | "info"));
    let severity = severity.map_or(Severity::Error, |word| Severity::meant_by(word));
    let (kept, standing) = without_standing(subject);
    let mut about = words(&kept);
    if about.len() > 1
        && about
            .last()
            .is_some_and(|last| STANDING_LAST.contains(&last.as_str()))
    {
        about.pop();
    }
    about.retain(|word| !STANDING.contains(&word.as_str()));
    Read {
        about: if about.is_empty() { all } else { about }.join(" "),
        says: if standing == Standing::Over {
            Says::Over
        } else {
            Says::Firing
        },
        severity,
    }
}

/// How something stands, as a piece of a subject says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Over,
    Fires,
    /// Nothing is said of it.
    Unsaid,
}

/// What is left of a subject without the pieces at its beginning that say how it stands, and what
/// they say.
fn without_standing(subject: &str) -> (String, Standing) {
    let mut rest = trimmed(subject);
    let mut kept = String::new();
    while let Some((piece, after)) = first_piece(rest) {
        let (standing, of_what) = standing_of(piece);
        match standing {
            // The name comes first there, and what follows differs each time.
            Standing::Over | Standing::Fires if piece.contains(LAMPS) && !kept.is_empty() => {
                return (kept, standing);
            }
            Standing::Over | Standing::Fires => {
                return (format!("{kept} {of_what} {after}"), standing);
            }
            Standing::Unsaid if is_in_front(piece) => {}
            // A label in brackets, or words such as “Monitor Alert”; what matters follows them.
            Standing::Unsaid if rest.starts_with('[') || says_nothing(piece) => {
                kept = format!("{kept} {piece}");
            }
            Standing::Unsaid => break,
        }
        rest = trimmed(after);
    }
    let alone = rest.split_whitespace().next().unwrap_or_default();
    let standing = if OVER_ALONE.contains(&alone) && rest.chars().any(char::is_lowercase) {
        Standing::Over
    } else {
        Standing::Unsaid
    };
    (format!("{kept} {rest}"), standing)
}

/// Without the stars and pictures that are put before it.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches(|c: char| !c.is_alphanumeric() && !"[({\"'<".contains(c))
}

/// The piece that is set apart at the beginning, and what comes after it.
fn first_piece(text: &str) -> Option<(&str, &str)> {
    if let Some(inside) = text.strip_prefix('[') {
        return inside.split_once(']');
    }
    let ends = [":", "|", " - ", " – ", " — "];
    let ends = ends
        .iter()
        .filter_map(|end| Some((text.find(end)?, end.len())));
    let (at, length) = ends.min()?;
    Some((text.get(..at)?, text.get(at + length..)?))
}

/// What a piece says, and of what, if it names that after “on”. A piece with any other word in it
/// says nothing of how something stands.
fn standing_of(piece: &str) -> (Standing, &str) {
    let mut standing = Standing::Unsaid;
    let lower = piece.to_lowercase().replace("no data", "nodata");
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        let is_said = standing != Standing::Unsaid;
        if OVER.contains(&word) {
            // “Firing: 2, resolved: 1” goes on.
            if !is_said {
                standing = Standing::Over;
            }
        } else if FIRES.contains(&word) {
            standing = Standing::Fires;
        } else if is_said && word == "on" {
            return (standing, piece.split_once(" on ").map_or("", |(_, of)| of));
        } else if !(word.is_empty()
            || BESIDE.contains(&word)
            || is_said && (SINCE.contains(&word) || is_measure(word)))
        {
            return (Standing::Unsaid, "");
        }
    }
    (standing, "")
}

/// Whether a word is a number or a length of time such as “5m”.
fn is_measure(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < word.len()
        && matches!(
            unit,
            "" | "s" | "m" | "h" | "d" | "w" | "y" | "ms" | "min" | "mo"
        )
}

fn is_in_front(piece: &str) -> bool {
    IN_FRONT.contains(&piece.trim().to_lowercase().as_str())
}

fn says_nothing(piece: &str) -> bool {
    words(piece)
        .iter()
        .all(|word| BESIDE.contains(&word.as_str()))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || "[](){}*:!|\"".contains(c))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_lowercase)
        .skip_while(|word| IN_FRONT.contains(&word.as_str()))
        .collect()
}

#[cfg(test)]
mod tests;
