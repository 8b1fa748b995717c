//! A desk in a file, killed again and again while monitors send and people are called.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::Figures;
use super::checks;
use super::desk::Shape;
use super::dice::Dice;
use super::node::{Node, Place};
use super::provider::{Call, Does, Plan, Verdict, Way};
use super::stage::Stage;

/// The longest that a node lives.
const LIFE_MILLIS: u64 = 2_500;

/// Kills a node so many times. Of a hundred pages so many are overlooked by whoever is called first.
pub fn run(binary: &Path, seed: u64, times: u32, overlooked: u64) -> Result<Figures, String> {
    let shape = Shape {
        teams: 4,
        levels: 2,
        ways: vec![Way::Webhook, Way::Ntfy, Way::Sms],
        ways_each: 2,
    };
    let (stage, node) = Stage::set(binary, None, seed, &shape, overlooked)?;
    let mut dice = Dice::new(seed, 1);
    stage.provider.is(move |_| moody(&mut dice));
    let monitors = stage.monitors(seed, 4, 500);
    let (mut node, mut lives) = kill_again_and_again(&stage, node, seed, times)?;
    node.wait_until_ready()?;
    stage.provider.is(|_| Plan::WELL);
    let (taken, again) = monitors.stop()?;
    let (known, settled) = stage.settle()?;
    node.stop()?;
    doctor(&stage.place)?;

    let calls = stage.provider.pages();
    let ended: Vec<_> = lives.ended.iter().map(|at| (*at, *at)).collect();
    let judgement = stage.judge(&known, &taken, &calls, &ended)?;
    let mut figures = Figures::default();
    figures.add("kills", times.to_string());
    figures.add("ready again after, median", median(&mut lives.ready_after));
    figures.add("alerts taken in", taken.len().to_string());
    figures.add("sent again by their monitors until then", again.to_string());
    let lost = known.nothing_lost(&taken).len();
    figures.add("alerts lost, or there twice", lost.to_string());
    figures.add(
        "pages, by where they stand",
        format!("{:?}", known.states()),
    );
    let answers = stage.people.acknowledged().len() as u64 + stage.people.others_had_it();
    figures.add("answers of people", answers.to_string());
    figures.add("messages heard by the provider", calls.len().to_string());
    let refused = calls
        .iter()
        .filter(|call| call.verdict == Verdict::NotTaken);
    figures.add("of them refused by it", refused.count().to_string());
    let is_unsaid = |call: &&Call| matches!(call.verdict, Verdict::Unclear | Verdict::Broken);
    let unsaid = calls.iter().filter(is_unsaid);
    figures.add("of them with no clear answer", unsaid.count().to_string());
    figures.add(
        "attempts in doubt, those of dead nodes included",
        judgement.unclear.to_string(),
    );
    figures.add("of them repeats, all marked", judgement.repeats.to_string());
    figures.add(
        "last message under way after an acknowledgement",
        format!("{:.2} s", judgement.latest_after.as_secs_f64()),
    );
    figures.add("every page answered after the last kill within", settled);
    let violations = judgement.violations;
    figures.add("things that did not hold", violations.len().to_string());
    figures.print("kills");
    checks::none(&violations)?;
    // Otherwise nothing was proved.
    if taken.len() < times as usize || judgement.unclear == 0 {
        return Err("Too little happened to prove anything.".to_owned());
    }
    Ok(figures)
}

/// What is known of the lives of a node.
#[derive(Default)]
struct Lives {
    ended: Vec<Duration>,
    ready_after: Vec<Duration>,
}

fn kill_again_and_again(
    stage: &Stage,
    mut node: Node,
    seed: u64,
    times: u32,
) -> Result<(Node, Lives), String> {
    let mut dice = Dice::new(seed, 2);
    let mut lives = Lives::default();
    for _ in 0..times {
        // One in ten dies while it starts.
        let is_early = dice.chance(10);
        if !is_early {
            lives.ready_after.push(node.wait_until_ready()?);
        }
        thread::sleep(dice.millis(0, if is_early { 100 } else { LIFE_MILLIS }));
        if node.has_ended() {
            let words = stage.place.last_words();
            return Err(format!("eider ended by itself:\n{words}"));
        }
        node.kill()?;
        lives.ended.push(stage.provider.now());
        node = stage.place.start()?;
    }
    Ok((node, lives))
}

/// Most messages are taken; some late, some not, and of some nobody knows.
fn moody(dice: &mut Dice) -> Plan {
    let reaches = dice.chance(50);
    let at_once = Duration::ZERO;
    let (does, after) = match dice.below(100) {
        0..70 => (Does::Takes, dice.millis(0, 30)),
        70..82 => (Does::Takes, dice.millis(200, 2_000)),
        82..87 => (Does::IsBusy, at_once),
        87..92 => (Does::Breaks, at_once),
        92..97 => (Does::HangsUp, at_once),
        _ => (Does::Hangs, at_once),
    };
    Plan {
        does,
        after,
        reaches,
    }
}

/// The desk is whole: its database, its references, its chain of facts.
fn doctor(place: &Place) -> Result<(), String> {
    let mut doctor = Command::new(&place.binary);
    doctor.arg("doctor").arg("--data").arg(&place.data);
    doctor.envs(place.environment.iter().cloned());
    let told = doctor.output().map_err(|error| error.to_string())?;
    if told.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    Err(format!("eider doctor finds the desk unwell:\n{told}"))
}

fn median(times: &mut [Duration]) -> String {
    times.sort_unstable();
    match times.get(times.len() / 2) {
        Some(time) => format!("{:.0} ms", time.as_secs_f64() * 1000.0),
        None => "never measured".to_owned(),
    }
}
