//! Between Markdown, which is kept here, and the markup of Slack.

use crate::kit;

/// The text in Slack's markup.
pub fn from_markdown(text: &str) -> String {
    kit::escape(text)
}
