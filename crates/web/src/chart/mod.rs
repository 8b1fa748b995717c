//! Charts, drawn on the server.
//!
//! A drawing is an SVG that follows the theme by the classes of the stylesheet, once for a wide
//! page and once for a phone, so that its words are never smaller than those around it. The wide
//! one also becomes a PNG.

mod bars;
mod canvas;
mod lines;
mod picture;
mod scale;

use maud::{Markup, PreEscaped, html};

pub(crate) use bars::{Bar, bars};
pub(crate) use canvas::Ink;
pub(crate) use lines::{Panel, Series, lines};
pub(crate) use picture::{Frame, png};
pub(crate) use scale::{Measure, say};

/// A chart, drawn.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    wide: String,
    narrow: String,
}

/// On how much room a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Wide,
    Narrow,
}

impl Room {
    /// In the units of the drawing, which are pixels where it is shown at its own size.
    fn width(self) -> i32 {
        match self {
            Self::Wide => 820,
            Self::Narrow => 350,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Wide => "chart-wide",
            Self::Narrow => "chart-narrow",
        }
    }
}

impl Drawing {
    fn of(draw: impl Fn(Room) -> String) -> Self {
        Self {
            wide: draw(Room::Wide),
            narrow: draw(Room::Narrow),
        }
    }

    /// Both sizes; the stylesheet shows one of them.
    pub(crate) fn markup(&self) -> Markup {
        html! { (PreEscaped(&self.wide)) (PreEscaped(&self.narrow)) }
    }
}
