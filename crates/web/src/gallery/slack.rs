//! What Eider shows in Slack, drawn from the very JSON that it sends: the place to judge words,
//! order and length. The samples are written by `crates/slack/src/samples.rs`.

mod block;
mod element;
mod emoji;
mod mrkdwn;
mod samples;
mod surface;

use maud::{Markup, html};
use serde_json::Value;

use crate::components::layout;
use samples::{GROUPS, Sample};

/// Every sample, in the order in which people meet them.
pub(super) fn samples() -> Markup {
    html! {
        @for group in GROUPS {
            (layout::section(group.heading, html! {
                div.sk-samples { @for sample in group.samples { (drawn(sample)) } }
            }))
        }
    }
}

fn drawn(sample: &Sample) -> Markup {
    let json: Value = serde_json::from_str(sample.json).unwrap_or_default();
    html! {
        figure.sk-sample id=(sample.name) {
            figcaption { (sample.caption) }
            div.sk-surface { (surface::surface(&json)) }
            @if let Some(words) = surface::announced(&json) {
                p.sk-announced { "Announced as: " (mrkdwn::text(words)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/gallery/slack/samples");

    #[test]
    fn everything_in_the_samples_is_known_here() {
        for sample in GROUPS.iter().flat_map(|group| group.samples) {
            let html = drawn(sample).into_string();
            let unknown: Vec<&str> = html.split("sk-unknown").skip(1).collect();
            assert!(unknown.is_empty(), "{}: {unknown:?}", sample.name);
            assert!(html.len() > 300, "{} shows nothing", sample.name);
        }
    }

    #[test]
    fn every_sample_that_was_written_is_shown_once() {
        let mut written: Vec<String> = std::fs::read_dir(FOLDER)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .collect();
        written.sort();
        let mut shown: Vec<&str> = GROUPS
            .iter()
            .flat_map(|group| group.samples)
            .map(|sample| sample.name)
            .collect();
        shown.sort_unstable();
        assert_eq!(shown, written);
    }

    #[test]
    fn what_is_not_known_is_seen() {
        for sample in [
            r#"{"blocks": [{"type": "video"}]}"#,
            r#"{"blocks": [{"type": "actions", "elements": [{"type": "workflow_button"}]}]}"#,
            r#"{"blocks": [{"type": "section", "text": {"type": "markdown"}}]}"#,
            r#"{"text": "a :unheard_of: b"}"#,
            r#"{"text": "<!everyone>"}"#,
            r#"{"type": "workflow_step"}"#,
        ] {
            let json: Value = serde_json::from_str(sample).unwrap();
            let html = surface::surface(&json).into_string();
            assert!(html.contains("sk-unknown"), "{sample} became {html}");
        }
    }
}
