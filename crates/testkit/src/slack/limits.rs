//! Collects what breaks a documented limit, in the words that Slack uses.

use serde_json::Value;

use super::mrkdwn::check_dates;

/// Complaints about one message or view, each with where it is.
#[derive(Default)]
pub(super) struct Complaints(pub Vec<String>);

impl Complaints {
    /// Something is wrong at `place`, a JSON pointer such as `/blocks/0/text`.
    pub fn add(&mut self, place: &str, wrong: impl AsRef<str>) {
        self.0
            .push(format!("[ERROR] {} [json-pointer:{place}]", wrong.as_ref()));
    }

    /// A text that has to be there, and no longer than `longest`.
    pub fn text(&mut self, place: &str, value: &Value, longest: usize) {
        match value.as_str() {
            None => self.add(place, "must be a string"),
            Some(text) if text.trim().is_empty() => {
                self.add(place, "must be more than 0 characters");
            }
            Some(text) => {
                self.at_most(place, text, longest);
                check_dates(self, place, text);
            }
        }
    }

    /// A text that may be missing, and if not is neither empty nor longer than `longest`.
    pub fn text_if_any(&mut self, place: &str, value: &Value, longest: usize) {
        if !value.is_null() {
            self.text(place, value, longest);
        }
    }

    /// A text that may be missing or empty, and is no longer than `longest`.
    pub fn length_if_any(&mut self, place: &str, value: &Value, longest: usize) {
        if let Some(text) = value.as_str() {
            self.at_most(place, text, longest);
        }
    }

    /// A text object that has to be there.
    pub fn text_object(&mut self, place: &str, value: &Value, longest: usize) {
        if value.is_object() {
            self.text(&format!("{place}/text"), &value["text"], longest);
        } else {
            self.add(place, "missing required field");
        }
    }

    /// A text object that may be missing.
    pub fn text_object_if_any(&mut self, place: &str, value: &Value, longest: usize) {
        if !value.is_null() {
            self.text_object(place, value, longest);
        }
    }

    /// A list with so many items at least and at most, which is given back.
    pub fn list<'a>(
        &mut self,
        place: &str,
        value: &'a Value,
        fewest: usize,
        most: usize,
    ) -> &'a [Value] {
        let Some(items) = value.as_array() else {
            self.add(place, "must be a list");
            return &[];
        };
        if items.len() < fewest {
            self.add(place, format!("no fewer than {fewest} items allowed"));
        }
        if items.len() > most {
            self.add(place, format!("no more than {most} items allowed"));
        }
        items
    }

    fn at_most(&mut self, place: &str, text: &str, longest: usize) {
        // What Slack counts is not documented; UTF-16 is what counts most.
        if text.encode_utf16().count() > longest {
            self.add(
                place,
                format!("must be less than {} characters", longest + 1),
            );
        }
    }
}
