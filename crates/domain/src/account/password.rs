//! Which passwords are good enough.
//!
//! The rule is that of NIST SP 800-63B: length and not being known, rather than kinds of
//! characters. Every refusal says why, and what to do instead.

/// Fewest characters of a password.
pub const SHORTEST_CHARACTERS: usize = 12;
/// Most characters of a password: more only keeps the hash busy.
pub const LONGEST_CHARACTERS: usize = 200;

const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password is not good enough, as a sentence for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It is too short.
    #[error("This is too short: use at least 12 characters. Three or four words together do well.")]
    TooShort,
    /// It is too long.
    #[error("This is too long: use at most 200 characters.")]
    TooLong,
    /// It is the address or the name.
    #[error(
        "This is your own address or name, which others know. Use something that only you know."
    )]
    Personal,
    /// It is one that many people use, or a pattern.
    #[error(
        "Many people use this one or one like it, so it is tried first by whoever guesses. Three or four words that do not belong together do well."
    )]
    Common,
}

/// Whether `password` is good enough for the person of that address and name.
///
/// # Errors
/// Why it is not.
pub fn check(password: &str, email: &str, name: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < SHORTEST_CHARACTERS {
        return Err(WeakPassword::TooShort);
    }
    if length > LONGEST_CHARACTERS {
        return Err(WeakPassword::TooLong);
    }
    let plain = letters_and_digits(password);
    let local = email.split('@').next().unwrap_or_default();
    let personal = [email, local, name].map(letters_and_digits);
    if personal
        .iter()
        .any(|known| !known.is_empty() && (plain == *known || plain.is_empty()))
    {
        return Err(WeakPassword::Personal);
    }
    if is_common(&plain) || repeats_itself(password) || counts_on(password) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

/// In the list, perhaps with a year or a few digits behind it, which everybody adds.
fn is_common(plain: &str) -> bool {
    let stem = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    COMMON
        .lines()
        .any(|common| common == plain || common == stem)
}

/// Nothing but a piece of up to four characters, again and again.
fn repeats_itself(password: &str) -> bool {
    let characters: Vec<char> = password.to_lowercase().chars().collect();
    (1..=4).any(|piece| {
        characters
            .iter()
            .zip(characters.iter().skip(piece))
            .all(|(one, next)| one == next)
    })
}

/// Each character follows the one before, as in 123456789012 or abcdefghijkl.
fn counts_on(password: &str) -> bool {
    let characters: Vec<u32> = password.to_lowercase().chars().map(u32::from).collect();
    let steps = |step: i64| {
        characters
            .windows(2)
            .filter(|pair| i64::from(pair[1]) - i64::from(pair[0]) == step)
            .count()
    };
    // One break is forgiven: 9 to 0.
    steps(1) + 2 >= characters.len() || steps(-1) + 2 >= characters.len()
}

fn letters_and_digits(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ada(password: &str) -> Result<(), WeakPassword> {
        check(password, "ada.lovelace@example.com", "Ada King Lovelace")
    }

    #[test]
    fn good_ones_pass() {
        for good in [
            "slow-otter-copper-kettle",
            "heron under the pier",
            "Nj7#qpL2vXw9",
            "лебедь у причала",
        ] {
            assert_eq!(of_ada(good), Ok(()), "{good}");
        }
        assert_eq!(of_ada(&"grebe ".repeat(33)), Ok(()));
    }

    #[test]
    fn each_refusal_says_why() {
        for (bad, why) in [
            ("", WeakPassword::TooShort),
            ("elevenchars", WeakPassword::TooShort),
            (&"x1-y2".repeat(41), WeakPassword::TooLong),
            ("ada.lovelace@example.com", WeakPassword::Personal),
            ("Ada.Lovelace", WeakPassword::Personal),
            ("ada king lovelace", WeakPassword::Personal),
            ("passwordpassword", WeakPassword::Common),
            ("Password-Password", WeakPassword::Common),
            ("administrator2026", WeakPassword::Common),
            ("aaaaaaaaaaaaa", WeakPassword::Common),
            ("abc1abc1abc1", WeakPassword::Common),
            ("123456789012", WeakPassword::Common),
            ("abcdefghijklm", WeakPassword::Common),
            ("ZYXWVUTSRQPO", WeakPassword::Common),
        ] {
            assert_eq!(of_ada(bad), Err(why), "{bad}");
        }
    }
}
