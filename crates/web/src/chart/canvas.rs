//! Plotters' SVG, with the colours of the theme.
//!
//! Plotters writes fixed colours. Each ink has a colour of its own that nothing else uses, which
//! becomes the class of that ink afterwards; so no style stands in the page, as the content
//! security policy wants it.

use plotters::{
    coord::Shift,
    prelude::{Circle, DrawingArea, IntoDrawingArea, PathElement, Rectangle, SVGBackend, Text},
    style::{
        Color, FontStyle, IntoFont, RGBColor, ShapeStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use super::Room;

/// The size of words, in pixels.
pub(super) const TEXT: i32 = 13;
/// Plotters divides sizes by this before it writes them.
const PLOTTERS_SCALE: f64 = 1.24;
/// How wide a letter is on average, in thousandths of the size of the text.
const LETTER_THOUSANDTHS: i32 = 540;

/// A colour, by its meaning; see the tokens of the stylesheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Words that matter.
    Strong,
    /// Words beside.
    Quiet,
    /// Grids, and what was before.
    Line,
    /// What the chart is about.
    Accent,
    /// What is near its limit.
    Soon,
    /// What it is compared with.
    Calm,
}

impl Ink {
    pub(super) const ALL: [Self; 6] = [
        Self::Strong,
        Self::Quiet,
        Self::Line,
        Self::Accent,
        Self::Soon,
        Self::Calm,
    ];

    /// The beginning of its classes.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Strong => "ink",
            Self::Quiet => "quiet",
            Self::Line => "line",
            Self::Accent => "accent",
            Self::Soon => "soon",
            Self::Calm => "calm",
        }
    }

    /// The colour that stands for it in plotters.
    fn stand_in(self) -> RGBColor {
        RGBColor(0xE1, 0xDE, self as u8)
    }

    fn stand_in_text(self) -> String {
        let RGBColor(red, green, blue) = self.stand_in();
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// Where a text stands, from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// What is drawn on, in pixels from the upper left corner.
///
/// Its methods drop the results of plotters: a drawing into a string in memory does not fail.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// An SVG of that room and height, with a text in its place for whoever cannot see it.
pub(super) fn draw(room: Room, height: i32, label: &str, with: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    {
        let size = (room.width().unsigned_abs(), height.unsigned_abs());
        let canvas = Canvas {
            area: SVGBackend::with_string(&mut svg, size).into_drawing_area(),
        };
        with(&canvas);
        let _drawn = canvas.area.present();
    }
    with_classes(&svg, room, height, label)
}

impl Canvas<'_> {
    pub(super) fn text(&self, at: (i32, i32), side: Side, ink: Ink, words: &str) {
        self.write(at, side, ink, FontStyle::Normal, words);
    }

    pub(super) fn strong_text(&self, at: (i32, i32), side: Side, ink: Ink, words: &str) {
        self.write(at, side, ink, FontStyle::Bold, words);
    }

    pub(super) fn line(&self, from: (i32, i32), to: (i32, i32), ink: Ink, width: u32) {
        self.path(vec![from, to], ink, width);
    }

    pub(super) fn path(&self, points: Vec<(i32, i32)>, ink: Ink, width: u32) {
        let style = ink.stand_in().stroke_width(width);
        let _drawn = self.area.draw(&PathElement::new(points, style));
    }

    pub(super) fn dot(&self, at: (i32, i32), radius: i32, ink: Ink) {
        let style = ink.stand_in().filled();
        let _drawn = self.area.draw(&Circle::new(at, radius, style));
    }

    pub(super) fn bar(&self, from: (i32, i32), to: (i32, i32), ink: Ink) {
        let style: ShapeStyle = ink.stand_in().filled();
        let _drawn = self.area.draw(&Rectangle::new([from, to], style));
    }

    fn write(&self, at: (i32, i32), side: Side, ink: Ink, weight: FontStyle, words: &str) {
        let across = match side {
            Side::Start => HPos::Left,
            Side::Middle => HPos::Center,
            Side::End => HPos::Right,
        };
        let style = ("sans-serif", f64::from(TEXT) * PLOTTERS_SCALE, weight)
            .into_font()
            .color(&ink.stand_in())
            .pos(Pos::new(across, VPos::Center));
        let _drawn = self.area.draw(&Text::new(words.to_owned(), at, style));
    }
}

/// About how wide these words are.
pub(super) fn width_of(words: &str) -> i32 {
    let letters = i32::try_from(words.chars().count()).unwrap_or(i32::MAX / TEXT);
    letters.saturating_mul(TEXT * LETTER_THOUSANDTHS) / 1000
}

/// The words, or as many of their letters as fit into `width`.
pub(super) fn shortened(words: &str, width: i32) -> String {
    if width_of(words) <= width {
        return words.to_owned();
    }
    let fit = usize::try_from(width * 1000 / (TEXT * LETTER_THOUSANDTHS)).unwrap_or(0);
    let kept: String = words.chars().take(fit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn with_classes(svg: &str, room: Room, height: i32, label: &str) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    // Dividing what was multiplied leaves a trace in the last digits.
    let size = f64::from(TEXT) * PLOTTERS_SCALE / PLOTTERS_SCALE;
    let mut body = body
        .replace(&format!("\"{size}\""), &format!("\"{TEXT}\""))
        .replace(" opacity=\"1\"", "")
        .replace(" font-family=\"sans-serif\"", "");
    for ink in Ink::ALL {
        for part in ["fill", "stroke"] {
            let colour = format!("{part}=\"{}\"", ink.stand_in_text());
            let class = format!("class=\"{}-{part}\"", ink.class());
            body = body.replace(&colour, &class);
        }
    }
    let label = label
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{}\" viewBox=\"0 0 {} {height}\" \
         role=\"img\" aria-label=\"{label}\">{body}",
        room.class(),
        room.width(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_classes_and_no_styles() {
        let svg = draw(Room::Wide, 40, "A \"line\" & more", |canvas| {
            for ink in Ink::ALL {
                canvas.text((1, 2), Side::Start, ink, "<b>words</b>");
                canvas.line((0, 0), (5, 5), ink, 2);
                canvas.dot((3, 3), 2, ink);
                canvas.bar((0, 0), (4, 4), ink);
            }
        });
        assert!(!svg.contains('#'), "{svg}");
        assert!(!svg.contains("style"), "{svg}");
        assert!(svg.contains("aria-label=\"A &quot;line&quot; &amp; more\""));
        assert!(svg.contains("class=\"accent-stroke\""));
        assert!(svg.contains("class=\"calm-fill\""));
        assert!(svg.contains("&lt;b&gt;"));
        assert!(svg.contains("font-size=\"13\""), "{svg}");
        assert!(svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn long_words_are_shortened() {
        assert_eq!(shortened("Login", 100), "Login");
        assert_eq!(shortened("Payments and refunds", 70), "Payments…");
    }
}
