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

    /// Sums the closing lines of cargo-nextest, of `cargo test` and of node's test runner.
    ///
    /// Nothing is counted from a line of any other form.
    pub fn read(output: &str) -> Counts {
        output
            .lines()
            .map(|line| read_line(&without_colour(line)))
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

fn read_line(line: &str) -> Counts {
    let line = line.trim();
    let nextest = line
        .starts_with("Summary [")
        .then(|| line.split_once(" run: "))
        .flatten();
    if let Some((_, outcomes)) = nextest {
        // The slow ones are told in brackets, which no number of ours begins.
        return outcomes.split([',', '(']).map(read_outcome).sum();
    }
    if let Some((_, outcomes)) = line
        .strip_prefix("test result: ")
        .and_then(|rest| rest.split_once(". "))
    {
        return outcomes.split(';').map(read_outcome).sum();
    }
    // Node prints the number last: `# pass 3` for machines, `ℹ pass 3` for people.
    if let Some((word, number)) = line.trim_start_matches(['#', 'ℹ', ' ']).split_once(' ')
        && line.starts_with(['#', 'ℹ'])
    {
        return outcome(word, number.trim());
    }
    Counts::default()
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

    #[test]
    fn nextest_tells_in_one_line() {
        let line = "     Summary [   1.016s] 7 tests run: 4 passed (1 slow), 2 failed, 1 timed out, 3 skipped";
        assert_eq!(Counts::read(line), counts(4, 3, 3));
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.006s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(Counts::read(coloured), counts(2, 0, 0));
    }

    #[test]
    fn cargo_test_tells_once_for_each_binary() {
        let output = "\
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";
        assert_eq!(Counts::read(output), counts(4, 2, 1));
    }

    #[test]
    fn node_tells_the_number_last_in_both_of_its_forms() {
        assert_eq!(
            Counts::read("# tests 6\n# pass 4\n# fail 1\n# skipped 1\n"),
            counts(4, 1, 1)
        );
        assert_eq!(
            Counts::read("ℹ tests 5\nℹ pass 4\nℹ cancelled 1\n"),
            counts(4, 1, 0)
        );
    }

    #[test]
    fn other_lines_count_for_nothing() {
        assert_eq!(
            Counts::read("pass 3\n5 passed, 2 failed\n# headline\n"),
            Counts::default()
        );
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
