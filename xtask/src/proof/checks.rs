//! What has to hold in the end, judged by what the desk answers and by what the provider heard.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;

use super::alerts::Taken;
use super::desk::{Api, Desk, word};
use super::provider::{Call, Verdict, Way};

/// Somebody may press the button while a message is on its way to the provider; connecting may take
/// so long.
const UNDER_WAY: Duration = Duration::from_secs(3);
/// At most so many violations are told one by one.
const TOLD: usize = 10;

/// What the desk says of one page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Where it stands.
    pub state: String,
    /// How often each person was called for it.
    pub times: HashMap<String, u64>,
    /// Who has it.
    pub holder: Option<String>,
}

/// A message with the page and the person that it is for.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which page.
    pub page: String,
    /// Who.
    pub person: String,
    /// Where it reached them.
    pub to: String,
    /// By which way.
    pub way: Way,
    /// The id of the attempt, where that way tells it.
    pub attempt: Option<String>,
    /// When it came.
    pub at: Duration,
    /// Whether it says that it may be a repeat.
    pub is_repeat: bool,
    /// What its caller could know.
    pub verdict: Verdict,
}

/// Figures, and everything that did not hold.
#[derive(Default, Debug)]
pub struct Judgement {
    /// Those of them whose caller could not know it.
    pub unclear: u64,
    /// Those that say that they may be a repeat.
    pub repeats: u64,
    /// How long after an acknowledgement the last message came that was under way.
    pub latest_after: Duration,
    /// What did not hold.
    pub violations: Vec<String>,
}

/// What the desk knows: the ticket of each alert, the page of each ticket, and the pages.
#[derive(Default)]
pub struct Known {
    tickets: HashMap<String, String>,
    pages_of: HashMap<String, String>,
    /// The pages by their ids.
    pub pages: HashMap<String, Page>,
}

impl Known {
    /// Asks the desk for everything.
    pub fn ask(api: &Api) -> Result<Known, String> {
        let mut known = Known::default();
        let mut path = "/api/v1/alerts?limit=200".to_owned();
        loop {
            let list = api.get(&path)?;
            for group in list["items"].as_array().into_iter().flatten() {
                let title = word(group, "title");
                let key = title.rsplit(' ').next().unwrap_or_default().to_owned();
                if let Some(other) = known.tickets.insert(key, word(group, "ticket")) {
                    return Err(format!("{title} is there twice, also as {other}."));
                }
            }
            match list["next_cursor"].as_str() {
                Some(cursor) => path = format!("/api/v1/alerts?limit=200&cursor={cursor}"),
                None => break,
            }
        }
        for ticket in known.tickets.values() {
            if ticket.is_empty() {
                continue;
            }
            let page = api.get(&format!("/api/v1/tickets/{ticket}/page"))?;
            let id = word(&page, "id");
            known.pages_of.insert(ticket.clone(), id.clone());
            known.pages.entry(id).or_insert_with(|| Page::of(&page));
        }
        Ok(known)
    }

    /// Whether each alert that was taken has one ticket of its own, and nothing else has one.
    pub fn nothing_lost(&self, taken: &[Taken]) -> Vec<String> {
        let mut violations = Vec::new();
        let wanted: HashSet<&str> = taken.iter().map(|taken| taken.key.as_str()).collect();
        for taken in taken {
            match self.tickets.get(&taken.key) {
                None => violations.push(format!("The alert {} is lost.", taken.key)),
                Some(ticket) if ticket.is_empty() => {
                    violations.push(format!("The alert {} has no ticket.", taken.key));
                }
                Some(_) => {}
            }
        }
        for key in self.tickets.keys() {
            if !wanted.contains(key.as_str()) {
                violations.push(format!("The alert {key} was never taken."));
            }
        }
        let tickets: BTreeSet<&String> = self.tickets.values().collect();
        if tickets.len() != self.tickets.len() {
            violations.push("Two alerts share a ticket.".to_owned());
        }
        violations
    }

    /// The messages, each with the page and the person that it is for.
    pub fn told(&self, calls: &[Call], desk: &Desk) -> Vec<Told> {
        let told = calls.iter().filter_map(|call| {
            let page = self.pages_of.get(call.ticket.as_ref()?)?;
            Some(Told {
                page: page.clone(),
                person: desk.people.get(&call.to).cloned().unwrap_or_default(),
                to: call.to.clone(),
                way: call.way,
                attempt: call.attempt.clone(),
                at: call.at,
                is_repeat: call.is_repeat,
                verdict: call.verdict,
            })
        });
        told.collect()
    }

    /// When each page was acknowledged first.
    pub fn acknowledged(&self, pressed: &[(String, Duration)]) -> HashMap<String, Duration> {
        let mut first: HashMap<String, Duration> = HashMap::new();
        for (ticket, at) in pressed {
            if let Some(page) = self.pages_of.get(ticket) {
                let entry = first.entry(page.clone()).or_insert(*at);
                *entry = (*entry).min(*at);
            }
        }
        first
    }

