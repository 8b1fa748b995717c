//! Slack's own markup: how typed text is kept, how it is read, and whether dates are well formed.

use serde_json::{Value, json};

use super::limits::Complaints;

const DATE_TOKENS: [&str; 12] = [
    "{date_num}",
    "{date_slash}",
    "{date}",
    "{date_short}",
    "{date_long}",
    "{date_long_full}",
    "{date_pretty}",
    "{date_short_pretty}",
    "{date_long_pretty}",
    "{time}",
    "{time_secs}",
    "{ago}",
];

/// What a person typed, as Slack keeps and sends it: `&`, `<` and `>` escaped, links in brackets.
/// Mentions such as `<@U00000007>`, which a person picks from a list, stay.
pub(super) fn typed(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let space = &piece[word.len()..];
        let is_mention = ["<@", "<#", "<!"]
            .iter()
            .any(|start| word.starts_with(start));
        let end = word.find('>').filter(|_| is_mention);
        if let Some(end) = end {
            kept.push_str(&word[..=end]);
            kept.push_str(&escaped(&word[end + 1..]));
        } else if word.starts_with("https://") || word.starts_with("http://") {
            kept.push_str(&format!("<{}>", escaped(word)));
        } else {
            kept.push_str(&escaped(word));
        }
        kept.push_str(space);
    }
    kept
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The rich text that Slack's composer makes of what a person typed.
pub(super) fn rich_text(text: &str) -> Value {
    json!([{"type": "rich_text", "block_id": "rt", "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": read(text)}]},
    ]}])
}

/// What a person reads: dates as their fallback, links as their labels, entities as signs.
pub(super) fn read(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else {
            break;
        };
        shown.push_str(&rest[..start]);
        let inside = &rest[start + 1..start + end];
        let is_mention = inside.starts_with(['@', '#']);
        match inside.rsplit_once('|') {
            Some((_, label)) if !is_mention => shown.push_str(label),
            _ if is_mention || inside.starts_with('!') => {
                shown.push_str(&rest[start..=start + end]);
            }
            _ => shown.push_str(inside),
        }
        rest = &rest[start + end + 1..];
    }
    shown.push_str(rest);
    shown
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Complains of dates that Slack would show as they stand in the source.
pub(super) fn check_dates(complaints: &mut Complaints, place: &str, text: &str) {
    for part in text.split("<!date^").skip(1) {
        let inside = part
            .split('>')
            .next()
            .filter(|inside| inside.len() < part.len());
        if !inside.is_some_and(is_date) {
            let shown: String = part.chars().take(60).collect();
            complaints.add(
                place,
                format!("not a date that Slack knows: <!date^{shown}"),
            );
        }
    }
}

fn is_date(inside: &str) -> bool {
    let Some((formatted, fallback)) = inside.split_once('|') else {
        return false;
    };
    let mut parts = formatted.split('^');
    let is_second = parts.next().is_some_and(|seconds| {
        !seconds.is_empty() && seconds.chars().all(|digit| digit.is_ascii_digit())
    });
    let format = parts.next().unwrap_or_default();
    let is_link = parts.next().is_none_or(|link| link.starts_with("http"));
    let mut tokens = format
        .match_indices('{')
        .map(|(at, _)| format[at..].split_inclusive('}').next().unwrap_or_default());
    let knows_all = tokens.all(|token| DATE_TOKENS.contains(&token));
    is_second && is_link && knows_all && format.contains('{') && !fallback.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_is_kept_as_slack_keeps_it() {
        assert_eq!(typed("a < b & c"), "a &lt; b &amp; c");
        assert_eq!(
            typed("see https://e.org/?a=1&b=2 now"),
            "see <https://e.org/?a=1&amp;b=2> now"
        );
        assert_eq!(typed("<@U1>, look\n<b>"), "<@U1>, look\n&lt;b&gt;");
        for text in ["a < b & c", "see https://e.org/?a=1&b=2 now", "one\n  two "] {
            assert_eq!(read(&typed(text)), text);
        }
    }

    #[test]
    fn dates_and_links_are_read_as_people_see_them() {
        let due = "due <!date^1392734382^{time}|14:05>, see <https://e.org|here> &amp; there";
        assert_eq!(read(due), "due 14:05, see here & there");
        assert_eq!(
            read("<@U1> asks <https://e.org>"),
            "<@U1> asks https://e.org"
        );
        assert_eq!(read("a < b"), "a < b");
    }

    #[test]
    fn dates_are_well_formed() {
        let wrong = |text: &str| {
            let mut complaints = Complaints::default();
            check_dates(&mut complaints, "/text", text);
            complaints.0.len()
        };
        assert_eq!(wrong("<!date^1392734382^{date_short} at {time}|14:05>"), 0);
        assert_eq!(wrong("<!date^1392734382^{time}^https://e.org|14:05>"), 0);
        for text in [
            "<!date^1392734382^{time}>",
            "<!date^1392734382^{hour}|14>",
            "<!date^soon^{time}|14>",
            "<!date^1392734382^at noon|14>",
            "<!date^1392734382^{time}|>",
            "<!date^1392734382^{time}|never closed",
        ] {
            assert_eq!(wrong(text), 1, "{text}");
        }
    }
}
