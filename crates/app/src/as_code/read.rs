//! Reads files into what is wanted.

mod calling;
mod people;
mod services;
mod turns;

use super::{
    AsCodeFile, FILE_NAME_LIMIT_CHARACTERS, FILES_LIMIT, TEXT_LIMIT_BYTES,
    fields::{Item, Thing},
    problem::{Place, Problems},
    wanted::Wanted,
    yaml::{self, Content, Node},
};
use crate::{Error, Result};

/// The kinds that a file may hold.
const KINDS: [&str; 8] = [
    "company",
    "squads",
    "calendars",
    "people",
    "features",
    "rotas",
    "policies",
    "services",
];
/// More of one kind than any desk has.
const THINGS_LIMIT: usize = 2_000;
/// More people than any desk has.
const PEOPLE_LIMIT: usize = 10_000;

/// What the files say.
///
/// # Errors
/// `Invalid` with everything that cannot be read, each with its file and line.
pub(super) fn read(files: &[AsCodeFile]) -> Result<Wanted> {
    check_size(files)?;
    let mut problems = Problems::default();
    let mut wanted = Wanted::default();
    for file in files {
        match yaml::parse(&file.text) {
            Ok(Some(root)) => read_file(&mut problems, &file.name, &root, &mut wanted),
            Ok(None) => {}
            Err(refused) => {
                let place = Place {
                    file: file.name.clone(),
                    line: refused.line,
                };
                problems.add(&place, refused.message);
            }
        }
    }
    problems.finish()?;
    Ok(wanted)
}

fn check_size(files: &[AsCodeFile]) -> Result<()> {
    if files.len() > FILES_LIMIT {
        let message = format!("At most {FILES_LIMIT} files are read at once.");
        return Err(Error::field("files", message));
    }
    let fits = |file: &AsCodeFile| {
        let name = &file.name;
        (1..=FILE_NAME_LIMIT_CHARACTERS).contains(&name.chars().count())
            && !name.chars().any(char::is_control)
    };
    if !files.iter().all(fits) {
        let message = format!("A file has a name of at most {FILE_NAME_LIMIT_CHARACTERS} signs.");
        return Err(Error::field("files", message));
    }
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    if bytes > TEXT_LIMIT_BYTES {
        let message = format!(
            "The files hold {bytes} bytes; at most {TEXT_LIMIT_BYTES} are read at once. Apply them \
             in parts: what is not mentioned stays as it is."
        );
        return Err(Error::field("files", message));
    }
    Ok(())
}

fn read_file(problems: &mut Problems, file: &str, root: &Node, wanted: &mut Wanted) {
    let Some(top) = Thing::new(problems, file, root, &KINDS) else {
        return;
    };
    if let Some((place, node)) = top.node("company") {
        match &wanted.company {
            Some(before) => {
                let first = &before.place;
                let message = format!(
                    "The company is said already in {}, line {}. Say it once.",
                    first.file, first.line
                );
                problems.add(&place, message);
            }
            None => wanted.company = calling::company(problems, &top, node),
        }
    }
    things(problems, &top, "squads", &mut wanted.squads, people::squad);
    things(
        problems,
        &top,
        "calendars",
        &mut wanted.calendars,
        turns::calendar,
    );
    things(problems, &top, "people", &mut wanted.people, people::person);
    things(
        problems,
        &top,
        "features",
        &mut wanted.features,
        services::feature,
    );
    things(problems, &top, "rotas", &mut wanted.rotas, turns::rota);
    things(
        problems,
        &top,
        "policies",
        &mut wanted.policies,
        calling::policy,
    );
    things(
        problems,
        &top,
        "services",
        &mut wanted.services,
        services::service,
    );
}

/// The things of one kind, added to those of other files.
fn things<Body>(
    problems: &mut Problems,
    top: &Thing<'_>,
    kind: &str,
    into: &mut Option<Vec<Item<Body>>>,
    read: fn(&mut Problems, &Thing<'_>, &Node) -> Option<Item<Body>>,
) {
    let Some((place, node)) = top.node(kind) else {
        return;
    };
    let limit = match kind {
        "people" => PEOPLE_LIMIT,
        _ => THINGS_LIMIT,
    };
    let known = into.get_or_insert_default();
    // A name without anything below it says that there are none.
    if matches!(node.content, Content::Nothing) {
        return;
    }
    for (_, node) in top.list(problems, kind).unwrap_or_default() {
        let Some(item) = read(problems, top, node) else {
            continue;
        };
        let same = known.iter().find(|other| other.key == item.key);
        if let Some(Place { file, line }) = same.map(|other| &other.place) {
            let message = format!("“{}” is said already in {file}, line {line}.", item.name);
            problems.add(&item.place, message);
            continue;
        }
        known.push(item);
        if known.len() > limit {
            problems.add(&place, format!("At most {limit} {kind} are read at once."));
            return;
        }
    }
}

/// The values of a set that are known words.
fn words<Word: Copy>(
    problems: &mut Problems,
    thing: &Thing<'_>,
    field: &str,
    all: &[Word],
    as_str: fn(Word) -> &'static str,
) -> Option<Vec<Word>> {
    let texts = thing.texts(problems, field)?;
    let (place, _) = thing.node(field)?;
    let mut found = Vec::new();
    for text in texts {
        match all.iter().find(|word| as_str(**word) == text) {
            Some(word) => found.push(*word),
            None => problems.add(&place, format!("{field} holds: {}.", listed(all, as_str))),
        }
    }
    Some(found)
}

/// The words of which one is chosen.
fn listed<Word: Copy>(all: &[Word], as_str: fn(Word) -> &'static str) -> String {
    let words: Vec<&str> = all.iter().map(|word| as_str(*word)).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let file = AsCodeFile {
            name: "a.yaml".into(),
            text: text.into(),
        };
        match read(&[file]) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("it was read: {text}"),
        }
    }

    #[test]
    fn every_error_names_its_line() {
        for (text, told) in [
            ("squad: []", "a.yaml, line 1: “squad” is not known here."),
            ("squads:\n  - nam: A", "a.yaml, line 2: Say the name."),
            (
                "squads:\n  - name: A\n  - name: a",
                "a.yaml, line 3: “a” is said already in a.yaml, line 2.",
            ),
            (
                "squads:\n  - name: A\n    rate_cents_per_hour: much",
                "a.yaml, line 3: Write a whole number",
            ),
            (
                "people:\n  - email: ada",
                "a.yaml, line 2: “ada” is not an e-mail address.",
            ),
            (
                "calendars:\n  - name: A\n    weekly:\n      monday: 9-5",
                "a.yaml, line 4: ",
            ),
            (
                "calendars:\n  - name: A\n    holidays:\n      - Christmas",
                "a.yaml, line 4: “Christmas” does not begin with a date.",
            ),
            (
                "policies:\n  - name: A\n    levels:\n      - call: [everybody]",
                "a.yaml, line 4: ",
            ),
            (
                "services:\n  - name: A\n    worth:\n      critical: high",
                "a.yaml, line 4: ",
            ),
            ("squads: {name: A}", "a.yaml, line 1: squads is a list"),
            ("- a", "a.yaml, line 1: Fields are expected here"),
        ] {
            let message = refused(text);
            assert!(message.contains(told), "{text}: {message}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let message = refused("squads:\n  - name: 1\n    x: 1\npeople:\n  - email: a\n");
        assert!(message.contains("line 3"), "{message}");
        assert!(message.contains("line 5"), "{message}");
    }
}
