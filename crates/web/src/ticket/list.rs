//! The list of tickets: search, filters, pages, CSV.

use axum::extract::State;
use eider_app::{
    desk::Desk,
    ticket::{self, Listed, Selected},
};
use eider_domain::{PersonId, TicketNumber, ticket::StatusKind};
use eider_store::{
    person::PersonName,
    ticket::{Order, Page},
};
use maud::{Markup, html};

use crate::{
    Result, Visitor, Web,
    components::{
        actions::{self, Weight},
        choices::{self, Choice},
        filters::{self, Applied, FilterBar, Pages, Tab},
        forms::{self, Field, TextKind},
        layout::{self, NavItem, Shell},
        notices::{self, NoticeKind},
        tickets, words,
    },
};

use super::{
    csv::ROWS_LIMIT,
    filter::{Wanted, WantedPerson, WantedStatus, address},
    shown,
};

const PATH: &str = "/tickets";
const ROWS_A_PAGE: i64 = 50;
/// Tickets are counted up to here.
const COUNT_LIMIT: i64 = 10_000;
/// Tickets that contain some words are counted up to here: each has to be looked up.
const COUNT_WITH_WORDS_LIMIT: i64 = 500;

/// `GET /tickets`.
pub(super) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    wanted: Wanted,
) -> Result<Markup> {
    let actor = visitor.actor();
    let filter = wanted.filter(&visitor);
    let mut selected = Selected::of(&web.eider, actor, &filter).await?;
    let part = part(&mut selected, &wanted).await?;
    let count = if part.is_first() && !part.has_older {
        i64::try_from(part.listed.tickets.len()).ok()
    } else if wanted.is_quickly_counted() && selected.is_quickly_counted() {
        Some(selected.count(count_limit(&wanted) + 1).await?)
    } else {
        None
    };
    drop(selected);
    let people = People {
        responders: ticket::responders(&web.eider, actor).await?,
        others: others(&web, &visitor, &wanted).await?,
    };
    let shown = Shown {
        visitor: &visitor,
        wanted: &wanted,
        part: &part,
        people: &people,
        count,
    };
    Ok(shown.page())
}

/// Up to how many tickets are counted.
fn count_limit(wanted: &Wanted) -> i64 {
    match wanted.text {
        Some(_) => COUNT_WITH_WORDS_LIMIT,
        None => COUNT_LIMIT,
    }
}

/// The tickets of one page, and whether there are more on either side.
struct Part {
    listed: Listed,
    /// How many newer ones stand on the pages before, as far as the address knows.
    skipped: u64,
    has_newer: bool,
    has_older: bool,
}

impl Part {
    fn is_first(&self) -> bool {
        !self.has_newer
    }
}

async fn part(selected: &mut Selected<'_>, wanted: &Wanted) -> Result<Part> {
    let rows = usize::try_from(ROWS_A_PAGE).unwrap_or(usize::MAX);
    // One more than is shown tells whether there is another page.
    let mut list = async |before, after| {
        let limit = ROWS_A_PAGE + 1;
        let page = Page {
            before,
            after,
            limit,
        };
        selected.list(Order::Newest, page).await
    };
    if let Some(after) = wanted.after {
        let mut listed = list(None, Some(after)).await?;
        if listed.tickets.len() > rows {
            listed.tickets.remove(0);
            return Ok(Part {
                listed,
                skipped: wanted.skipped,
                has_newer: true,
                has_older: true,
            });
        }
        // The newest ones fill no page of their own: they stand on the first.
    }
    let before = wanted.before.filter(|_| wanted.after.is_none());
    let mut listed = list(before, None).await?;
    let has_older = listed.tickets.len() > rows;
    listed.tickets.truncate(rows);
    Ok(Part {
        listed,
        skipped: if before.is_some() { wanted.skipped } else { 0 },
        has_newer: before.is_some(),
        has_older,
    })
}

/// Names of people in the filter who are not among the responders.
async fn others(
    web: &Web,
    visitor: &Visitor,
    wanted: &Wanted,
) -> Result<Vec<(PersonId, PersonName)>> {
    let mut others = Vec::new();
    for person in [wanted.owner, wanted.reporter].into_iter().flatten() {
        if let WantedPerson::Person(id) = person
            && let Some(name) = ticket::name(&web.eider, visitor.actor(), id).await?
        {
            others.push((id, name));
        }
    }
    Ok(others)
}

struct People {
    responders: Vec<(PersonId, PersonName)>,
    others: Vec<(PersonId, PersonName)>,
}

impl People {
    fn name(&self, id: PersonId) -> String {
        self.responders
            .iter()
            .chain(&self.others)
            .find(|(known, _)| *known == id)
            .map_or_else(|| "somebody".to_owned(), |(_, person)| person.name.clone())
    }
}

struct Shown<'a> {
    visitor: &'a Visitor,
    wanted: &'a Wanted,
    part: &'a Part,
    people: &'a People,
    /// How many there are in all, up to [`count_limit`] and one; unknown where counting is slow.
    count: Option<i64>,
}

