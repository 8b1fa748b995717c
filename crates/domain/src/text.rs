//! Text that came from outside, with its limits already checked.

/// What is wrong with a text, as a sentence for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was written where something is needed.
    #[error("{what} is empty. Write a few words.")]
    Empty {
        /// What the text was for, capitalised, such as "The title".
        what: &'static str,
    },
    /// The text is longer than Eider keeps.
    #[error(
        "{what} is too long: {length_characters} characters, and at most {limit_characters} can be kept. Shorten it, or attach a file."
    )]
    TooLong {
        /// What the text was for.
        what: &'static str,
        /// How long it is.
        length_characters: usize,
        /// How long it may be.
        limit_characters: usize,
    },
}

/// Longest title of a ticket, in characters.
pub const TITLE_LIMIT_CHARACTERS: usize = 200;
/// Longest message or description, in characters; Slack's own limit for one message.
pub const BODY_LIMIT_CHARACTERS: usize = 40_000;
/// Longest part of an update, in characters: one block of a Slack message holds it.
pub const UPDATE_LIMIT_CHARACTERS: usize = 2_000;
/// Longest note of whoever joins a ticket, in characters.
pub const NOTE_LIMIT_CHARACTERS: usize = 2_000;
/// Longest short answer, such as a name or a network, in characters.
pub const SHORT_LIMIT_CHARACTERS: usize = 200;

/// One line of text: control characters become spaces, the ends are trimmed, and the length is
/// checked. Fails when it is empty or longer than `limit_characters`.
pub fn line(what: &'static str, text: &str, limit_characters: usize) -> Result<String, TextError> {
    let cleaned: String = text
        .chars()
        .map(|c| {
            if c.is_control() || is_invisible(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    bounded(what, cleaned.trim(), limit_characters)
}

/// Several lines of text: control characters other than line ends and tabs are dropped, line ends
/// become `\n`. Fails when it is empty or longer than `limit_characters`.
pub fn lines(what: &'static str, text: &str, limit_characters: usize) -> Result<String, TextError> {
    let cleaned: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|&c| c == '\n' || c == '\t' || !(c.is_control() || is_invisible(c)))
        .collect();
    bounded(what, cleaned.trim(), limit_characters)
}

/// As [`lines`], but nothing written is fine.
pub fn optional_lines(
    what: &'static str,
    text: Option<&str>,
    limit_characters: usize,
) -> Result<Option<String>, TextError> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(written) => lines(what, written, limit_characters).map(Some),
    }
}

/// The beginning of a text of at most so many characters, in whole words where there are
/// any, so that no address is cut; "…" says that there is more.
pub fn cut_words(text: &str, limit_characters: usize) -> String {
    if text.chars().count() <= limit_characters {
        return text.to_owned();
    }
    let begun: String = text
        .chars()
        .take(limit_characters.saturating_sub(2))
        .collect();
    // Where there is hardly any white space, more than half would be lost by it.
    let whole = begun
        .rsplit_once(char::is_whitespace)
        .map(|(words, _)| words.trim_end())
        .filter(|words| words.len() * 2 > begun.len());
    format!("{} …", whole.unwrap_or(&begun))
}

/// One line of what another system sent, cleaned as by [`line()`] and cut to `limit_characters`:
/// nobody is there who could shorten it. Empty when nothing is left.
pub fn cut_line(text: &str, limit_characters: usize) -> String {
    let cleaned: String = text
        .chars()
        .map(|c| {
            if c.is_control() || is_invisible(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    cut(cleaned.trim(), limit_characters)
}

/// Several lines of what another system sent, cleaned as by [`lines`] and cut.
pub fn cut_lines(text: &str, limit_characters: usize) -> String {
    let cleaned: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|&c| c == '\n' || c == '\t' || !(c.is_control() || is_invisible(c)))
        .collect();
    cut(cleaned.trim(), limit_characters)
}

fn cut(text: &str, limit_characters: usize) -> String {
    match text.char_indices().nth(limit_characters) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(limit_characters - 1).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

fn bounded(what: &'static str, text: &str, limit_characters: usize) -> Result<String, TextError> {
    let length_characters = text.chars().count();
    if text.is_empty() {
        Err(TextError::Empty { what })
    } else if length_characters > limit_characters {
        Err(TextError::TooLong {
            what,
            length_characters,
            limit_characters,
        })
    } else {
        Ok(text.to_owned())
    }
}

/// Characters that reorder or hide text, so that what one person reads is what another wrote.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{200B}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_in_words_keeps_addresses_whole_and_loses_little() {
        assert_eq!(cut_words("one two", 7), "one two");
        assert_eq!(
            cut_words("see https://x.example/y", 20),
            "see https://x.exam …"
        );
        assert_eq!(
            cut_words("a full disk, see https://x.example", 20),
            "a full disk, see …"
        );
        assert_eq!(cut_words("日本語日本語日本語", 6), "日本語日 …");
    }

    #[test]
    fn a_line_is_cleaned_and_bounded() {
        assert_eq!(
            line("The title", "  Log in\n fails ", 20),
            Ok("Log in  fails".into())
        );
        assert_eq!(
            line("The title", " \u{202E} ", 20),
            Err(TextError::Empty { what: "The title" })
        );
        assert_eq!(cut_line(" Disk\nfull ", 20), "Disk full");
        assert_eq!(cut_line("Disk nearly full", 6), "Disk…");
        assert_eq!(cut_lines("a\r\nb\u{7}", 3), "a\nb");
        assert!(matches!(
            line("The title", "abc", 2),
            Err(TextError::TooLong { .. })
        ));
    }
}
