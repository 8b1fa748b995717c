//! How a page looks to one person.

use eider_app::page::PageView;
use eider_domain::{
    PersonId,
    page::{Page, State},
    ticket::Ticket,
};
use jiff::Timestamp;
use serde_json::Value;

use super::{name, names};
use crate::kit::{self, Style};

/// How many tickets are named one by one.
const TICKETS_SHOWN: usize = 5;
/// How much of a title stands in a line.
const TITLE_LIMIT: usize = 100;
/// How much of what happened is shown.
const WHAT_LIMIT: usize = 200;
/// How much of a reason is shown.
const REASON_LIMIT: usize = 400;
/// What stands before a headline.
const DONE: &str = ":white_check_mark:";
const URGENT: &str = ":rotating_light:";

/// A page, for one person.
pub(super) struct Shown<'a> {
    pub(super) view: &'a PageView,
    pub(super) me: PersonId,
    /// The address of a page of Eider, by its path.
    pub(super) address: &'a (dyn Fn(&str) -> String + Sync),
    /// Whether they may have had this before.
    pub(super) is_repeat: bool,
    pub(super) now: Timestamp,
}

impl Shown<'_> {
    /// The words and the blocks of the message.
    pub(super) fn draw(&self) -> (String, Vec<Value>) {
        let page = &self.view.page;
        let (sign, headline) = self.headline();
        let mut blocks = vec![kit::section(&format!("{sign} *{headline}*"))];
        let tickets = self.tickets();
        if !tickets.is_empty() {
            blocks.push(kit::section(&tickets));
        }
        if let Some(reason) = &page.notes.reason {
            let what = if page.is_drill {
                "What for"
            } else {
                "Why it cannot wait"
            };
            let reason = kit::escape(&kit::cut(reason, REASON_LIMIT));
            blocks.push(kit::section(&format!("*{what}:* {reason}")));
        }
        let mut small = vec![self.beside()];
        if page.is_drill {
            small.push("This is a drill: nothing is wrong.".to_owned());
        }
        if self.is_repeat {
            small
                .push("You may have had this before: whether it arrived was not known.".to_owned());
        }
        blocks.push(kit::context(&small));
        blocks.push(kit::actions(&format!("page:{}", page.id), self.buttons()));
        // A telephone shows this before anything is opened.
        let text = format!("{sign} {headline} {}", about(self.view));
        (text, blocks)
    }

    /// What it means to this person now: a sign and a sentence.
    fn headline(&self) -> (&'static str, String) {
        let page = &self.view.page;
        let me = self.me;
        let who = |person| name(self.view, person);
        let helper = page.notes.helpers.iter().find(|one| one.person == me);
        match (&page.state, helper) {
            (State::Ended { how, .. }, _) => (DONE, format!("Over: {}.", how.words())),
            (State::Asking { by, .. }, _) if *by == me => {
                (":grey_question:", "Do you still have it?".to_owned())
            }
            (State::Acknowledged { by, .. }, _) if *by == me => (DONE, "You have it.".to_owned()),
            (State::Acknowledged { by, .. } | State::Asking { by, .. }, Some(helper)) => {
                let by = who(*by);
                if helper.hand_over {
                    (URGENT, format!("{by} asks you to take it over."))
                } else {
                    (URGENT, format!("{by} needs your help."))
                }
            }
            (State::Acknowledged { by, .. } | State::Asking { by, .. }, None) => {
                (DONE, format!("{} has it.", who(*by)))
            }
            (State::Held { until }, _) if *until > self.now => {
                (":zzz:", format!("It waits until {}.", kit::due(*until)))
            }
            (State::LastResort { .. }, _) if page.is_calling(me) && !page.is_drill => (
                URGENT,
                "Nobody has answered. You are called last.".to_owned(),
            ),
            _ if page.is_calling(me) && page.is_drill => {
                (URGENT, "Drill: you are being called.".to_owned())
            }
            _ if page.is_calling(me) => (URGENT, "You are being called.".to_owned()),
            _ => (
                ":telephone_receiver:",
                "Others are being called.".to_owned(),
            ),
        }
    }

    /// What the headline does not say: since when, and what comes next.
    fn beside(&self) -> String {
        let page = &self.view.page;
        let told = match &page.state {
            State::Held { until } if *until > self.now => {
                let told = "Nobody is called until then; then people are called again.";
                format!("{told}{}", put_off(self.view))
            }
            State::Calling {
                people,
                level,
                since,
                until,
                ..
            } if *people == [self.me] => format!(
                "Since {}, level {level}. If you do not answer, calling goes on {}.",
                kit::due(*since),
                kit::due(*until)
            ),
            State::Acknowledged { at, .. } | State::Ended { at, .. } => {
                format!("Since {}.", kit::due(*at))
            }
            State::Asking { by, until, .. } if *by == self.me => {
                format!("Without an answer, others are called {}.", kit::due(*until))
            }
            State::LastResort { people, since, .. } if *people == [self.me] => format!(
                "Since {}. Everybody else was called before.{}",
                kit::due(*since),
                again_at(page, "You are")
            ),
            _ => standing(self.view, self.now),
        };
        with_helpers(self.view, told)
    }

    fn tickets(&self) -> String {
        let open = |ticket: &&Ticket| !self.view.page.is_open() || ticket.status.kind().is_open();
        let tickets: Vec<&Ticket> = self.view.tickets.iter().filter(open).collect();
        let mut lines: Vec<String> = tickets
            .iter()
            .take(TICKETS_SHOWN)
            .map(|ticket| {
                let number = ticket.number;
                let address = (self.address)(&format!("/tickets/{number}"));
                let title = kit::escape(&kit::cut(&ticket.title, TITLE_LIMIT));
                format!("*<{address}|{number}>* {}: {title}", ticket.priority)
            })
            .collect();
        if let [one] = tickets.as_slice()
            && self.view.page.is_open()
        {
            // Whoever has just woken up need not open anything to know what it is.
            let what = one.report.what.split_whitespace().collect::<Vec<_>>();
            let what = kit::escape(&kit::cut(&what.join(" "), WHAT_LIMIT));
            lines.extend((!what.is_empty()).then(|| format!(">{what}")));
        }
        if tickets.len() > TICKETS_SHOWN {
            lines.push(format!("and {} more", tickets.len() - TICKETS_SHOWN));
        }
        lines.join("\n")
    }

    fn buttons(&self) -> Vec<Value> {
        let page = &self.view.page;
        let (me, id) = (self.me, page.id.to_string());
        let button = |label, action, style| kit::button(label, action, &id, style);
        let mut buttons = Vec::new();
        let has_it = page.holder() == Some(me);
        let is_helper = page.notes.helpers.iter().any(|one| one.person == me);
        let is_asked = has_it && matches!(page.state, State::Asking { .. });
        let is_held = matches!(page.state, State::Held { .. });
        let is_last = matches!(page.state, State::LastResort { .. });
        let may_acknowledge = page.holder().is_none() || is_asked || (is_helper && !has_it);
        if page.is_open() && may_acknowledge {
            let label = match (is_asked, is_helper && page.holder().is_some()) {
                (true, _) => "I still have it",
                (false, true) if page.is_handed_to(me) => "Take it over",
                (false, true) => "I am coming",
                (false, false) => "Acknowledge",
            };
            buttons.push(button(label, "page-acknowledge", Style::Primary));
        }
        if page.is_open() && (may_acknowledge || has_it) && !is_held {
            buttons.push(button("I need my buddy", "page-buddy", Style::Plain));
            if !is_last {
                buttons.push(button("Escalate", "page-escalate", Style::Plain));
            }
            if may_put_off(self.view) || may_decline(self.view, me) {
                buttons.push(button("Not now", "page-not-now", Style::Plain));
            }
        }
        if let Some(lead) = page.lead().filter(|_| is_held) {
            let number = lead.number.to_string();
            let label = "It cannot wait";
            buttons.push(kit::button(label, super::CALL, &number, Style::Plain));
        }
        let address = (self.address)(&format!("/pages/{id}"));
        buttons.push(kit::link_button("Open on the web", "open", &address));
        buttons
    }
}

