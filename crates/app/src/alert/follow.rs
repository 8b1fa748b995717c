//! What follows when alerts of a group begin or end: the group's row, its ticket, the facts.

use std::collections::{BTreeMap, HashMap};

use eider_domain::{
    AlertGroupId,
    alert::{Deed, Fired, Group, Quiet, Signal, TicketScene},
    fact::{Fact, Happened},
    known_issue::{KnownIssue, Matcher, Then},
    priority::Rank,
    service::{Service, Severity},
    text::{TITLE_LIMIT_CHARACTERS, cut_line},
    ticket::{Change, Command, NewTicket, Noticed, Report, Resolution, Status, StatusKind, Ticket},
};
use eider_store::{
    Tx,
    alert::{self, Alert},
    fact,
};
use jiff::Timestamp;

use super::{known::known, look, over};
use crate::{
    Eider, Result,
    desk::Desk,
    page,
    ticket::{change_by_itself, open_by_itself},
};

/// How many alerts a fact names.
pub(super) const TITLES_LIMIT: usize = 3;
/// How often one merged ticket is followed to the next.
const MERGES_LIMIT: usize = 10;

/// What is new of one group.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// What its alerts have in common, if any began.
    pub(super) name: String,
    /// How many began.
    pub(super) began: i64,
    /// How many of those that fire became worse.
    pub(super) worsened: i64,
    /// How many ended.
    pub(super) ended: i64,
    /// The titles of the first that began or became worse.
    pub(super) titles: Vec<String>,
    /// How bad the worst of them is.
    pub(super) worst: Option<Severity>,
    /// The worst of them.
    pub(super) first: Option<Signal>,
    /// How bad the group was before; as little as can be, when it is new.
    pub(super) was: Option<Severity>,
    /// Whether the monitor says that somebody has seen it.
    pub(super) is_seen: bool,
    /// Whether the monitor says that somebody is to look at it.
    pub(super) is_assigned: bool,
    /// Whether alerts still fire although its ticket was resolved a while ago.
    pub(super) is_contradicted: bool,
    /// Whether all alerts of its ticket were over before.
    pub(super) was_over: bool,
}

/// Saves what is new of the groups of a service, and what follows.
pub(super) async fn follow(
    eider: &Eider,
    tx: &mut Tx,
    desk: &Desk,
    service: &Service,
    turns: BTreeMap<AlertGroupId, Turn>,
    began: Vec<Alert>,
    now: Timestamp,
) -> Result<()> {
    if turns.is_empty() {
        return Ok(());
    }
    let ids: Vec<AlertGroupId> = turns.keys().copied().collect();
    let known = alert::groups(tx, &ids).await?;
    let mut known: HashMap<AlertGroupId, Group> =
        known.into_iter().map(|group| (group.id, group)).collect();
    let scene = Scene {
        eider,
        desk,
        service,
        now,
    };
    let mut groups = Vec::with_capacity(turns.len());
    let mut tickets = HashMap::new();
    for (id, mut turn) in turns {
        let mut group = known.remove(&id).unwrap_or_else(|| {
            let title = turn.first.as_ref().map_or("", |first| first.title.as_str());
            Group::new(id, service.id, &turn.name, title, now)
        });
        turn.was = Some(group.severity);
        if let Some(number) = group.ticket.filter(|_| turn.began > 0) {
            turn.was_over = over::is_over(tx, number).await?;
        }
        if let Some(first) = &turn.first {
            let worst = turn.worst.unwrap_or(first.severity);
            group.begin(turn.began, worst, &first.title, now);
        }
        if turn.ended > 0 {
            group.end(turn.ended, now);
        }
        // Alerts refer to their group, so it is there before them.
        alert::put_group(tx, &group).await?;
        let ticket = scene.ticket(tx, &mut group).await?;
        tickets.extend(ticket.map(|ticket| (ticket.number, ticket)));
        groups.push((group, turn));
    }
    alert::begin(tx, &began).await?;
    let mut facts = Vec::new();
    for (mut group, turn) in groups {
        let ticket = group.ticket.and_then(|number| tickets.remove(&number));
        let played = scene.play(tx, &mut group, ticket, &turn).await?;
        facts.extend(played.facts);
        tickets.extend(played.ticket.map(|ticket| (ticket.number, ticket)));
        alert::put_group(tx, &group).await?;
        look::queue(eider, tx, &group, now).await?;
    }
    fact::append(tx, &facts, now).await?;
    Ok(())
}

