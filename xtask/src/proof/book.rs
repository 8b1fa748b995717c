//! What the desk itself wrote down of every attempt to reach somebody, from its export, beside what
//! the provider heard.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::checks::Told;
use super::node::Place;
use super::provider::Verdict;

/// One attempt about a page.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its id.
    pub id: String,
    /// About which page.
    pub page: String,
    /// Whom it should reach.
    pub person: String,
    /// Where.
    pub address: String,
    /// What became of it.
    pub state: String,
    /// Whether it says something once more.
    pub is_repeat: bool,
}

/// Asks for an export, and reads the attempts about pages in it.
pub fn attempts(place: &Place) -> Result<Vec<Attempt>, String> {
    let file = place.data.join("export.jsonl");
    let mut export = Command::new(&place.binary);
    export
        .arg("export")
        .arg(&file)
        .arg("--data")
        .arg(&place.data);
    export.args(place.database.iter().flat_map(|url| ["--database", url]));
    export.env("EIDER_LOG_LEVEL", "warn");
    crate::process::output_of(&mut export)?;
    read(&file)
}

fn read(file: &Path) -> Result<Vec<Attempt>, String> {
    const TABLE: &str = "contact_attempt";
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut lines = text.lines().map(|line| {
        let value: Result<Value, _> = serde_json::from_str(line);
        value.map_err(|error| format!("The export cannot be read: {error}"))
    });
    let header = lines.next().ok_or("The export is empty.")??;
    let tables = header["tables"].as_array().into_iter().flatten();
    let columns: HashMap<String, usize> = tables
        .filter(|table| table["name"] == TABLE)
        .flat_map(|table| table["columns"].as_array().into_iter().flatten())
        .enumerate()
        .map(|(place, name)| (name.as_str().unwrap_or_default().to_owned(), place))
        .collect();
    let (mut attempts, mut is_here) = (Vec::new(), false);
    for line in lines {
        let line = line?;
        if let Some(table) = line["table"].as_str() {
            is_here = table == TABLE;
        } else if is_here && line.is_array() {
            let cell = |name: &str| match columns.get(name) {
                Some(place) => Ok(&line[*place]),
                None => Err(format!("The export has no {name} of attempts.")),
            };
            let word = |name: &str| -> Result<String, String> {
                Ok(cell(name)?.as_str().unwrap_or_default().to_owned())
            };
            let about = word("about")?;
            let Some(page) = about.strip_prefix("page:") else {
                continue;
            };
            attempts.push(Attempt {
                id: word("id")?,
                page: page.to_owned(),
                person: word("person_id")?,
                address: word("address")?,
                state: word("state")?,
                is_repeat: !cell("repeats")?.is_null(),
            });
        }
    }
    Ok(attempts)
}

/// What was written, and heard, of one page for one person at one place.
#[derive(Default, Debug)]
struct Sides {
    firsts: u64,
    repeats: u64,
    unknown: u64,
    accepted: u64,
    heard_firsts: u64,
    heard_repeats: u64,
    heard_taken: u64,
}

/// Everything in which the two do not agree: somebody who heard more than was written, a repeat of
/// what was not in doubt, a message that was taken and never came.
pub fn compare(attempts: &[Attempt], told: &[Told]) -> Vec<String> {
    let mut all: BTreeMap<(&str, &str, &str), Sides> = BTreeMap::new();
    for attempt in attempts {
        let who = (&*attempt.page, &*attempt.person, heard_at(&attempt.address));
        let sides = all.entry(who).or_default();
        match attempt.is_repeat {
            true => sides.repeats += 1,
            false => sides.firsts += 1,
        }
        match (attempt.state.as_str(), attempt.is_repeat) {
            ("unknown", false) => sides.unknown += 1,
            ("accepted" | "delivered", _) => sides.accepted += 1,
            _ => {}
        }
    }
    for one in told {
        let who = (one.page.as_str(), one.person.as_str(), one.to.as_str());
        let sides = all.entry(who).or_default();
        match (one.verdict, one.is_repeat) {
            (Verdict::NotTaken, _) | (Verdict::Broken, true) => {}
            (_, true) => sides.heard_repeats += 1,
            (_, false) => sides.heard_firsts += 1,
        }
        if one.verdict == Verdict::Taken {
            sides.heard_taken += 1;
        }
    }
    let mut violations = by_id(attempts, told);
    for ((page, person, address), sides) in all {
        for (is_wrong, what) in [
            (sides.repeats > sides.unknown, "more repeats than doubts"),
            (sides.heard_firsts > sides.firsts, "heard more than written"),
            (
                sides.heard_repeats > sides.repeats,
                "heard more repeats than written",
            ),
            (
                sides.accepted > sides.heard_taken,
                "written as taken, and never heard",
            ),
        ] {
            if is_wrong {
                violations.push(format!(
                    "The page {page} for {person} at {address}: {what}: {sides:?}"
                ));
            }
        }
    }
    violations
}

