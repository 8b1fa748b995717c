//! The forms of what is done to a ticket with words.

use eider_app::FieldError;
use eider_domain::{PersonId, TicketNumber, ticket::Hat};
use maud::{Markup, html};

use crate::{
    Visitor,
    components::{
        actions::{self, Weight},
        choices::{self, Card, Choice},
        forms::{self, Field, TextKind},
        layout::{self, NavItem, Shell},
        notices::{self, NoticeKind},
    },
};

use super::{
    deed::{Deed, Typed},
    load::Loaded,
    update,
};

/// The page of a deed. `errors` stand at their fields; `refusal` above all.
pub(super) fn page(
    visitor: &Visitor,
    loaded: &Loaded,
    deed: Deed,
    typed: &Typed,
    errors: &[FieldError],
    refusal: Option<&str>,
) -> Markup {
    let ticket = &loaded.view.ticket;
    let words = words(loaded, deed);
    let summary: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| (error.field, error.message.as_str()))
        .collect();
    let shell = Shell {
        path: format!("{}/{}", loaded.path(), deed.word()),
        notice: refusal.map(|refusal| {
            let kept = html! { (refusal) " What you wrote is still here." };
            notices::notice(NoticeKind::Error, "That was not done", kept)
        }),
        ..visitor.shell(
            format!("{} {}", words.title, ticket.number),
            NavItem::Tickets,
        )
    };
    let lede = format!("{} {}", ticket.number, ticket.title);
    layout::page(
        &shell,
        html! {
            (forms::error_summary(&summary))
            (layout::heading(words.title, Some(&lede), html! {}))
            (form(visitor, loaded, deed, typed, errors))
            p.section { a href=(loaded.path()) { "Back to the ticket, change nothing" } }
        },
    )
}

/// The dialog of a deed, for the page of the ticket.
pub(super) fn dialog(visitor: &Visitor, loaded: &Loaded, deed: Deed) -> Markup {
    let typed = as_it_is(deed, loaded);
    actions::dialog(
        &dialog_id(deed),
        words(loaded, deed).title,
        form(visitor, loaded, deed, &typed, &[]),
    )
}

/// The key of the draft of long answers, which are kept on the device until they are sent.
pub(super) fn draft_key(deed: Deed, number: TicketNumber) -> Option<String> {
    let is_long = matches!(deed, Deed::Resolve | Deed::Update);
    is_long.then(|| format!("{}:{}", deed.word(), number.0))
}

/// What opens the dialog, or leads to the page.
pub(super) fn link(loaded: &Loaded, deed: Deed, weight: Weight) -> Markup {
    let words = words(loaded, deed);
    actions::dialog_link(
        &dialog_id(deed),
        &format!("{}/{}", loaded.path(), deed.word()),
        words.link,
        weight,
        words.key,
    )
}

/// As [`link`], as a word beside a fact.
pub(super) fn small_link(loaded: &Loaded, deed: Deed) -> Markup {
    let words = words(loaded, deed);
    html! {
        a.fact-change href={ (loaded.path()) "/" (deed.word()) } data-dialog=(dialog_id(deed))
            data-key=[words.key] aria-keyshortcuts=[words.key] aria-haspopup="dialog" {
            (words.link) span.only-heard { ": " (words.title) }
        }
    }
}

/// What the form of a deed holds before anybody typed.
pub(super) fn as_it_is(deed: Deed, loaded: &Loaded) -> Typed {
    let ticket = &loaded.view.ticket;
    let (field, value) = match deed {
        Deed::Hat(hat) => {
            let wearer = ticket.hats.wearer(hat);
            (
                "person",
                wearer.map_or_else(String::new, |id| id.to_string()),
            )
        }
        Deed::Priority => ("priority", ticket.priority.to_string()),
        Deed::Feature => (
            "feature",
            ticket.feature.map_or_else(String::new, |id| id.to_string()),
        ),
        Deed::Squad => (
            "squad",
            ticket.squad.map_or_else(String::new, |id| id.to_string()),
        ),
        Deed::Title => ("title", ticket.title.clone()),
        Deed::Update => return update::as_it_is(loaded),
        _ => return Typed::new(),
    };
    Typed::from([(field.to_owned(), value)])
}

struct Words {
    /// What leads to it.
    link: &'static str,
    /// What stands above it.
    title: &'static str,
    /// What its button says.
    submit: &'static str,
    key: Option<&'static str>,
}

