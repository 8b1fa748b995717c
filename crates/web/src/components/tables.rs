//! Plain tables of words and numbers; on a phone each row becomes a card.

use maud::{Markup, html};

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What the table shows; heard first by screen readers.
    pub caption: String,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Markup>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub label: String,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words, set from the left.
    Words,
    /// Numbers, set from the right in tabular figures.
    Number,
    /// A button that says itself what it does, so that the heading is only heard.
    Action,
}

impl Column {
    /// A column of words.
    pub fn words(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            kind: ColumnKind::Words,
        }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            kind: ColumnKind::Number,
        }
    }

    /// A column of buttons.
    pub fn action(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            kind: ColumnKind::Action,
        }
    }
}

/// A table whose first column names the row.
///
/// Roles are written out because a browser may forget that a table is one when a stylesheet
/// shows it as blocks.
pub fn table(table: &Table) -> Markup {
    html! {
        table.table role="table" {
            caption.only-heard { (table.caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for column in &table.columns {
                        th role="columnheader" scope="col" class=[class(column.kind)] {
                            @if column.kind == ColumnKind::Action {
                                span.only-heard { (column.label) }
                            } @else { (column.label) }
                        }
                    }
                }
            }
            tbody role="rowgroup" {
                @for row in &table.rows { (table_row(&table.columns, row)) }
            }
        }
    }
}

fn table_row(columns: &[Column], cells: &[Markup]) -> Markup {
    html! {
        tr role="row" {
            @for (index, (column, cell)) in columns.iter().zip(cells).enumerate() {
                @if index == 0 {
                    th role="rowheader" scope="row" { (cell) }
                } @else {
                    @let label = (column.kind != ColumnKind::Action).then_some(&column.label);
                    td role="cell" class=[class(column.kind)] data-label=[label] { (cell) }
                }
            }
        }
    }
}

fn class(kind: ColumnKind) -> Option<&'static str> {
    match kind {
        ColumnKind::Words => None,
        ColumnKind::Number => Some("number"),
        ColumnKind::Action => Some("action"),
    }
}
