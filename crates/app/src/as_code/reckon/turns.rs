//! Calendars and rotas.

use eider_domain::{CalendarId, PersonId, RotaId, access::Action, rota::Limits};

use super::{Deed, Reckoning, Told, kind, put};
use crate::{
    as_code::{
        fields::Item,
        shown,
        value::{Fields, Value},
        wanted,
    },
    configure::{CalendarEdit, calendar, subject},
    rota::{LAYER_FIELDS, LayerEdit, RotaEdit, write},
};

impl Reckoning<'_> {
    pub(super) fn calendar(&mut self, item: &Item<wanted::Calendar>) -> Option<()> {
        let there = self.there(kind::CALENDAR, item);
        let id = there.map(CalendarId);
        let mut calendars = self.desk.calendars.iter();
        let before = calendars.find(|named| Some(named.id) == id).cloned();
        let body = &item.body;
        let is = before.as_ref().map(|before| &before.calendar);
        let zone = is.map_or(&*self.desk.settings.zone, |is| is.zone());
        let edit = CalendarEdit {
            name: item.name.clone(),
            zone: body.zone.clone().unwrap_or_else(|| zone.to_owned()),
            weekly: match &body.weekly {
                Some(weekly) => weekly.clone(),
                None => is.map(|is| is.weekly().clone()).unwrap_or_default(),
            },
            holidays: match &body.holidays {
                Some(holidays) => holidays.clone(),
                None => is.map(|is| is.holidays().to_vec()).unwrap_or_default(),
            },
        };
        let decided = calendar::decide(&self.desk, subject(self.eider, id), edit);
        let after = self.usable(item, decided)?;
        let told = Told {
            place: Some(&item.place),
            kind: kind::CALENDAR,
            name: after.calendar.name(),
            there,
        };
        let shown = before.as_ref().map(shown::calendar);
        let deed = Deed::Calendar(after.clone());
        if self.step(told, shown.as_ref(), &shown::calendar(&after), deed) {
            self.allow(Some(&item.place), "", &[Action::Configure]);
        }
        self.indexed(kind::CALENDAR, after.calendar.name(), after.id.0);
        let id = after.id;
        put(&mut self.desk.calendars, after, |named| named.id == id);
        Some(())
    }

    pub(super) fn rota(&mut self, item: &Item<wanted::Rota>) -> Option<()> {
        let there = self.there(kind::ROTA, item);
        let id = there.map(RotaId);
        let before = id.and_then(|id| self.desk.rota(id)).cloned();
        let mut edit = self.rota_edit(item, before.as_ref())?;
        let (subject, now) = (subject(self.eider, id), self.eider.now());
        let decided = write::decide(now, &self.desk, &self.responders, subject, &edit);
        let mut after = self.usable(item, decided)?;
        let is_planned_anew = before
            .as_ref()
            .is_some_and(|before| before.plans != after.plans);
        let from = item.body.from.filter(|_| is_planned_anew);
        if from.is_some() {
            edit.from = from;
            let decided = write::decide(now, &self.desk, &self.responders, subject, &edit);
            after = self.usable(item, decided)?;
        }
        let told = Told {
            place: Some(&item.place),
            kind: kind::ROTA,
            name: &after.name,
            there,
        };
        let names = self.names();
        let shown = before.as_ref().map(|before| shown::rota(before, names));
        let mut fields: Fields = shown::rota(&after, names);
        fields.extend(from.map(|from| ("from", Value::Text(from.to_string()))));
        let deed = Deed::Rota(after.clone());
        if self.step(told, shown.as_ref(), &fields, deed) {
            let squads = before.iter().map(|before| before.squad);
            let squads = squads.chain([after.squad]);
            let rights: Vec<Action> = squads.map(|squad| Action::ManageSquad { squad }).collect();
            self.allow(Some(&item.place), "", &rights);
        }
        self.indexed(kind::ROTA, &after.name, after.id.0);
        let id = after.id;
        put(&mut self.desk.rotas, after, |rota| rota.id == id);
        Some(())
    }

    fn rota_edit(
        &mut self,
        item: &Item<wanted::Rota>,
        before: Option<&eider_domain::rota::Rota>,
    ) -> Option<RotaEdit> {
        let body = &item.body;
        let place = item.place_of("squad");
        let squad = before.and_then(|before| before.squad);
        let squad = self.maybe(kind::SQUAD, &place, body.squad.as_ref(), squad);
        let zone = body.zone.clone();
        let zone = zone.or_else(|| before.map(|before| before.zone.clone()));
        let zone = zone.unwrap_or_else(|| self.desk.settings.zone.clone());
        let layers = match &body.layers {
            Some(layers) => self.layers(item, layers, &zone),
            None => before.map(layers_of).or_else(|| Some(Vec::new())),
        };
        let duty = body.duty.or_else(|| before.map(|before| before.duty));
        if duty.is_none() {
            self.problems
                .add(&item.place, "Say the duty of a new rota.");
        }
        let limits = before.map_or_else(Limits::default, |before| before.limits);
        let vital = body.vital.clone();
        Some(RotaEdit {
            name: item.name.clone(),
            squad: squad?,
            duty: duty?,
            zone,
            vital: vital
                .or_else(|| before.map(|before| before.vital.clone()))
                .unwrap_or_default(),
            cover: body.cover.unwrap_or(limits.cover),
            most_weeks_on_end: body.most_weeks_on_end.unwrap_or(limits.most_weeks_on_end),
            least_rest_hours: body.least_rest_hours.unwrap_or(limits.least_rest_hours),
            layers: layers?,
            from: None,
            retired: body.retired,
        })
    }

    fn layers(
        &mut self,
        item: &Item<wanted::Rota>,
        layers: &[wanted::Layer],
        zone: &str,
    ) -> Option<Vec<LayerEdit>> {
        let mut edits = Vec::with_capacity(layers.len());
        let mut all_there = true;
        for (index, layer) in layers.iter().enumerate() {
            let field = LAYER_FIELDS.get(index).copied().unwrap_or("layers");
            let place = item.place_of(field);
            let people = layer.people.iter();
            let people: Vec<Option<PersonId>> = people
                .map(|email| self.find_person(&place, email))
                .collect();
            let Some(people) = people.into_iter().collect::<Option<Vec<_>>>() else {
                all_there = false;
                continue;
            };
            edits.push(LayerEdit {
                name: layer.name.clone(),
                people,
                zone: layer.zone.clone().unwrap_or_else(|| zone.to_owned()),
                start: layer.start,
                handover: layer.handover,
                cycle: layer.cycle,
                hours: layer.hours.clone(),
            });
        }
        all_there.then_some(edits)
    }
}

fn layers_of(rota: &eider_domain::rota::Rota) -> Vec<LayerEdit> {
    let layers = rota.latest().map(|plan| plan.layers.as_slice());
    let layers = layers.unwrap_or_default().iter();
    let edits = layers.map(|layer| LayerEdit {
        name: layer.name().to_owned(),
        people: layer.people().to_vec(),
        zone: layer.zone().to_owned(),
        start: layer.start(),
        handover: layer.handover(),
        cycle: layer.cycle(),
        hours: layer.hours().cloned().unwrap_or_default(),
    });
    edits.collect()
}
