//! A layer: people who take turns, each turn as long as the last on the wall's clock.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::roster::Turn;
use crate::PersonId;
use crate::sla::{Calendar, CalendarError, TimeOfDay, WeeklyHours, Windows, find_zone};
use crate::wall::{Occurrence, instant_of};

/// The most places in the order of a layer. Somebody may have several.
pub const MAX_PEOPLE: usize = 100;
/// The most weeks, days or hours that a turn may last.
pub const MAX_REPEATS: u16 = 366;

const MINUTES_A_DAY: i64 = 24 * 60;
const MICROSECONDS_A_MINUTE: i64 = 60_000_000;
/// No zone repeats more than a day, so a turn that began longer ago on the wall is over.
const LONGEST_REPEAT_MINUTES: i64 = 25 * 60;
const EPOCH: Date = Date::constant(1970, 1, 1);

/// What a turn's length is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CycleUnit {
    /// Hours on the wall.
    Hours,
    /// Days, from one handover to the next.
    Days,
    /// Weeks.
    Weeks,
}

impl CycleUnit {
    /// Every unit.
    pub const ALL: [Self; 3] = [Self::Hours, Self::Days, Self::Weeks];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Weeks => "weeks",
        }
    }

    /// The unit of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == word)
    }
}

/// How long each turn lasts on the wall's clock: a day of 23 hours is a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cycle {
    /// How many.
    pub every: u16,
    /// Of what.
    pub unit: CycleUnit,
}

impl Cycle {
    /// A week.
    pub const WEEK: Self = Self {
        every: 1,
        unit: CycleUnit::Weeks,
    };

    fn minutes(self) -> i64 {
        let unit = match self.unit {
            CycleUnit::Hours => 60,
            CycleUnit::Days => MINUTES_A_DAY,
            CycleUnit::Weeks => 7 * MINUTES_A_DAY,
        };
        i64::from(self.every) * unit
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many) = match self.unit {
            CycleUnit::Hours => ("hour", "hours"),
            CycleUnit::Days => ("day", "days"),
            CycleUnit::Weeks => ("week", "weeks"),
        };
        match self.every {
            1 => write!(f, "every {one}"),
            every => write!(f, "every {every} {many}"),
        }
    }
}

/// People who take turns, from a start date on. A value of this type is always valid.
///
/// The first turn begins on the start date at the time of handover. Where hours are given, the
/// turns hold only within them: a layer of weekends, of nights, of one continent's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "LayerDocument", into = "LayerDocument")]
pub struct Layer {
    name: String,
    people: Vec<PersonId>,
    zone: String,
    time_zone: TimeZone,
    start: Date,
    handover: TimeOfDay,
    cycle: Cycle,
    /// The hours as a calendar without holidays.
    hours: Option<Calendar>,
}

/// A layer as it is written down, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerDocument {
    name: String,
    people: Vec<PersonId>,
    zone: String,
    start: Date,
    handover: TimeOfDay,
    cycle: Cycle,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<WeeklyHours>,
}

/// A stretch of one person's turn in one layer, in microseconds since 1970. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) person: PersonId,
    pub(super) turn: Turn,
}

impl Layer {
    /// A layer around the clock.
    ///
    /// # Errors
    /// [`LayerError`] says what cannot be used.
    pub fn new(
        name: &str,
        people: Vec<PersonId>,
        zone: &str,
        start: Date,
        handover: TimeOfDay,
        cycle: Cycle,
    ) -> Result<Self, LayerError> {
        let name = crate::text::line("The name", name, 80).map_err(LayerError::Name)?;
        if people.is_empty() {
            return Err(LayerError::NoPeople);
        }
        if people.len() > MAX_PEOPLE {
            return Err(LayerError::TooManyPeople);
        }
        if cycle.every == 0 || cycle.every > MAX_REPEATS {
            return Err(LayerError::Cycle);
        }
        if handover == TimeOfDay::END {
            return Err(LayerError::Handover);
        }
        if !(1970..=2200).contains(&start.year()) {
            return Err(LayerError::Start);
        }
        let (time_zone, zone) = find_zone(zone)?;
        Ok(Self {
            name,
            people,
            zone,
            time_zone,
            start,
            handover,
            cycle,
            hours: None,
        })
    }

