//! Which moves between statuses a row of snapshots tells.

use jiff::Timestamp;

use super::{
    history::{Event, What},
    snapshot::{Snapshot, State},
};
use crate::ticket::StatusKind;

/// Where a ticket stood before the snapshots.
#[derive(Clone, Debug)]
pub(super) struct Before<'a> {
    pub(super) kind: StatusKind,
    pub(super) word: Option<&'a str>,
    /// No move is told to be before this.
    pub(super) since: Timestamp,
    pub(super) reopened_count: i64,
}

/// More reopenings than this between two rows are not believed.
const REOPENED_LIMIT: i64 = 100;

/// Some snapshots after each other with the same status.
struct Run<'a> {
    state: &'a State,
    first: &'a Snapshot,
    /// How often the ticket was reopened to come here.
    reopened: i64,
    /// The last snapshot before the ticket is reopened, or the last one of all: by it is known how
    /// the ticket was resolved.
    verdict: &'a Snapshot,
    /// Nothing reopens it after this.
    is_final: bool,
}

/// The moves that `snapshots` tell, in their order, each not before the one before it.
///
/// The moment of a move is that of its row. Only for the last resolution and the last closing are
/// the columns that tell it believed instead, because trackers measure by those.
pub(super) fn moves(snapshots: &[Snapshot], before: Before<'_>) -> Vec<Event> {
    let runs = runs(snapshots, &before);
    let mut moves = Moves {
        standing: before.kind,
        at: before.since,
        events: Vec::new(),
    };
    for (index, run) in runs.iter().enumerate() {
        moves.take(run, runs.get(index + 1));
    }
    moves.events
}

fn runs<'a>(snapshots: &'a [Snapshot], before: &Before<'_>) -> Vec<Run<'a>> {
    let Some(last) = snapshots.last() else {
        return Vec::new();
    };
    let mut runs: Vec<Run<'a>> = Vec::new();
    let (mut kind, mut word) = (before.kind, before.word.map(str::to_owned));
    let mut count = before.reopened_count;
    for (index, snapshot) in snapshots.iter().enumerate() {
        let Some(state) = &snapshot.state else {
            continue;
        };
        let counted = snapshot.reopened_count.saturating_sub(count);
        count = count.max(snapshot.reopened_count);
        let came_back = !kind.is_open() && state.kind.is_open();
        let went_back = kind == StatusKind::Closed && state.kind == StatusKind::Resolved;
        let reopened = counted.clamp(i64::from(came_back || went_back), REOPENED_LIMIT);
        let is_same = match &word {
            Some(word) => *word == state.word,
            None => kind == state.kind,
        };
        if is_same && reopened == 0 {
            continue;
        }
        if reopened > 0 {
            let verdict = index.checked_sub(1).map(|i| &snapshots[i]);
            for run in runs.iter_mut().filter(|run| run.is_final) {
                run.is_final = false;
                run.verdict = verdict.unwrap_or(run.verdict);
            }
        }
        (kind, word) = (state.kind, Some(state.word.clone()));
        runs.push(Run {
            state,
            first: snapshot,
            reopened,
            verdict: last,
            is_final: true,
        });
    }
    runs
}

struct Moves {
    standing: StatusKind,
    at: Timestamp,
    events: Vec<Event>,
}

impl Moves {
    fn take(&mut self, run: &Run<'_>, next: Option<&Run<'_>>) {
        let row_at = run.first.at;
        let resolved_at = run.verdict.resolved_at.filter(|_| run.is_final);
        let closed_at = run.verdict.closed_at.filter(|_| run.is_final);
        let is_done = !run.state.kind.is_open();
        for _ in 0..run.reopened {
            let columns = [resolved_at, closed_at].into_iter().flatten();
            let done_at = columns.filter(|_| is_done).min();
            let at = done_at.map_or(row_at, |at| at.min(row_at));
            self.push(run, at, StatusKind::Reopened);
        }
        match run.state.kind {
            StatusKind::Resolved => {
                let at = resolved_at.unwrap_or(row_at);
                let latest = next.map(|next| match next.state.kind {
                    StatusKind::Closed => closed_at.unwrap_or(next.first.at),
                    _ => next.first.at,
                });
                self.resolve(run, latest.map_or(at, |latest| at.min(latest)));
            }
            StatusKind::Closed | StatusKind::Merged => {
                let closed_at = closed_at.unwrap_or(row_at).max(self.at);
                if self.standing.is_open() {
                    let at = resolved_at.unwrap_or(closed_at);
                    self.resolve(run, at.min(closed_at));
                }
                self.push(run, closed_at, StatusKind::Closed);
            }
            StatusKind::Reopened if run.reopened > 0 => {}
            StatusKind::New if run.reopened > 0 => {}
            kind => self.push(run, row_at, kind),
        }
    }

    fn resolve(&mut self, run: &Run<'_>, at: Timestamp) {
        let resolution = run.verdict.resolution.clone();
        self.push_what(run, at, What::Resolved(resolution));
        self.standing = StatusKind::Resolved;
    }

    fn push(&mut self, run: &Run<'_>, at: Timestamp, to: StatusKind) {
        let word = run.state.word.clone();
        self.push_what(run, at, What::Moved { to, word });
        self.standing = to;
    }

    fn push_what(&mut self, run: &Run<'_>, at: Timestamp, what: What) {
        self.at = self.at.max(at);
        self.events.push(Event {
            at: self.at,
            author: run.first.author.clone(),
            what,
        });
    }
}
