//! The form itself: what a responder needs first, what helps more behind one line.

use eider_app::{FieldError, desk::Desk};
use eider_domain::{
    feature::Platform,
    priority::Priority,
    text::{SHORT_LIMIT_CHARACTERS, TITLE_LIMIT_CHARACTERS},
    ticket::Noticed,
};
use maud::{Markup, html};

use super::{Answers, DRAFT, calls};
use crate::{
    Visitor,
    components::{
        actions::{self, Weight},
        choices::{self, Card, Choice},
        forms::{self, Field, TextKind},
        layout::{self, NavItem},
        tickets::{self, Similar},
        words,
    },
};

/// The fields in the order in which they are asked.
const ORDER: [&str; 15] = [
    "title",
    "what",
    "priority",
    "feature",
    "word",
    "fails_on",
    "works_on",
    "network",
    "since",
    "steps",
    "expected",
    "noticed",
    "people_affected",
    "links",
    "files",
];

/// Where a field stands in the form.
pub(super) fn place_of(field: &str) -> usize {
    let place = ORDER.iter().position(|known| *known == field);
    place.unwrap_or(ORDER.len())
}

/// The page with the form, its answers kept, and `errors` at their fields.
/// `found` is what may be the same, when somebody asked to look.
pub(super) fn page(
    visitor: &Visitor,
    answers: &Answers,
    errors: &[FieldError],
    found: Option<&[Similar]>,
) -> Markup {
    let form = Form {
        visitor,
        answers,
        errors,
        found,
    };
    let summary: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| (error.field, error.message.as_str()))
        .collect();
    let lede = "A minute is enough. Whoever takes it sees what you write here, and you see who has it and by when.";
    layout::page(
        &visitor.shell("Ask for help", NavItem::Ask),
        html! {
            (forms::error_summary(&summary))
            (layout::heading("Ask for help", Some(lede), html! {}))
            div.ask { (forms::upload_form("/ask", Some(DRAFT), form.fields())) }
            (tickets::joining())
        },
    )
}

/// The priorities that can be chosen, as cards: what each means, examples, and what will happen (A3).
pub(crate) fn priority_cards(desk: &Desk) -> Vec<Card> {
    desk.offered_priorities()
        .map(|priority| Card {
            value: priority.rank.to_string(),
            title: format!("{} {}", priority.rank, priority.name),
            meaning: priority.meaning.clone(),
            examples: priority
                .examples
                .iter()
                .map(|example| example.trim_end_matches('.').to_owned())
                .collect(),
            what_happens: Some(what_happens(priority, desk)),
            rank: Some(priority.rank.get()),
        })
        .collect()
}

fn what_happens(priority: &Priority, desk: &Desk) -> String {
    let calendar = priority
        .calendar
        .and_then(|id| desk.calendars.iter().find(|named| named.id == id));
    let hours = calendar.map_or_else(
        || "day and night".to_owned(),
        |named| format!("counted {}", named.calendar.name()),
    );
    format!(
        "{} Answered within {}, put right within {}, {hours}.",
        priority.consequence,
        words::working_time(priority.respond_seconds),
        words::working_time(priority.resolve_seconds),
    )
}

struct Form<'a> {
    visitor: &'a Visitor,
    answers: &'a Answers,
    errors: &'a [FieldError],
    found: Option<&'a [Similar]>,
}

