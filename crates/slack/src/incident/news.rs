//! “Any news?”, asked in the thread, is answered privately (C1).

use eider_app::ticket::{self, News};
use eider_domain::{TicketNumber, access::Actor};

use crate::{CallError, Slack, kit, mrkdwn, request::Asked};

/// How people ask for news, without greetings and in small letters.
const QUESTIONS: [&str; 26] = [
    "any news",
    "is there any news",
    "are there any news",
    "news",
    "any update",
    "any updates",
    "is there an update",
    "are there any updates",
    "update",
    "updates",
    "any progress",
    "any eta",
    "eta",
    "whats the eta",
    "whats the status",
    "what is the status",
    "status",
    "status update",
    "hows it going",
    "how is it going",
    "hows this going",
    "how is this going",
    "when will this be fixed",
    "when will it be fixed",
    "is this fixed",
    "is it fixed",
];
/// Words that change nothing about the question.
const FILLERS: [&str; 20] = [
    "hi", "hello", "hey", "all", "team", "everyone", "please", "folks", "guys", "yet", "so",
    "here", "there", "on", "about", "this", "it", "thanks", "sorry", "today",
];

/// Whether a text does nothing but ask how it stands.
pub(crate) fn asks_for_news(text: &str) -> bool {
    let text: String = text
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '\'' | '’'))
        .map(|c| {
            if c.is_alphanumeric() || c == '@' {
                c
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !word.starts_with('@'))
        .collect();
    let whole = words.join(" ");
    if QUESTIONS.contains(&whole.as_str()) {
        return true;
    }
    // Greetings stand before the question, and what it is about after it.
    let is_filler = |word: &&&str| FILLERS.contains(*word);
    let before = words.iter().take_while(is_filler).count();
    let after = words.iter().rev().take_while(is_filler).count();
    (0..=before).any(|from| {
        (0..=after).any(|to| {
            let end = words.len().saturating_sub(to);
            from < end && QUESTIONS.contains(&words[from..end].join(" ").as_str())
        })
    })
}

impl Slack {
    /// Tells whoever asks how it stands, in private, unless they work on it themselves.
    pub(crate) async fn answer_with_news(
        &self,
        asked: &Asked,
        actor: &Actor,
        number: TicketNumber,
    ) -> Result<(), CallError> {
        let news = match ticket::news(self.eider(), actor, number).await {
            Ok(news) => news,
            Err(error) => return self.told_why_not(asked, Err(error)).await,
        };
        let works = news.owner == Some(actor.person)
            || news.hats.wearers().any(|wearer| wearer == actor.person);
        if works || !news.status.is_open() {
            return Ok(());
        }
        let text = words(&news);
        let blocks = vec![kit::section(&text)];
        self.tell_privately(asked, &text, blocks).await
    }
}

pub(super) fn words(news: &News) -> String {
    let name = |person| {
        let name = news.names.get(&person).map(|name| name.name.as_str());
        kit::escape(name.unwrap_or("somebody"))
    };
    let mut lines = Vec::new();
    match &news.last {
        Some(last) => {
            let by = last.by.map_or_else(|| "Somebody".to_owned(), name);
            let people = mrkdwn::People::default();
            lines.push(format!("{by} told this {}:", kit::date(last.at, "{ago}")));
            for (word, told) in [("Known", &last.known), ("Being done", &last.doing)] {
                let told = mrkdwn::from_markdown(told, &people);
                lines.push(format!("*{word}:* {}", kit::cut(&told, 1_200)));
            }
        }
        None => lines.push(match news.owner {
            Some(owner) => format!("{} has it. No update was given yet.", name(owner)),
            None => "Nobody has it yet, and no update was given.".to_owned(),
        }),
    }
    lines.extend(match news.next_at {
        Some(next_at) if news.is_late() => Some(format!(
            "The next update was promised for {}. Whoever communicates was reminded.",
            kit::due(next_at)
        )),
        Some(next_at) => Some(format!(
            "The next update comes {}.",
            kit::due_and_ago(next_at)
        )),
        // Where there was none, nobody wonders about the next.
        None => news
            .last
            .as_ref()
            .map(|_| "No time is set for the next update.".to_owned()),
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_for_news_are_known() {
        for text in [
            "Any news?",
            "any update on this??",
            "Hi team, any updates yet please?",
            "What's the status?",
            "<@U1ADA> any news",
            "ETA?",
        ] {
            let text = text.replace("<@U1ADA>", "@ada");
            assert!(asks_for_news(&text), "{text}");
        }
    }

    #[test]
    fn what_says_more_is_no_such_question() {
        for text in [
            "",
            "Any news from the bank? They said that it is fixed on their side",
            "The update failed",
            "it",
            "Here is the status page",
        ] {
            assert!(!asks_for_news(text), "{text}");
        }
    }
}
