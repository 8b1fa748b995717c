//! The frame of a chart: a title that states the finding, the drawing, how it is counted, the
//! numbers behind it, and ways to take them along.

use maud::{Markup, html};

use super::icons::{Icon, icon};
use super::tables::{self, Table};

/// A chart with everything that makes it honest.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Unique on the page.
    pub id: String,
    /// The finding, such as "P1 tickets are mended in half the time of last spring".
    pub finding: String,
    /// What is drawn, and over what, such as "Median open time by month, Jan to Jun 2025".
    pub subtitle: String,
    /// The drawing: an `svg` element made by the server, using classes and not styles.
    pub drawing: Markup,
    /// How it is counted.
    pub definition: String,
    /// The numbers behind the drawing.
    pub table: Table,
    /// Words and addresses of downloads, such as ("CSV", "/figures/open-time.csv").
    pub downloads: Vec<(String, String)>,
}

/// A figure that is one number with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigure {
    /// What is counted.
    pub label: String,
    /// The number as it is read, such as "3 h 12 min" or "94 %".
    pub value: String,
    /// What it was before, how sure it is, or over what it is counted.
    pub note: Option<String>,
}

/// The frame around a chart.
pub fn chart(chart: &Chart) -> Markup {
    html! {
        figure.chart aria-labelledby={ (chart.id) "-title" } {
            figcaption {
                h3 id={ (chart.id) "-title" } { (chart.finding) }
                p.quiet { (chart.subtitle) }
            }
            // A wide drawing scrolls on a phone, and whatever scrolls must be reachable by key.
            div.chart-drawing tabindex="0" role="group" aria-labelledby={ (chart.id) "-title" } {
                (chart.drawing)
            }
            p.chart-definition.quiet { (chart.definition) }
            div.chart-foot {
                details {
                    summary { "The numbers" }
                    (tables::table(&chart.table))
                }
                ul.downloads {
                    @for (word, href) in &chart.downloads {
                        li { a href=(href) { (icon(Icon::Download)) (word) } }
                    }
                }
            }
        }
    }
}

/// A row of single figures.
pub fn key_figures(figures: &[KeyFigure]) -> Markup {
    html! {
        dl.key-figures {
            @for figure in figures {
                div {
                    dt { (figure.label) }
                    dd.key-value { (figure.value) }
                    @if let Some(note) = &figure.note { dd.quiet { (note) } }
                }
            }
        }
    }
}
