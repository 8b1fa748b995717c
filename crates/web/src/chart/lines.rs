//! Lines over time, in one panel or several beneath each other, each on its own scale.

use super::{
    Drawing, Ink, Measure, Room,
    canvas::{Canvas, Side, TEXT, draw, shortened, width_of},
    scale::{Scale, say},
};

/// Some lines with one scale.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    /// What they are of; empty when there is one panel only.
    pub(crate) title: String,
    /// The lines; the first is the one that it is about.
    pub(crate) series: Vec<Series>,
}

/// A line with its name at its end.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// Its name.
    pub(crate) label: String,
    /// A value for each place along the axis, where there is one.
    pub(crate) values: Vec<Option<f64>>,
    /// From where to where each value reaches, or is uncertain.
    pub(crate) reach: Vec<Option<(f64, f64)>>,
    /// Its colour.
    pub(crate) ink: Ink,
}

const PANEL_HEIGHT: i32 = 148;
const SINGLE_HEIGHT: i32 = 236;
const HEAD: i32 = 26;
const FOOT: i32 = 26;
const LABEL_HEIGHT: i32 = 17;

/// Where the lines of a panel go.
struct Plot {
    left: i32,
    right: i32,
    top: i32,
    foot: i32,
    scale: Scale,
    places: usize,
}

impl Plot {
    fn x(&self, place: usize) -> i32 {
        let width = f64::from(self.right - self.left);
        let part = (place as f64 + 0.5) / self.places.max(1) as f64;
        self.left + (width * part).round() as i32
    }

    fn y(&self, value: f64) -> i32 {
        let height = f64::from(self.foot - self.top);
        self.foot - (height * self.scale.part(value)).round() as i32
    }
}

/// Draws panels over the places named by `axis`.
pub(crate) fn lines(panels: &[Panel], axis: &[String], measure: Measure, label: &str) -> Drawing {
    let height = if panels.len() > 1 {
        PANEL_HEIGHT
    } else {
        SINGLE_HEIGHT
    };
    let count = i32::try_from(panels.len()).unwrap_or(1);
    Drawing::of(|room| {
        draw(room, count * height + FOOT, label, |canvas| {
            for (panel, number) in panels.iter().zip(0..) {
                let plot = plot(panel, axis, measure, room, number * height, height);
                draw_panel(canvas, panel, &plot, measure);
                if number + 1 == count {
                    draw_axis(canvas, &plot, axis);
                }
            }
        })
    })
}

fn plot(
    panel: &Panel,
    axis: &[String],
    measure: Measure,
    room: Room,
    top: i32,
    height: i32,
) -> Plot {
    let values = panel.series.iter().flat_map(|series| {
        let reach = series.reach.iter().flatten().map(|(_, high)| *high);
        series.values.iter().flatten().copied().chain(reach)
    });
    let (left, right) = match room {
        Room::Wide => (84, 150),
        Room::Narrow => (64, 96),
    };
    Plot {
        left,
        right: room.width() - right,
        top: top + HEAD,
        foot: top + height - 6,
        scale: Scale::up_to(values.fold(0.0, f64::max), measure),
        places: axis.len(),
    }
}

fn draw_panel(canvas: &Canvas<'_>, panel: &Panel, plot: &Plot, measure: Measure) {
    if !panel.title.is_empty() {
        canvas.strong_text((0, plot.top - TEXT), Side::Start, Ink::Strong, &panel.title);
    }
    for tick in &plot.scale.ticks {
        let y = plot.y(*tick);
        canvas.line((plot.left, y), (plot.right, y), Ink::Line, 1);
        let words = say(*tick, measure);
        canvas.text((plot.left - 8, y), Side::End, Ink::Quiet, &words);
    }
    // What it is about is drawn last, above the others.
    for series in panel.series.iter().rev() {
        draw_series(canvas, series, plot);
    }
    draw_labels(canvas, panel, plot);
}

fn draw_series(canvas: &Canvas<'_>, series: &Series, plot: &Plot) {
    for (place, reach) in series.reach.iter().enumerate() {
        if let Some((low, high)) = reach {
            let x = plot.x(place);
            canvas.line((x, plot.y(*low)), (x, plot.y(*high)), Ink::Quiet, 1);
            for end in [plot.y(*low), plot.y(*high)] {
                canvas.line((x - 3, end), (x + 3, end), Ink::Quiet, 1);
            }
        }
    }
    let is_quiet = series.ink == Ink::Line;
    let mut run = Vec::new();
    for (place, value) in series.values.iter().enumerate() {
        match value {
            Some(value) => run.push((plot.x(place), plot.y(*value))),
            None => draw_run(canvas, std::mem::take(&mut run), series.ink),
        }
        if let (Some(value), false) = (value, is_quiet) {
            canvas.dot((plot.x(place), plot.y(*value)), 3, series.ink);
        }
    }
    draw_run(canvas, run, series.ink);
}

fn draw_run(canvas: &Canvas<'_>, points: Vec<(i32, i32)>, ink: Ink) {
    if points.len() > 1 {
        canvas.path(points, ink, 2);
    }
}

/// The names of the lines at their ends, pushed apart where they would cover each other.
fn draw_labels(canvas: &Canvas<'_>, panel: &Panel, plot: &Plot) {
    let mut labels: Vec<(i32, &Series)> = panel
        .series
        .iter()
        .filter_map(|series| {
            let last = series.values.iter().rev().find_map(|value| *value)?;
            Some((plot.y(last), series))
        })
        .collect();
    labels.sort_by_key(|(y, _)| *y);
    let mut free = plot.top;
    for (y, _) in &mut labels {
        *y = (*y).max(free);
        free = *y + LABEL_HEIGHT;
    }
    // And back up, where the last ones would hang below the foot.
    let mut free = plot.foot;
    for (y, _) in labels.iter_mut().rev() {
        *y = (*y).min(free);
        free = *y - LABEL_HEIGHT;
    }
    for (y, series) in labels {
        let ink = if series.ink == Ink::Line {
            Ink::Quiet
        } else {
            series.ink
        };
        let x = plot.right + 10;
        let room = if plot.left > 70 { 138 } else { 88 };
        canvas.text((x, y), Side::Start, ink, &shortened(&series.label, room));
    }
}

/// The names of the places, as many as there is room for, the last one always.
fn draw_axis(canvas: &Canvas<'_>, plot: &Plot, axis: &[String]) {
    let widest = axis.iter().map(|name| width_of(name)).max().unwrap_or(0) + 14;
    let fit = usize::try_from((plot.right - plot.left) / widest.max(1)).unwrap_or(1);
    let every = axis.len().div_ceil(fit.max(1)).max(1);
    for (place, name) in axis.iter().enumerate() {
        if (axis.len() - 1 - place).is_multiple_of(every) {
            let at = (plot.x(place), plot.foot + 16);
            canvas.text(at, Side::Middle, Ink::Quiet, name);
        }
    }
}