/// Whether it can be said that it can wait.
pub(super) fn may_put_off(view: &PageView) -> bool {
    matches!(
        view.page.state,
        State::Calling { .. } | State::LastResort { .. }
    )
}

/// Whether somebody can say that they cannot.
pub(super) fn may_decline(view: &PageView, me: PersonId) -> bool {
    view.page.holder() == Some(me) || view.page.is_calling(me)
}

/// What it is about, in a line of plain words.
pub(crate) fn about(view: &PageView) -> String {
    if view.page.is_drill {
        return "Drill".to_owned();
    }
    let line = |ticket: &Ticket| {
        let title = kit::escape(&kit::cut(&ticket.title, TITLE_LIMIT));
        format!("{} {}: {title}", ticket.priority, ticket.number)
    };
    match view.tickets.as_slice() {
        [] => "A page".to_owned(),
        [one] => line(one),
        [first, rest @ ..] => format!("{}, and {} more", line(first), rest.len()),
    }
}

/// As [`stands`], said to somebody who may be called by it.
pub(crate) fn stands_to(view: &PageView, me: PersonId, now: Timestamp) -> String {
    if !view.page.is_calling(me) {
        return stands(view, now);
    }
    let shown = Shown {
        view,
        me,
        address: &|path| path.to_owned(),
        is_repeat: false,
        now,
    };
    let (_, headline) = shown.headline();
    format!("{headline} {}", shown.beside())
}