    /// Whether each page has reached somebody: whoever has it was told of it, or the last resort was.
    pub fn everybody_reached(&self, told: &[Told], last: &str) -> Vec<String> {
        let heard: HashSet<(&str, &str)> = told
            .iter()
            .filter(|told| told.verdict != Verdict::NotTaken)
            .map(|told| (told.page.as_str(), told.person.as_str()))
            .collect();
        let mut violations = Vec::new();
        for (id, page) in &self.pages {
            let whom = match (&page.holder, page.state.as_str()) {
                (Some(holder), _) => holder.as_str(),
                (None, "last_resort") => last,
                (None, state) => {
                    violations.push(format!("The page {id} stands at {state}."));
                    continue;
                }
            };
            if !heard.contains(&(id.as_str(), whom)) {
                violations.push(format!("The page {id} never reached whoever has it."));
            }
        }
        violations
    }

    /// Whether no page is to call anybody by itself any more.
    pub fn is_settled(&self) -> bool {
        let mut pages = self.pages.values();
        pages.all(|page| page.holder.is_some() || page.state == "last_resort")
    }

    /// How many pages stand where.
    pub fn states(&self) -> BTreeMap<&str, usize> {
        let mut states = BTreeMap::new();
        for page in self.pages.values() {
            *states.entry(page.state.as_str()).or_default() += 1;
        }
        states
    }
}

impl Page {
    fn of(value: &Value) -> Page {
        let calls = value["called"].as_array().into_iter().flatten();
        let times = calls.map(|call| {
            let person = word(&call["person"], "id");
            (person, call["times"].as_u64().unwrap_or_default())
        });
        Page {
            state: word(value, "state"),
            times: times.collect(),
            holder: value["acknowledged_by"]["id"].as_str().map(str::to_owned),
        }
    }
}

/// Judges what people were told. `outages` are the times in which nothing could be written down; that
/// of a node that was killed is a single instant.
pub fn judge(
    told: &[Told],
    pages: &HashMap<String, Page>,
    outages: &[(Duration, Duration)],
    acknowledged: &HashMap<String, Duration>,
) -> Judgement {
    let mut judgement = Judgement::default();
    let mut groups: BTreeMap<(&str, &str, Way), Vec<&Told>> = BTreeMap::new();
    let mut attempts = HashSet::new();
    for one in told {
        let id = one.attempt.as_ref();
        let may_come_again = match one.verdict {
            Verdict::NotTaken => true,
            Verdict::Broken => one.is_repeat,
            Verdict::Taken | Verdict::Unclear => false,
        };
        if !may_come_again && id.is_some_and(|id| !attempts.insert(id)) {
            let page = &one.page;
            let violation = format!("One attempt for the page {page} was made twice.");
            judgement.violations.push(violation);
        }
        let key = (one.page.as_str(), one.person.as_str(), one.way);
        groups.entry(key).or_default().push(one);
        if let Some(at) = acknowledged.get(&one.page) {
            let after = one.at.saturating_sub(*at);
            judgement.latest_after = judgement.latest_after.max(after);
            if after > UNDER_WAY {
                judgement.violations.push(format!(
                    "{:.1} s after the page {} was acknowledged, a message came.",
                    after.as_secs_f64(),
                    one.page
                ));
            }
        }
    }
    for ((page, person, way), all) in groups {
        let asked = pages
            .get(page)
            .and_then(|page| page.times.get(person))
            .copied()
            .unwrap_or_default();
        let out = all.iter().filter(|told| told.verdict != Verdict::NotTaken);
        let (repeats, firsts): (Vec<&&Told>, Vec<&&Told>) = out.partition(|told| told.is_repeat);
        let until = repeats.iter().map(|told| told.at).max();
        let in_doubt = |told: &&&&Told| is_unclear(told, until.unwrap_or_default(), outages);
        let unclear = firsts.iter().filter(in_doubt).count() as u64;
        let is_tried_on = |told: &&&&Told| told.verdict == Verdict::Broken;
        let tried_on = repeats.iter().filter(is_tried_on).count() as u64;
        let (repeats, firsts) = (repeats.len() as u64, firsts.len() as u64);
        judgement.repeats += repeats;
        judgement.unclear += unclear;
        let who = format!("{person} of the page {page} by {way:?}");
        if firsts > asked {
            judgement.violations.push(format!(
                "{who} was told {firsts} times without a mark, and was to be called {asked} times."
            ));
        }
        // What never came was begun by a node that died before it could call.
        if repeats > unclear + tried_on + asked.saturating_sub(firsts) {
            judgement.violations.push(format!(
                "{who} was told {repeats} times once more, and {unclear} times it was unclear."
            ));
        }
    }
    judgement
}

/// Whether the node that called could not know what became of it, or may have died before it had
/// written that down and it was said again.
fn is_unclear(told: &Told, until: Duration, outages: &[(Duration, Duration)]) -> bool {
    let mut outages = outages.iter();
    matches!(told.verdict, Verdict::Unclear | Verdict::Broken)
        || outages.any(|(from, to)| told.at <= *to && *from <= until)
}