/// What was played of one group.
struct Played {
    /// Its ticket, as it is now.
    ticket: Option<Ticket>,
    /// What happened, to be appended when all groups were played: whoever holds the chain of facts
    /// waits for nobody.
    facts: Vec<Happened>,
}

/// Where one group is looked at.
pub(super) struct Scene<'a> {
    pub(super) eider: &'a Eider,
    pub(super) desk: &'a Desk,
    pub(super) service: &'a Service,
    pub(super) now: Timestamp,
}

impl Turn {
    /// Whether something is to be said of alerts that fire.
    fn fires(&self) -> bool {
        self.began + self.worsened > 0 || self.is_contradicted
    }
}

impl Scene<'_> {
    /// Does what follows of one group.
    async fn play(
        &self,
        tx: &mut Tx,
        group: &mut Group,
        mut ticket: Option<Ticket>,
        turn: &Turn,
    ) -> Result<Played> {
        let mut facts = Vec::new();
        if turn.ended > 0 {
            let told = self.ended(group, turn.ended);
            facts.extend(self.end(tx, group, ticket.as_mut(), told).await?);
        }
        if turn.fires() {
            facts.extend(self.fire(tx, group, &mut ticket, turn).await?);
        }
        if let (true, Some(ticket)) = (turn.is_seen, ticket.as_mut()) {
            let seen = Some(Command::Acknowledge);
            facts.extend(self.change(tx, ticket, None, seen).await?);
        }
        if turn.is_assigned
            && let Some(ticket) = ticket.as_mut()
        {
            let told = Fact::AlertsAssigned {
                service: self.service.id,
                group: group.name.clone(),
            };
            facts.extend(self.change(tx, ticket, Some(told), None).await?);
        }
        Ok(Played { ticket, facts })
    }

    /// The ticket of the group; of one that was merged, the one that goes on.
    pub(super) async fn ticket(&self, tx: &mut Tx, group: &mut Group) -> Result<Option<Ticket>> {
        let mut found = None;
        for _ in 0..MERGES_LIMIT {
            let Some(number) = group.ticket else { break };
            found = eider_store::ticket::to_change(tx, number).await?;
            match found.as_ref().map(|ticket| &ticket.status) {
                Some(Status::Merged { into }) => group.ticket = Some(*into),
                _ => break,
            }
        }
        Ok(found)
    }

    async fn fire(
        &self,
        tx: &mut Tx,
        group: &mut Group,
        ticket: &mut Option<Ticket>,
        turn: &Turn,
    ) -> Result<Vec<Happened>> {
        let known = known(tx, self.desk, group).await?;
        let quiet = self.quiet(tx, group, known).await?;
        let scene = weighed_scene(tx, group, ticket.as_ref()).await?;
        let was = turn.was.unwrap_or(Severity::Info);
        let deed = group.on_firing(self.service, scene, was, quiet, self.now);
        // Of what nobody is to be bothered by, nobody is asked either.
        let is_back = turn.was_over && quiet.is_none() && matches!(deed, Deed::Join { .. });
        let told = Fact::AlertsFired(Fired {
            service: self.service.id,
            group: group.name.clone(),
            alerts: (turn.began + turn.worsened).max(1),
            titles: if turn.titles.is_empty() {
                vec![group.title.clone()]
            } else {
                turn.titles.clone()
            },
            severity: turn.worst.unwrap_or(group.severity),
            quiet: match deed {
                Deed::Rest(quiet) => Some(quiet),
                _ => None,
            },
            known: known.map(|(issue, _)| issue.id),
        });
        let first = turn.first.as_ref();
        let mut facts = self.carry_out(tx, group, ticket, deed, told, first).await?;
        // What comes and goes is told once; whoever has it is asked in their time.
        if let Some(ticket) = ticket
            .as_ref()
            .filter(|_| is_back && !group.is_restless(self.now))
        {
            facts.extend(page::fires_again(self.eider, tx, ticket, self.now).await?);
        }
        Ok(facts)
    }

    /// Does what was decided for alerts that fire. Answers with what happened, to be appended.
    pub(super) async fn carry_out(
        &self,
        tx: &mut Tx,
        group: &mut Group,
        ticket: &mut Option<Ticket>,
        deed: Deed,
        told: Fact,
        first: Option<&Signal>,
    ) -> Result<Vec<Happened>> {
        group.quiet = match deed {
            Deed::Join { waits, .. } => waits,
            Deed::Rest(quiet) => Some(quiet),
            _ => None,
        };
        match (deed, ticket.as_mut()) {
            (Deed::Open { rank }, _) => {
                let new = self.new_ticket(tx, group, rank, first).await?;
                let (eider, desk, now) = (self.eider, self.desk, self.now);
                let (opened, facts) = open_by_itself(eider, tx, desk, new, told, now).await?;
                group.ticket = Some(opened.number);
                *ticket = Some(opened);
                Ok(facts)
            }
            (Deed::Join { raise, .. }, Some(ticket)) => {
                let command = raise.map(raised);
                self.change(tx, ticket, Some(told), command).await
            }
            (Deed::Reopen { raise }, Some(ticket)) => {
                // Raised before it goes on, so that people are called at once for what it is now.
                let command = raise.map(raised);
                let mut facts = self.change(tx, ticket, Some(told), command).await?;
                let why = Some("Its alerts fire again.".to_owned());
                let command = Some(Command::Reopen { why });
                facts.extend(self.change(tx, ticket, None, command).await?);
                Ok(facts)
            }
            _ => Ok(vec![self.untold(told)]),
        }
    }

    /// Does what follows when alerts ended.
    async fn end(
        &self,
        tx: &mut Tx,
        group: &mut Group,
        ticket: Option<&mut Ticket>,
        told: Fact,
    ) -> Result<Vec<Happened>> {
        let Some(ticket) = ticket.filter(|ticket| ticket.status.kind().is_open()) else {
            return Ok(vec![self.untold(told)]);
        };
        let command = self.resolve(tx, group, ticket).await?;
        self.tell_owner(tx, group, ticket).await?;
        self.change(tx, ticket, Some(told), command).await
    }

    /// Whoever has taken the ticket hears that its alerts are over, if they are.
    pub(super) async fn tell_owner(
        &self,
        tx: &mut Tx,
        group: &Group,
        ticket: &Ticket,
    ) -> Result<()> {
        let Some(owner) = ticket.owner.filter(|_| ticket.status.kind().is_open()) else {
            return Ok(());
        };
        if group.settles_at(self.now).is_none() && over::is_over(tx, ticket.number).await? {
            over::tell(self.eider, tx, owner, ticket.id, self.now).await?;
        }
        Ok(())
    }

    /// How the ticket ends with its alerts, if it does: none of any of its groups fires.
    pub(super) async fn resolve(
        &self,
        tx: &mut Tx,
        group: &Group,
        ticket: &Ticket,
    ) -> Result<Option<Command>> {
        if group.on_over(Some(scene_of(ticket)), self.now) != Deed::Resolve {
            return Ok(None);
        }
        let is_over = over::is_over(tx, ticket.number).await?;
        Ok(is_over.then(|| Command::Resolve(over_by_itself())))
    }

    pub(super) async fn change(
        &self,
        tx: &mut Tx,
        ticket: &mut Ticket,
        told: Option<Fact>,
        command: Option<Command>,
    ) -> Result<Vec<Happened>> {
        let (eider, desk, now) = (self.eider, self.desk, self.now);
        change_by_itself(eider, tx, desk, ticket, told, command, now).await
    }

    /// Why nobody is to be bothered by alerts of this service now, if there is a reason; `known` is
    /// the known issue that explains them.
    pub(super) async fn quiet(
        &self,
        tx: &mut Tx,
        group: &Group,
        known: Option<(&KnownIssue, &Matcher)>,
    ) -> Result<Option<Quiet>> {
        if let Some(until) = self.service.maintenance_until(self.now) {
            return Ok(Some(Quiet::Maintenance { until }));
        }
        // A cause of which nobody is called as urgently silences nothing.
        let rank = self.service.worth.of(group.severity);
        for cause in &self.service.causes {
            if alert::is_in_trouble(tx, *cause, rank.unwrap_or(Rank::P1)).await? {
                return Ok(Some(Quiet::Cause { service: *cause }));
            }
        }
        let asleep = known.filter(|(_, matcher)| matcher.then == Then::Sleep);
        Ok(asleep.map(|(issue, _)| Quiet::KnownIssue { issue: issue.id }))
    }

    async fn new_ticket(
        &self,
        tx: &mut Tx,
        group: &Group,
        rank: Rank,
        first: Option<&Signal>,
    ) -> Result<NewTicket> {
        let desk = self.desk;
        let feature = self.service.feature.and_then(|id| desk.feature(id));
        let title = format!("{}: {}", self.service.name, group.title);
        Ok(NewTicket {
            id: self.eider.ids().id(self.now),
            number: eider_store::ticket::next_number(tx, 1).await?,
            title: cut_line(&title, TITLE_LIMIT_CHARACTERS),
            report: report(group, first, self.now),
            // A priority may have been retired since the service was written.
            priority: if desk.offers(rank) {
                rank
            } else {
                desk.most_urgent()
            },
            feature: feature.map(|feature| feature.id),
            squad: desk.squad_of(self.service),
            reporter: self.service.reporter,
        })
    }

    fn ended(&self, group: &Group, alerts: i64) -> Fact {
        Fact::AlertsEnded {
            service: self.service.id,
            group: group.name.clone(),
            alerts,
            left: group.firing,
        }
    }

    fn untold(&self, fact: Fact) -> Happened {
        Happened {
            at: self.now,
            actor: None,
            ticket: None,
            fact,
        }
    }
}