/// Who is being called, since when, and what comes next.
pub(crate) fn stands(view: &PageView, now: Timestamp) -> String {
    with_helpers(view, standing(view, now))
}

fn standing(view: &PageView, now: Timestamp) -> String {
    let who = |person| name(view, person);
    match &view.page.state {
        State::Held { until } if *until <= now => {
            "Whoever is on call is about to be called.".into()
        }
        State::Held { until } => {
            let begins = kit::due(*until);
            format!(
                "Nobody is called yet. Calling begins {begins}.{}",
                put_off(view)
            )
        }
        State::Calling {
            people,
            level,
            since,
            until,
            ..
        } => {
            format!(
                "Calling {} since {} (level {level}). If nobody answers, calling goes on {}.",
                names(view, people),
                kit::due(*since),
                kit::due(*until)
            )
        }
        State::Acknowledged { by, at, .. } => {
            format!("{} has had it since {}.", who(*by), kit::due(*at))
        }
        State::Asking { by, until, .. } => format!(
            "{} is asked whether they still have it. Without an answer, others are called {}.",
            who(*by),
            kit::due(*until)
        ),
        State::LastResort { .. } if view.page.nobody_is_in_reach() => format!(
            "Nobody can be reached: no way to call {} is set up.{}",
            names(view, &view.page.notes.out_of_reach),
            again_at(&view.page, "They are")
        ),
        State::LastResort { people, since, .. } => format!(
            "Everybody was called, {} last ({}). Nobody has answered.{}",
            names(view, people),
            kit::due(*since),
            again_at(&view.page, "They are")
        ),
        State::Ended { how, at } => format!("Over since {}: {}.", kit::due(*at), how.words()),
    }
}

/// Who said that it can wait, and why.
fn put_off(view: &PageView) -> String {
    let put_off = view.page.notes.put_off.as_ref();
    put_off.map_or_else(String::new, |put_off| {
        let reason = put_off.reason.as_deref().unwrap_or_default();
        let reason = kit::escape(&kit::cut(reason, REASON_LIMIT));
        let colon = if reason.is_empty() { "." } else { ": " };
        format!(
            " {} said that it can wait{colon}{reason}",
            name(view, put_off.by)
        )
    })
}

/// When the last resort is called again.
fn again_at(page: &Page, they_are: &str) -> String {
    let at = page.last_resort_again_at();
    at.map_or_else(String::new, |at| {
        format!(" {they_are} called again {}.", kit::due(at))
    })
}

/// Besides, who is called to help.
fn with_helpers(view: &PageView, told: String) -> String {
    let page = &view.page;
    let helpers: Vec<PersonId> = page.notes.helpers.iter().map(|one| one.person).collect();
    if helpers.is_empty() || !page.is_open() {
        return told;
    }
    let are = if helpers.len() == 1 { "is" } else { "are" };
    format!(
        "{told} {} {are} being called besides.",
        names(view, &helpers)
    )
}