/// Nothing, or the first of what did not hold.
pub fn none(violations: &[String]) -> Result<(), String> {
    if violations.is_empty() {
        return Ok(());
    }
    let first: Vec<&str> = violations.iter().take(TOLD).map(String::as_str).collect();
    Err(format!(
        "{} things did not hold:\n  {}",
        violations.len(),
        first.join("\n  ")
    ))
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    fn told(at: f64, is_repeat: bool, verdict: Verdict) -> Told {
        Told {
            page: "page".to_owned(),
            person: "ada".to_owned(),
            to: "+44".to_owned(),
            way: Way::Sms,
            attempt: None,
            at: seconds(at),
            is_repeat,
            verdict,
        }
    }

    fn judged(told: &[Told], ended: &[f64], acknowledged: Option<f64>) -> Vec<String> {
        let page = Page {
            times: HashMap::from([("ada".to_owned(), 1)]),
            ..Page::default()
        };
        let pages = HashMap::from([("page".to_owned(), page)]);
        let ended: Vec<_> = ended
            .iter()
            .map(|at| (seconds(*at), seconds(*at)))
            .collect();
        let acknowledged = acknowledged.map(|at| ("page".to_owned(), seconds(at)));
        let acknowledged = acknowledged.into_iter().collect();
        judge(told, &pages, &ended, &acknowledged).violations
    }

    #[test]
    fn who_is_called_once_is_told_once() {
        let first = told(1.0, false, Verdict::Taken);
        assert!(judged(from_ref(&first), &[], None).is_empty());
        let again = told(9.0, false, Verdict::Taken);
        assert_eq!(judged(&[first, again], &[], None).len(), 1);
        let busy = told(0.5, false, Verdict::NotTaken);
        assert!(judged(&[busy, told(1.0, false, Verdict::Taken)], &[], None).is_empty());
    }

    #[test]
    fn one_attempt_is_made_once() {
        let attempt = |at: f64, is_repeat| Told {
            attempt: Some("7".to_owned()),
            ..told(at, is_repeat, Verdict::Unclear)
        };
        let twice = [attempt(1.0, false), attempt(2.0, true)];
        assert_eq!(judged(&twice, &[], None).len(), 1);
    }

    #[test]
    fn a_repeat_needs_a_doubt() {
        let repeat = told(20.0, true, Verdict::Taken);
        let clear = told(1.0, false, Verdict::Taken);
        assert_eq!(judged(&[clear.clone(), repeat.clone()], &[], None).len(), 1);
        for too_early_or_late in [0.5, 21.0] {
            let ended = [too_early_or_late];
            let found = judged(&[clear.clone(), repeat.clone()], &ended, None);
            assert_eq!(found.len(), 1);
        }
        assert!(judged(&[clear, repeat.clone()], &[1.2], None).is_empty());
        let unclear = told(1.0, false, Verdict::Unclear);
        assert!(judged(&[unclear.clone(), repeat.clone()], &[], None).is_empty());
        let third = told(40.0, true, Verdict::Taken);
        let thrice = [unclear.clone(), repeat, third.clone()];
        assert_eq!(judged(&thrice, &[], None).len(), 1);
        let broken = told(20.0, true, Verdict::Broken);
        assert!(judged(&[unclear, broken, third], &[], None).is_empty());
        let unmarked = told(1.0, false, Verdict::Broken);
        let again = told(20.0, false, Verdict::Taken);
        assert_eq!(judged(&[unmarked, again], &[], None).len(), 1);
    }

    #[test]
    fn nothing_comes_after_an_acknowledgement() {
        let late = told(10.0, false, Verdict::Taken);
        assert!(judged(from_ref(&late), &[], Some(9.0)).is_empty());
        assert_eq!(judged(&[late], &[], Some(6.0)).len(), 1);
    }

    #[test]
    fn an_alert_that_is_not_there_is_lost() {
        let taken = Taken {
            key: "1-1".to_owned(),
            at: Duration::ZERO,
        };
        let mut known = Known::default();
        assert_eq!(known.nothing_lost(from_ref(&taken)).len(), 1);
        known.tickets.insert("1-1".to_owned(), "T-1001".to_owned());
        assert!(known.nothing_lost(from_ref(&taken)).is_empty());
        known.tickets.insert("1-2".to_owned(), "T-1001".to_owned());
        assert_eq!(known.nothing_lost(&[taken]).len(), 2);
    }

    #[test]
    fn a_page_that_reached_nobody_is_found() {
        let mut known = Known::default();
        let page = |state: &str, holder: Option<&str>| Page {
            state: state.to_owned(),
            holder: holder.map(str::to_owned),
            ..Page::default()
        };
        let told = [told(1.0, false, Verdict::Taken)];
        for (page, is_fine) in [
            (page("acknowledged", Some("ada")), true),
            (page("acknowledged", Some("bob")), false),
            (page("calling", None), false),
            (page("last_resort", None), true),
        ] {
            known.pages.insert("page".to_owned(), page);
            let violations = known.everybody_reached(&told, "ada");
            assert_eq!(violations.is_empty(), is_fine, "{violations:?}");
        }
    }
}