fn words(loaded: &Loaded, deed: Deed) -> Words {
    let (link, title, submit, key) = match deed {
        Deed::Assign if loaded.view.ticket.owner.is_some() => {
            ("Hand over", "Hand it over", "Hand over", Some("h"))
        }
        Deed::Assign => ("Assign", "Give it to somebody", "Give it", Some("h")),
        Deed::Hat(Hat::Diagnosing) => ("Change", "Who is diagnosing?", "Change it", None),
        Deed::Hat(Hat::Communicating) => ("Change", "Who is communicating?", "Change it", None),
        Deed::Update => ("Update", "How does it stand?", "Tell everybody", Some("u")),
        Deed::Wait => (
            "Ask the reporter",
            "Ask the reporter",
            "Ask and wait",
            Some("w"),
        ),
        Deed::Resolve => ("Resolve", "Resolve it", "It is put right", Some("e")),
        Deed::Reopen if loaded.rights.is_reporter => {
            ("It does not work", "It does not work", "Reopen", None)
        }
        Deed::Reopen => ("Reopen", "Reopen it", "Reopen", None),
        Deed::Merge => ("Merge", "Merge it into another ticket", "Merge", None),
        Deed::Priority => (
            "Change",
            "How urgent is it?",
            "Change the priority",
            Some("p"),
        ),
        Deed::Feature => ("Change", "What is it about?", "Change the feature", None),
        Deed::Squad => (
            "Change",
            "Which squad looks after it?",
            "Change the squad",
            None,
        ),
        Deed::Title => ("Better title", "A better title", "Change the title", None),
        Deed::Time => (
            "Log time",
            "Time worked away from here",
            "Log the time",
            None,
        ),
    };
    Words {
        link,
        title,
        submit,
        key,
    }
}

fn dialog_id(deed: Deed) -> String {
    format!("dialog-{}", deed.word())
}

fn form(
    visitor: &Visitor,
    loaded: &Loaded,
    deed: Deed,
    typed: &Typed,
    errors: &[FieldError],
) -> Markup {
    let action = format!("{}/{}", loaded.path(), deed.word());
    let weight = match deed {
        Deed::Merge => Weight::Danger,
        _ => Weight::Primary,
    };
    let draft = draft_key(deed, loaded.view.ticket.number);
    let form = Form { typed, errors };
    let body = html! {
        (form.fields(visitor, loaded, deed))
        div.form-end {
            (actions::submit(words(loaded, deed).submit, weight))
            @if draft.is_some() { (forms::draft_note()) }
        }
    };
    forms::form(&action, draft.as_deref(), body)
}

/// A form with what was typed, and what is wrong with it.
pub(super) struct Form<'a> {
    typed: &'a Typed,
    errors: &'a [FieldError],
}

