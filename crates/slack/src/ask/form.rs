//! The form itself: what a responder needs first, what helps more behind one button.

use eider_app::desk::Desk;
use eider_domain::{
    feature::Platform,
    priority::Priority,
    text::{SHORT_LIMIT_CHARACTERS, TITLE_LIMIT_CHARACTERS},
    ticket::Noticed,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    ASK,
    answers::{About, Answers},
    calls,
    similar::{self, Offers},
};
use crate::kit::{self, Question, Style, TextField};

/// How many priorities, and how many of their examples, are explained.
const EXPLAINED_LIMIT: usize = 9;
const EXAMPLES_LIMIT: usize = 4;
/// Slack takes at most so many things to choose from beside each other.
const RADIO_LIMIT: usize = 10;

/// A form to draw.
#[derive(Debug)]
pub(super) struct Form<'a> {
    pub(super) desk: &'a Desk,
    /// What will happen is told for this instant.
    pub(super) now: Timestamp,
    pub(super) answers: &'a Answers,
    pub(super) about: &'a About,
    /// What resembles the question.
    pub(super) offers: &'a Offers,
    /// Why it was not filed.
    pub(super) trouble: Option<&'a str>,
}

impl Form<'_> {
    /// Draws the form.
    pub(super) fn view(&self) -> Value {
        let mut about = self.about.clone();
        about.more = about.more || self.answers.has_more();
        about.offered = about.offered || !self.offers.is_empty();
        let submit = if self.offers.is_empty() {
            "Ask for help"
        } else {
            "None of these: ask"
        };
        let blocks = self.blocks(about.more);
        let mut view = kit::modal(ASK, "Ask for help", Some(submit), &about.kept(), blocks);
        view["external_id"] = format!("ask-{}", about.key).into();
        view
    }

    fn blocks(&self, more: bool) -> Vec<Value> {
        let mut blocks = Vec::new();
        if let Some(trouble) = self.trouble {
            blocks.push(kit::section(&format!(
                ":warning: *It is not filed yet.* {} Everything that you wrote is here.",
                kit::escape(trouble)
            )));
        }
        if let Some(message) = &self.about.message {
            let who = match &message.author {
                Some(author) => format!("<@{author}> is the one who asks."),
                None => "You are the one who asks.".to_owned(),
            };
            let note =
                format!("From a message, which is linked and gets an answer in its thread. {who}");
            blocks.push(kit::context(&[note]));
        }
        // What was sent shows first what it may be; what is being written shows it where it is.
        blocks.push(self.title());
        blocks.extend(similar::blocks(self.offers));
        blocks.push(self.written(
            "what",
            "What happened, and what did you expect?",
            "What you see, word for word if there is a message.",
            &self.answers.written.what,
            false,
        ));
        blocks.extend(self.priority());
        blocks.push(self.feature());
        blocks.extend(self.platforms());
        blocks.extend(self.word());
        if more {
            blocks.extend(self.more());
        } else {
            let label = "More details";
            let button = kit::button(label, "ask-more", "more", Style::Plain);
            let small = "Since when, step by step, how many people: each helps, none is needed.";
            blocks.push(kit::actions("ask-more", vec![button]));
            blocks.push(kit::context(&[small.to_owned()]));
        }
        let files = ":paperclip: A picture says much. Drop files into the thread once it is there.";
        blocks.push(kit::context(&[files.to_owned()]));
        blocks
    }

    fn title(&self) -> Value {
        let field = kit::text_field(TextField {
            action_id: "title",
            placeholder: "Such as: Customers cannot pay by card",
            initial: &self.answers.written.title,
            multiline: false,
            limit: TITLE_LIMIT_CHARACTERS,
        });
        let question = Question {
            block_id: "title",
            label: "What is wrong, in a few words?",
            hint: "",
            optional: false,
            at_once: true,
        };
        kit::input(question, field)
    }

    fn written(&self, name: &str, label: &str, hint: &str, initial: &str, optional: bool) -> Value {
        let field = kit::text_field(TextField {
            action_id: name,
            placeholder: "",
            initial,
            multiline: true,
            limit: kit::SECTION_LIMIT,
        });
        kit::input(plain(name, label, hint, optional), field)
    }

    /// What each priority that can be chosen means, examples, and what will happen (A3).
    fn priority(&self) -> Vec<Value> {
        let about = self.answers.written.feature();
        let explained = self
            .desk
            .offered_priorities()
            .take(EXPLAINED_LIMIT)
            .map(|priority| {
                let calls = calls::sentence(self.desk, priority.rank, about, self.now);
                kit::context(&[explained(priority, self.desk, &calls)])
            });
        let options: Vec<Value> = self
            .desk
            .offered_priorities()
            .take(RADIO_LIMIT)
            .map(|priority| {
                let label = format!("{} {}", priority.rank, priority.name);
                let value = priority.rank.to_string();
                kit::option_explained(&label, &value, &priority.consequence)
            })
            .collect();
        let chosen = Some(self.answers.written.priority.as_str());
        let question = kit::input(
            plain("priority", "How urgent is it?", "", false),
            kit::radio_buttons("priority", options, chosen),
        );
        let written = &self.answers.cannot_wait;
        let cannot_wait = calls::cannot_wait(self.desk, about, written, self.now);
        let questions = [question].into_iter().chain(explained);
        questions.chain(cannot_wait).collect()
    }

    fn feature(&self) -> Value {
        let chosen = self
            .answers
            .written
            .feature()
            .and_then(|id| self.desk.feature(id));
        let chosen = chosen.map(|feature| kit::option(&feature.name, &feature.id.to_string()));
        let question = Question {
            block_id: "feature",
            label: "What is it about?",
            hint: "It goes to the people who look after that. Leave it empty if you do not know.",
            optional: true,
            at_once: true,
        };
        let placeholder = "Type a part of its name";
        kit::input(
            question,
            kit::external_select("feature", placeholder, chosen),
        )
    }

    /// Where it was tried, for what can be tried in several places.
    fn platforms(&self) -> Vec<Value> {
        let feature = self
            .answers
            .written
            .feature()
            .and_then(|id| self.desk.feature(id));
        let platforms: Vec<Platform> = feature.map_or_else(Vec::new, |feature| {
            let is_of_it = |platform: &Platform| feature.platforms.contains(platform);
            Platform::ALL.into_iter().filter(is_of_it).collect()
        });
        if platforms.is_empty() {
            return Vec::new();
        }
        let options: Vec<Value> = platforms
            .iter()
            .map(|platform| kit::option(platform.name(), platform.as_str()))
            .collect();
        let boxes = |name: &str, label: &str, ticked: &[String]| {
            let boxes = kit::checkboxes_ticked(name, options.clone(), ticked);
            kit::input(plain(name, label, "", true), boxes)
        };
        let network = kit::text_field(TextField {
            action_id: "network",
            placeholder: "Such as: mobile data, the office’s Wi-Fi, at home by VPN",
            initial: &self.answers.written.network,
            multiline: false,
            limit: SHORT_LIMIT_CHARACTERS,
        });
        vec![
            boxes("fails_on", "It fails on", &self.answers.written.fails_on),
            boxes("works_on", "It works on", &self.answers.written.works_on),
            kit::input(plain("network", "On which network?", "", true), network),
        ]
    }

    /// The glossary, each word defined where it is chosen.
    fn word(&self) -> Option<Value> {
        let terms = &self.desk.glossary;
        if terms.is_empty() {
            return None;
        }
        let options: Vec<Value> = terms
            .iter()
            .map(|term| kit::option_explained(&term.word, &term.key, &term.meaning))
            .collect();
        let chosen = Some(self.answers.written.word.as_str());
        let element = if options.len() <= RADIO_LIMIT {
            kit::radio_buttons("word", options, chosen)
        } else {
            kit::select("word", "Choose a word", options, chosen)
        };
        Some(kit::input(
            plain("word", "Which word fits best?", "", true),
            element,
        ))
    }

    fn more(&self) -> Vec<Value> {
        let answers = self.answers;
        let noticed: Vec<Value> = Noticed::ALL
            .iter()
            .map(|noticed| kit::option(noticed.name(), noticed.as_str()))
            .collect();
        let chosen = Some(answers.written.noticed.as_str());
        let people_hint = "Leave it empty if you do not know.";
        vec![
            kit::input(
                plain("since", "Since when?", "About right is enough.", true),
                kit::instant_field("since", answers.since),
            ),
            self.written(
                "steps",
                "Step by step, with the time that each takes",
                "Such as: Tap Pay, wait 20 seconds, then the page turns white.",
                &answers.written.steps,
                true,
            ),
            self.written(
                "expected",
                "What would have been right?",
                "If it is not said above.",
                &answers.written.expected,
                true,
            ),
            kit::input(
                plain("noticed", "Who noticed?", "", true),
                kit::select("noticed", "Choose", noticed, chosen),
            ),
            kit::input(
                plain(
                    "people_affected",
                    "How many people does it concern?",
                    people_hint,
                    true,
                ),
                kit::number_field("people_affected", &answers.written.people_affected),
            ),
            self.written(
                "links",
                "Links",
                "Web addresses that show it, one a line.",
                &answers.written.links,
                true,
            ),
        ]
    }
}

