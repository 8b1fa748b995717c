//! Counting a figure from records, one after the other.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    Dimension, Figure, Key, MonthStarts, Period, Record, Until, Value, changes::Changes,
    cost::Cost, dearest::Dearest, effort::Effort, open_time::OpenTime, ownership::Ownership,
    service_level::ServiceLevel,
};
use crate::{FeatureId, SquadId, priority::Rank};

/// Which figure, of which tickets, told apart by what.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The figure.
    pub figure: Figure,
    /// Of tickets asked in this period.
    pub period: Period,
    /// Until what open time is counted; other figures do not look at it.
    pub until: Until,
    /// By what it is told apart: at most two dimensions, and none for one line of everything.
    pub groups: Vec<Dimension>,
    /// Only of this priority.
    pub priority: Option<Rank>,
    /// Only with this squad.
    pub squad: Option<SquadId>,
    /// Only about this feature.
    pub feature: Option<FeatureId>,
}

impl Question {
    /// `figure` of all tickets, told apart as it usually is.
    pub fn new(figure: Figure) -> Self {
        Self {
            figure,
            period: Period::default(),
            until: Until::default(),
            groups: figure.about().groups.to_vec(),
            priority: None,
            squad: None,
            feature: None,
        }
    }
}

/// What figures need to know besides the tickets.
#[derive(Clone, Debug)]
pub struct Context {
    /// The present instant.
    pub now: Timestamp,
    /// The months of the company's zone.
    pub months: MonthStarts,
    /// What an hour costs, by squad, in hundredths of the currency.
    pub rate_cents_per_hour: HashMap<SquadId, i64>,
}

/// A figure that is being counted.
#[derive(Debug)]
pub struct Reckoning {
    question: Question,
    context: Arc<Context>,
    period: Range<i64>,
    whole: Whole,
    counting: Counting,
}

/// What a figure came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Reckoned {
    /// What was asked.
    pub question: Question,
    /// A line for each group that has tickets, in the order of the groups.
    pub lines: Vec<Line>,
}

/// One line of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its groups.
    pub key: Key,
    /// The values of the figure's columns.
    pub values: Vec<Value>,
}

/// What was counted over all groups, to compare with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Whole {
    pub(super) changes: Changes,
}

/// What is counted for one group.
pub(super) trait Measure: Default {
    /// Counts a ticket.
    fn add(&mut self, record: &Record, question: &Question, context: &Context);
    /// The values of the figure's columns.
    fn values(self, whole: Whole) -> Vec<Value>;
}

#[derive(Debug)]
enum Counting {
    OpenTime(Groups<OpenTime>),
    ServiceLevel(Groups<ServiceLevel>),
    Changes(Groups<Changes>),
    Cost(Groups<Cost>),
    Effort(Groups<Effort>),
    Ownership(Groups<Ownership>),
    Dearest(Dearest),
}

impl Reckoning {
    /// Begins to count what `question` asks.
    pub fn new(question: Question, context: Arc<Context>) -> Self {
        let counting = match question.figure {
            Figure::OpenTime => Counting::OpenTime(Groups::new()),
            Figure::ServiceLevel => Counting::ServiceLevel(Groups::new()),
            Figure::Changes => Counting::Changes(Groups::new()),
            Figure::Cost => Counting::Cost(Groups::new()),
            Figure::Effort => Counting::Effort(Groups::new()),
            Figure::Ownership => Counting::Ownership(Groups::new()),
            Figure::Dearest => Counting::Dearest(Dearest::default()),
        };
        Self {
            period: question.period.micros(),
            question,
            context,
            whole: Whole::default(),
            counting,
        }
    }

    /// Tells a line for `key` even if no ticket is found for it.
    pub fn expect(&mut self, key: Key) {
        let _place = match &mut self.counting {
            Counting::OpenTime(groups) => groups.place(key),
            Counting::ServiceLevel(groups) => groups.place(key),
            Counting::Changes(groups) => groups.place(key),
            Counting::Cost(groups) => groups.place(key),
            Counting::Effort(groups) => groups.place(key),
            Counting::Ownership(groups) => groups.place(key),
            Counting::Dearest(_) => return,
        };
    }

    /// Counts a ticket, if the question is about it.
    pub fn add(&mut self, record: &Record) {
        let (question, context) = (&self.question, &*self.context);
        if !self.period.contains(&record.opened_micros)
            || question
                .priority
                .is_some_and(|rank| rank != record.priority)
        {
            return;
        }
        self.whole.changes.count(record);
        if (question.squad.is_some() && question.squad != record.squad)
            || (question.feature.is_some() && question.feature != record.feature)
        {
            return;
        }
        match &mut self.counting {
            Counting::OpenTime(groups) => groups.add(record, question, context),
            Counting::ServiceLevel(groups) => groups.add(record, question, context),
            Counting::Changes(groups) => groups.add(record, question, context),
            Counting::Cost(groups) => groups.add(record, question, context),
            Counting::Effort(groups) => groups.add(record, question, context),
            Counting::Ownership(groups) => groups.add(record, question, context),
            Counting::Dearest(dearest) => dearest.add(record, context),
        }
    }

    /// What it came to.
    pub fn finish(self) -> Reckoned {
        let whole = self.whole;
        let lines = match self.counting {
            Counting::OpenTime(groups) => groups.lines(whole),
            Counting::ServiceLevel(groups) => groups.lines(whole),
            Counting::Changes(groups) => groups.lines(whole),
            Counting::Cost(groups) => groups.lines(whole),
            Counting::Effort(groups) => groups.lines(whole),
            Counting::Ownership(groups) => groups.lines(whole),
            Counting::Dearest(dearest) => dearest
                .lines()
                .map(|values| Line {
                    key: Key::default(),
                    values,
                })
                .collect(),
        };
        Reckoned {
            question: self.question,
            lines,
        }
    }
}

#[derive(Debug)]
struct Groups<M> {
    measures: Vec<(Key, M)>,
    places: HashMap<Key, usize, BuildHasherDefault<KeyHasher>>,
    latest: usize,
}

impl<M: Measure> Groups<M> {
    fn new() -> Self {
        Self {
            measures: Vec::new(),
            places: HashMap::default(),
            latest: 0,
        }
    }

    fn add(&mut self, record: &Record, question: &Question, context: &Context) {
        let mut dimensions = question.groups.iter();
        let mut next = || {
            dimensions
                .next()
                .map(|dimension| dimension.of(record, &context.months))
        };
        let key = Key {
            first: next(),
            second: next(),
        };
        // Tickets that follow each other are often of one group, and comparing is faster than
        // hashing.
        if self
            .measures
            .get(self.latest)
            .is_none_or(|(latest, _)| *latest != key)
        {
            self.latest = self.place(key);
        }
        self.measures[self.latest].1.add(record, question, context);
    }

    /// Where the group of `key` is, made when it is new.
    fn place(&mut self, key: Key) -> usize {
        *self.places.entry(key).or_insert_with(|| {
            self.measures.push((key, M::default()));
            self.measures.len() - 1
        })
    }

    fn lines(mut self, whole: Whole) -> Vec<Line> {
        self.measures.sort_unstable_by_key(|(key, _)| *key);
        self.measures
            .into_iter()
            .map(|(key, measure)| Line {
                key,
                values: measure.values(whole),
            })
            .collect()
    }
}

/// Mixes the few words of a key. Nobody outside chooses keys, so that it need not resist anybody,
/// and a million of them are hashed for a figure.
#[derive(Debug, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        // The table looks at the highest bits and at the lowest.
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        // The golden ratio of 2^64, which spreads words that differ little.
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