/// What a ticket tells of the alert that opened it.
fn report(group: &Group, first: Option<&Signal>, now: Timestamp) -> Report {
    let place = first.and_then(|first| first.place.as_deref());
    let mut what = match place {
        Some(place) => format!("{}\nWhere: {place}", group.title),
        None => group.title.clone(),
    };
    if let Some(first) = first.filter(|first| !first.detail.is_empty()) {
        what = format!("{what}\n\n{}", first.detail);
    }
    Report {
        what,
        noticed: Some(Noticed::Monitor),
        since: first
            .and_then(|first| first.since)
            .filter(|since| *since <= now),
        links: first
            .and_then(|first| first.link.clone())
            .into_iter()
            .collect(),
        ..Report::default()
    }
}

fn raised(to: Rank) -> Command {
    Command::Prioritise {
        to,
        reason: Some("An alert that joined it is worse.".to_owned()),
    }
}

/// The ticket of a group that fires, as far as it matters, with when somebody said how urgent it is
/// where that decides.
pub(super) async fn weighed_scene(
    tx: &mut Tx,
    group: &Group,
    ticket: Option<&Ticket>,
) -> Result<Option<TicketScene>> {
    let Some(ticket) = ticket else {
        return Ok(None);
    };
    let weighed_at = match group.quiet {
        Some(_) => fact::prioritised_at(tx, ticket.id).await?,
        None => None,
    };
    Ok(Some(TicketScene {
        weighed_at,
        ..scene_of(ticket)
    }))
}

pub(super) fn scene_of(ticket: &Ticket) -> TicketScene {
    let status = ticket.status.kind();
    // Merged tickets were followed to where they go on; one that cannot be is like one that is gone.
    let over_at = ticket.resolved_at.or(ticket.closed_at);
    TicketScene {
        status,
        is_owned: ticket.owner.is_some(),
        priority: ticket.priority,
        over_at: over_at.filter(|_| status != StatusKind::Merged),
        weighed_at: None,
    }
}

/// How a ticket is resolved that ended with its alerts.
fn over_by_itself() -> Resolution {
    Resolution {
        cause: "Not looked for: the alerts ended before anybody took it.".to_owned(),
        how_known: "The monitor says that it is over.".to_owned(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    }
}
