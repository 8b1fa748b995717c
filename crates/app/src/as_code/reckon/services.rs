//! Features, and services with their keys.

use eider_domain::{
    FeatureId, ServiceId, SquadId,
    access::Action,
    priority::Rank,
    service::{Service, ServiceKey, Source, Worth},
};

use super::{Deed, Reckoning, Told, kind, put};
use crate::{
    as_code::{
        fields::Item,
        shown,
        value::{Fields, Value},
        wanted,
    },
    configure::{FeatureEdit, Subject, feature, subject},
    service::{self, NewKey, ServiceEdit, key},
};

impl Reckoning<'_> {
    pub(super) fn feature(&mut self, item: &Item<wanted::Feature>) -> Option<()> {
        let there = self.there(kind::FEATURE, item);
        let id = there.map(FeatureId);
        let before = id.and_then(|id| self.desk.feature(id)).cloned();
        let body = &item.body;
        let is = before.as_ref();
        let squad = is.and_then(|is| is.squad);
        let place = item.place_of("squad");
        let squad = self.maybe(kind::SQUAD, &place, body.squad.as_ref(), squad)?;
        let edit = FeatureEdit {
            name: item.name.clone(),
            description: body
                .description
                .clone()
                .or_else(|| is.map(|is| is.description.clone()))
                .unwrap_or_default(),
            squad,
            platforms: body
                .platforms
                .clone()
                .or_else(|| is.map(|is| is.platforms.clone()))
                .unwrap_or_default(),
            links: body
                .links
                .clone()
                .or_else(|| is.map(|is| is.links.clone()))
                .unwrap_or_default(),
        };
        let decided = feature::decide(&self.desk, subject(self.eider, id), edit);
        let mut after = self.usable(item, decided)?;
        after.retired = body.retired;
        let told = Told {
            place: Some(&item.place),
            kind: kind::FEATURE,
            name: &after.name,
            there,
        };
        let names = self.names();
        let shown = before.as_ref().map(|before| shown::feature(before, names));
        let fields = shown::feature(&after, names);
        let deed = Deed::Feature(after.clone());
        if self.step(told, shown.as_ref(), &fields, deed) {
            let rights = rights(before.map(|before| before.squad), after.squad);
            self.allow(Some(&item.place), "", &rights);
        }
        self.indexed(kind::FEATURE, &after.name, after.id.0);
        let id = after.id;
        put(&mut self.desk.features, after, |feature| feature.id == id);
        Some(())
    }

    /// Gives every new service its place: the causes of one may be another that comes after it.
    pub(super) fn expect_services(&mut self, items: &[Item<wanted::Service>]) {
        for item in items {
            if self.there(kind::SERVICE, item).is_some() {
                continue;
            }
            let now = self.eider.now();
            let ids = self.eider.ids();
            let expected = Service {
                id: ids.id(now),
                name: item.name.clone(),
                squad: None,
                feature: None,
                reporter: ids.id(now),
                worth: Worth::default(),
                causes: Vec::new(),
                maintenance: Vec::new(),
                retired: false,
            };
            self.indexed(kind::SERVICE, &expected.name, expected.id.0);
            self.expected.insert(expected.id);
            self.desk.services.push(expected);
        }
    }

    pub(super) fn service(&mut self, item: &Item<wanted::Service>) -> Option<()> {
        let there = self.there(kind::SERVICE, item).map(ServiceId)?;
        let is_new = self.expected.contains(&there);
        let before = self.desk.service(there).filter(|_| !is_new).cloned();
        let edit = self.service_edit(item, before.as_ref())?;
        let as_it_was = before
            .as_ref()
            .filter(|before| ServiceEdit::of(before) == edit);
        let after = match as_it_was {
            // What was fine when it was written may be refused by now, such as a priority.
            Some(before) => before.clone(),
            None => {
                let subject = match is_new {
                    true => Subject::New(there),
                    false => Subject::There(there),
                };
                let decided = service::decide(self.eider, &self.desk, subject, edit);
                self.usable(item, decided)?
            }
        };
        let told = Told {
            place: Some(&item.place),
            kind: kind::SERVICE,
            name: &after.name,
            there: before.as_ref().map(|before| before.id.0),
        };
        let names = self.names();
        let shown = before.as_ref().map(|before| shown::service(before, names));
        let fields = shown::service(&after, names);
        let deed = Deed::Service(after.clone());
        if self.step(told, shown.as_ref(), &fields, deed) {
            let rights = rights(before.map(|before| before.squad), after.squad);
            self.allow(Some(&item.place), "", &rights);
        }
        self.indexed(kind::SERVICE, &after.name, there.0);
        put(&mut self.desk.services, after.clone(), |one| {
            one.id == there
        });
        match &item.body.keys {
            Some(keys) => self.keys(item, &after, keys),
            None => Some(()),
        }
    }

    fn service_edit(
        &mut self,
        item: &Item<wanted::Service>,
        before: Option<&Service>,
    ) -> Option<ServiceEdit> {
        let body = &item.body;
        let is = before.map(ServiceEdit::of).unwrap_or_default();
        let place = item.place_of("squad");
        let squad = self.maybe(kind::SQUAD, &place, body.squad.as_ref(), is.squad);
        let place = item.place_of("feature");
        let feature = self.maybe(kind::FEATURE, &place, body.feature.as_ref(), is.feature);
        let causes = match &body.causes {
            None => Some(is.causes),
            Some(names) => {
                let place = item.place_of("causes");
                let found: Vec<Option<ServiceId>> = names
                    .iter()
                    .map(|name| self.find(kind::SERVICE, &place, name).map(ServiceId))
                    .collect();
                let found: Option<Vec<ServiceId>> = found.into_iter().collect();
                found.map(|mut causes| {
                    causes.sort_unstable();
                    causes.dedup();
                    causes
                })
            }
        };
        let said = |said: Option<Option<Rank>>, is| said.unwrap_or(is);
        let squad: Option<SquadId> = squad?;
        Some(ServiceEdit {
            name: item.name.clone(),
            squad,
            feature: feature?,
            worth: Worth {
                critical: said(body.worth.critical, is.worth.critical),
                error: said(body.worth.error, is.worth.error),
                warning: said(body.worth.warning, is.worth.warning),
                info: said(body.worth.info, is.worth.info),
            },
            causes: causes?,
            maintenance: is.maintenance,
            retired: body.retired,
        })
    }

    /// Makes the keys that are wanted and not there. One that is there and not wanted stays.
    fn keys(
        &mut self,
        item: &Item<wanted::Service>,
        service: &Service,
        wanted: &[wanted::Key],
    ) -> Option<()> {
        let mut there: Vec<ServiceKey> = self.desk.keys_of(service.id).cloned().collect();
        let good = there.len();
        let mut made = 0;
        for wanted in wanted {
            let new = NewKey {
                mapping: wanted.mapping.clone(),
                heartbeat: wanted.heartbeat,
                ..NewKey::of(wanted.source, &wanted.name)
            };
            let decided = key::decide(self.eider, service.id, &new);
            let key = self.usable(item, decided)?;
            let fields = shown::key(&key);
            if let Some(place) = there.iter().position(|other| shown::key(other) == fields) {
                there.remove(place);
                continue;
            }
            made += 1;
            if key.source == Source::Sentry {
                self.notes.push(format!(
                    "{}, line {}: the key “{}” is made without a client secret, so what comes with it \
                     is believed unsigned. Make it on the page of the service to have it checked.",
                    item.place.file, item.place.line, key.name
                ));
            }
            self.key_step(item, service, &fields, key);
        }
        let room = key::room_for(good + made);
        self.usable(item, room)?;
        self.unwanted_keys.extend(there);
        Some(())
    }

    fn key_step(
        &mut self,
        item: &Item<wanted::Service>,
        service: &Service,
        fields: &Fields,
        key: ServiceKey,
    ) {
        let place = item.place_of("keys");
        let told = Told {
            place: Some(&place),
            kind: kind::KEY,
            name: &service.name,
            there: None,
        };
        let deed = Deed::MakeKey {
            key,
            service: service.name.clone(),
        };
        self.step(told, None, fields, deed);
        let squad = service.squad;
        self.allow(Some(&place), "", &[Action::ManageSquad { squad }]);
    }

    /// Withdraws the keys that the files do not mention of services that they do.
    pub(super) fn withdraw_keys(&mut self) {
        for key in std::mem::take(&mut self.unwanted_keys) {
            let Some(service) = self.desk.service(key.service).cloned() else {
                continue;
            };
            // Several go at once, so each is named as people know it; the secret is not kept.
            let which = format!(
                "{}: {} ({}, made on {})",
                service.name,
                key.name,
                key.source.as_str(),
                key.made_at.strftime("%Y-%m-%d")
            );
            let told = Told {
                place: None,
                kind: kind::KEY,
                name: &which,
                there: Some(key.id.0),
            };
            let before = shown::key(&key);
            let mut after: Fields = before.clone();
            after.push(("withdrawn", Value::Flag(true)));
            let name = service.name.clone();
            let deed = Deed::WithdrawKey { key, service: name };
            self.step(told, Some(&before), &after, deed);
            let squad = service.squad;
            let what = format!("The key of {which}");
            self.allow(None, &what, &[Action::ManageSquad { squad }]);
        }
    }
}

fn rights(before: Option<Option<SquadId>>, after: Option<SquadId>) -> Vec<Action> {
    let squads = before.into_iter().chain([after]);
    squads.map(|squad| Action::ManageSquad { squad }).collect()
}