/// Where the kind of message tells its attempt, each message is the one that was written.
fn by_id(attempts: &[Attempt], told: &[Told]) -> Vec<String> {
    let known: HashMap<&str, &Attempt> = attempts
        .iter()
        .map(|attempt| (attempt.id.as_str(), attempt))
        .collect();
    let wrong = told.iter().filter_map(|one| {
        let id = one.attempt.as_deref()?;
        match known.get(id) {
            None => Some(format!("The attempt {id} was heard and never written.")),
            Some(attempt) if attempt.is_repeat != one.is_repeat => {
                Some(format!("The attempt {id} is marked wrongly."))
            }
            Some(_) => None,
        }
    });
    wrong.collect()
}

/// A webhook is known by the last part of its address.
fn heard_at(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::provider::Way;
    use super::*;

    fn attempt(id: &str, state: &str, is_repeat: bool) -> Attempt {
        Attempt {
            id: id.to_owned(),
            page: "page".to_owned(),
            person: "ada".to_owned(),
            address: "http://here/own/webhook/ada-hook".to_owned(),
            state: state.to_owned(),
            is_repeat,
        }
    }

    fn told(id: &str, is_repeat: bool, verdict: Verdict) -> Told {
        Told {
            page: "page".to_owned(),
            person: "ada".to_owned(),
            to: "ada-hook".to_owned(),
            way: Way::Webhook,
            attempt: Some(id.to_owned()),
            at: Duration::ZERO,
            is_repeat,
            verdict,
        }
    }

    #[test]
    fn a_repeat_is_of_something_that_was_in_doubt() {
        let heard = [
            told("1", false, Verdict::Taken),
            told("2", true, Verdict::Taken),
        ];
        let repeat = attempt("2", "accepted", true);
        let doubt = [attempt("1", "unknown", false), repeat.clone()];
        assert_eq!(compare(&doubt, &heard), Vec::<String>::new());
        let none = [attempt("1", "accepted", false), repeat];
        assert_eq!(compare(&none, &heard).len(), 1);
    }

    #[test]
    fn what_is_written_as_taken_was_heard() {
        let written = [attempt("1", "accepted", false)];
        let heard = [told("1", false, Verdict::Taken)];
        assert_eq!(compare(&written, &heard), Vec::<String>::new());
        assert_eq!(compare(&written, &[]).len(), 1);
    }

    #[test]
    fn what_is_heard_was_written_and_is_marked_as_what_it_is() {
        let heard = [told("1", false, Verdict::Taken)];
        assert_eq!(compare(&[], &heard).len(), 2);
        let marked = [attempt("1", "cancelled", true)];
        assert!(!compare(&marked, &heard).is_empty());
    }

    #[test]
    fn attempts_stand_in_an_export() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("export");
        let columns = r#"["id","person_id","about","address","state","repeats"]"#;
        let text = format!(
            "{{\"tables\":[{{\"name\":\"contact_attempt\",\"columns\":{columns}}}]}}\n\
             {{\"table\":\"contact_attempt\"}}\n\
             [\"1\",\"ada\",\"page:7\",\"+44\",\"unknown\",null]\n\
             [\"2\",\"ada\",\"verification\",\"+44\",\"accepted\",null]\n\
             [\"3\",\"ada\",\"page:7\",\"+44\",\"accepted\",\"twilio\"]\n\
             {{\"table\":\"counter\"}}\n[\"fact\",1]\n"
        );
        std::fs::write(&file, text).unwrap();
        let attempts = read(&file).unwrap();
        let known: Vec<_> = attempts
            .iter()
            .map(|it| (it.id.as_str(), it.page.as_str(), it.is_repeat))
            .collect();
        assert_eq!(known, [("1", "7", false), ("3", "7", true)]);
    }
}
