//! A drawing as a PNG, to send to somebody: with its finding above it and its source beneath it,
//! in the light colours.

use std::sync::{Arc, OnceLock};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{self, fontdb},
};

use super::{
    Drawing, Ink, Room,
    canvas::{TEXT, width_of},
};

/// DejaVu Sans with the letters of Europe; see the licence beside it. Drawings in a page use the
/// fonts of the reader; only pictures need one of ours.
const FONT: &[u8] = include_bytes!("../../assets/DejaVuSans-subset.ttf");
const FONT_NAME: &str = "DejaVu Sans";
const STYLESHEET: &str = include_str!("../../assets/eider.css");

const MARGIN: i32 = 32;
const TITLE: i32 = 20;
const TITLE_LINE: i32 = 28;
const TEXT_LINE: i32 = 20;
/// Pixels for each unit of the drawing, for screens of today.
const SCALE: f32 = 2.0;

/// What stands around a drawing in a picture.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The finding.
    pub(crate) title: String,
    /// What is drawn, and over what.
    pub(crate) subtitle: String,
    /// How it is counted.
    pub(crate) definition: String,
}

/// The picture was not made.
#[derive(Debug, thiserror::Error)]
#[error("the picture could not be made: {0}")]
pub(crate) struct NoPicture(String);

/// The drawing as a PNG.
///
/// # Errors
/// When it is too large for a picture.
pub(crate) fn png(drawing: &Drawing, frame: &Frame) -> Result<Vec<u8>, NoPicture> {
    let options = usvg::Options {
        font_family: FONT_NAME.to_owned(),
        fontdb: fonts(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(&framed(drawing, frame), &options)
        .map_err(|error| NoPicture(error.to_string()))?;
    let size = tree.size();
    let pixels = |length: f32| (length * SCALE).ceil() as u32;
    let mut pixmap = Pixmap::new(pixels(size.width()), pixels(size.height()))
        .ok_or_else(|| NoPicture("it has no room".to_owned()))?;
    resvg::render(
        &tree,
        Transform::from_scale(SCALE, SCALE),
        &mut pixmap.as_mut(),
    );
    pixmap
        .encode_png()
        .map_err(|error| NoPicture(error.to_string()))
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// The whole picture as one SVG.
fn framed(drawing: &Drawing, frame: &Frame) -> String {
    let width = Room::Wide.width();
    let (view, body) = parts(&drawing.wide);
    let height: i32 = view
        .rsplit(' ')
        .next()
        .and_then(|h| h.parse().ok())
        .unwrap_or(0);
    let mut texts = String::new();
    let mut y = MARGIN + TITLE;
    for line in wrapped(&frame.title, width * TEXT / TITLE) {
        texts.push_str(&text(y, TITLE, "ink", &line));
        y += TITLE_LINE;
    }
    texts.push_str(&text(y, TEXT, "quiet", &frame.subtitle));
    let drawing_top = y + TEXT_LINE;
    y = drawing_top + height + 2 * TEXT_LINE;
    for line in wrapped(&frame.definition, width) {
        texts.push_str(&text(y, TEXT, "quiet", &line));
        y += TEXT_LINE;
    }
    let (outer_width, outer_height) = (width + 2 * MARGIN, y + MARGIN - TEXT_LINE / 2);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{outer_width}\" \
         height=\"{outer_height}\"><style>{}</style><rect width=\"100%\" height=\"100%\" \
         class=\"ground-fill\"/>{texts}<g transform=\"translate({MARGIN} {drawing_top})\">{body}</g>\
         </svg>",
        style()
    )
}

/// The view box of a drawing, and what is in it.
fn parts(svg: &str) -> (&str, &str) {
    let (head, body) = svg.split_once('>').unwrap_or((svg, ""));
    let view = head
        .split_once("viewBox=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(view, _)| view);
    (view, body.trim_end().trim_end_matches("</svg>"))
}

fn text(y: i32, size: i32, ink: &str, words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"{size}\" class=\"{ink}-fill\">{words}</text>"
    )
}

/// The words in lines of about that width at the size of plain text.
fn wrapped(words: &str, width: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            // The letters of this font are wider than those that readers usually have.
            Some(line) if width_of(&format!("{line} {word}")) * 12 / 10 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The classes of a drawing with the light colours of the stylesheet.
fn style() -> String {
    let mut style = format!("text {{ font-family: '{FONT_NAME}'; }}");
    for ink in Ink::ALL.map(Ink::class).into_iter().chain(["ground"]) {
        let token = match ink {
            "quiet" => "ink-quiet",
            other => other,
        };
        let colour = light(token);
        style.push_str(&format!(
            " .{ink}-fill {{ fill: {colour}; }} .{ink}-stroke {{ stroke: {colour}; }}"
        ));
    }
    style
}

/// The light value of a token, as the stylesheet defines it.
fn light(token: &str) -> &'static str {
    let definition = format!("--{token}: light-dark(");
    STYLESHEET
        .split_once(&definition)
        .and_then(|(_, rest)| rest.split_once(','))
        .map_or("#000000", |(colour, _)| colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Bar, bars};

    #[test]
    fn a_picture_has_words_and_colours() {
        for ink in Ink::ALL {
            assert!(style().contains(&format!(".{}-fill", ink.class())));
        }
        assert_ne!(light("accent"), "#000000");
        let bar = Bar {
            label: "Łódź & Ærø".into(),
            value: 3.0,
            within: Some(1.0),
            note: "3 requests".into(),
            ink: Ink::Calm,
        };
        let drawing = bars(&[bar], "Requests");
        let frame = |title: &str| Frame {
            title: title.into(),
            subtitle: "By feature".into(),
            definition: "A request is a ticket.".into(),
        };
        let picture = png(&drawing, &frame("A finding")).unwrap();
        assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
        let other = png(&drawing, &frame("B finding")).unwrap();
        assert_ne!(picture, other, "the font draws no letters");
    }
}
