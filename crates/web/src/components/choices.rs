//! Form fields where one picks: menus, cards, boxes to tick, and questions that adapt.

use maud::{Markup, html};

use super::badges;
use super::forms::Field;

/// One line of a menu.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// The platforms it exists on, such as `web ios android`, separated by spaces; the script
    /// asks platform questions only where there are some.
    pub platforms: Option<String>,
}

impl Choice {
    /// A choice without platforms.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            platforms: None,
        }
    }
}

/// A large choice that explains itself: for a priority, or for a word of the glossary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// What is sent.
    pub value: String,
    /// The name, such as "P1 Business critical" or "Frozen".
    pub title: String,
    /// What it means, in a sentence.
    pub meaning: String,
    /// A few examples.
    pub examples: Vec<String>,
    /// What will happen when it is chosen, such as "Somebody answers within 15 min, day or night."
    pub what_happens: Option<String>,
    /// A priority's rank, for its shape and colour.
    pub rank: Option<u8>,
}

/// A menu. `empty` is the first line, which sends nothing, such as "Choose a feature".
pub fn select(field: &Field, choices: &[Choice], chosen: &str, empty: Option<&str>) -> Markup {
    html! {
        div.field.is-wrong[field.is_wrong()] {
            label for=(field.id()) { (field.label_words()) }
            (field.hint_and_error())
            select id=(field.id()) name=(field.name) aria-required=[field.aria_required()]
                aria-invalid=[field.aria_invalid()] aria-describedby=[field.described_by()] {
                @if let Some(empty) = empty { option value="" { (empty) } }
                @for choice in choices {
                    option value=(choice.value) data-platforms=[&choice.platforms]
                        selected[choice.value == chosen] { (choice.label) }
                }
            }
        }
    }
}

/// Cards of which one is chosen. Everything is said before the choice is made, and nothing
/// moves afterwards. The first card has the field's id.
pub fn radio_cards(field: &Field, cards: &[Card], chosen: &str) -> Markup {
    group(
        field,
        html! {
            div.cards role="radiogroup" aria-required=[field.aria_required()]
                aria-labelledby={ (field.id()) "-legend" } {
                @for (index, card) in cards.iter().enumerate() {
                    (radio_card(field, card, index, chosen))
                }
            }
        },
    )
}

/// Boxes to tick; each sends the field's name. The first has the field's id.
pub fn checkboxes(field: &Field, choices: &[Choice], ticked: &[&str]) -> Markup {
    group(
        field,
        html! {
            div.ticks {
                @for (index, choice) in choices.iter().enumerate() {
                    label.tick data-platform=(choice.value) {
                        input type="checkbox" id=(nth_id(field, index)) name=(field.name)
                            value=(choice.value) checked[ticked.contains(&choice.value.as_str())];
                        span { (choice.label) }
                    }
                }
            }
        },
    )
}

/// Questions asked only when the menu `menu_name` has a choice with platforms. Without the
/// script they are always asked.
pub fn platform_questions(menu_name: &str, legend: &str, body: Markup) -> Markup {
    html! {
        fieldset.fieldset data-needs-platforms={ "#field-" (menu_name) } {
            legend { (legend) }
            (body)
        }
    }
}

fn group(field: &Field, body: Markup) -> Markup {
    html! {
        fieldset.field.is-wrong[field.is_wrong()] aria-describedby=[field.described_by()] {
            legend id={ (field.id()) "-legend" } { (field.label_words()) }
            (field.hint_and_error())
            (body)
        }
    }
}

fn radio_card(field: &Field, card: &Card, index: usize, chosen: &str) -> Markup {
    let words_id = format!("{}-{index}-words", field.id());
    html! {
        label.card.(card.rank.map_or("rank-none", badges::rank_class)) {
            input type="radio" id=(nth_id(field, index)) name=(field.name) value=(card.value)
                checked[card.value == chosen] aria-describedby=(words_id);
            span.card-title {
                @if let Some(rank) = card.rank { (badges::priority_shape(rank)) }
                (card.title)
            }
            span.card-words id=(words_id) {
                span.card-meaning { (card.meaning) }
                @if !card.examples.is_empty() {
                    span.card-examples { "Such as: " (card.examples.join("; ")) "." }
                }
                @if let Some(what_happens) = &card.what_happens {
                    span.card-happens { (what_happens) }
                }
            }
        }
    }
}

fn nth_id(field: &Field, index: usize) -> String {
    if index == 0 {
        field.id()
    } else {
        format!("{}-{index}", field.id())
    }
}
