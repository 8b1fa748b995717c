//! The time zones that people choose from.

use std::sync::OnceLock;

use crate::components::choices::Choice;

/// Every place of the tz database and UTC, with `chosen` among them whatever it is called.
pub(crate) fn choices(chosen: &str) -> Vec<Choice> {
    let mut names: Vec<&str> = places().iter().map(String::as_str).collect();
    if !chosen.is_empty() && !names.contains(&chosen) {
        names.insert(0, chosen);
    }
    names
        .into_iter()
        .map(|name| Choice::new(name, name.replace('_', " ")))
        .collect()
}

/// Reading them all takes a moment, so it is done once.
fn places() -> &'static [String] {
    static PLACES: OnceLock<Vec<String>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let mut names: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.as_str().to_owned())
            .filter(|name| is_place(name))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    })
}

/// Names by continent or ocean; older names of the same zones are left out.
fn is_place(name: &str) -> bool {
    const BEGINNINGS: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    name == "UTC" || BEGINNINGS.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_offered_and_the_chosen_one_always() {
        let offered = choices("Etc/GMT+3");
        assert_eq!(offered[0].value, "Etc/GMT+3");
        for name in ["UTC", "Europe/London", "America/Argentina/Buenos_Aires"] {
            assert!(offered.iter().any(|choice| choice.value == name), "{name}");
        }
        assert!(offered.len() > 300, "{}", offered.len());
    }
}
