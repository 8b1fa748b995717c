//! Policies, and what squads and the company decide about paging.

use eider_domain::{
    CalendarId, PolicyId, RotaId, SquadId,
    access::Action,
    escalation::{Level, Paging, Plan, Target, Waking},
};

use super::{Deed, Reckoning, Told, kind, put};
use crate::{
    as_code::{fields::Item, problem::Place, shown, wanted},
    configure::subject,
    escalation::{PolicyEdit, policy, rules},
};

impl Reckoning<'_> {
    pub(super) fn policy(&mut self, item: &Item<wanted::Policy>) -> Option<()> {
        let there = self.there(kind::POLICY, item);
        let id = there.map(PolicyId);
        let before = id.and_then(|id| self.desk.policy(id)).cloned();
        let body = &item.body;
        let is = match &before {
            Some(before) => before.plan.clone(),
            None => Plan {
                levels: Vec::new(),
                last_resort: Vec::new(),
                ..Plan::usual()
            },
        };
        let levels = match &body.levels {
            Some(levels) => self.levels(item, levels),
            None => Some(is.levels),
        };
        let last_resort = match &body.last_resort {
            Some(targets) => self.targets(&item.place_of("last_resort"), targets),
            None => Some(is.last_resort),
        };
        let edit = PolicyEdit {
            name: item.name.clone(),
            plan: Plan {
                levels: levels?,
                rounds: body.rounds.unwrap_or(is.rounds),
                last_resort: last_resort?,
                ask_again_seconds: body.ask_again_seconds.unwrap_or(is.ask_again_seconds),
            },
            retired: body.retired,
        };
        let subject = subject(self.eider, id);
        let decided = policy::decide(&self.desk, &self.responders, subject, edit);
        let after = self.usable(item, decided)?;
        let told = Told {
            place: Some(&item.place),
            kind: kind::POLICY,
            name: &after.name,
            there,
        };
        let names = self.names();
        let shown = before.as_ref().map(|before| shown::policy(before, names));
        let fields = shown::policy(&after, names);
        let deed = Deed::Policy(after.clone());
        if self.step(told, shown.as_ref(), &fields, deed) {
            self.allow(Some(&item.place), "", &[Action::Configure]);
        }
        self.indexed(kind::POLICY, &after.name, after.id.0);
        let id = after.id;
        put(&mut self.desk.policies, after, |policy| policy.id == id);
        Some(())
    }

    fn levels(
        &mut self,
        item: &Item<wanted::Policy>,
        levels: &[wanted::Level],
    ) -> Option<Vec<Level>> {
        let place = item.place_of("levels");
        let read: Vec<Option<Level>> = levels
            .iter()
            .map(|level| {
                Some(Level {
                    targets: self.targets(&place, &level.call)?,
                    acknowledge_seconds: level.acknowledge_seconds,
                })
            })
            .collect();
        read.into_iter().collect()
    }

    fn targets(&mut self, place: &Place, targets: &[wanted::Target]) -> Option<Vec<Target>> {
        let read: Vec<Option<Target>> = targets
            .iter()
            .map(|target| match target {
                wanted::Target::Duty(duty) => Some(Target::Duty { duty: *duty }),
                wanted::Target::Squad(None) => Some(Target::Squad { squad: None }),
                wanted::Target::Squad(Some(name)) => {
                    let squad = self.find(kind::SQUAD, place, name).map(SquadId)?;
                    Some(Target::Squad { squad: Some(squad) })
                }
                wanted::Target::Leads => Some(Target::Leads),
                wanted::Target::Administrators => Some(Target::Administrators),
                wanted::Target::Rota(name) => {
                    let rota = self.find(kind::ROTA, place, name).map(RotaId)?;
                    Some(Target::Rota { rota })
                }
                wanted::Target::Person(email) => {
                    let person = self.find_person(place, email)?;
                    Some(Target::Person { person })
                }
            })
            .collect();
        read.into_iter().collect()
    }

    /// What a squad decides, when it stands with it.
    pub(super) fn squad_rules(&mut self, item: &Item<wanted::Squad>) -> Option<()> {
        let id = self.there(kind::SQUAD, item).map(SquadId)?;
        self.rules(Some(id), &item.place, &item.body.rules)
    }

    pub(super) fn rules(
        &mut self,
        squad: Option<SquadId>,
        place: &Place,
        wanted: &wanted::Rules,
    ) -> Option<()> {
        let paging = &self.desk.paging;
        let before = match squad {
            Some(id) => paging.squads.get(&id).cloned().unwrap_or_default(),
            None => paging.company.clone(),
        };
        let is = before.policy;
        let policy = self.maybe(kind::POLICY, place, wanted.policy.as_ref(), is)?;
        let waking = match &wanted.waking {
            None => before.waking.clone(),
            Some(waking) => {
                let mut decided = Vec::with_capacity(waking.len());
                for (rank, how) in waking {
                    decided.push((*rank, self.waking(place, how)?));
                }
                decided
            }
        };
        let after = Paging { policy, waking };
        if let Err(error) = rules::check(&self.desk, &after) {
            self.problems.add(place, error);
            return None;
        }
        let named = squad.and_then(|id| self.desk.squad(id));
        let name = named.map_or(&self.desk.settings.company, |squad| &squad.name);
        let name = name.clone();
        let told = Told {
            place: Some(place),
            kind: kind::PAGING,
            name: &name,
            // The squad may be new, and its id another one at each reckoning.
            there: None,
        };
        let names = self.names();
        let shown = shown::rules(&before, names);
        let fields = shown::rules(&after, names);
        let deed = Deed::Rules {
            squad,
            paging: after.clone(),
            name: name.clone(),
        };
        if self.step(told, Some(&shown), &fields, deed) {
            // Whoever may make a squad decides for it.
            self.allow(Some(place), "", &[Action::ManageSquad { squad }]);
        }
        match squad {
            Some(id) => {
                self.desk.paging.squads.insert(id, after);
            }
            None => self.desk.paging.company = after,
        }
        Some(())
    }

    fn waking(&mut self, place: &Place, how: &wanted::Waking) -> Option<Waking> {
        match how {
            wanted::Waking::Wake => Some(Waking::Wake),
            wanted::Waking::Never => Some(Waking::Never),
            wanted::Waking::Hold(None) => Some(Waking::Hold { calendar: None }),
            wanted::Waking::Hold(Some(name)) => {
                let calendar = self.find(kind::CALENDAR, place, name).map(CalendarId)?;
                Some(Waking::Hold {
                    calendar: Some(calendar),
                })
            }
        }
    }
}
