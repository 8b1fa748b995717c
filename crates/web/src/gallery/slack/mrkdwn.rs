//! Slack's markup, drawn as Slack shows it to a reader in London, at the moment of the samples.
//!
//! Every word goes through maud and is escaped: no HTML comes from a sample.

use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};

use super::emoji;

/// The moment at which the samples are read: 2026-03-02T13:27:00Z, a Monday.
const NOW_SECOND: i64 = 1_772_458_020;
/// In samples, a person of Slack is called by what follows this: `U0CLEO` is Cleo.
const PERSON_BEGINS: &str = "U0";
const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// Draws a text of markup.
pub(super) fn text(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split("```").enumerate() {
            @if at % 2 == 1 { pre.sk-pre { (decoded(part.trim_matches('\n'))) } }
            @else { (lines(part)) }
        }
    }
}

/// Draws words without markup, in which only the names of emoji mean something.
pub(super) fn plain(text: &str) -> Markup {
    html! {
        @for (at, line) in text.split('\n').enumerate() {
            @if at > 0 { br; }
            (pieces(line, false))
        }
    }
}

/// Lines, of which those that begin with a `>` are a quotation.
fn lines(text: &str) -> Markup {
    let mut groups: Vec<(bool, Vec<&str>)> = Vec::new();
    for line in text.split('\n') {
        let quoted = line.strip_prefix('>').or_else(|| line.strip_prefix("&gt;"));
        let (is_quoted, words) = quoted.map_or((false, line), |words| (true, words.trim_start()));
        match groups.last_mut() {
            Some((before, lines)) if *before == is_quoted => lines.push(words),
            _ => groups.push((is_quoted, vec![words])),
        }
    }
    html! {
        @for (is_quoted, lines) in &groups {
            @if *is_quoted { blockquote.sk-quote { (joined(lines)) } } @else { (joined(lines)) }
        }
    }
}

fn joined(lines: &[&str]) -> Markup {
    html! {
        @for (at, line) in lines.iter().enumerate() {
            @if at > 0 { br; }
            (pieces(line, true))
        }
    }
}