impl<'a> Form<'a> {
    fn field(&self, name: &'a str, label: &'a str) -> Field<'a> {
        let error = self
            .errors
            .iter()
            .find(|error| error.field == name)
            .map(|error| error.message.as_str());
        Field::new(name, label).error(error)
    }

    fn fields(&self) -> Markup {
        let answers = self.answers;
        html! {
            (forms::text(
                &self
                    .field("title", "What is wrong, in a few words?")
                    .hint("Such as: Customers cannot pay by card.")
                    .longest(TITLE_LIMIT_CHARACTERS as u32),
                TextKind::Text,
                &answers.written.title,
            ))
            (forms::text_area(
                &self
                    .field("what", "What happened, and what did you expect?")
                    .hint("What you see, word for word if there is a message."),
                4,
                &answers.written.what,
            ))
            (tickets::suggestions(
                "/ask/similar",
                "#field-title,#field-what",
                self.found,
                &self.visitor.reader(),
            ))
            (choices::radio_cards(
                &self.field("priority", "How urgent is it?"),
                &self.priorities(),
                &answers.written.priority,
            ))
            (choices::select(
                &self
                    .field("feature", "What is it about?")
                    .hint("It goes to the people who look after that.")
                    .optional(),
                &self.features(),
                &answers.written.feature,
                Some("I do not know"),
            ))
            div.cards-in-two {
                (choices::radio_cards(
                    &self.field("word", "Which word fits best?").optional(),
                    &self.words(),
                    &answers.written.word,
                ))
            }
            (self.platforms())
            (self.more())
            (forms::file(
                &self
                    .field("files", "Pictures or files")
                    .hint("A picture of the screen says much. Up to 10 files, together at most 10 MiB.")
                    .optional(),
                None,
            ))
            (forms::draft_note())
            (actions::action_bar(actions::submit("Ask for help", Weight::Primary), html! {}))
        }
    }

    /// The priorities, each with who is truly called when it is chosen now.
    fn priorities(&self) -> Vec<Card> {
        let desk = &self.visitor.desk;
        let about = self.answers.written.feature();
        let mut cards = priority_cards(desk);
        for (card, priority) in cards.iter_mut().zip(desk.offered_priorities()) {
            let who = calls::sentence(self.visitor, priority.rank, about);
            let told = card.what_happens.take().unwrap_or_default();
            card.what_happens = Some(format!("{told} {who}"));
        }
        cards
    }

    fn features(&self) -> Vec<Choice> {
        let desk = &self.visitor.desk;
        desk.features
            .iter()
            .filter(|feature| !feature.retired)
            .map(|feature| {
                let platforms: Vec<&str> = feature
                    .platforms
                    .iter()
                    .map(|platform| platform.as_str())
                    .collect();
                Choice {
                    value: feature.id.to_string(),
                    label: feature.name.clone(),
                    platforms: (!platforms.is_empty()).then(|| platforms.join(" ")),
                }
            })
            .collect()
    }

    /// The glossary, each word defined where it is chosen.
    fn words(&self) -> Vec<Card> {
        let glossary = &self.visitor.desk.glossary;
        glossary
            .iter()
            .map(|term| Card {
                value: term.key.clone(),
                title: term.word.clone(),
                meaning: term.meaning.clone(),
                ..Card::default()
            })
            .collect()
    }

    fn platforms(&self) -> Markup {
        let platforms: Vec<Choice> = Platform::ALL
            .iter()
            .map(|platform| Choice::new(platform.as_str(), platform.name()))
            .collect();
        let ticked = |words: &'a [String]| words.iter().map(String::as_str).collect::<Vec<_>>();
        choices::platform_questions(
            "feature",
            "Where did you try it?",
            html! {
                (choices::checkboxes(
                    &self.field("fails_on", "It fails on").optional(),
                    &platforms,
                    &ticked(&self.answers.written.fails_on),
                ))
                (choices::checkboxes(
                    &self.field("works_on", "It works on").optional(),
                    &platforms,
                    &ticked(&self.answers.written.works_on),
                ))
                (forms::text(
                    &self
                        .field("network", "On which network?")
                        .hint("Such as: mobile data, the office’s Wi-Fi, at home by VPN.")
                        .optional()
                        .longest(SHORT_LIMIT_CHARACTERS as u32),
                    TextKind::Text,
                    &self.answers.written.network,
                ))
            },
        )
    }

    /// Folded away until somebody wants it, open when something in it was answered.
    fn more(&self) -> Markup {
        let answers = self.answers;
        let zone = self.visitor.reader().zone;
        let zone = zone.iana_name().unwrap_or("your zone").to_owned();
        let since_hint = format!("In your time, {zone}. About right is enough.");
        let noticed: Vec<Choice> = Noticed::ALL
            .iter()
            .map(|noticed| Choice::new(noticed.as_str(), noticed.name()))
            .collect();
        html! {
            details.more-that-helps open[answers.has_more() || self.has_error_in_more()] {
                summary { "More that helps" span.quiet { " (since when, step by step, how many people)" } }
                div.form {
                    (forms::text(
                        &self.field("since", "Since when?").hint(&since_hint).optional(),
                        TextKind::DateTime,
                        &answers.since,
                    ))
                    (forms::text_area(
                        &self
                            .field("steps", "Step by step, with the time that each takes")
                            .hint("Such as: Tap Pay, wait 20 seconds, then the page turns white.")
                            .optional(),
                        3,
                        &answers.written.steps,
                    ))
                    (forms::text_area(
                        &self
                            .field("expected", "What would have been right?")
                            .hint("If it is not said above.")
                            .optional(),
                        2,
                        &answers.written.expected,
                    ))
                    (choices::select(
                        &self.field("noticed", "Who noticed?").optional(),
                        &noticed,
                        &answers.written.noticed,
                        Some("Not said"),
                    ))
                    (forms::text(
                        &self
                            .field("people_affected", "How many people does it concern?")
                            .hint("Leave it empty if you do not know.")
                            .optional(),
                        TextKind::Number,
                        &answers.written.people_affected,
                    ))
                    (forms::text_area(
                        &self
                            .field("links", "Links")
                            .hint("Web addresses that show it, one a line.")
                            .optional(),
                        2,
                        &answers.written.links,
                    ))
                }
            }
        }
    }

    fn has_error_in_more(&self) -> bool {
        let fields = [
            "since",
            "steps",
            "expected",
            "noticed",
            "people_affected",
            "links",
        ];
        self.errors
            .iter()
            .any(|error| fields.contains(&error.field))
    }
}
