//! Numbers of figures as people read them.

use eider_app::{desk::Desk, figures::Answer, figures::Row};
use eider_domain::{
    TicketNumber,
    figures::{Unit, Value},
};
use maud::{Markup, html};

use crate::{
    chart::{Measure, say},
    components::tables::{Column, Table},
};

/// The company's currency, for charts.
pub(super) fn currency(desk: &Desk) -> [u8; 3] {
    let code = desk.settings.currency.trim().to_uppercase();
    <[u8; 3]>::try_from(code.as_bytes()).unwrap_or(*b"GBP")
}

/// In what a chart counts a unit.
pub(super) fn measure(unit: Unit, currency: [u8; 3]) -> Measure {
    match unit {
        Unit::Seconds => Measure::Seconds,
        Unit::Share => Measure::Share,
        Unit::Cents => Measure::Cents(currency),
        Unit::Words | Unit::Ticket | Unit::Count | Unit::Number => Measure::Count,
    }
}

/// The number in the column `key` of a row.
pub(super) fn number(answer: &Answer, row: &Row, key: &str) -> Option<f64> {
    answer.value(row, key).and_then(Value::number)
}

/// The sum of the column `key` over all rows.
pub(super) fn sum(answer: &Answer, key: &str) -> f64 {
    let rows = answer.rows.iter();
    rows.filter_map(|row| number(answer, row, key)).sum()
}

/// "1 change", "12 changes".
pub(super) fn counted(number: f64, one: &str, many: &str) -> String {
    let word = if number == 1.0 { one } else { many };
    format!("{} {word}", say(number, Measure::Count))
}

/// The numbers of an answer, as the table behind its chart.
pub(super) fn table(answer: &Answer, caption: &str, currency: [u8; 3]) -> Table {
    let without_groups = answer.question.groups.is_empty();
    let names_itself = answer
        .columns
        .first()
        .is_some_and(|column| matches!(column.unit, Unit::Words | Unit::Ticket));
    let mut columns: Vec<Column> = answer
        .columns
        .iter()
        .map(|column| match column.unit {
            Unit::Words | Unit::Ticket => Column::words(column.title),
            _ => Column::number(column.title),
        })
        .collect();
    let needs_name = without_groups && !names_itself;
    if needs_name {
        columns.insert(0, Column::words("Tickets asked in the period"));
    }
    let rows = answer.rows.iter().map(|row| {
        let name = needs_name.then(|| html! { "All" });
        let labels = row.labels.iter().map(|label| html! { (label.title) });
        let units = answer.columns.iter().skip(row.labels.len());
        let values = row
            .values
            .iter()
            .zip(units)
            .map(|(value, column)| cell(value, column.unit, currency));
        name.into_iter().chain(labels).chain(values).collect()
    });
    Table {
        caption: caption.to_owned(),
        columns,
        rows: rows.collect(),
    }
}

fn cell(value: &Value, unit: Unit, currency: [u8; 3]) -> Markup {
    match value {
        Value::Nothing if unit == Unit::Words => html! {},
        Value::Nothing => html! { "–" },
        Value::Words(words) => html! { (words) },
        Value::Ticket(TicketNumber(number)) => {
            html! { a href={ "/tickets/" (number) } { "T-" (number) } }
        }
        Value::Whole(_) | Value::Real(_) => {
            let number = value.number().unwrap_or_default();
            html! { (say(number, measure(unit, currency))) }
        }
    }
}
