//! Slack's markup, as Markdown.

use super::{NOTHING, People};

/// Deeper nesting than this is words: it helps nobody.
const NESTING_LIMIT: usize = 8;

/// What a text of Slack says, as Markdown.
pub fn to_markdown(text: &str, people: &People) -> String {
    // What keeps marks apart would vanish from what is written, and the marks would touch.
    let text = text.replace(NOTHING, "");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("```") {
        let (before, code) = rest.split_at(at);
        let code = &code[3..];
        let Some(end) = code.find("```") else { break };
        prose(before, people, &mut out);
        code_block(&code[..end], &mut out);
        rest = &code[end + 3..];
    }
    prose(rest, people, &mut out);
    out.trim_matches('\n').to_owned()
}

/// The people of Slack whom a text mentions, by their ids, each once.
pub fn mentioned(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split("<@").skip(1) {
        let end = part.find(['>', '|']).unwrap_or(part.len());
        let user = &part[..end];
        let is_id = !user.is_empty() && user.chars().all(|c| c.is_ascii_alphanumeric());
        if is_id && !found.iter().any(|known| known == user) {
            found.push(user.to_owned());
        }
    }
    found
}

fn code_block(code: &str, out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str("```\n");
    out.push_str(unescape(&without_brackets(code)).trim_matches('\n'));
    out.push_str("\n```\n");
}

/// In code Slack still puts addresses into brackets.
fn without_brackets(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 1..];
        let Some(end) = inner.find('>') else {
            rest = &rest[at..];
            break;
        };
        let token = &inner[..end];
        out.push_str(token.rsplit('|').next().unwrap_or(token));
        rest = &inner[end + 1..];
    }
    out.push_str(rest);
    out
}

fn prose(text: &str, people: &People, out: &mut String) {
    let mut was_quoted = false;
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let (quoted, line) = match line.strip_prefix("&gt;") {
            Some(rest) => (true, rest.strip_prefix(' ').unwrap_or(rest)),
            None => (false, line),
        };
        if quoted {
            out.push_str("> ");
        } else if was_quoted && !line.is_empty() {
            // Without a line between, Markdown takes it for the end of the quote.
            out.push('\n');
        }
        was_quoted = quoted;
        self::line(line, people, out);
    }
}

fn line(line: &str, people: &People, out: &mut String) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let words = line.trim_start_matches([' ', '\t']);
    let bullet = ["• ", "◦ ", "▪︎ ", "▪ "]
        .iter()
        .find_map(|bullet| words.strip_prefix(bullet));
    if let Some(item) = bullet {
        // Four spaces would be code.
        out.push_str(&"  ".repeat((indent / 2).min(NESTING_LIMIT)));
        out.push_str("- ");
        inline(item, people, 0, out);
        return;
    }
    if words.starts_with(['#', '+', '=', '|']) || is_rule(words) {
        out.push('\\');
    }
    inline(words, people, 0, out);
}

/// Lines of nothing but these would be drawn as a line across, or make a heading of what is above.
fn is_rule(words: &str) -> bool {
    !words.is_empty() && words.chars().all(|c| matches!(c, '-' | ' ')) && words.contains("--")
}

fn inline(text: &str, people: &People, depth: usize, out: &mut String) {
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '<' => bracket(rest, people, out),
            '`' => code(rest, out),
            '*' | '_' | '~' => styled(rest, c, before, people, depth, out),
            '&' => entity(rest, out),
            _ => None,
        };
        let taken = taken.unwrap_or_else(|| {
            literal(c, before, &rest[c.len_utf8()..], out);
            c.len_utf8()
        });
        before = rest[..taken].chars().next_back().unwrap_or(' ');
        rest = &rest[taken..];
    }
}

/// `<…>`: a link, a mention, a channel, a date.
fn bracket(text: &str, people: &People, out: &mut String) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>')?;
    let token = &inner[..end];
    let (target, label) = match token.split_once('|') {
        Some((target, label)) => (target, Some(label)),
        None => (token, None),
    };
    let told = match target.chars().next()? {
        '@' => people.here(&target[1..]),
        '#' => {
            let name = label.filter(|label| !label.is_empty());
            format!("\\#{}", unescape(name.unwrap_or("channel")))
        }
        '!' => special(&target[1..], label),
        _ => {
            link(target, label, out);
            return Some(end + 2);
        }
    };
    out.push_str(&told);
    Some(end + 2)
}