    /// The same layer, within these hours of each week only.
    ///
    /// # Errors
    /// [`LayerError::NoHours`] when no day has any.
    pub fn within(mut self, weekly: WeeklyHours) -> Result<Self, LayerError> {
        if weekly.is_free() {
            return Err(LayerError::NoHours);
        }
        self.hours = Some(Calendar::new("Hours", &self.zone, weekly, Vec::new())?);
        Ok(self)
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who takes turns, in order.
    pub fn people(&self) -> &[PersonId] {
        &self.people
    }

    /// The IANA name of its zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The day of the first turn.
    pub fn start(&self) -> Date {
        self.start
    }

    /// When one hands over to the next.
    pub fn handover(&self) -> TimeOfDay {
        self.handover
    }

    /// How long each turn lasts.
    pub fn cycle(&self) -> Cycle {
        self.cycle
    }

    /// The hours of the week in which it holds; none means always.
    pub fn hours(&self) -> Option<&WeeklyHours> {
        self.hours.as_ref().map(Calendar::weekly)
    }

    /// Who has the turn of that number, from 0.
    pub fn person_of(&self, number: i64) -> Option<PersonId> {
        let places = i64::try_from(self.people.len()).ok()?;
        let place = usize::try_from(number.rem_euclid(places)).ok()?;
        self.people.get(place).copied()
    }

    /// The stretches of turns that touch the time from `from` until `until`, by their start. They
    /// may reach beyond it on both sides.
    pub(super) fn pieces(&self, from: i64, until: i64, turn: Turn) -> Vec<Piece> {
        let turns = self.turns(from, until, turn);
        let Some(hours) = &self.hours else {
            return turns;
        };
        let Ok(start) = Timestamp::from_microsecond(from) else {
            return Vec::new();
        };
        let mut pieces = Vec::new();
        let mut open: Option<(i64, i64)> = None;
        for window in Windows::new(hours, start, until) {
            open = match open {
                // Midnight ends one window and begins the next; a turn goes on.
                Some((began, ended)) if window.from <= ended => {
                    Some((began, ended.max(window.until)))
                }
                Some(whole) => {
                    cut(&turns, whole, &mut pieces);
                    Some((window.from, window.until))
                }
                None => Some((window.from, window.until)),
            };
        }
        if let Some(whole) = open {
            cut(&turns, whole, &mut pieces);
        }
        pieces.retain(|piece| piece.until > from && piece.from < until);
        pieces
    }

    /// The turns that touch that time, whatever the hours.
    fn turns(&self, from: i64, until: i64, turn: Turn) -> Vec<Piece> {
        let length = self.cycle.minutes();
        let first = (self.minutes_on_wall(from) - LONGEST_REPEAT_MINUTES).div_euclid(length);
        let last = (self.minutes_on_wall(until) + LONGEST_REPEAT_MINUTES).div_euclid(length);
        let mut turns = Vec::new();
        for number in first.max(0)..=last {
            let (Some(begins), Some(ends)) = (
                self.instant(number, Occurrence::First),
                self.instant(number + 1, Occurrence::Last),
            ) else {
                continue;
            };
            if let Some(person) = self.person_of(number)
                && begins < ends
                && ends > from
                && begins < until
            {
                turns.push(Piece {
                    from: begins,
                    until: ends,
                    person,
                    turn: Turn { number, ..turn },
                });
            }
        }
        turns
    }

    /// Minutes on the wall from the first handover to this instant.
    fn minutes_on_wall(&self, microsecond: i64) -> i64 {
        let offset = Timestamp::from_microsecond(microsecond)
            .map(|instant| i64::from(self.time_zone.to_offset(instant).seconds()))
            .unwrap_or(0);
        let minutes = (microsecond + offset * 1_000_000).div_euclid(MICROSECONDS_A_MINUTE);
        minutes - self.first_minute()
    }

    /// Minutes on the wall from 1970-01-01 to the first handover.
    fn first_minute(&self) -> i64 {
        let days = self.start.duration_since(EPOCH).as_secs() / 86_400;
        days * MINUTES_A_DAY + i64::from(self.handover.minutes())
    }

    /// When the turn of that number begins, or the one before it ends.
    fn instant(&self, number: i64, occurrence: Occurrence) -> Option<i64> {
        let minutes = self.first_minute() + number * self.cycle.minutes();
        let day = EPOCH
            .checked_add(minutes.div_euclid(MINUTES_A_DAY).days())
            .ok()?;
        let minute = minutes.rem_euclid(MINUTES_A_DAY);
        let hour = i8::try_from(minute / 60).ok()?;
        let time = Time::new(hour, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
        let civil = DateTime::from_parts(day, time);
        instant_of(&self.time_zone, civil, occurrence).map(Timestamp::as_microsecond)
    }
}

/// Adds what of the turns lies within a window.
fn cut(turns: &[Piece], window: (i64, i64), pieces: &mut Vec<Piece>) {
    let (from, until) = window;
    // Turns are in order of their ends too, so those that are over can be skipped at once.
    let first = turns.partition_point(|turn| turn.until <= from);
    for turn in turns
        .iter()
        .skip(first)
        .take_while(|turn| turn.from < until)
    {
        pieces.push(Piece {
            from: turn.from.max(from),
            until: turn.until.min(until),
            ..*turn
        });
    }
}

impl TryFrom<LayerDocument> for Layer {
    type Error = LayerError;

    fn try_from(document: LayerDocument) -> Result<Self, LayerError> {
        let layer = Self::new(
            &document.name,
            document.people,
            &document.zone,
            document.start,
            document.handover,
            document.cycle,
        )?;
        match document.hours {
            Some(hours) => layer.within(hours),
            None => Ok(layer),
        }
    }
}

impl From<Layer> for LayerDocument {
    fn from(layer: Layer) -> Self {
        Self {
            hours: layer.hours().cloned(),
            name: layer.name,
            people: layer.people,
            zone: layer.zone,
            start: layer.start,
            handover: layer.handover,
            cycle: layer.cycle,
        }
    }
}

/// Why a layer was refused; each says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    /// The name cannot be used.
    #[error(transparent)]
    Name(crate::text::TextError),
    /// Nobody is in it.
    #[error("Nobody takes turns here. Choose at least one person.")]
    NoPeople,
    /// Too many are in it.
    #[error("At most {MAX_PEOPLE} people take turns in one layer. Make another layer or rota.")]
    TooManyPeople,
    /// The length of a turn cannot be used.
    #[error("A turn lasts from 1 to {MAX_REPEATS} hours, days or weeks.")]
    Cycle,
    /// 24:00 belongs to two days.
    #[error("Hand over at a time from 00:00 to 23:59.")]
    Handover,
    /// The start date is far away.
    #[error("The first turn begins in a year from 1970 to 2200.")]
    Start,
    /// The hours are free all week.
    #[error("Give at least one day some hours, like 18:00-24:00, or choose the whole week.")]
    NoHours,
    /// The zone is not known.
    #[error(transparent)]
    Zone(#[from] CalendarError),
}
