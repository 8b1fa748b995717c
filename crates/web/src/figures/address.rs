//! Addresses of figures, with what was asked.

use eider_app::figures::Words;
use eider_domain::figures::Figure;

use crate::door::percent_encode;

/// The address of a figure's page, or of a file when `ending` is one such as `.csv`.
pub(super) fn of(figure: Figure, ending: &str, words: &Words) -> String {
    let name = figure.about().name;
    format!("/figures/{name}{ending}{}", query(words))
}

/// The same words for another figure: how one is told apart does not suit every other one.
pub(super) fn of_other(figure: Figure, words: &Words) -> String {
    let words = Words {
        group_by: None,
        until: None,
        ..words.clone()
    };
    of(figure, "", &words)
}

fn query(words: &Words) -> String {
    let pairs = [
        ("period", &words.period),
        ("from", &words.from),
        ("to", &words.to),
        ("until", &words.until),
        ("group_by", &words.group_by),
        ("priority", &words.priority),
        ("squad", &words.squad),
        ("feature", &words.feature),
    ];
    let given: Vec<String> = pairs
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.as_deref()?)))
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(key, value)| format!("{key}={}", percent_encode(value)))
        .collect();
    if given.is_empty() {
        String::new()
    } else {
        format!("?{}", given.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_stays_in_the_address() {
        let words = Words {
            squad: Some("Search & find".into()),
            group_by: Some("month,squad".into()),
            from: Some(" ".into()),
            ..Words::default()
        };
        assert_eq!(
            of(Figure::Cost, ".csv", &words),
            "/figures/cost.csv?group_by=month,squad&squad=Search%20%26%20find"
        );
        assert_eq!(
            of_other(Figure::Changes, &words),
            "/figures/changes?squad=Search%20%26%20find"
        );
        assert_eq!(of(Figure::Cost, "", &Words::default()), "/figures/cost");
    }
}
