//! What monitors watch in the sample company, and what they have said of late.

use eider_domain::{
    AlertGroupId, PersonId, ServiceId,
    alert::{Group, Quiet, alert_id, group_id},
    service::{Service, Severity, Window, Worth},
};
use eider_store::{
    Tx,
    alert::{self, Alert},
    person, service,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{
    company::{Company, ZONE, parse},
    dice::Dice,
};
use crate::{Error, Result, service::stand_in};

const TEXT: &str = include_str!("monitors.toml");

#[derive(Deserialize)]
struct Text {
    services: Vec<ServiceText>,
    alerts: Vec<AlertText>,
}

#[derive(Deserialize)]
struct ServiceText {
    name: String,
    feature: String,
    #[serde(default)]
    causes: Vec<String>,
    /// What is being done to it just now.
    maintenance: Option<String>,
}

#[derive(Deserialize)]
struct AlertText {
    service: String,
    name: String,
    title: String,
    place: String,
    detail: String,
    severity: Severity,
    began_minutes_ago: i64,
    #[serde(default)]
    ended_minutes_ago: Option<i64>,
    times: i64,
}

/// The services, and the alerts in their groups.
pub(super) struct Monitors {
    services: Vec<Service>,
    alerts: Vec<(Group, Alert)>,
}

impl Monitors {
    /// What is watched, and what was said up to `now`.
    pub(super) fn watch(dice: &mut Dice, company: &Company, now: Timestamp) -> Result<Self> {
        let text: Text = parse("monitors.toml", TEXT)?;
        let mut services: Vec<Service> = Vec::new();
        for one in &text.services {
            let feature = company
                .features
                .iter()
                .map(|weighted| &weighted.feature)
                .find(|feature| feature.name == one.feature)
                .ok_or_else(|| unknown(&one.feature))?;
            let causes = one
                .causes
                .iter()
                .map(|name| named(&services, name).map(|service| service.id));
            let window = one.maintenance.as_ref().map(|reason| Window {
                from: now - SignedDuration::from_mins(40),
                until: now + SignedDuration::from_mins(80),
                reason: reason.clone(),
            });
            services.push(Service {
                id: ServiceId(dice.id(company.founded_at)),
                name: one.name.clone(),
                squad: feature.squad,
                feature: Some(feature.id),
                reporter: PersonId(dice.id(company.founded_at)),
                worth: Worth::default(),
                causes: causes.collect::<Result<_>>()?,
                maintenance: window.into_iter().collect(),
                retired: false,
            });
        }
        let alerts = text.alerts.iter().map(|one| {
            let service = named(&services, &one.service)?;
            Ok(said(one, service, now))
        });
        let alerts = alerts.collect::<Result<_>>()?;
        Ok(Self { services, alerts })
    }

    /// Keeps all of it.
    pub(super) async fn save(&self, tx: &mut Tx, company: &Company) -> Result<()> {
        for one in &self.services {
            let reporter = stand_in(one.reporter, &one.name, ZONE);
            person::put(tx, &reporter, company.founded_at).await?;
            service::put(tx, one).await?;
        }
        for (group, one) in &self.alerts {
            alert::put_group(tx, group).await?;
            alert::begin(tx, std::slice::from_ref(one)).await?;
            if let Some(ended_at) = one.ended_at {
                alert::end(tx, &[one.id], ended_at).await?;
            }
        }
        Ok(())
    }
}

fn named<'a>(services: &'a [Service], name: &str) -> Result<&'a Service> {
    let mut services = services.iter();
    services
        .find(|service| service.name == name)
        .ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Error {
    Error::Conflict(format!(
        "monitors.toml of the sample company is not right: nothing is called {name}."
    ))
}

/// One alert in a group of its own. Nobody is called for it: it is minor, or the service is being
/// worked on.
fn said(text: &AlertText, service: &Service, now: Timestamp) -> (Group, Alert) {
    let ago = |minutes| now - SignedDuration::from_mins(minutes);
    let began_at = ago(text.began_minutes_ago);
    let ended_at = text.ended_minutes_ago.map(ago);
    let id: AlertGroupId = group_id(service.id, &text.name);
    let quiet = match service.maintenance.first() {
        Some(window) => Quiet::Maintenance {
            until: window.until,
        },
        None => Quiet::Minor,
    };
    let group = Group {
        id,
        service: service.id,
        name: text.name.clone(),
        title: text.title.clone(),
        severity: text.severity,
        firing: i64::from(ended_at.is_none()),
        ticket: None,
        quiet: ended_at.is_none().then_some(quiet),
        turns: vec![began_at],
        changed_at: ended_at.unwrap_or(began_at),
        ended_at,
        worse_at: Some(began_at),
    };
    let alert = Alert {
        id: alert_id(service.id, &text.name),
        group: id,
        key: text.name.clone(),
        title: text.title.clone(),
        severity: text.severity,
        place: Some(text.place.clone()),
        detail: text.detail.clone(),
        link: None,
        began_at,
        seen_at: ended_at.unwrap_or(now),
        times: text.times,
        ended_at,
    };
    (group, alert)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::company::start_of_day;

    /// Whoever stands for the monitors of a service is written anew with it, so it must be nobody
    /// who signs in.
    #[test]
    fn nobody_of_the_company_stands_for_its_monitors() {
        let now: Timestamp = "2026-06-16T11:00:00Z".parse().unwrap();
        let mut dice = Dice::new(1);
        let company = Company::found(&mut dice, start_of_day(now)).unwrap();
        let monitors = Monitors::watch(&mut dice, &company, now).unwrap();
        assert!(!monitors.services.is_empty());
        for service in &monitors.services {
            let mut people = company.people.iter();
            assert!(people.all(|person| person.id != service.reporter));
        }
    }
}
