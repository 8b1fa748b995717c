//! Line icons, drawn on a 20 by 20 grid in the colour of the text beside them. They are always
//! hidden from screen readers, because a word stands next to each.

use maud::{Markup, PreEscaped, html};

/// One icon's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A lighthouse lamp: what needs somebody.
    Now,
    /// Stacked lines: the list of tickets.
    Tickets,
    /// A speech bubble with a plus: ask for help.
    Ask,
    /// A telephone's receiver: who is on call.
    OnCall,
    /// Blocks: the features of the product.
    Features,
    /// Rising bars: the figures.
    Figures,
    /// Two heads: people and squads.
    People,
    /// Sliders: settings.
    Settings,
    /// Three dots: everything else.
    More,
    /// A magnifying glass.
    Search,
    /// A paper clip: an attached file.
    Attachment,
    /// An arrow into a tray: download.
    Download,
    /// A cross: remove.
    Remove,
    /// A tick: it is done.
    Tick,
    /// An exclamation mark in a triangle: something is wrong.
    Warning,
    /// A letter i in a circle: something worth knowing.
    Information,
    /// A sun: the light theme.
    Sun,
    /// A moon: the dark theme.
    Moon,
    /// A half-filled circle: the theme of the system.
    System,
    /// A person's outline with a gap: nobody.
    Nobody,
}

/// Draws an icon.
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false" {
            (PreEscaped(strokes(icon)))
        }
    }
}

/// The duck and the name, as they stand at the head of the rail.
pub fn wordmark() -> Markup {
    html! {
        span.wordmark {
            (PreEscaped(include_str!("../../assets/duck.svg")))
            span { "Eider" }
        }
    }
}

/// The duck alone, for empty pages.
pub fn duck() -> Markup {
    PreEscaped(include_str!("../../assets/duck.svg").to_owned())
}

fn strokes(icon: Icon) -> &'static str {
    match icon {
        Icon::Now => {
            r#"<path d="M10 3v2M3.5 6.5l1.6 1M16.5 6.5l-1.6 1M5.5 13a4.5 4.5 0 0 1 9 0M2.5 13h15M5 16.5h10"/>"#
        }
        Icon::Tickets => r#"<path d="M3 5.5h2M8 5.5h9M3 10h2M8 10h9M3 14.5h2M8 14.5h9"/>"#,
        Icon::Ask => r#"<path d="M3 4.5h14v9H9.5L6 16.5v-3H3zM10 6.7v4.6M7.7 9h4.6"/>"#,
        Icon::OnCall => {
            r#"<path d="M6 3.5 8 7.8 6.3 9.2a9.5 9.5 0 0 0 4.5 4.5L12.2 12l4.3 2v2.6c-7 .8-13.3-5.6-13-13.1z"/>"#
        }
        Icon::Features => {
            r#"<path d="M3.5 3.5h5.5v5.5H3.5zM11.5 3.5h5v5.5h-5zM3.5 11.5h5.5v5H3.5zM11.5 11.5h5v5h-5z"/>"#
        }
        Icon::Figures => r#"<path d="M3 17h14M5.5 17v-4.5M10 17V8M14.5 17V3.5"/>"#,
        Icon::People => {
            r#"<circle cx="7.5" cy="7" r="2.8"/><path d="M2.5 16.5c0-3 2-4.7 5-4.7s5 1.7 5 4.7M12.5 4.4a2.8 2.8 0 0 1 0 5.2M14.5 12.2c2 .6 3 2.1 3 4.3"/>"#
        }
        Icon::Settings => {
            r#"<path d="M3 6h7M14 6h3M3 14h3M10 14h7"/><circle cx="12" cy="6" r="2"/><circle cx="8" cy="14" r="2"/>"#
        }
        Icon::More => {
            r#"<circle cx="4.5" cy="10" r=".8"/><circle cx="10" cy="10" r=".8"/><circle cx="15.5" cy="10" r=".8"/>"#
        }
        Icon::Search => r#"<circle cx="8.8" cy="8.8" r="5.3"/><path d="m12.8 12.8 4.2 4.2"/>"#,
        Icon::Attachment => {
            r#"<path d="m15.5 9.5-5.8 5.8a3.3 3.3 0 0 1-4.7-4.7l6.2-6.2a2.2 2.2 0 0 1 3.1 3.1l-6 6a1.1 1.1 0 0 1-1.6-1.6l5.3-5.3"/>"#
        }
        Icon::Download => r#"<path d="M10 3v9M6.5 8.8 10 12.3l3.5-3.5M3.5 16.5h13"/>"#,
        Icon::Remove => r#"<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>"#,
        Icon::Tick => r#"<path d="m4 10.5 4 4 8-9"/>"#,
        Icon::Warning => r#"<path d="M10 3 2.5 16.5h15zM10 8v4.2M10 14.3v.2"/>"#,
        Icon::Information => {
            r#"<circle cx="10" cy="10" r="7.2"/><path d="M10 9.2v4.5M10 6.3v.2"/>"#
        }
        Icon::Sun => {
            r#"<circle cx="10" cy="10" r="3.2"/><path d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4"/>"#
        }
        Icon::Moon => r#"<path d="M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z"/>"#,
        Icon::System => {
            r#"<circle cx="10" cy="10" r="6.5"/><path class="solid" d="M10 3.5a6.5 6.5 0 0 1 0 13z"/>"#
        }
        Icon::Nobody => {
            r#"<circle cx="10" cy="7" r="3" stroke-dasharray="2 1.7"/><path stroke-dasharray="2.5 2" d="M4 17c0-3.5 2.5-5.5 6-5.5s6 2 6 5.5"/>"#
        }
    }
}