impl Shown<'_> {
    fn page(&self) -> Markup {
        let visitor = self.visitor;
        let reader = visitor.reader();
        let desk = &visitor.desk;
        let shell = Shell {
            live_url: self.part.is_first().then(|| self.visitor.live_url("now")),
            notice: self.notice(),
            ..visitor.shell("Tickets", NavItem::Tickets)
        };
        let rows: Vec<_> = self
            .part
            .listed
            .tickets
            .iter()
            .map(|ticket| shown::row(ticket, &self.part.listed.names, desk, &reader))
            .collect();
        let lede = self.lede();
        let actions = html! {
            (actions::link("/wash-ups", "Follow-ups", Weight::Quiet))
            (actions::link("/ask", "Ask for help", Weight::Secondary))
        };
        layout::page(
            &shell,
            html! {
                (layout::heading("Tickets", None, actions))
                (filters::bar(&self.bar(desk)))
                (self.tabs())
                (layout::fragment("list", html! {
                    p.quiet.list-count { (lede) }
                    @if rows.is_empty() { (self.empty()) }
                    @else {
                        (tickets::ticket_list("Tickets, the newest first", &rows, &reader))
                        @if self.part.has_older || self.part.has_newer {
                            (filters::pages(&self.pages()))
                        }
                    }
                }))
            },
        )
    }

    fn notice(&self) -> Option<Markup> {
        let ignored = &self.wanted.ignored;
        (!ignored.is_empty()).then(|| {
            notices::notice(
                NoticeKind::Warning,
                "Part of the address was left out",
                html! { @for sentence in ignored { p { (sentence) } } },
            )
        })
    }

    fn lede(&self) -> String {
        let count = match self.total() {
            Some(0) => return String::new(),
            Some(count) => words::count(count, "ticket", "tickets"),
            None if self.count.is_some() => {
                format!(
                    "More than {} tickets",
                    words::thousands(count_limit(self.wanted).unsigned_abs())
                )
            }
            None => format!("More than {ROWS_A_PAGE} tickets"),
        };
        format!("{count}, the newest first")
    }

    /// How many there are, when that is known exactly.
    fn total(&self) -> Option<u64> {
        let count = self
            .count
            .filter(|count| *count <= count_limit(self.wanted))?;
        u64::try_from(count).ok()
    }

    fn empty(&self) -> Markup {
        let clear = actions::link(
            "/tickets?status=any",
            "Show every ticket",
            Weight::Secondary,
        );
        if self.applied().is_empty() && self.wanted.status == Some(WantedStatus::Open) {
            notices::empty(
                "Nothing is open",
                "Tickets that somebody still has to do something about stand here, the newest first.",
                actions::button_row(html! {
                    (actions::link("/ask", "Ask for help", Weight::Primary))
                    (clear)
                }),
            )
        } else {
            notices::empty(
                "No ticket is like that",
                "Take a filter away, or search for fewer words.",
                clear,
            )
        }
    }

    fn set(&self) -> Vec<(&'static str, String, String)> {
        self.wanted
            .set(&self.visitor.desk, |id| self.people.name(id))
    }

    /// What stands as a chip: all that is set but the status of the tab and the search.
    fn applied(&self) -> Vec<Applied> {
        let set = self.set();
        let is_chip = |key: &str| match key {
            "status" => matches!(self.wanted.status, Some(WantedStatus::One(_))),
            "q" => false,
            _ => true,
        };
        set.iter()
            .filter(|(key, _, _)| is_chip(key))
            .map(|(key, _, label)| Applied {
                label: label.clone(),
                remove_href: self.href(PATH, |other| other != *key),
            })
            .collect()
    }

    /// The address of what is set, as far as `keep` says. Nothing set at all means open tickets,
    /// so "any status" is said where it is meant.
    fn href(&self, path: &str, keep: impl Fn(&str) -> bool) -> String {
        let set = self.set();
        let parts = set
            .iter()
            .filter(|(key, _, _)| keep(key))
            .map(|(key, value, _)| (*key, value.as_str()));
        let mut parts: Vec<(&str, &str)> = parts.collect();
        if parts.is_empty() {
            parts.push(("status", "any"));
        }
        address(path, parts)
    }

    fn bar(&self, desk: &Desk) -> FilterBar {
        FilterBar {
            action: PATH.to_owned(),
            label: "Search tickets".to_owned(),
            search: self.wanted.text.clone().unwrap_or_default(),
            fields: self.fields(desk),
            applied: self.applied(),
            clear_href: "/tickets?status=any".to_owned(),
            csv_href: Some(self.href("/tickets.csv", |_| true)),
        }
    }

    fn tabs(&self) -> Markup {
        let tab = |label: &str, href: &str| Tab {
            label: label.to_owned(),
            href: href.to_owned(),
            count: None,
        };
        let tabs = [
            tab("Open", "/tickets"),
            tab("Yours", "/tickets?status=open&owner=me"),
            tab("Nobody has them", "/tickets?status=open&owner=nobody"),
            tab("Late", "/tickets?status=open&due=late"),
            tab("You asked", "/tickets?status=any&reporter=me"),
            tab("All", "/tickets?status=any"),
        ];
        let here = self.href(PATH, |_| true);
        let here = if here == "/tickets?status=open" {
            PATH
        } else {
            &here
        };
        let current = tabs.iter().position(|tab| tab.href == here);
        filters::tabs("Views", &tabs, current.unwrap_or(usize::MAX))
    }

    fn pages(&self) -> Pages {
        let tickets = &self.part.listed.tickets;
        let shown = u64::try_from(tickets.len()).unwrap_or_default();
        let skipped = self.part.skipped;
        let newest = tickets.first().filter(|_| self.part.has_newer);
        let oldest = tickets.last().filter(|_| self.part.has_older);
        Pages {
            first: skipped + 1,
            last: skipped + shown,
            total: self.total(),
            previous_href: newest.map(|ticket| self.newer_href(ticket.number)),
            next_href: oldest.map(|ticket| {
                let here = self.href(PATH, |_| true);
                format!(
                    "{here}&before={}&skipped={}",
                    ticket.number,
                    skipped + shown
                )
            }),
            words: ("Newer", "Older"),
        }
    }

    /// The page before; the first of all has the plain address, which stays live.
    fn newer_href(&self, after: TicketNumber) -> String {
        let here = self.href(PATH, |_| true);
        let skipped = self.part.skipped.saturating_sub(ROWS_A_PAGE.unsigned_abs());
        if skipped == 0 {
            here
        } else {
            format!("{here}&after={after}&skipped={skipped}")
        }
    }

    fn fields(&self, desk: &Desk) -> Markup {
        let wanted = self.wanted;
        let statuses: Vec<Choice> = [("open", "Open")]
            .into_iter()
            .chain(
                StatusKind::ALL
                    .iter()
                    .map(|kind| (kind.as_str(), kind.name())),
            )
            .map(|(value, name)| Choice::new(value, capitalised(name)))
            .collect();
        let priorities: Vec<Choice> = desk
            .priorities
            .iter()
            .map(|p| Choice::new(p.rank.to_string(), format!("{} {}", p.rank, p.name)))
            .collect();
        let features: Vec<Choice> = desk
            .features
            .iter()
            .map(|feature| Choice::new(feature.id.to_string(), &feature.name))
            .collect();
        let squads: Vec<Choice> = desk
            .squads
            .iter()
            .map(|squad| Choice::new(squad.id.to_string(), &squad.name))
            .collect();
        let chosen = |id: Option<String>| id.unwrap_or_default();
        html! {
            (choices::select(&Field::new("status", "Status").unmarked(), &with_any(statuses),
                wanted.status.map_or("any", WantedStatus::as_str), None))
            (choices::select(&Field::new("priority", "Priority").unmarked(), &priorities,
                &chosen(wanted.priority.map(|rank| rank.to_string())), Some("Any")))
            (choices::select(&Field::new("feature", "Feature").unmarked(), &features,
                &chosen(wanted.feature.map(|id| id.to_string())), Some("Any")))
            (choices::select(&Field::new("squad", "Squad").unmarked(), &squads,
                &chosen(wanted.squad.map(|id| id.to_string())), Some("Any")))
            (choices::select(&Field::new("owner", "Who has it").unmarked(), &self.owners(),
                &chosen(wanted.owner.map(WantedPerson::as_value)), Some("Anybody")))
            (choices::select(&Field::new("reporter", "Who asked").unmarked(), &self.reporters(),
                &chosen(wanted.reporter.map(WantedPerson::as_value)), Some("Anybody")))
            (forms::text(&Field::new("from", "Asked from").unmarked(), TextKind::Date,
                &chosen(wanted.from.map(|date| date.to_string()))))
            (forms::text(&Field::new("to", "Asked until").unmarked(), TextKind::Date,
                &chosen(wanted.to.map(|date| date.to_string()))))
            p.quiet.filter-note {
                "CSV holds what you see here, up to "
                (words::thousands(ROWS_LIMIT.unsigned_abs())) " tickets."
            }
        }
    }

    fn owners(&self) -> Vec<Choice> {
        let mut owners = vec![Choice::new("me", "You"), Choice::new("nobody", "Nobody")];
        let known = self.people.responders.iter();
        owners.extend(known.map(|(id, person)| Choice::new(id.to_string(), &person.name)));
        self.add_chosen(&mut owners, self.wanted.owner);
        owners
    }

    /// Everybody may ask, which is too many for a menu: a ticket's page leads to all of its
    /// reporter's, and the one who is chosen stands here.
    fn reporters(&self) -> Vec<Choice> {
        let mut reporters = vec![Choice::new("me", "You")];
        self.add_chosen(&mut reporters, self.wanted.reporter);
        reporters
    }

    fn add_chosen(&self, choices: &mut Vec<Choice>, chosen: Option<WantedPerson>) {
        let Some(chosen @ WantedPerson::Person(id)) = chosen else {
            return;
        };
        let value = chosen.as_value();
        if !choices.iter().any(|choice| choice.value == value) {
            choices.push(Choice::new(value, self.people.name(id)));
        }
    }
}

fn with_any(mut statuses: Vec<Choice>) -> Vec<Choice> {
    statuses.insert(0, Choice::new("any", "Any"));
    statuses
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
