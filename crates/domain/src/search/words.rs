//! The words that a text is found by.

use std::collections::HashSet;

use super::stem::stem;

/// How much of a text is searched, in characters; what follows is not found.
pub const DOCUMENT_LIMIT_CHARACTERS: usize = 20_000;
/// Longer words are cut; nobody searches for the end of one.
const WORD_LIMIT_CHARACTERS: usize = 40;

/// Words of English that stand in every text and say nothing of what it is about.
const STOP_WORDS: [&str; 76] = [
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at",
    "be", "been", "being", "but", "by", "can", "could", "did", "do", "does", "done", "for", "from",
    "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "me", "my", "no", "not", "of", "on", "only", "or", "our", "she", "should", "so", "such",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "too",
    "very", "was", "we", "were", "what", "when", "which", "with", "would", "you", "your",
];

/// The words of `text` in their order, as they are kept and asked for: in small letters, without
/// accents, without endings of English, and without words that say nothing. They consist of letters
/// and digits.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(plain)
        .filter(|word| !word.is_empty() && STOP_WORDS.binary_search(&word.as_str()).is_err())
        .map(|word| stem(&word))
}

/// The words of the beginning of `text`, each once, at most `limit` of them.
pub fn distinct(text: &str, limit: usize) -> Vec<String> {
    let end = text
        .char_indices()
        .nth(DOCUMENT_LIMIT_CHARACTERS)
        .map_or(text.len(), |(end, _)| end);
    let mut seen = HashSet::new();
    words(&text[..end])
        .filter(|word| seen.insert(word.clone()))
        .take(limit)
        .collect()
}

fn plain(word: &str) -> String {
    word.chars()
        .take(WORD_LIMIT_CHARACTERS)
        .flat_map(char::to_lowercase)
        .map(without_accent)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The letter without its accent, for the letters of western and central Europe.
fn without_accent(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_found_by_what_it_is_about() {
        let found: Vec<String> =
            words("The customers can’t log in: CAFÉ card_payments FAILED 500!").collect();
        assert_eq!(
            found,
            [
                "custom", "t", "log", "cafe", "card", "payment", "fail", "500"
            ]
        );
    }

    #[test]
    fn the_words_that_say_nothing_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
    }

    proptest! {
        #[test]
        fn words_are_letters_and_digits_and_stay_what_they_are(text in "\\PC{0,200}") {
            for word in words(&text) {
                prop_assert!(!word.is_empty());
                prop_assert!(word.chars().count() <= WORD_LIMIT_CHARACTERS * 3);
                prop_assert!(word.chars().all(char::is_alphanumeric));
            }
        }

        #[test]
        fn letters_in_any_case_are_the_same_words(text in "[a-zA-Z éÉ0-9]{0,80}") {
            let small: Vec<String> = words(&text.to_lowercase()).collect();
            let large: Vec<String> = words(&text.to_uppercase()).collect();
            prop_assert_eq!(small, large);
        }
    }
}
