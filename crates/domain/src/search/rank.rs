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
/// What a word counts that stands elsewhere in the document, such as in its thread.
const ELSEWHERE: f64 = 0.4;

/// A word that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The word, as [`super::words`] makes it.
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

/// Texts that are weighed against each other.
#[derive(Debug)]
pub struct Ranking {
    terms: Vec<Term>,
}

struct Counted {
    title: HashMap<String, f64>,
    body: HashMap<String, f64>,
    title_length: f64,
    body_length: f64,
    known_weight: f64,
}

impl Ranking {
    /// Weighs by these words.
    pub fn new(terms: Vec<Term>) -> Self {
        Self { terms }
    }

    /// How well each document answers, in the order given; more is better, 0 is not at all.
    pub fn scores(&self, documents: &[Document<'_>]) -> Vec<f64> {
        let counted: Vec<Counted> = documents.iter().map(count).collect();
        let how_many = f64::from(u32::try_from(counted.len()).unwrap_or(u32::MAX)).max(1.0);
        let mean = |length: fn(&Counted) -> f64| {
            (counted.iter().map(length).sum::<f64>() / how_many).max(1.0)
        };
        let title_mean = mean(|document| document.title_length);
        let body_mean = mean(|document| document.body_length);
        counted
            .iter()
            .map(|document| self.score(document, title_mean, body_mean))
            .collect()
    }

    fn score(&self, document: &Counted, title_mean: f64, body_mean: f64) -> f64 {
        let normal = |length: f64, mean: f64| {
            1.0 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * length / mean
        };
        let title_normal = normal(document.title_length, title_mean);
        let body_normal = normal(document.body_length, body_mean);
        let mut score = 0.0;
        let mut seen_weight = 0.0;
        for term in &self.terms {
            let times = |counts: &HashMap<String, f64>| counts.get(&term.word).copied();
            let in_title = times(&document.title).unwrap_or_default();
            let in_body = times(&document.body).unwrap_or_default();
            let frequency = TITLE_WEIGHT * in_title / title_normal + in_body / body_normal;
            if frequency > 0.0 {
                seen_weight += term.weight;
                score += term.weight * frequency * (SATURATION + 1.0) / (frequency + SATURATION);
            }
        }
        score + ELSEWHERE * (document.known_weight - seen_weight).max(0.0)
    }
}

fn count(document: &Document<'_>) -> Counted {
    let (title, title_length) = frequencies(document.title);
    let (body, body_length) = frequencies(document.body);
    Counted {
        title,
        body,
        title_length,
        body_length,
        known_weight: document.known_weight,
    }
}

fn frequencies(text: &str) -> (HashMap<String, f64>, f64) {
    let mut counts = HashMap::new();
    let mut length = 0.0;
    for word in words(text) {
        *counts.entry(word).or_default() += 1.0;
        length += 1.0;
    }
    (counts, length)
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
        let scores = ranking(&[("card", 10.0), ("error", 500.0)]).scores(&[
            document("Card declined", "It says so."),
            document("Something else", "The card was declined."),
            document("Error", "It says so."),
            document("Nothing of it", "At all."),
        ]);
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
        let scores = ranking.scores(&[elsewhere, document("Declined", "The card says so.")]);
        assert!(0.0 < scores[0] && scores[0] < scores[1], "{scores:?}");
    }

    #[test]
    fn a_word_that_all_have_still_counts_a_little() {
        assert!(Term::new("error".into(), 1.0, 2_000.0, 1_000.0).weight > 0.0);
    }
}
