//! A figure that was counted, with names, as a table, JSON and CSV.

use eider_domain::figures::{Figure, Group, Key, Line, Question, Reckoned, Unit, Value};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, json};

use crate::desk::Desk;

/// A figure that was counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// The columns: first those of the groups, then those of the figure.
    pub columns: Vec<AnswerColumn>,
    /// The rows; each has a value for each column.
    pub rows: Vec<Row>,
    /// The zone in which days and months begin.
    pub zone: TimeZone,
}

/// A column of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerColumn {
    /// Its name in JSON and CSV.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// In what it is counted.
    pub unit: Unit,
}

/// A row of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its groups, for whoever sorts or draws.
    pub key: Key,
    /// The names of its groups.
    pub labels: Vec<Label>,
    /// The values of the figure's columns.
    pub values: Vec<Value>,
}

/// The name of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// For programs, such as `P1` or `2025-03`; none for tickets without a squad or feature.
    pub word: Option<String>,
    /// For people, such as "P1", "Mar 2025" or "No squad".
    pub title: String,
}

impl Answer {
    pub(super) fn new(reckoned: Reckoned, desk: &Desk, zone: &TimeZone) -> Self {
        let question = reckoned.question;
        let about = question.figure.about();
        let groups = question.groups.iter().map(|dimension| AnswerColumn {
            key: dimension.name(),
            title: dimension.title(),
            unit: Unit::Words,
        });
        let own = about.columns.iter().map(|column| AnswerColumn {
            key: column.key,
            title: column.title,
            unit: column.unit,
        });
        let mut rows: Vec<Row> = reckoned
            .lines
            .into_iter()
            .map(|line| row(line, desk))
            .collect();
        rows.sort_by_cached_key(|row| {
            let order = |group: Option<Group>, label: Option<&Label>| {
                group.map(|group| order(group, label))
            };
            (
                order(row.key.first, row.labels.first()),
                order(row.key.second, row.labels.get(1)),
            )
        });
        Self {
            columns: groups.chain(own).collect(),
            rows,
            zone: zone.clone(),
            question,
        }
    }

    /// The figure.
    pub fn figure(&self) -> Figure {
        self.question.figure
    }

    /// The place of the figure's column of that name, among [`Row::values`].
    pub fn place(&self, key: &str) -> Option<usize> {
        let columns = self.figure().about().columns;
        columns.iter().position(|column| column.key == key)
    }

    /// The value of the column `key` in `row`.
    pub fn value<'a>(&self, row: &'a Row, key: &str) -> Option<&'a Value> {
        row.values.get(self.place(key)?)
    }

    /// For programs: `figure`, `title`, `definition`, what was asked, and `rows` of one object
    /// each, named by the columns' keys.
    pub fn json(&self) -> serde_json::Value {
        let about = self.figure().about();
        let question = &self.question;
        let rows: Vec<_> = self.rows.iter().map(|row| self.json_row(row)).collect();
        let words: Vec<_> = question.groups.iter().map(|group| group.name()).collect();
        let mut body = json!({
            "figure": about.name,
            "title": about.title,
            "definition": about.definition,
            "from": question.period.from.map(|at| at.to_string()),
            "to": question.period.to.map(|at| at.to_string()),
            "zone": self.zone.iana_name(),
            "group_by": words,
            "rows": rows,
        });
        if self.figure() == Figure::OpenTime {
            body["until"] = question.until.name().into();
        }
        body
    }

    /// For spreadsheets: a line of keys, then the rows. Words that a spreadsheet would take for a
    /// formula begin with an apostrophe.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let head = self.columns.iter().map(|column| column.key.to_owned());
        // Writing into memory fails for nothing but rows of different lengths, and all have a
        // value for each column.
        let mut written = writer.write_record(head);
        for row in &self.rows {
            let labels = row.labels.iter().map(|label| label.word.as_deref());
            let labels = labels.map(|word| harmless(word.unwrap_or_default()));
            let values = row.values.iter().map(csv_value);
            written = written.and_then(|()| writer.write_record(labels.chain(values)));
        }
        debug_assert!(written.is_ok(), "{written:?}");
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// A name for a file, such as `open-time-2025-01-01-2025-07-01`.
    pub fn file_name(&self) -> String {
        let mut name = self.figure().about().name.to_owned();
        let day = |at: Timestamp| at.to_zoned(self.zone.clone()).date();
        let period = &self.question.period;
        for at in [period.from, period.to].into_iter().flatten() {
            name.push_str(&format!("-{}", day(at)));
        }
        name
    }

    /// A row for programs: its groups and values by the columns' keys.
    pub fn json_row(&self, row: &Row) -> Map<String, serde_json::Value> {
        let labels = row.labels.iter().map(|label| match &label.word {
            Some(word) => word.as_str().into(),
            None => serde_json::Value::Null,
        });
        let values = row.values.iter().map(json_value);
        let keys = self.columns.iter().map(|column| column.key.to_owned());
        keys.zip(labels.chain(values)).collect()
    }
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Nothing => serde_json::Value::Null,
        Value::Words(words) => words.as_str().into(),
        Value::Ticket(number) => number.to_string().into(),
        Value::Whole(number) => (*number).into(),
        Value::Real(number) => (*number).into(),
    }
}

fn csv_value(value: &Value) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Words(words) => harmless(words),
        Value::Ticket(number) => number.to_string(),
        Value::Whole(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
    }
}

/// Words that no spreadsheet takes for a formula:
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
fn harmless(words: &str) -> String {
    if words.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{words}")
    } else {
        words.to_owned()
    }
}

fn row(line: Line, desk: &Desk) -> Row {
    let groups = [line.key.first, line.key.second];
    Row {
        labels: groups
            .into_iter()
            .flatten()
            .map(|group| label(group, desk))
            .collect(),
        key: line.key,
        values: line.values,
    }
}

fn label(group: Group, desk: &Desk) -> Label {
    let named = |name: Option<String>, nothing: &str| Label {
        title: name.clone().unwrap_or_else(|| nothing.to_owned()),
        word: name,
    };
    match group {
        Group::Priority(rank) => named(Some(rank.to_string()), ""),
        Group::Month(month) => Label {
            word: Some(month.to_string()),
            title: month.name(),
        },
        Group::Squad(id) => {
            let name = |id| desk.squad(id).map_or(id.to_string(), |s| s.name.clone());
            named(id.map(name), "No squad")
        }
        Group::Feature(id) => {
            let name = |id| desk.feature(id).map_or(id.to_string(), |f| f.name.clone());
            named(id.map(name), "No feature")
        }
    }
}

/// Priorities and months in their own order, squads and features by name, those without last.
fn order(group: Group, label: Option<&Label>) -> (bool, Option<Group>, String) {
    match group {
        Group::Priority(_) | Group::Month(_) => (false, Some(group), String::new()),
        Group::Squad(_) | Group::Feature(_) => {
            let word = label.and_then(|label| label.word.as_deref());
            (
                word.is_none(),
                None,
                word.unwrap_or_default().to_lowercase(),
            )
        }
    }
}
