//! A slice of the seeds, which every change has to hold; `cargo xtask sim` runs as many as one likes.

use eider_sim::{Options, Planted, run};

/// So many seeds at most find a fault that is planted.
const SEEDS_FOR_A_FAULT: usize = 200;

/// Runs seeds and says which promises were not kept.
fn broken(seeds: std::ops::Range<u64>) -> Vec<String> {
    seeds
        .flat_map(|seed| {
            let report = run(seed, Options::default());
            let violations = report.violations.into_iter();
            violations.map(move |violation| format!("seed {seed}: {violation}"))
        })
        .collect()
}

/// Tests that run side by side.
macro_rules! slices {
    ($($name:ident: $seeds:expr,)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(broken($seeds), Vec::<String>::new());
        })*
    };
}

slices! {
    nothing_that_is_promised_is_broken_in_a_first_slice: 1..6,
    nothing_that_is_promised_is_broken_in_a_second_slice: 6..11,
    nothing_that_is_promised_is_broken_in_a_third_slice: 11..16,
    nothing_that_is_promised_is_broken_in_a_fourth_slice: 16..21,
    nothing_that_is_promised_is_broken_in_a_fifth_slice: 21..26,
    nothing_that_is_promised_is_broken_in_a_sixth_slice: 26..31,
    nothing_that_is_promised_is_broken_in_a_seventh_slice: 31..36,
    nothing_that_is_promised_is_broken_in_an_eighth_slice: 36..41,
}

#[test]
fn a_seed_always_tells_the_same_story() {
    let options = Options {
        keeps_trace: true,
        ..Options::default()
    };
    for seed in [1, 2] {
        let (first, again) = (run(seed, options), run(seed, options));
        assert!(first.trace.len() > 1_000, "seed {seed}");
        let mut both = first.trace.iter().zip(&again.trace);
        assert_eq!(both.find(|(one, other)| one != other), None, "seed {seed}");
        assert_eq!(first.trace.len(), again.trace.len(), "seed {seed}");
    }
}

/// One test for each fault that is planted, with the seed from which on it is looked for: one that
/// needs a rare turn of events begins where there is one, to save time.
macro_rules! found {
    ($($name:ident: $planted:ident from $first:literal,)*) => {
        $(#[test]
        fn $name() {
            let options = Options {
                planted: Some(Planted::$planted),
                ..Options::default()
            };
            let mut seeds = ($first..).take(SEEDS_FOR_A_FAULT);
            assert!(seeds.any(|seed| !run(seed, options).violations.is_empty()));
        })*

        #[test]
        fn each_fault_that_can_be_planted_has_a_test() {
            assert_eq!(Planted::ALL, [$(Planted::$planted),*]);
        }
    };
}

found! {
    a_step_of_a_page_that_is_not_queued_is_found: StepForgotten from 1,
    a_message_that_is_not_queued_is_found: MessageForgotten from 3,
    a_last_resort_that_is_not_called_is_found: LastResortSilent from 1,
    an_answer_that_is_told_before_it_is_kept_is_found: SaidBeforeKept from 1,
    a_refusal_that_is_shown_as_success_is_found: RefusalSwallowed from 1,
    silence_that_is_taken_for_a_refusal_is_found: SilenceIsRefusal from 2,
    a_repeat_that_is_not_marked_is_found: MarkForgotten from 1,
    a_queue_in_memory_is_found: QueueInMemory from 1,
    a_request_that_is_repeated_below_is_found: RequestRepeated from 2,
    a_clock_that_stays_behind_is_found: SlowClock from 1,
    a_clock_that_runs_fast_is_found: FastClock from 1,
    two_nodes_on_two_copies_are_found: SplitBrain from 1,
    a_claim_that_is_not_respected_is_found: LeaseIgnored from 1,
    a_backup_that_is_a_plain_copy_is_found: NaiveBackup from 1,
    what_a_clock_put_off_and_nobody_looks_for_is_found: PutOffForgotten from 12,
    an_alert_that_is_said_to_be_kept_before_it_is_is_found: AlertSaidBeforeKept from 15,
    what_was_quiet_and_nobody_looks_at_again_is_found: QuietForgotten from 10,
}