/// The pieces of a line: words, and between them what is marked.
fn pieces(line: &str, has_marks: bool) -> Markup {
    let mut drawn: Vec<Markup> = Vec::new();
    let mut words = String::new();
    let mut before = None;
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let piece = match first {
            ':' => emoji::begun(rest),
            _ if has_marks => marked_piece(rest, first, before),
            _ => None,
        };
        if let Some((piece, after)) = piece {
            drawn.push(html! { (decoded(&words)) });
            words.clear();
            drawn.push(piece);
            before = None;
            rest = after;
        } else {
            words.push(first);
            before = Some(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    html! { @for piece in &drawn { (piece) } (decoded(&words)) }
}

fn marked_piece(rest: &str, first: char, before: Option<char>) -> Option<(Markup, &str)> {
    match first {
        '<' => {
            let (token, after) = rest.strip_prefix('<')?.split_once('>')?;
            Some((token_drawn(token), after))
        }
        '*' | '_' | '~' | '`' if !before.is_some_and(char::is_alphanumeric) => {
            let (inner, after) = between(rest, first)?;
            let drawn = match first {
                '*' => html! { strong { (pieces(inner, true)) } },
                '_' => html! { em { (pieces(inner, true)) } },
                '~' => html! { s { (pieces(inner, true)) } },
                _ => html! { code.sk-code { (decoded(inner)) } },
            };
            Some((drawn, after))
        }
        _ => None,
    }
}

/// What stands between a mark at the beginning of `rest` and the mark that ends it.
fn between(rest: &str, mark: char) -> Option<(&str, &str)> {
    let inner = rest.strip_prefix(mark)?;
    let mut before = None;
    let mut is_in_token = false;
    for (at, c) in inner.char_indices() {
        match c {
            '<' => is_in_token = true,
            '>' => is_in_token = false,
            _ => {}
        }
        if c == mark && !is_in_token && before.is_some_and(|c: char| !c.is_whitespace()) {
            let after = inner.get(at + c.len_utf8()..)?;
            if !after.chars().next().is_some_and(char::is_alphanumeric) {
                return Some((inner.get(..at)?, after));
            }
        }
        if before.is_none() && c.is_whitespace() {
            return None;
        }
        before = Some(c);
    }
    None
}

/// What stands between `<` and `>`: somebody, a channel, an instant, or a link.
fn token_drawn(token: &str) -> Markup {
    let (target, label) = token.split_once('|').unwrap_or((token, ""));
    if let Some(user) = target.strip_prefix('@') {
        return html! { span.sk-mention { "@" (person(user)) } };
    }
    if target.starts_with('#') {
        return html! { span.sk-mention { "#" (label) } };
    }
    if let Some(asked) = target.strip_prefix("!date^") {
        return match date(asked) {
            Some(words) => html! { time { (words) } },
            None => html! { span.sk-unknown { "unknown date " (asked) } },
        };
    }
    if target.starts_with('!') {
        return html! { span.sk-unknown { "unknown word " (target) } };
    }
    let words = if label.is_empty() { target } else { label };
    html! { span.sk-link { (pieces(words, false)) } }
}

/// How somebody is called.
fn person(user: &str) -> String {
    let name = user.strip_prefix(PERSON_BEGINS).unwrap_or(user);
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first
        .into_iter()
        .chain(letters.map(|letter| letter.to_ascii_lowercase()))
        .collect()
}

/// An instant in the pattern that is asked, such as `1772461620^{date_short_pretty} at {time}`.
fn date(asked: &str) -> Option<String> {
    let (second, pattern) = asked.split_once('^')?;
    let second: i64 = second.parse().ok()?;
    let at = Timestamp::from_second(second).ok()?.to_zoned(TimeZone::UTC);
    let now = Timestamp::from_second(NOW_SECOND).ok()?;
    let now = now.to_zoned(TimeZone::UTC);
    let days = (at.date() - now.date()).get_days();
    let day = match days {
        -1 => "yesterday".to_owned(),
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        _ => at.strftime("%b %-d, %Y").to_string(),
    };
    let words = pattern
        .replace("{date_short_pretty}", &day)
        .replace("{time}", &at.strftime("%H:%M").to_string())
        .replace("{ago}", &ago(second - NOW_SECOND));
    (!words.contains('{')).then_some(words)
}

/// How far away an instant is; `seconds` is more than zero for what is still to come.
fn ago(seconds: i64) -> String {
    let length = seconds.abs();
    let (count, unit) = match length {
        0..60 => return "just now".to_owned(),
        60..HOUR_SECONDS => (length / 60, "minute"),
        HOUR_SECONDS..DAY_SECONDS => (length / HOUR_SECONDS, "hour"),
        _ => (length / DAY_SECONDS, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds > 0 {
        format!("in {count} {unit}{plural}")
    } else {
        format!("{count} {unit}{plural} ago")
    }
}

/// Words as they were before their signs were escaped for Slack.
fn decoded(words: &str) -> String {
    words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(words: &str) -> String {
        text(words).into_string()
    }

    #[test]
    fn marks_are_drawn_where_slack_draws_them() {
        assert_eq!(
            drawn("*bold* and _it_"),
            "<strong>bold</strong> and <em>it</em>"
        );
        assert_eq!(drawn("2*3*4 a_b_c"), "2*3*4 a_b_c");
        assert_eq!(drawn("* not*"), "* not*");
        assert_eq!(
            drawn("a `x &lt; *y*`"),
            "a <code class=\"sk-code\">x &lt; *y*</code>"
        );
        assert_eq!(
            drawn("*<https://a.example/b_c_d|T-1>* on"),
            "<strong><span class=\"sk-link\">T-1</span></strong> on"
        );
    }

    #[test]
    fn quotations_people_and_instants_are_drawn() {
        assert_eq!(
            drawn("asks\n>first\n>second"),
            "asks<blockquote class=\"sk-quote\">first<br>second</blockquote>"
        );
        assert_eq!(
            drawn("<@U0CLEO>"),
            "<span class=\"sk-mention\">@Cleo</span>"
        );
        assert_eq!(
            drawn("<!date^1772461620^{date_short_pretty} at {time} ({ago})|x>"),
            "<time>today at 14:27 (in 1 hour)</time>"
        );
        assert_eq!(
            drawn("<!date^1772371620^{date_short_pretty}|x>"),
            "<time>yesterday</time>"
        );
    }

    #[test]
    fn nothing_of_a_sample_becomes_html() {
        for words in [
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "<https://a.example|<script>alert(1)</script>",
            "<@U0<b>",
            ":<b>: `<b>`",
        ] {
            let drawn = drawn(words);
            assert!(!drawn.contains("<script"), "{drawn}");
            assert!(!drawn.contains("<b>"), "{drawn}");
        }
    }
}
