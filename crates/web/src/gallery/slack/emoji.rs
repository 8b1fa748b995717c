//! The emoji that Eider uses in Slack, drawn as small shapes: not every machine has a font for them.

use maud::{Markup, PreEscaped, html};

/// An emoji's name in Slack, the tone in which it is drawn, and its strokes on a 20 by 20 grid.
const EMOJI: [(&str, &str, &str); 16] = [
    ("red_circle", "urgent", CIRCLE),
    ("large_yellow_circle", "soon", CIRCLE),
    ("large_blue_circle", "calm", CIRCLE),
    (
        "white_check_mark",
        "done",
        r#"<rect class="solid" x="2" y="2" width="16" height="16" rx="3"/><path class="cut" d="M6 10.5l3 3 5.5-7"/>"#,
    ),
    (
        "warning",
        "soon",
        r#"<path class="solid" d="M10 2l9 16H1z"/><path class="cut" d="M10 8v4.5M10 15v.2"/>"#,
    ),
    (
        "hourglass_flowing_sand",
        "calm",
        r#"<path d="M5 2.5h10M5 17.5h10M6 2.5c0 4 4 5 4 7.500s-4 3.500-4 7.500M14 2.500c0 4-4 5-4 7.500s4 3.500 4 7.500"/><path class="solid" d="M7 17c0-2 3-3 3-3s3 1 3 3z"/>"#,
    ),
    (
        "twisted_rightwards_arrows",
        "calm",
        r#"<path d="M2 6h3c4 0 6 8 10 8h3M2 14h3c4 0 6-8 10-8h3M15.500 3.500L18 6l-2.500 2.500M15.500 11.500L18 14l-2.500 2.500"/>"#,
    ),
    (
        "wave",
        "soon",
        r#"<path d="M5.500 10V6.500a1.500 1.500 0 013 0V5a1.500 1.500 0 013 0v1a1.500 1.500 0 013 0v6a5.500 5.500 0 01-10 3l-2-3.500a1.300 1.300 0 012-1.500z"/>"#,
    ),
    (
        "rotating_light",
        "urgent",
        r#"<path class="solid" d="M5 15V10a5 5 0 0110 0v5zM3 15.500h14V18H3z"/><path d="M10 3V1M4 4.500L2.800 3.200M16 4.500l1.200-1.300"/>"#,
    ),
    (
        "bell",
        "soon",
        r#"<path d="M4 14.500c1.500-1.500 2-3 2-6a4 4 0 018 0c0 3 .500 4.500 2 6zM8.500 17.500h3M10 4.500V2.500"/>"#,
    ),
    (
        "zzz",
        "calm",
        r#"<path d="M2.500 9.500h6l-6 8h6M11 2.500h6l-6 8h6"/>"#,
    ),
    (
        "grey_question",
        "quiet",
        r#"<path d="M6.500 7a3.500 3.500 0 115 3.200c-1 .600-1.500 1.300-1.500 2.800M10 16.500v.300"/>"#,
    ),
    (
        "arrows_counterclockwise",
        "calm",
        r#"<path d="M16 6.500A7 7 0 003.500 8M4 13.500A7 7 0 0016.500 12M3.500 4v4h4M16.500 16v-4h-4"/>"#,
    ),
    (
        "bulb",
        "soon",
        r#"<path d="M7.500 13.500a5 5 0 115 0V15h-5zM8 17.500h4"/>"#,
    ),
    (
        "mag",
        "calm",
        r#"<circle cx="8.500" cy="8.500" r="5.500"/><path d="M12.500 12.500L18 18"/>"#,
    ),
    (
        "paperclip",
        "quiet",
        r#"<path d="M15 9l-6 6a3.500 3.500 0 01-5-5l7-7a2.400 2.400 0 013.400 3.400l-6.500 6.500a1.200 1.200 0 01-1.700-1.700L12 5.500"/>"#,
    ),
];

const CIRCLE: &str = r#"<circle class="solid" cx="10" cy="10" r="8"/>"#;

/// The emoji with which `rest` begins, and what follows it. One that is not known is drawn as such.
pub(super) fn begun(rest: &str) -> Option<(Markup, &str)> {
    let (name, after) = rest.strip_prefix(':')?.split_once(':')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '+'));
    is_name.then(|| (drawn(name), after))
}

fn drawn(name: &str) -> Markup {
    let Some((_, tone, strokes)) = EMOJI.iter().find(|(known, _, _)| *known == name) else {
        return html! { span.sk-unknown { "unknown emoji " (name) } };
    };
    let label = name.replace('_', " ");
    html! {
        svg class=(format!("sk-emoji sk-{tone}")) viewBox="0 0 20 20" width="18" height="18" role="img"
            aria-label=(label) { (PreEscaped(strokes)) }
    }
}