impl<'a> Form<'a> {
    pub(super) fn field(&self, name: &'a str, label: &'a str) -> Field<'a> {
        let error = self
            .errors
            .iter()
            .find(|error| error.field == name)
            .map(|error| error.message.as_str());
        Field::new(name, label).error(error)
    }

    pub(super) fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    pub(super) fn area(&self, field: &Field, rows: u8) -> Markup {
        forms::text_area(field, rows, self.value(field.name))
    }

    fn fields(&self, visitor: &Visitor, loaded: &Loaded, deed: Deed) -> Markup {
        let desk = &visitor.desk;
        match deed {
            Deed::Resolve => self.resolve(visitor),
            Deed::Assign => self.owner(visitor, loaded),
            Deed::Hat(hat) => self.wearer(visitor, loaded, hat),
            Deed::Update => update::fields(self, visitor),
            Deed::Wait => self.area(
                &self
                    .field("question", "What do you need to know?")
                    .hint("The clock to resolve rests until the reporter answers."),
                3,
            ),
            Deed::Reopen => self.area(
                &self
                    .field("why", "What is not right?")
                    .hint("What you see now, and where."),
                3,
            ),
            Deed::Merge => forms::text(
                &self.field("into", "Which ticket goes on?").hint(
                    "Its number, such as T-1042. This one ends, and its reporter is led there.",
                ),
                TextKind::Text,
                self.value("into"),
            ),
            Deed::Priority => html! {
                (choices::radio_cards(
                    &self.field("priority", "Priority"),
                    &priority_cards(visitor),
                    self.value("priority"),
                ))
                (forms::text(
                    &self.field("reason", "Why?").hint("The reporter sees it.").optional(),
                    TextKind::Text,
                    self.value("reason"),
                ))
            },
            Deed::Feature => {
                let features: Vec<Choice> = desk
                    .features
                    .iter()
                    .filter(|feature| !feature.retired)
                    .map(|feature| Choice::new(feature.id.to_string(), &feature.name))
                    .collect();
                let hint = "The squad that looks after it comes with it.";
                choices::select(
                    &self.field("feature", "Feature").hint(hint),
                    &features,
                    self.value("feature"),
                    Some("None of them"),
                )
            }
            Deed::Squad => {
                let squads: Vec<Choice> = desk
                    .squads
                    .iter()
                    .map(|squad| Choice::new(squad.id.to_string(), &squad.name))
                    .collect();
                choices::select(
                    &self.field("squad", "Squad"),
                    &squads,
                    self.value("squad"),
                    Some("No squad"),
                )
            }
            Deed::Title => forms::text(
                &self
                    .field("title", "Title")
                    .hint("What is wrong, in a few words. The timeline keeps the old one.")
                    .longest(200),
                TextKind::Text,
                self.value("title"),
            ),
            Deed::Time => forms::text(
                &self
                    .field("minutes", "How many minutes?")
                    .hint("What is done here is counted by itself. From 1 to 1,440."),
                TextKind::Number,
                self.value("minutes"),
            ),
        }
    }

    fn owner(&self, visitor: &Visitor, loaded: &Loaded) -> Markup {
        let owner = loaded.view.ticket.owner;
        let people = responders(visitor, loaded, |id| owner != Some(id));
        choices::select(
            &self
                .field("owner", "Who shall have it?")
                .hint("They see it among theirs. Tell them first if you can."),
            &people,
            self.value("owner"),
            Some("Choose somebody"),
        )
    }

    fn wearer(&self, visitor: &Visitor, loaded: &Loaded, hat: Hat) -> Markup {
        let (label, hint) = match hat {
            Hat::Diagnosing => (
                "Who is diagnosing?",
                "They look for the cause. Somebody else had better communicate.",
            ),
            Hat::Communicating => (
                "Who is communicating?",
                "They tell everybody how it stands. Somebody else had better diagnose.",
            ),
        };
        choices::select(
            &self.field("person", label).hint(hint).unmarked(),
            &responders(visitor, loaded, |_| true),
            self.value("person"),
            Some("Nobody"),
        )
    }

    fn resolve(&self, visitor: &Visitor) -> Markup {
        let issues = visitor.desk.known_issues.iter();
        let issues: Vec<Choice> = issues
            .filter(|issue| !issue.over)
            .map(|issue| Choice::new(issue.id.to_string(), issue.title.clone()))
            .collect();
        let cards = [
            Card {
                value: "no".to_owned(),
                title: "No".to_owned(),
                meaning: "An explanation, a setting, a repair of data, or nothing at all."
                    .to_owned(),
                ..Card::default()
            },
            Card {
                value: "yes".to_owned(),
                title: "Yes".to_owned(),
                meaning: "The product had to be changed.".to_owned(),
                ..Card::default()
            },
        ];
        html! {
            (self.area(
                &self
                    .field("cause", "What made it happen?")
                    .hint("In the system, not who. “We do not know” is an answer too."),
                3,
            ))
            (self.area(
                &self
                    .field("how_known", "How do we know that it is put right?")
                    .hint("Such as: I paid with a test card, and the errors stopped at 14:20."),
                2,
            ))
            (choices::radio_cards(
                &self.field("change", "Was a code change needed?"),
                &cards,
                self.value("change"),
            ))
            (forms::text(
                &self
                    .field("reference", "Which change?")
                    .hint("An address or a name, if there was one.")
                    .optional(),
                TextKind::Text,
                self.value("reference"),
            ))
            @if !issues.is_empty() {
                (choices::select(
                    &self.field("known_issue", "Was it a known issue?").optional(),
                    &issues,
                    self.value("known_issue"),
                    Some("None of them"),
                ))
            }
            (self.area(
                &self
                    .field("customer_outcome", "What does the customer have now?")
                    .hint("Such as: the receipt, and an apology.")
                    .optional(),
                2,
            ))
        }
    }
}

/// Those who work on tickets, as far as `may_be_chosen` says.
fn responders(
    visitor: &Visitor,
    loaded: &Loaded,
    may_be_chosen: impl Fn(PersonId) -> bool,
) -> Vec<Choice> {
    let me = visitor.actor().person;
    let responders = loaded.responders.iter();
    responders
        .filter(|(id, _)| may_be_chosen(*id))
        .map(|(id, person)| {
            let label = if *id == me {
                format!("{} (you)", person.name)
            } else {
                person.name.clone()
            };
            Choice::new(id.to_string(), label)
        })
        .collect()
}

/// The priorities as cards that explain themselves.
pub(crate) fn priority_cards(visitor: &Visitor) -> Vec<Card> {
    crate::ask::priority_cards(&visitor.desk)
}
