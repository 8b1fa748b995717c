//! Services: what monitors watch, who looks after it, and how much its alerts matter.

mod key;
mod mapping;
mod severity;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use key::{Heartbeat, KeyOptions, ServiceKey, Source};
pub use mapping::{Mapping, MappingError};
pub use severity::Severity;

use crate::{FeatureId, PersonId, ServiceId, SquadId, priority::Rank};

/// A service that monitors watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Identity.
    pub id: ServiceId,
    /// Name as monitors and people call it; unique without regard to case.
    pub name: String,
    /// The squad that gets its tickets.
    pub squad: Option<SquadId>,
    /// The feature that suffers when it does.
    pub feature: Option<FeatureId>,
    /// In whose name its tickets are opened: somebody who stands for its monitors.
    pub reporter: PersonId,
    /// How urgent its alerts are.
    pub worth: Worth,
    /// The services whose trouble causes this one's: while they have some, this one is quiet.
    pub causes: Vec<ServiceId>,
    /// When it is being worked on, so that alerts are no surprise.
    pub maintenance: Vec<Window>,
    /// No longer watched; its keys are good for nothing.
    pub retired: bool,
}

/// The priority of the ticket that an alert opens, by how bad it is; none opens no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    /// For what is critical.
    pub critical: Option<Rank>,
    /// For an error.
    pub error: Option<Rank>,
    /// For a warning.
    pub warning: Option<Rank>,
    /// For what is only to be known.
    pub info: Option<Rank>,
}

impl Default for Worth {
    fn default() -> Self {
        Self {
            critical: Some(Rank::P1),
            error: Some(Rank::P2),
            warning: Some(Rank::P3),
            info: None,
        }
    }
}

impl Worth {
    /// The priority of a ticket for something so bad.
    pub fn of(&self, severity: Severity) -> Option<Rank> {
        match severity {
            Severity::Critical => self.critical,
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }
}

/// A time in which a service is being worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What is done, in a line.
    pub reason: String,
}

impl Service {
    /// Until when it is being worked on at `now`, if it is.
    pub fn maintenance_until(&self, now: Timestamp) -> Option<Timestamp> {
        let mut until = None;
        // Windows that touch are one time: whoever planned two did not want a call between them.
        while let Some(later) = self
            .maintenance
            .iter()
            .filter(|window| {
                let at = until.unwrap_or(now);
                window.from <= at && at < window.until
            })
            .map(|window| window.until)
            .max()
        {
            until = Some(later);
        }
        until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn windows_that_touch_are_one() {
        let window = |from, until| Window {
            from: at(from),
            until: at(until),
            reason: "New disks".into(),
        };
        let service = Service {
            id: uuid::Uuid::nil().into(),
            name: "Checkout".into(),
            squad: None,
            feature: None,
            reporter: uuid::Uuid::nil().into(),
            worth: Worth::default(),
            causes: Vec::new(),
            maintenance: vec![
                window("2026-03-02T02:00:00Z", "2026-03-02T03:00:00Z"),
                window("2026-03-02T01:00:00Z", "2026-03-02T02:00:00Z"),
            ],
            retired: false,
        };
        let until = |now| service.maintenance_until(at(now));
        assert_eq!(until("2026-03-02T00:59:59Z"), None);
        assert_eq!(
            until("2026-03-02T01:00:00Z"),
            Some(at("2026-03-02T03:00:00Z"))
        );
        assert_eq!(until("2026-03-02T03:00:00Z"), None);
    }
}
