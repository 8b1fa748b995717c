//! Form fields that anybody can finish: a label, a hint, and an error that says how to mend,
//! tied together for screen readers.

use maud::{Markup, html};

use super::actions;

/// What every field has. Build it with [`Field::new`] and say more with the methods.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// The name sent with the form. Its element's id is `field-` and this name.
    pub name: &'a str,
    /// The question, in the reader's words.
    pub label: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    need: Need,
    autocomplete: Option<&'a str>,
    longest_characters: Option<u32>,
}

/// Whether an answer is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
    Unmarked,
}

impl<'a> Field<'a> {
    /// A required field.
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            hint: None,
            error: None,
            need: Need::Required,
            autocomplete: None,
            longest_characters: None,
        }
    }

    /// A sentence that helps to answer.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is wrong and how to mend it; `None` leaves the field as it is.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// The field may be left empty, and says so.
    pub fn optional(mut self) -> Self {
        self.need = Need::Optional;
        self
    }

    /// The field may be left empty, and everybody knows it, as with a filter.
    pub fn unmarked(mut self) -> Self {
        self.need = Need::Unmarked;
        self
    }

    /// The browser's autocomplete token, such as `email` or `current-password`.
    pub fn autocomplete(mut self, token: &'a str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// The most characters that are taken.
    pub fn longest(mut self, characters: u32) -> Self {
        self.longest_characters = Some(characters);
        self
    }

    /// The id of the field's element; an error summary links to it.
    pub fn id(&self) -> String {
        format!("field-{}", self.name)
    }

    /// The ids of hint and error, for `aria-describedby`.
    pub(super) fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-hint", self.id()));
        let error = self.error.map(|_| format!("{}-error", self.id()));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    /// `required` is said to screen readers; the server checks and explains.
    pub(super) fn aria_required(&self) -> Option<&'static str> {
        (self.need == Need::Required).then_some("true")
    }

    pub(super) fn aria_invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    pub(super) fn is_wrong(&self) -> bool {
        self.error.is_some()
    }

    pub(super) fn label_words(&self) -> Markup {
        html! {
            (self.label)
            @if self.need == Need::Optional { " " span.quiet.optional { "(optional)" } }
        }
    }

    pub(super) fn hint_and_error(&self) -> Markup {
        html! {
            @if let Some(hint) = self.hint { p.hint id={ (self.id()) "-hint" } { (hint) } }
            @if let Some(error) = self.error {
                p.field-error id={ (self.id()) "-error" } {
                    span.only-heard { "Error: " } (error)
                }
            }
        }
    }
}

/// A form that posts. With a `draft` key, such as "ask" or "ticket:1042", what is typed is kept
/// on the device until a page says `draft_done` with the same key.
pub fn form(action: &str, draft: Option<&str>, body: Markup) -> Markup {
    html! { form.form method="post" action=(action) data-draft=[draft] { (body) } }
}

/// A form that posts files too, as `multipart/form-data`. Files are not kept in a draft.
pub fn upload_form(action: &str, draft: Option<&str>, body: Markup) -> Markup {
    html! {
        form.form method="post" action=(action) enctype="multipart/form-data" data-draft=[draft] {
            (body)
        }
    }
}

/// What is typed into a one-line field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// Words.
    Text,
    /// An e-mail address.
    Email,
    /// A password; its value is never sent back.
    Password,
    /// A whole number, typed on the number pad.
    Number,
    /// A web address.
    Url,
    /// A civil date and time.
    DateTime,
    /// A civil date.
    Date,
}

/// One line of text.
pub fn text(field: &Field, kind: TextKind, value: &str) -> Markup {
    let (input_type, input_mode) = match kind {
        TextKind::Text => ("text", None),
        TextKind::Email => ("email", None),
        TextKind::Password => ("password", None),
        TextKind::Number => ("text", Some("numeric")),
        TextKind::Url => ("url", None),
        TextKind::DateTime => ("datetime-local", None),
        TextKind::Date => ("date", None),
    };
    let value = if kind == TextKind::Password {
        ""
    } else {
        value
    };
    labelled(
        field,
        html! {
            input type=(input_type) id=(field.id()) name=(field.name) value=(value)
                inputmode=[input_mode] autocomplete=[field.autocomplete]
                maxlength=[field.longest_characters] aria-required=[field.aria_required()]
                aria-invalid=[field.aria_invalid()] aria-describedby=[field.described_by()];
        },
    )
}