/// Groups and dates. Calling everybody is only a word here.
fn special(target: &str, label: Option<&str>) -> String {
    if let Some(label) = label {
        return unescape(label);
    }
    let word = target.split('^').next().unwrap_or_default();
    match word {
        "date" => "a date".to_owned(),
        "subteam" => "a group".to_owned(),
        word => format!("@{}", unescape(word)),
    }
}

fn link(target: &str, label: Option<&str>, out: &mut String) {
    let address = unescape(target);
    let label = label.map(unescape);
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let bare = address.strip_prefix("mailto:").unwrap_or(&address);
    match label {
        Some(label) if is_web && label != address && !label.trim().is_empty() => {
            let words = label.replace(['[', ']', '\\', '`', '<'], " ");
            let target: String = address
                .chars()
                .filter(|c| !c.is_whitespace() && !matches!(c, '<' | '>'))
                .collect();
            out.push_str(&format!("[{words}](<{target}>)"));
        }
        _ if is_web => out.push_str(&address),
        Some(label) if label != bare => out.push_str(&format!("{label} ({bare})")),
        _ => out.push_str(bare),
    }
}

/// Code within a line. Pieces that touch become one: Markdown would take the marks between them for
/// words of it.
fn code(text: &str, out: &mut String) -> Option<usize> {
    let mut code = String::new();
    let mut rest = text;
    while let Some((inner, after)) = code_at(rest) {
        code.push_str(&unescape(&without_brackets(inner)));
        rest = after;
    }
    if rest.len() == text.len() {
        return None;
    }
    // Markdown takes a blank off both ends (CommonMark 6.1), so those that were written get another.
    let is_padded = code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty();
    let blank = if is_padded { " " } else { "" };
    out.push_str(&format!("`{blank}{code}{blank}`"));
    Some(text.len() - rest.len())
}

/// The code that a text begins with, and what follows it.
fn code_at(text: &str) -> Option<(&str, &str)> {
    let (inner, after) = text.strip_prefix('`')?.split_once('`')?;
    (!inner.is_empty()).then_some((inner, after))
}

/// `*bold*`, `_italic_`, `~strike~`: the marks stand at the edges of words.
fn styled(
    text: &str,
    mark: char,
    before: char,
    people: &People,
    depth: usize,
    out: &mut String,
) -> Option<usize> {
    if before.is_alphanumeric() || before == mark || depth >= NESTING_LIMIT {
        return None;
    }
    let inner = &text[1..];
    if inner.starts_with([mark, ' ', '\t']) {
        return None;
    }
    let end = inner.match_indices(mark).map(|(at, _)| at).find(|at| {
        let last = inner[..*at].chars().next_back();
        let next = inner[*at + 1..].chars().next();
        last.is_some_and(|last| !last.is_whitespace())
            && next.is_none_or(|next| !next.is_alphanumeric() && next != mark)
    })?;
    let around = match mark {
        '*' => "**",
        '_' => "_",
        _ => "~~",
    };
    out.push_str(around);
    inline(&inner[..end], people, depth + 1, out);
    out.push_str(around);
    Some(end + 2)
}

fn entity(text: &str, out: &mut String) -> Option<usize> {
    let (entity, c) = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')]
        .into_iter()
        .find(|(entity, _)| text.starts_with(entity))?;
    literal(c, ' ', &text[entity.len()..], out);
    Some(entity.len())
}

/// A character that means nothing in Slack must mean nothing in Markdown either.
fn literal(c: char, before: char, after: &str, out: &mut String) {
    let next = after.chars().next().unwrap_or(' ');
    let is_markup = match c {
        '\\' => next.is_ascii_punctuation(),
        '*' | '~' => !(before.is_whitespace() && next.is_whitespace()),
        '_' => {
            let is_inside = before.is_alphanumeric() && next.is_alphanumeric();
            let is_alone = before.is_whitespace() && next.is_whitespace();
            !(is_inside || is_alone)
        }
        '`' => true,
        // A bracket that closes nothing makes no link.
        ']' => matches!(next, '(' | '[' | ':'),
        '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
        '&' => next.is_ascii_alphanumeric() || next == '#',
        _ => false,
    };
    if is_markup {
        out.push('\\');
    }
    out.push(c);
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
