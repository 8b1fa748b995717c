//! `eider figures`: shows a figure as a table.

use std::io::Write;

use clap::Args;
use serde_json::Value;

use crate::{
    Failure, Reach,
    client::Client,
    output::{Output, duration, table, text},
};

/// Show a figure.
#[derive(Args, Debug)]
pub struct Figures {
    /// Which one, such as open-time; without it, all are named
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// From this day on, as 2026-01-31
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Up to this day, and without it
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Anything else that the figure asks, such as --with until=resolved --with group_by=squad
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = pair)]
    with: Vec<(String, String)>,
    /// Where to, and how it is told.
    #[command(flatten)]
    pub reach: Reach,
}

impl Figures {
    pub(crate) async fn run(
        self,
        client: &Client,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let Some(name) = &self.name else {
            let all = client.get("/figures", &[]).await?;
            return output.tell(&all, |all, _| {
                let items = all["items"].as_array().cloned().unwrap_or_default();
                let rows: Vec<_> = items
                    .iter()
                    .map(|figure| vec![text(figure, "/name"), text(figure, "/title")])
                    .collect();
                table(&["NAME", "WHAT IT TELLS"], &rows)
            });
        };
        let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !is_word {
            return Err(Failure::Usage(format!(
                "“{name}” is not the name of a figure. “eider figures” names them all."
            )));
        }
        let mut query: Vec<(&str, String)> = Vec::new();
        query.extend(self.from.map(|from| ("from", from)));
        query.extend(self.to.map(|to| ("to", to)));
        for (name, value) in &self.with {
            query.push((name, value.clone()));
        }
        let figure = client.get(&format!("/figures/{name}"), &query).await?;
        output.tell(&figure, |figure, _| told(figure))
    }
}

/// The rows as a table with the columns that the server names, in its order.
fn told(figure: &Value) -> String {
    let list = |name: &str| figure[name].as_array().cloned().unwrap_or_default();
    let (columns, rows) = (list("columns"), list("rows"));
    if rows.is_empty() {
        return "There is nothing to count in this time.\n".to_owned();
    }
    let headings: Vec<String> = columns
        .iter()
        .map(|column| text(column, "/title").to_uppercase())
        .collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| cell(row, column)).collect())
        .collect();
    format!("{}\n\n{}", text(figure, "/title"), table(&headings, &cells))
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a length of time is told to the minute"
)]
fn cell(row: &Value, column: &Value) -> String {
    let value = &row[column["key"].as_str().unwrap_or_default()];
    let unit = column["unit"].as_str().unwrap_or_default();
    match (value, unit, value.as_f64()) {
        (_, "seconds", Some(seconds)) => duration(seconds as i64),
        (_, "share", Some(share)) => format!("{:.0} %", share * 100.0),
        (_, "cents", Some(cents)) => format!("{:.2}", cents / 100.0),
        (_, "number", Some(number)) => format!("{number:.1}"),
        (Value::String(words), ..) => words.clone(),
        (Value::Number(number), ..) => number.to_string(),
        _ => "-".to_owned(),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "write it as name=value".to_owned())
}
