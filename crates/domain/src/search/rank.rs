//! How well a text answers a question: BM25F, after Robertson and Zaragoza, "The Probabilistic
//! Relevance Framework: BM25 and Beyond", 2009, with a title and a body.

use std::collections::HashMap;

use super::words::words;

/// A word in the title counts as so many in the body.
const TITLE_WEIGHT: f64 = 3.0;
/// How soon saying a word again stops to count.
const SATURATION: f64 = 1.2;
/// How much a long text is held against it.
const LENGTH_NORMALISATION: f64 = 0.75;
/// How many words a title usually has; the mean of the texts that were brought up would be that of
/// long ones.
const TITLE_WORDS: f64 = 6.0;
/// How many words a body usually has.
const BODY_WORDS: f64 = 60.0;
/// What a word counts that stands elsewhere in the document, such as in its thread.
const ELSEWHERE: f64 = 0.4;

/// A word that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The word, as [`super::words()`] makes it.
    pub word: String,
    /// How much it tells: rare words tell more.
    pub weight: f64,
}

impl Term {
    /// A word that stands in `holding` of `total` documents, asked for with this emphasis (1 is
    /// plain).
    pub fn new(word: String, emphasis: f64, holding: f64, total: f64) -> Self {
        let holding = holding.min(total);
        let rarity = (1.0 + (total - holding + 0.5) / (holding + 0.5)).ln();
        Self {
            word,
            weight: emphasis * rarity,
        }
    }
}

/// A text that may answer.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Its title.
    pub title: &'a str,
    /// What else is at hand of it.
    pub body: &'a str,
    /// The weights of all asked words that it is known to contain, wherever they stand.
    pub known_weight: f64,
}

/// The words of a question, to weigh texts by.
#[derive(Debug)]
pub struct Ranking {
    terms: Vec<Term>,
}

impl Ranking {
    /// Weighs by these words.
    pub fn new(terms: Vec<Term>) -> Self {
        Self { terms }
    }

    /// How well the document answers; more is better, 0 is not at all.
    pub fn score(&self, document: &Document<'_>) -> f64 {
        let title = count(document.title, TITLE_WORDS);
        let body = count(document.body, BODY_WORDS);
        let mut score = 0.0;
        let mut seen_weight = 0.0;
        for term in &self.terms {
            let frequency = TITLE_WEIGHT * title.frequency(&term.word) + body.frequency(&term.word);
            if frequency > 0.0 {
                seen_weight += term.weight;
                score += term.weight * frequency * (SATURATION + 1.0) / (frequency + SATURATION);
            }
        }
        score + ELSEWHERE * (document.known_weight - seen_weight).max(0.0)
    }
}

struct Counted {
    times: HashMap<String, f64>,
    normal: f64,
}

impl Counted {
    fn frequency(&self, word: &str) -> f64 {
        self.times
            .get(word)
            .map_or(0.0, |times| times / self.normal)
    }
}

fn count(text: &str, usual_words: f64) -> Counted {
    let mut times = HashMap::new();
    let mut length = 0.0;
    for word in words(text) {
        *times.entry(word).or_default() += 1.0;
        length += 1.0;
    }
    Counted {
        times,
        normal: 1.0 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * length / usual_words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document<'a>(title: &'a str, body: &'a str) -> Document<'a> {
        Document {
            title,
            body,
            known_weight: 0.0,
        }
    }

    fn ranking(asked: &[(&str, f64)]) -> Ranking {
        let terms = asked
            .iter()
            .map(|(word, holding)| Term::new((*word).into(), 1.0, *holding, 1_000.0));
        Ranking::new(terms.collect())
    }

    #[test]
    fn rare_words_and_titles_count_more() {
        let ranking = ranking(&[("card", 10.0), ("error", 500.0)]);
        let scores = [
            document("Card declined", "It says so."),
            document("Something else", "The card was declined."),
            document("Error", "It says so."),
            document("Nothing of it", "At all."),
        ]
        .map(|document| ranking.score(&document));
        assert!(scores[0] > scores[1], "{scores:?}");
        assert!(scores[1] > scores[2], "{scores:?}");
        assert_eq!(scores[3], 0.0);
    }

    #[test]
    fn a_word_in_the_thread_counts_less_than_one_in_the_text() {
        let ranking = ranking(&[("card", 10.0)]);
        let weight = ranking.terms[0].weight;
        let elsewhere = Document {
            known_weight: weight,
            ..document("Declined", "It says so.")
        };
        let said = ranking.score(&elsewhere);
        let told = ranking.score(&document("Declined", "The card says so."));
        assert!(0.0 < said && said < told, "{said} {told}");
    }

    #[test]
    fn a_word_that_all_have_still_counts_a_little() {
        assert!(Term::new("error".into(), 1.0, 2_000.0, 1_000.0).weight > 0.0);
    }
}
