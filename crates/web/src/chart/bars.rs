//! Bars beneath each other, each with its name before it and its numbers behind it.

use super::{
    Drawing, Ink, Room,
    canvas::{Canvas, Side, draw, shortened, width_of},
};

/// A bar, and perhaps a thinner one beneath it on the same scale.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// Its name.
    pub(crate) label: String,
    /// How long it is.
    pub(crate) value: f64,
    /// How long the thinner one is.
    pub(crate) within: Option<f64>,
    /// Its numbers in words.
    pub(crate) note: String,
    /// Its colour.
    pub(crate) ink: Ink,
}

/// Where the parts of a row are.
struct Layout {
    row_height: i32,
    left: i32,
    right: i32,
    label_width: i32,
}

/// Draws bars from nothing on one scale.
pub(crate) fn bars(bars: &[Bar], label: &str) -> Drawing {
    let largest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let widest_label = bars.iter().map(|bar| width_of(&bar.label)).max();
    let widest_note = bars.iter().map(|bar| width_of(&bar.note)).max();
    let (widest_label, widest_note) = (widest_label.unwrap_or(0), widest_note.unwrap_or(0));
    Drawing::of(|room| {
        let layout = match room {
            Room::Wide => {
                let label_width = widest_label.clamp(40, 220);
                Layout {
                    row_height: 38,
                    left: label_width + 14,
                    right: (room.width() - widest_note - 12).max(label_width + 200),
                    label_width,
                }
            }
            // On a phone the name stands above the bar and the numbers beneath it.
            Room::Narrow => Layout {
                row_height: 72,
                left: 1,
                right: room.width(),
                label_width: room.width(),
            },
        };
        let height = layout.row_height * i32::try_from(bars.len()).unwrap_or(0) + 8;
        draw(room, height.max(24), label, |canvas| {
            for (bar, number) in bars.iter().zip(0..) {
                draw_bar(
                    canvas,
                    bar,
                    room,
                    &layout,
                    number * layout.row_height,
                    largest,
                );
            }
            let foot = (layout.left, height - 6);
            canvas.line((layout.left, 2), foot, Ink::Line, 1);
        })
    })
}

fn draw_bar(canvas: &Canvas<'_>, bar: &Bar, room: Room, layout: &Layout, top: i32, largest: f64) {
    let length = |value: f64| {
        let part = if largest > 0.0 { value / largest } else { 0.0 };
        (f64::from(layout.right - layout.left) * part.clamp(0.0, 1.0)).round() as i32
    };
    let name = shortened(&bar.label, layout.label_width);
    let (bar_top, end) = match room {
        Room::Wide => (top + 8, layout.left + length(bar.value)),
        Room::Narrow => (top + 22, layout.left + length(bar.value)),
    };
    match room {
        Room::Wide => {
            let middle = bar_top + 8;
            canvas.text((0, middle), Side::Start, Ink::Strong, &name);
            canvas.text((end + 8, middle), Side::Start, Ink::Quiet, &bar.note);
        }
        Room::Narrow => {
            let note = shortened(&bar.note, layout.right);
            canvas.text((6, top + 11), Side::Start, Ink::Strong, &name);
            canvas.text((6, bar_top + 36), Side::Start, Ink::Quiet, &note);
        }
    }
    if bar.value > 0.0 {
        canvas.bar(
            (layout.left, bar_top),
            (end.max(layout.left + 1), bar_top + 16),
            bar.ink,
        );
    }
    if let Some(within) = bar.within.filter(|within| *within > 0.0) {
        let end = layout.left + length(within).max(1);
        canvas.bar((layout.left, bar_top + 20), (end, bar_top + 25), Ink::Soon);
    }
}
