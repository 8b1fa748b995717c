//! Samples of figures: a table, numbers with a note, and a chart.

use maud::{PreEscaped, html};

use crate::components::charts::{Chart, KeyFigure};
use crate::components::tables::{Column, Table};

pub(in crate::gallery) fn table() -> Table {
    let row = |feature: &str, cells: [&str; 3]| {
        let cells = cells.map(|cell| html! { (cell) });
        [html! { a href="#" { (feature) } }]
            .into_iter()
            .chain(cells)
            .collect()
    };
    Table {
        caption: "Requests and changes by feature".to_owned(),
        columns: vec![
            Column::words("Feature"),
            Column::words("Squad"),
            Column::number("Requests"),
            Column::number("Changes"),
        ],
        rows: vec![
            row("Login", ["Harbour", "1,204", "31"]),
            row("Search", ["Lighthouse", "318", "44"]),
            row("Payroll", ["Harbour", "77", "2"]),
        ],
    }
}

pub(in crate::gallery) fn key_figures() -> Vec<KeyFigure> {
    let figure = |label: &str, value: &str, note: &str| KeyFigure {
        label: label.to_owned(),
        value: value.to_owned(),
        note: Some(note.to_owned()),
    };
    vec![
        figure(
            "Median open time",
            "3 h 12 min",
            "4 h 40 min in the quarter before",
        ),
        figure("Service level kept", "94 %", "of 412 tickets with a target"),
        figure("Asked", "438", "396 in the quarter before"),
        figure("Unowned", "9 min", "median until somebody has it"),
    ]
}

pub(in crate::gallery) fn chart() -> Chart {
    Chart {
        id: "requests-and-changes".to_owned(),
        finding: "Login is asked about most and changed least".to_owned(),
        subtitle: "Requests (bar) and changes needed (line) by feature, July to September 2025"
            .to_owned(),
        drawing: PreEscaped(DRAWING.to_owned()),
        definition: "A request is a ticket opened in the period. A change is counted when the \
                     person who resolved it said that code had to change. Many requests with few \
                     changes mean that people do not understand this part."
            .to_owned(),
        table: table(),
        downloads: vec![
            ("CSV".to_owned(), "#csv".to_owned()),
            ("PNG".to_owned(), "#png".to_owned()),
        ],
    }
}

const DRAWING: &str = r#"<svg viewBox="0 0 700 132" role="img" aria-label="Login 1,204 requests and 31 changes; Search 318 and 44; Payroll 77 and 2">
<g font-size="13"><text x="0" y="25" class="ink-fill">Login</text><rect x="80" y="12" width="480" height="18" class="calm-fill"/><rect x="80" y="34" width="12" height="4" class="soon-fill"/><text x="568" y="26" class="quiet-fill">1,204, 31 changes</text>
<text x="0" y="67" class="ink-fill">Search</text><rect x="80" y="54" width="127" height="18" class="calm-fill"/><rect x="80" y="76" width="18" height="4" class="soon-fill"/><text x="215" y="68" class="quiet-fill">318, 44 changes</text>
<text x="0" y="109" class="ink-fill">Payroll</text><rect x="80" y="96" width="31" height="18" class="calm-fill"/><rect x="80" y="118" width="1" height="4" class="soon-fill"/><text x="119" y="110" class="quiet-fill">77, 2 changes</text>
<path d="M80 4v122" class="line-stroke"/></g></svg>"#;
