//! The people behind the targets of a plan.

use jiff::Timestamp;

use super::plan::Target;
use crate::{
    PersonId, SquadId,
    person::Role,
    rota::{Absence, Change, Duty, Roster, Rota},
};

/// Somebody who works on tickets and can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// What they do here.
    pub role: Role,
    /// The squads they belong to.
    pub squads: Vec<SquadId>,
}

/// Who is on call and who leads what, as far as it is needed to find whom to call.
#[derive(Clone, Copy, Debug)]
pub struct Company<'a> {
    /// Every rota.
    pub rotas: &'a [Rota],
    /// What changes them.
    pub changes: &'a [Change],
    /// Who is away.
    pub absences: &'a [Absence],
    /// Everybody who works on tickets and can sign in.
    pub members: &'a [Member],
}

impl Company<'_> {
    /// The people whom `targets` mean at an instant for `squad`, each once, in their order. Whoever
    /// is away, has left or cannot sign in is not among them.
    pub fn reached(
        &self,
        targets: &[Target],
        squad: Option<SquadId>,
        at: Timestamp,
    ) -> Vec<PersonId> {
        let mut people = Vec::new();
        for target in targets {
            for person in self.named(target, squad, at) {
                if !people.contains(&person) && self.is_member(person) && !self.is_away(person, at)
                {
                    people.push(person);
                }
            }
        }
        people
    }

    /// Whether `person` is among those whom `targets` mean at an instant for `squad`.
    pub fn reaches(
        &self,
        person: PersonId,
        targets: &[Target],
        squad: Option<SquadId>,
        at: Timestamp,
    ) -> bool {
        let is_named = |target| self.named(target, squad, at).contains(&person);
        self.is_member(person) && !self.is_away(person, at) && targets.iter().any(is_named)
    }

    /// Whom the last resort means. It is nobody only when nobody at all works on tickets: where the
    /// targets are empty, away or gone, it is whoever has most to say.
    pub fn last_resort(
        &self,
        targets: &[Target],
        squad: Option<SquadId>,
        at: Timestamp,
    ) -> Vec<PersonId> {
        let reached = self.reached(targets, squad, at);
        if !reached.is_empty() {
            return reached;
        }
        let there: Vec<&Member> = self
            .members
            .iter()
            .filter(|member| !self.is_away(member.person, at))
            .collect();
        let anybody: Vec<&Member> = if there.is_empty() {
            self.members.iter().collect()
        } else {
            there
        };
        let highest = anybody.iter().map(|member| member.role).max();
        anybody
            .iter()
            .filter(|member| Some(member.role) == highest)
            .map(|member| member.person)
            .collect()
    }

    /// The buddies of `person`: whoever else holds the duties that are called in this squad.
    pub fn buddies(
        &self,
        person: PersonId,
        squad: Option<SquadId>,
        at: Timestamp,
    ) -> Vec<PersonId> {
        let on_duty = |duty| {
            let mut people = self.reached(&[Target::Duty { duty }], squad, at);
            people.retain(|other| *other != person);
            people
        };
        let secondary = on_duty(Duty::Secondary);
        if secondary.is_empty() {
            on_duty(Duty::Primary)
        } else {
            secondary
        }
    }

    /// The first instant after `from` and before `until` at which `targets` may mean other people.
    pub fn next_change(
        &self,
        targets: &[Target],
        squad: Option<SquadId>,
        from: Timestamp,
        until: Timestamp,
    ) -> Option<Timestamp> {
        if until <= from {
            return None;
        }
        let before = self.reached(targets, squad, from);
        let mut edges: Vec<Timestamp> = targets
            .iter()
            .flat_map(|target| self.rotas_of(target, squad))
            .flat_map(|rota| self.roster(rota).spans(from, until))
            .map(|span| span.from)
            .collect();
        for absence in self.absences {
            edges.push(absence.from);
            edges.extend(absence.until);
        }
        edges.retain(|edge| from < *edge && *edge < until);
        edges.sort_unstable();
        edges
            .into_iter()
            .find(|edge| self.reached(targets, squad, *edge) != before)
    }

    /// Whether anybody is planned to be called in this squad or for the company.
    pub fn has_called_rota(rotas: &[Rota], squad: Option<SquadId>) -> bool {
        rotas.iter().any(|rota| {
            !rota.retired && rota.duty.is_called() && (rota.squad.is_none() || rota.squad == squad)
        })
    }

    fn named(&self, target: &Target, squad: Option<SquadId>, at: Timestamp) -> Vec<PersonId> {
        match target {
            Target::Duty { duty } => {
                let own = self.holders(self.duty_rotas(*duty, squad), at);
                if own.is_empty() && squad.is_some() {
                    self.holders(self.duty_rotas(*duty, None), at)
                } else {
                    own
                }
            }
            Target::Rota { .. } => self.holders(self.rotas_of(target, squad), at),
            Target::Person { person } => vec![*person],
            Target::Squad { squad: named } => named
                .or(squad)
                .map(|squad| self.those(|member| member.squads.contains(&squad)))
                .unwrap_or_default(),
            Target::Leads => self.those(|member| {
                member.role >= Role::Lead
                    && squad.is_some_and(|squad| member.squads.contains(&squad))
            }),
            Target::Administrators => self.those(|member| member.role == Role::Administrator),
        }
    }

    /// The rotas that decide whom a target means.
    fn rotas_of(&self, target: &Target, squad: Option<SquadId>) -> Vec<&Rota> {
        match target {
            Target::Duty { duty } => {
                let mut rotas = self.duty_rotas(*duty, squad);
                if squad.is_some() {
                    rotas.extend(self.duty_rotas(*duty, None));
                }
                rotas
            }
            Target::Rota { rota } => self
                .rotas
                .iter()
                .filter(|one| one.id == *rota && !one.retired)
                .collect(),
            Target::Person { .. }
            | Target::Squad { .. }
            | Target::Leads
            | Target::Administrators => Vec::new(),
        }
    }

    fn duty_rotas(&self, duty: Duty, squad: Option<SquadId>) -> Vec<&Rota> {
        self.rotas
            .iter()
            .filter(|rota| !rota.retired && rota.duty == duty && rota.squad == squad)
            .collect()
    }

    fn holders(&self, rotas: Vec<&Rota>, at: Timestamp) -> Vec<PersonId> {
        rotas
            .into_iter()
            .flat_map(|rota| self.roster(rota).at(at).holders)
            .map(|holding| holding.person)
            .collect()
    }

    fn roster<'b>(&'b self, rota: &'b Rota) -> Roster<'b> {
        Roster::new(rota, self.changes, self.absences)
    }

    fn those(&self, wanted: impl Fn(&Member) -> bool) -> Vec<PersonId> {
        self.members
            .iter()
            .filter(|member| wanted(member))
            .map(|member| member.person)
            .collect()
    }

    /// Whether somebody works on tickets and can sign in.
    pub fn is_member(&self, person: PersonId) -> bool {
        self.members.iter().any(|member| member.person == person)
    }

    fn is_away(&self, person: PersonId, at: Timestamp) -> bool {
        self.absences.iter().any(|absence| {
            absence.person == person
                && absence.from <= at
                && absence.until.is_none_or(|until| at < until)
        })
    }
}
