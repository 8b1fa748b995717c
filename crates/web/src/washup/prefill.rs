//! A wash-up as far as the timeline can write it.

use eider_app::ticket::TicketView;
use eider_domain::{
    fact::Fact,
    ticket::{Change, Resolution, Ticket},
    washup::WashUp,
};

use crate::{
    Visitor,
    components::words::{self, Reader},
    ticket::sentence::Teller,
};

/// The most lines of the timeline that are told.
const LINES_LIMIT: usize = 40;

/// What happened, who was affected, the cause and how it was resolved, from what is recorded.
/// What would be done differently nobody can know but people.
pub(super) fn from_timeline(visitor: &Visitor, view: &TicketView) -> WashUp {
    let reader = visitor.reader();
    let resolution = view.ticket.status.resolution();
    WashUp {
        what_happened: what_happened(visitor, view, &reader),
        who_was_affected: who_was_affected(&view.ticket),
        cause: resolution.map_or_else(String::new, |resolution| resolution.cause.clone()),
        how_resolved: resolution
            .map_or_else(String::new, |resolution| how_resolved(resolution, visitor)),
        lessons: String::new(),
    }
}

fn what_happened(visitor: &Visitor, view: &TicketView, reader: &Reader) -> String {
    let teller = Teller {
        names: &view.names,
        desk: &visitor.desk,
        reader,
        opened_at: view.ticket.opened_at,
        reporter: view.ticket.reporter,
    };
    let told = view
        .timeline
        .iter()
        .map(|recorded| &recorded.happened)
        .filter(|happened| is_part_of_the_story(&happened.fact));
    let mut lines = vec![view.ticket.report.what.clone(), String::new()];
    let mut day = None;
    for happened in told.take(LINES_LIMIT) {
        let then = happened.at.to_zoned(reader.zone.clone());
        if day != Some(then.date()) {
            lines.push(format!("{}:", words::day(happened.at, reader)));
            day = Some(then.date());
        }
        let sentence = teller.tell(happened).plain();
        lines.push(format!("- {} {sentence}", then.strftime("%H:%M")));
    }
    lines.join("\n")
}

fn is_part_of_the_story(fact: &Fact) -> bool {
    !matches!(
        fact,
        Fact::Replied { .. }
            | Fact::ReplyEdited { .. }
            | Fact::ReplyWithdrawn { .. }
            | Fact::FileAttached { .. }
            | Fact::Followed
            | Fact::Unfollowed
            | Fact::TimeLogged { .. }
            | Fact::TitleChanged { .. }
            | Fact::WashUpWritten
            | Fact::ActionAgreed { .. }
            | Fact::ActionDone { .. }
    )
}

fn who_was_affected(ticket: &Ticket) -> String {
    let report = &ticket.report;
    let people = report.people_affected.map(|people| {
        let people = u64::try_from(people).unwrap_or_default();
        format!(
            "{}, as far as the reporter knew.",
            words::count(people, "person", "people")
        )
    });
    let fails_on: Vec<&str> = report
        .tried
        .iter()
        .filter(|tried| !tried.works)
        .map(|tried| tried.platform.name())
        .collect();
    let platforms =
        (!fails_on.is_empty()).then(|| format!("It failed on {}.", fails_on.join(", ")));
    let joined = u64::try_from(ticket.joined_count()).unwrap_or_default();
    let joined = (joined > 0).then(|| {
        let more = words::count(joined, "more person", "more people");
        format!("It affected {more} who said so.")
    });
    let sentences: Vec<String> = [people, joined, platforms].into_iter().flatten().collect();
    sentences.join(" ")
}

fn how_resolved(resolution: &Resolution, visitor: &Visitor) -> String {
    let change = match &resolution.change {
        Change::No => Some("No code change was needed.".to_owned()),
        Change::Yes { reference: None } => Some("A code change was needed.".to_owned()),
        Change::Yes {
            reference: Some(reference),
        } => Some(format!("A code change was needed: {reference}")),
    };
    let known = Some(resolution.how_known.clone()).filter(|known| !known.is_empty());
    let issue = resolution
        .known_issue
        .and_then(|id| visitor.desk.known_issue(id))
        .map(|issue| format!("It was the known issue “{}”.", issue.title));
    let parts: Vec<String> = [known, change, issue, resolution.customer_outcome.clone()]
        .into_iter()
        .flatten()
        .collect();
    parts.join("\n\n")
}
