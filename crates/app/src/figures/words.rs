//! What is asked for, as it came in.

use eider_domain::{
    FeatureId, SquadId,
    figures::{Dimension, Figure, Period, Question, Until},
    priority::Rank,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Preset, zone};
use crate::{Result, desk::Desk, error::FieldErrors};

/// The words of an address or a command line; a blank one is as good as none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// Tickets asked from this day on (`2025-03-01`, in the company's zone) or this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Tickets asked before this day or instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// A period by its name, such as `last-month`, where neither day is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// `closed` or `resolved`, for open time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// One or two of `priority`, `squad`, `feature`, `month` with a comma between; or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_by: Option<String>,
    /// Only of this priority, such as `P1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Only with this squad, by name or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squad: Option<String>,
    /// Only about this feature, by name or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
}

impl Words {
    /// The question about `figure` that these words ask at `now`.
    ///
    /// # Errors
    /// `Invalid` names every word that cannot be used.
    pub fn question(&self, figure: Figure, desk: &Desk, now: Timestamp) -> Result<Question> {
        let mut errors = FieldErrors::default();
        let period = self.period(desk, now, &mut errors);
        let mut question = Question {
            period,
            ..Question::new(figure)
        };
        if let Some(word) = given(&self.until) {
            let until = Until::parse(word).ok_or("Write “closed” or “resolved”.");
            question.until = errors.check("until", until).unwrap_or_default();
        }
        if let Some(words) = given(&self.group_by) {
            let groups = dimensions(figure, words);
            question.groups = errors.check("group_by", groups).unwrap_or_default();
        }
        if let Some(word) = given(&self.priority) {
            let rank = Rank::parse(word).ok_or("Write a priority such as P1.");
            question.priority = errors.check("priority", rank);
        }
        if let Some(word) = given(&self.squad) {
            let squad = squad(desk, word).ok_or("There is no squad of that name.");
            question.squad = errors.check("squad", squad);
        }
        if let Some(word) = given(&self.feature) {
            let feature = feature(desk, word).ok_or("There is no feature of that name.");
            question.feature = errors.check("feature", feature);
        }
        errors.finish()?;
        Ok(question)
    }

    fn period(&self, desk: &Desk, now: Timestamp, errors: &mut FieldErrors) -> Period {
        let zone = zone(desk);
        if let Some(word) = given(&self.period)
            && given(&self.from).or(given(&self.to)).is_none()
        {
            let preset = Preset::parse(word).ok_or("There is no period of that name.");
            return errors
                .check("period", preset)
                .map(|preset| preset.period(&zone, now))
                .unwrap_or_default();
        }
        let mut day = |field, text: &Option<String>| {
            given(text).and_then(|text| errors.check(field, instant(text, &zone)))
        };
        let period = Period {
            from: day("from", &self.from),
            to: day("to", &self.to),
        };
        if let (Some(from), Some(to)) = (period.from, period.to)
            && from >= to
        {
            errors.add("to", "The end has to be after the beginning.");
        }
        period
    }
}

/// The text, unless it is blank, as an empty field of a form is.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// A day's beginning in `zone`, or an instant as it is.
fn instant(text: &str, zone: &TimeZone) -> std::result::Result<Timestamp, &'static str> {
    const ADVICE: &str = "Write a day such as 2025-03-01, or an instant such as \
        2025-03-01T09:00:00Z.";
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if text.len() != "2025-03-01".len() {
        return Err(ADVICE);
    }
    let date: Date = text.parse().map_err(|_| ADVICE)?;
    let start = date.to_zoned(zone.clone()).map_err(|_| ADVICE)?;
    Ok(start.timestamp())
}

fn dimensions(figure: Figure, words: &str) -> std::result::Result<Vec<Dimension>, &'static str> {
    if words == "none" {
        return Ok(Vec::new());
    }
    if figure == Figure::Dearest {
        return Err("The dearest tickets are a list of their own. Leave this out.");
    }
    let groups: Option<Vec<Dimension>> = words
        .split(',')
        .map(|word| Dimension::parse(word.trim()))
        .collect();
    match groups.as_deref() {
        None => Err("Choose from priority, squad, feature and month."),
        Some([first, second]) if first == second => Err("Choose two different ones."),
        Some([] | [_] | [_, _]) => Ok(groups.unwrap_or_default()),
        Some(_) => Err("Choose at most two."),
    }
}

fn squad(desk: &Desk, word: &str) -> Option<SquadId> {
    let by_id = word.parse().ok().and_then(|id| desk.squad(id));
    by_id
        .or_else(|| desk.squad_named(word))
        .map(|squad| squad.id)
}

fn feature(desk: &Desk, word: &str) -> Option<FeatureId> {
    let by_id = word.parse().ok().and_then(|id| desk.feature(id));
    by_id
        .or_else(|| desk.feature_named(word))
        .map(|feature| feature.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_in_the_zone_and_instants_are_as_they_are() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let read = |text| instant(text, &zone).map(|at| at.to_string());
        assert_eq!(read("2025-03-01").as_deref(), Ok("2025-03-01T05:00:00Z"));
        assert_eq!(
            read("2025-03-01T09:00:00+02:00").as_deref(),
            Ok("2025-03-01T07:00:00Z")
        );
        assert!(read("2025-02-30").is_err());
        assert!(read("yesterday").is_err());
        assert!(read("20250301").is_err());
    }

    #[test]
    fn one_or_two_different_dimensions() {
        let read = |words| dimensions(Figure::Cost, words);
        assert_eq!(read("none"), Ok(vec![]));
        assert_eq!(
            read("month, squad"),
            Ok(vec![Dimension::Month, Dimension::Squad])
        );
        assert!(read("squad,squad").is_err());
        assert!(read("priority,squad,month").is_err());
        assert!(read("weather").is_err());
        assert!(dimensions(Figure::Dearest, "squad").is_err());
    }
}