fn plain<'a>(block_id: &'a str, label: &'a str, hint: &'a str, optional: bool) -> Question<'a> {
    Question {
        block_id,
        label,
        hint,
        optional,
        at_once: false,
    }
}

fn explained(priority: &Priority, desk: &Desk, calls: &str) -> String {
    let calendar = priority
        .calendar
        .and_then(|id| desk.calendars.iter().find(|named| named.id == id));
    let hours = calendar.map_or_else(
        || "day and night".to_owned(),
        |named| format!("counted {}", kit::escape(named.calendar.name())),
    );
    let examples: Vec<String> = priority
        .examples
        .iter()
        .take(EXAMPLES_LIMIT)
        .map(|example| kit::escape(kit::cut(example.trim_end_matches('.'), 120).as_str()))
        .collect();
    let such_as = if examples.is_empty() {
        String::new()
    } else {
        format!(" _Such as: {}._", examples.join("; "))
    };
    format!(
        "*{} {}:* {}{such_as} Answered within {}, put right within {}, {hours}. {calls}",
        priority.rank,
        kit::escape(&kit::cut(&priority.name, 80)),
        kit::escape(&kit::cut(&priority.meaning, 300)),
        length(priority.respond_seconds),
        length(priority.resolve_seconds),
    )
}

/// A length of time, as short as it can be said.
pub(crate) fn length(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "a minute".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// What is shown while something that takes a moment is done, or when it is over.
pub(super) fn notice(about: &About, blocks: Vec<Value>) -> Value {
    let mut view = kit::modal("ask-notice", "Ask for help", None, &about.kept(), blocks);
    if !about.key.is_empty() {
        view["external_id"] = format!("ask-{}", about.key).into();
    }
    view
}

/// What is shown at once when the form was sent.
pub(super) fn filing(about: &About) -> Value {
    let text = ":hourglass_flowing_sand: *Filing it.* You can close this; nothing is lost.";
    notice(about, vec![kit::section(text)])
}

/// The options that fit what somebody types, in the shape of an answer.
pub(super) fn options(desk: &Desk, typed: &str) -> Value {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let mut fitting: Vec<(usize, &eider_domain::feature::Feature)> = desk
        .features
        .iter()
        .filter(|feature| !feature.retired)
        .filter_map(|feature| {
            let name = feature.name.to_lowercase();
            let text = format!("{name} {}", feature.description.to_lowercase());
            if !words.iter().all(|word| text.contains(word)) {
                return None;
            }
            // What is called so comes before what only speaks of it.
            let is_named = words.iter().all(|word| name.contains(word));
            let begins = words.first().is_some_and(|word| name.starts_with(word));
            Some((usize::from(!is_named) * 2 + usize::from(!begins), feature))
        })
        .collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    let options: Vec<Value> = fitting
        .into_iter()
        .take(kit::OPTIONS_LIMIT)
        .map(|(_, feature)| kit::option(&feature.name, &feature.id.to_string()))
        .collect();
    json!({"options": options})
}
