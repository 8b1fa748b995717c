//! Taking the endings off English words: the algorithm of M. F. Porter, "An algorithm for suffix
//! stripping", Program 14(3), 1980, so that "failing" finds "failed".

/// The stem of a word in small letters. Words with anything but the letters a to z stay as they
/// are, and so do words of one or two letters.
pub(super) fn stem(word: &str) -> String {
    if word.len() <= 2 || !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let mut word = Word(word.as_bytes().to_vec());
    word.plurals_and_tenses();
    word.replace_longest(&DOUBLE_SUFFIXES, 1);
    word.replace_longest(&SINGLE_SUFFIXES, 1);
    word.drop_remaining_suffix();
    word.tidy_end();
    word.0.into_iter().map(char::from).collect()
}

/// Step 2 of the paper.
const DOUBLE_SUFFIXES: [(&str, &str); 20] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("abli", "able"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
];

/// Step 3 of the paper.
const SINGLE_SUFFIXES: [(&str, &str); 7] = [
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

/// Step 4 of the paper.
const LAST_SUFFIXES: [&str; 19] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
];

struct Word(Vec<u8>);

impl Word {
    fn ends_with(&self, suffix: &str) -> bool {
        self.0.ends_with(suffix.as_bytes())
    }

    /// How long the word is without that ending.
    fn before(&self, suffix: &str) -> usize {
        self.0.len() - suffix.len()
    }

    fn replace(&mut self, suffix: &str, with: &str) {
        self.0.truncate(self.before(suffix));
        self.0.extend_from_slice(with.as_bytes());
    }

    fn is_consonant(&self, at: usize) -> bool {
        match self.0[at] {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => at == 0 || !self.is_consonant(at - 1),
            _ => true,
        }
    }

    /// How often consonants follow vowels in the first `length` letters: the paper's m.
    fn measure(&self, length: usize) -> usize {
        (1..length)
            .filter(|&at| self.is_consonant(at) && !self.is_consonant(at - 1))
            .count()
    }

    fn has_vowel(&self, length: usize) -> bool {
        (0..length).any(|at| !self.is_consonant(at))
    }

    fn ends_with_double_consonant(&self) -> bool {
        let length = self.0.len();
        length >= 2 && self.0[length - 1] == self.0[length - 2] && self.is_consonant(length - 1)
    }

    /// The first `length` letters end with consonant, vowel, consonant, the last not w, x or y.
    fn ends_short(&self, length: usize) -> bool {
        length >= 3
            && self.is_consonant(length - 3)
            && !self.is_consonant(length - 2)
            && self.is_consonant(length - 1)
            && !matches!(self.0[length - 1], b'w' | b'x' | b'y')
    }

    /// Step 1 of the paper.
    fn plurals_and_tenses(&mut self) {
        if self.ends_with("sses") {
            self.replace("sses", "ss");
        } else if self.ends_with("ies") {
            self.replace("ies", "i");
        } else if self.ends_with("s") && !self.ends_with("ss") {
            self.replace("s", "");
        }
        if self.ends_with("eed") {
            if self.measure(self.before("eed")) > 0 {
                self.replace("eed", "ee");
            }
        } else if let Some(suffix) = ["ed", "ing"]
            .into_iter()
            .find(|suffix| self.ends_with(suffix))
            && self.has_vowel(self.before(suffix))
        {
            self.replace(suffix, "");
            self.mend_after_tense();
        }
        if self.ends_with("y") && self.has_vowel(self.before("y")) {
            self.replace("y", "i");
        }
    }

    fn mend_after_tense(&mut self) {
        let length = self.0.len();
        if self.ends_with("at") || self.ends_with("bl") || self.ends_with("iz") {
            self.0.push(b'e');
        } else if self.ends_with_double_consonant()
            && !matches!(self.0[length - 1], b'l' | b's' | b'z')
        {
            self.0.pop();
        } else if self.measure(length) == 1 && self.ends_short(length) {
            self.0.push(b'e');
        }
    }

    /// Replaces the longest of the endings that the word has, if enough stands before it.
    fn replace_longest(&mut self, endings: &[(&str, &str)], measure: usize) {
        let longest = endings
            .iter()
            .filter(|(suffix, _)| self.ends_with(suffix))
            .max_by_key(|(suffix, _)| suffix.len());
        if let Some((suffix, with)) = longest
            && self.measure(self.before(suffix)) >= measure
        {
            self.replace(suffix, with);
        }
    }

    fn drop_remaining_suffix(&mut self) {
        let longest = LAST_SUFFIXES
            .into_iter()
            .filter(|suffix| self.ends_with(suffix))
            .max_by_key(|suffix| suffix.len());
        let Some(suffix) = longest else {
            return;
        };
        let before = self.before(suffix);
        let fits = suffix != "ion" || before > 0 && matches!(self.0[before - 1], b's' | b't');
        if fits && self.measure(before) > 1 {
            self.replace(suffix, "");
        }
    }

    /// Step 5 of the paper.
    fn tidy_end(&mut self) {
        if self.ends_with("e") {
            let before = self.before("e");
            let measure = self.measure(before);
            if measure > 1 || measure == 1 && !self.ends_short(before) {
                self.0.pop();
            }
        }
        if self.ends_with("ll") && self.measure(self.0.len()) > 1 {
            self.0.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn the_examples_of_the_paper() {
        let examples = [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("troubled", "troubl"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("filing", "file"),
            ("happy", "happi"),
            ("sky", "sky"),
            ("relational", "relat"),
            ("conditional", "condit"),
            ("vietnamization", "vietnam"),
            ("hopefulness", "hope"),
            ("formality", "formal"),
            ("triplicate", "triplic"),
            ("electrical", "electr"),
            ("revival", "reviv"),
            ("adjustment", "adjust"),
            ("adoption", "adopt"),
            ("probate", "probat"),
            ("rate", "rate"),
            ("controll", "control"),
            ("roll", "roll"),
        ];
        for (word, wanted) in examples {
            assert_eq!(stem(word), wanted, "{word}");
        }
    }

    #[test]
    fn what_is_not_an_english_word_stays() {
        for word in ["s3a", "привет", "is", "4242", ""] {
            assert_eq!(stem(word), word);
        }
    }
}
