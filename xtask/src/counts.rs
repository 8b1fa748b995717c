//! How many tests a runner says that it ran, read from its closing lines.

use std::iter::Sum;
use std::ops::Add;

/// Tests by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that ran and held.
    pub passed: u64,
    /// Tests that ran and did not hold, or ran out of time.
    pub failed: u64,
    /// Tests that the runner left out.
    pub skipped: u64,
}

impl Counts {
    /// One check that held.
    pub const ONE_PASSED: Counts = Counts {
        passed: 1,
        failed: 0,
        skipped: 0,
    };

    /// One check that did not hold.
    pub const ONE_FAILED: Counts = Counts {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    /// What the summary of cargo-nextest says. It stands once, after everything that the tests
    /// themselves printed, which is shown indented and may hold lines of any form.
    pub fn of_nextest(output: &str) -> Counts {
        let mut summaries = output.lines().rev().filter_map(|line| {
            let line = without_colour(line);
            let (_, outcomes) = line.strip_prefix("     Summary [")?.split_once(" run: ")?;
            Some(outcomes.to_owned())
        });
        // The slow ones are told in brackets, which no number of ours begins.
        summaries.next().map_or_else(Counts::default, |outcomes| {
            outcomes.split([',', '(']).map(read_outcome).sum()
        })
    }

    /// The sum of what each binary under `cargo test` says when it ends.
    pub fn of_cargo_test(output: &str) -> Counts {
        output
            .lines()
            .filter_map(|line| {
                let line = without_colour(line);
                let (_, outcomes) = line.strip_prefix("test result: ")?.split_once(". ")?;
                // A binary says at last how long it took; words that a test printed do not.
                let is_closing = outcomes.contains("; finished in ");
                is_closing.then(|| outcomes.split(';').map(read_outcome).sum::<Counts>())
            })
            .sum()
    }

    /// What node's test runner says at the end: `# pass 3` for machines, `ℹ pass 3` for people.
    pub fn of_node(output: &str) -> Counts {
        output
            .lines()
            .filter_map(|line| {
                let line = without_colour(line);
                let line = line.strip_prefix(['#', 'ℹ'])?.strip_prefix(' ')?;
                let (word, number) = line.split_once(' ')?;
                Some(outcome(word, number.trim()))
            })
            .sum()
    }

    /// The plain closing line: `N passed, N failed`, and what was skipped where something was.
    pub fn closing_line(&self) -> String {
        let Counts {
            passed,
            failed,
            skipped,
        } = self;
        match skipped {
            0 => format!("{passed} passed, {failed} failed"),
            _ => format!("{passed} passed, {failed} failed, {skipped} skipped"),
        }
    }
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(counts: I) -> Counts {
        counts.fold(Counts::default(), Add::add)
    }
}

fn read_outcome(text: &str) -> Counts {
    text.trim()
        .split_once(' ')
        .map_or_else(Counts::default, |(number, word)| outcome(word, number))
}

fn outcome(word: &str, number: &str) -> Counts {
    let Ok(number) = number.parse::<u64>() else {
        return Counts::default();
    };
    match word.trim() {
        "passed" | "pass" => Counts {
            passed: number,
            ..Counts::default()
        },
        "failed" | "fail" | "timed out" | "exec failed" | "cancelled" => Counts {
            failed: number,
            ..Counts::default()
        },
        "skipped" | "ignored" | "todo" => Counts {
            skipped: number,
            ..Counts::default()
        },
        _ => Counts::default(),
    }
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                characters.by_ref().find(char::is_ascii_alphabetic);
            }
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts {
            passed,
            failed,
            skipped,
        }
    }

    /// What cargo-nextest 0.9.143 printed of a crate with a test that holds, one that fails and
    /// prints closing lines itself, one that hangs, and one that is ignored.
    const NEXTEST: &str = "\
    Starting 3 tests across 1 binary (1 test skipped)
        FAIL [   0.207s] (1/3) sample tests::fails
  stdout ───

    running 1 test
    test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
         Summary [   0.006s] 9 tests run: 9 passed, 0 skipped
    test tests::fails ... FAILED

    failures:

    failures:
        tests::fails

    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.19s

  stderr ───

    thread 'tests::fails' (7237) panicked at src/lib.rs:25:149:
    assertion `left == right` failed
      left: 1
     right: 2

        PASS [   0.009s] (2/3) sample tests::holds
        SLOW [>  1.000s] (───) sample tests::hangs
 TERMINATING [>  2.000s] (───) sample tests::hangs
     TIMEOUT [   2.007s] (3/3) sample tests::hangs
  stdout ───

    running 1 test

    (test timed out)

────────────
     Summary [   2.011s] 3 tests run: 1 passed, 1 failed, 1 timed out, 1 skipped
        FAIL [   0.207s] (1/3) sample tests::fails
     TIMEOUT [   2.007s] (3/3) sample tests::hangs
error: test run failed
";

    /// What `cargo test` of Rust 1.95 printed of the same crate's examples.
    const CARGO_TEST: &str = "\
   Doc-tests sample

running 3 tests
test src/lib.rs - (line 7) - compile ... ok
test src/lib.rs - x (line 15) ... ignored
test src/lib.rs - (line 3) ... ok

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s


running 1 test
test src/lib.rs - x (line 11) - compile fail ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.06s

all doctests ran in 0.42s; merged doctests compilation took 0.35s
";

    #[test]
    fn nextest_is_counted_by_its_summary_alone() {
        assert_eq!(Counts::of_nextest(NEXTEST), counts(1, 2, 1));
        let slow = "     Summary [ 234.657s] 394 tests run: 394 passed (2 slow), 0 skipped";
        assert_eq!(Counts::of_nextest(slow), counts(394, 0, 0));
        let stopped = "     Summary [  14.941s] 5/10 tests run: 4 passed, 1 failed, 20 skipped";
        assert_eq!(Counts::of_nextest(stopped), counts(4, 1, 20));
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.006s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(Counts::of_nextest(coloured), counts(2, 0, 0));
    }

    #[test]
    fn cargo_test_tells_once_for_each_binary() {
        assert_eq!(Counts::of_cargo_test(CARGO_TEST), counts(3, 0, 1));
        let output = "\
---- tests::fails stdout ----
test result: ok. 7 passed; 0 failed; 0 ignored
test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";
        assert_eq!(Counts::of_cargo_test(output), counts(1, 2, 0));
    }

    #[test]
    fn node_tells_the_number_last_in_both_of_its_forms() {
        assert_eq!(
            Counts::of_node("# tests 6\n# pass 4\n# fail 1\n# skipped 1\n"),
            counts(4, 1, 1)
        );
        assert_eq!(
            Counts::of_node("ℹ tests 5\nℹ pass 4\nℹ cancelled 1\n"),
            counts(4, 1, 0)
        );
    }

    #[test]
    fn other_lines_count_for_nothing() {
        let lines = "pass 3\n5 passed, 2 failed\n# headline\n";
        for read in [Counts::of_nextest, Counts::of_cargo_test, Counts::of_node] {
            assert_eq!(read(lines), Counts::default());
        }
        // What belongs to one runner is a test's own word under another.
        assert_eq!(Counts::of_nextest(CARGO_TEST), Counts::default());
        assert_eq!(Counts::of_node(NEXTEST), Counts::default());
    }

    #[test]
    fn the_closing_line_is_plain() {
        assert_eq!(counts(3, 0, 0).closing_line(), "3 passed, 0 failed");
        assert_eq!(
            counts(3, 1, 2).closing_line(),
            "3 passed, 1 failed, 2 skipped"
        );
    }
}