/// Several lines of text. It grows with what is typed where the browser can.
pub fn text_area(field: &Field, rows: u8, value: &str) -> Markup {
    labelled(
        field,
        html! {
            // The line break after the tag is dropped by browsers, so that one which begins the
            // value survives.
            textarea id=(field.id()) name=(field.name) rows=(rows)
                maxlength=[field.longest_characters] aria-required=[field.aria_required()]
                aria-invalid=[field.aria_invalid()] aria-describedby=[field.described_by()] {
                "\n" (value)
            }
        },
    )
}

/// One or more files.
pub fn file(field: &Field, accept: Option<&str>) -> Markup {
    labelled(
        field,
        html! {
            input type="file" id=(field.id()) name=(field.name) multiple accept=[accept]
                aria-invalid=[field.aria_invalid()] aria-describedby=[field.described_by()];
        },
    )
}

/// Something to be copied whole, such as a link or a secret: it can be marked at once, and a button
/// copies it where the script runs.
pub fn copyable(name: &str, label: &str, value: &str, copy: &str) -> Markup {
    let id = format!("field-{name}");
    html! {
        div.field {
            label for=(id) { (label) }
            input type="text" id=(id) value=(value) readonly autocomplete="off" spellcheck="false";
            div.button-row { (actions::copy_button(value, copy)) }
        }
    }
}

/// What a word means, opened on the spot.
pub fn explain(question: &str, answer: Markup) -> Markup {
    html! { details.explain { summary { (question) } div.explain-body { (answer) } } }
}

/// Every error of a form, at its top, each a link to its field. `errors` pairs a field's name
/// with its message. Empty when there is none.
pub fn error_summary(errors: &[(&str, &str)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" aria-labelledby="error-summary-title" tabindex="-1"
                data-focus {
                h2 id="error-summary-title" {
                    @if errors.len() == 1 { "One answer needs another look" }
                    @else { (errors.len()) " answers need another look" }
                }
                p.quiet { "Everything else you wrote has been kept." }
                ul {
                    @for (name, message) in errors {
                        li { a href={ "#field-" (name) } { (message) } }
                    }
                }
            }
        }
    }
}

/// Says that a draft is kept on this device. The script shows it and writes when; its room is
/// kept free from the start, so that nothing moves.
pub fn draft_note() -> Markup {
    html! { p.draft-note.quiet data-draft-note role="status" {} }
}

/// Fields that belong together, beneath one question.
pub fn fieldset(legend: &str, hint: Option<&str>, body: Markup) -> Markup {
    html! {
        fieldset.fieldset {
            legend { (legend) }
            @if let Some(hint) = hint { p.hint { (hint) } }
            (body)
        }
    }
}

fn labelled(field: &Field, input: Markup) -> Markup {
    html! {
        div.field.is-wrong[field.is_wrong()] {
            label for=(field.id()) { (field.label_words()) }
            (field.hint_and_error())
            (input)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hint_and_error_are_tied_to_the_field() {
        let field = Field::new("what", "What happened?")
            .hint("And what did you expect?")
            .error(Some("Write what happened, in a sentence or two."));
        let html = text(&field, TextKind::Text, "").into_string();
        assert!(
            html.contains(r#"aria-describedby="field-what-hint field-what-error""#),
            "{html}"
        );
        assert!(html.contains(r#"id="field-what-hint""#), "{html}");
        assert!(html.contains(r#"id="field-what-error""#), "{html}");
        assert!(html.contains(r#"aria-invalid="true""#), "{html}");
    }

    #[test]
    fn passwords_are_never_sent_back_and_values_are_escaped() {
        let field = Field::new("secret", "Password");
        let html = text(&field, TextKind::Password, "hunter2").into_string();
        assert!(!html.contains("hunter2"));
        let html = text(&field, TextKind::Text, r#""><script>"#).into_string();
        assert!(!html.contains("<script>"), "{html}");
    }

    #[test]
    fn a_text_area_keeps_a_leading_line_break() {
        let html = text_area(&Field::new("steps", "Steps"), 3, "\nfirst").into_string();
        assert!(html.contains(">\n\nfirst</textarea>"), "{html}");
    }
}
