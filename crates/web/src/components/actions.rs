//! Things to press: buttons, one-click forms, the action bar, dialogs.

use maud::{Markup, html};

/// How much a button asks for attention. One `Primary` a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The one thing to do.
    Primary,
    /// Other things one may well do.
    Secondary,
    /// Seldom wanted; looks like a link with room to press.
    Quiet,
    /// Takes something away.
    Danger,
}

/// A form that is one button: it posts and is done.
#[derive(Debug, Clone)]
pub struct OneClick<'a> {
    /// Where it posts.
    pub action: &'a str,
    /// What the button says: a verb, such as "Take it".
    pub label: &'a str,
    /// How loud it is.
    pub weight: Weight,
    /// The key that presses it, such as `Some("t")`; see the help dialog.
    pub key: Option<&'a str>,
    /// Hidden fields sent along.
    pub fields: &'a [(&'a str, &'a str)],
}

/// A submit button inside a form of the caller's.
pub fn submit(label: &str, weight: Weight) -> Markup {
    html! { button.button.(weight_class(weight)) type="submit" { (label) } }
}

/// A submit button that says which of several it was.
pub fn submit_as(label: &str, weight: Weight, name: &str, value: &str) -> Markup {
    html! {
        button.button.(weight_class(weight)) type="submit" name=(name) value=(value) { (label) }
    }
}

/// A link that looks like a button.
pub fn link(href: &str, label: &str, weight: Weight) -> Markup {
    html! { a.button.(weight_class(weight)) href=(href) { (label) } }
}

/// A link that looks like a button and answers to a key.
pub fn link_with_key(href: &str, label: &str, weight: Weight, key: &str) -> Markup {
    html! {
        a.button.(weight_class(weight)) href=(href) data-key=(key) aria-keyshortcuts=(key) {
            (label) " " kbd aria-hidden="true" { (key) }
        }
    }
}

/// A whole form of one button.
pub fn one_click(click: &OneClick) -> Markup {
    html! {
        form.one-click method="post" action=(click.action) {
            @for (name, value) in click.fields { input type="hidden" name=(name) value=(value); }
            button.button.(weight_class(click.weight)) type="submit"
                data-key=[click.key] aria-keyshortcuts=[click.key] {
                (click.label)
                @if let Some(key) = click.key { " " kbd aria-hidden="true" { (key) } }
            }
        }
    }
}

/// What can be done here. It stays at the bottom of a phone, the first thing largest, and
/// stands in the flow on a wider page.
pub fn action_bar(first: Markup, others: Markup) -> Markup {
    html! {
        div.action-bar role="group" aria-label="What you can do" {
            div.action-first { (first) }
            div.action-others { (others) }
        }
    }
}

/// A row of buttons.
pub fn button_row(buttons: Markup) -> Markup {
    html! { div.button-row { (buttons) } }
}

/// A dialog, opened by [`dialog_link`]. Its body usually holds a form.
pub fn dialog(id: &str, title: &str, body: Markup) -> Markup {
    html! {
        dialog id=(id) aria-labelledby={ (id) "-title" } {
            div.dialog-head {
                h2 id={ (id) "-title" } { (title) }
                form method="dialog" {
                    button.button.quiet-button type="submit" { "Close" }
                }
            }
            (body)
        }
    }
}

/// Opens the dialog `id` in place; without the script it leads to `fallback_href`, a page with
/// the same form. With a key it answers to that key too.
pub fn dialog_link(
    id: &str,
    fallback_href: &str,
    label: &str,
    weight: Weight,
    key: Option<&str>,
) -> Markup {
    html! {
        a.button.(weight_class(weight)) href=(fallback_href) data-dialog=(id)
            data-key=[key] aria-keyshortcuts=[key] aria-haspopup="dialog" {
            (label)
            @if let Some(key) = key { " " kbd aria-hidden="true" { (key) } }
        }
    }
}

/// Copies `text`. It shows itself only where the script runs, for it can do nothing without.
pub fn copy_button(text: &str, label: &str) -> Markup {
    html! {
        button.button.quiet-button type="button" data-copy=(text) data-copied="Copied" hidden {
            (label)
        }
    }
}

fn weight_class(weight: Weight) -> &'static str {
    match weight {
        Weight::Primary => "primary-button",
        Weight::Secondary => "secondary-button",
        Weight::Quiet => "quiet-button",
        Weight::Danger => "danger-button",
    }
}
