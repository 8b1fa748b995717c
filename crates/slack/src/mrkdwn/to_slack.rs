//! Markdown, in Slack's markup.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{NOTHING, People, address};
use crate::kit;

/// Deeper nesting than this is shown as words.
const NESTING_LIMIT: usize = 24;

/// A Markdown text in Slack's markup. It may be longer than the text.
pub fn from_markdown(text: &str, people: &People) -> String {
    if nesting(text) > NESTING_LIMIT {
        return kit::escape(text);
    }
    let mut writer = Writer::new(people);
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        writer.write(event);
    }
    writer.out.trim_matches('\n').to_owned()
}

/// A text of Slack's markup in parts of at most `limit` UTF-16 units each, cut between lines or
/// words where that is possible. There is always one part.
pub fn parts(text: &str, limit: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.encode_utf16().count() > limit {
        let end = fitting(rest, limit);
        let (part, after) = rest.split_at(end);
        parts.push(part.trim_end().to_owned());
        rest = after.trim_start_matches(['\n', ' ']);
    }
    if !rest.trim().is_empty() || parts.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// Where the first part ends: after the last line that fits, or word, or else in the middle of one,
/// but never within an entity or brackets.
fn fitting(text: &str, limit: usize) -> usize {
    let mut units = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > limit {
            break;
        }
        end = at + c.len_utf8();
    }
    let fits = &text[..end];
    let line = fits.rfind('\n').filter(|at| *at > end / 2);
    let word = fits.rfind(' ').filter(|at| *at > end / 2);
    let cut = line.or(word).unwrap_or(end);
    let opened = text[..cut].rfind(['<', '&']);
    let is_within = opened.filter(|at| !text[*at..cut].contains(['>', ';']));
    match is_within {
        // What is opened this early is no markup of ours.
        Some(at) if at > cut / 2 => at,
        _ => cut.max(text.chars().next().map_or(0, char::len_utf8)),
    }
}

fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A link that is being read: where it goes, and its words.
struct Link {
    target: String,
    words: String,
}

struct Writer<'a> {
    people: &'a People,
    out: String,
    /// What each line begins with, for quotes.
    quotes: usize,
    /// For each list that is open, the number of the next item, if it has numbers.
    lists: Vec<Option<u64>>,
    links: Vec<Link>,
    in_code: bool,
    /// A block has ended, so the next begins on a line of its own.
    is_between: bool,
}

impl<'a> Writer<'a> {
    fn new(people: &'a People) -> Self {
        Self {
            people,
            out: String::new(),
            quotes: 0,
            lists: Vec::new(),
            links: Vec::new(),
            in_code: false,
            is_between: false,
        }
    }

    fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => self.lines(&kit::escape(&text)),
            Event::Text(text) => self.words(&text),
            Event::Code(code) => {
                let code = kit::escape(&code.replace('`', "'"));
                self.raw(&format!("`{code}`"));
            }
            Event::Html(html) | Event::InlineHtml(html) => self.words(&html),
            Event::SoftBreak | Event::HardBreak => self.line_break(),
            Event::Rule => {
                self.begin_block();
                self.raw("———");
                self.is_between = true;
            }
            Event::TaskListMarker(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin_block(),
            Tag::Heading { .. } => {
                self.begin_block();
                self.raw("*");
            }
            Tag::BlockQuote(_) => {
                self.begin_block();
                self.quotes += 1;
                if self.quotes == 1 {
                    self.raw(">");
                }
            }
            Tag::CodeBlock(_) => {
                self.begin_block();
                self.raw("```\n");
                self.in_code = true;
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.begin_block();
                }
                self.lists.push(first);
            }
            Tag::Item => self.begin_item(),
            Tag::Emphasis => self.raw("_"),
            Tag::Strong => self.raw("*"),
            Tag::Strikethrough => self.raw("~"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.links.push(Link {
                target: dest_url.into_string(),
                words: String::new(),
            }),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.is_between = true,
            TagEnd::Heading(_) => {
                self.raw("*");
                self.is_between = true;
            }
            TagEnd::BlockQuote(_) => {
                self.quotes = self.quotes.saturating_sub(1);
                self.is_between = true;
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                if !self.out.ends_with('\n') {
                    self.raw("\n");
                }
                self.raw("```");
                self.is_between = true;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.is_between = true;
            }
            TagEnd::Emphasis => self.raw("_"),
            TagEnd::Strong => self.raw("*"),
            TagEnd::Strikethrough => self.raw("~"),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    /// Blocks are an empty line apart, and items of a list follow each other.
    fn begin_block(&mut self) {
        if !self.is_between || self.out.is_empty() {
            return;
        }
        self.is_between = false;
        self.line_break();
        if self.lists.is_empty() {
            self.line_break();
        } else {
            self.out.push_str(&"    ".repeat(self.lists.len()));
        }
    }

    fn begin_item(&mut self) {
        let is_first = self.out.is_empty() || self.out.ends_with(['\n', '>']);
        if !is_first {
            self.line_break();
        }
        self.is_between = false;
        let depth = self.lists.len().saturating_sub(1);
        self.out.push_str(&"    ".repeat(depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let item = format!("{number}. ");
                *number = number.saturating_add(1);
                self.out.push_str(&item);
            }
            _ => self.out.push_str("• "),
        }
    }

    fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let is_followable = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| link.target.starts_with(scheme));
        let words = link.words.trim();
        let told = if is_followable {
            let target: String = link
                .target
                .chars()
                .filter(|c| !c.is_whitespace() && !matches!(c, '<' | '>'))
                .collect();
            let target = target.replace('&', "&amp;").replace('|', "%7C");
            if words.is_empty() || words == target {
                format!("<{target}>")
            } else {
                format!("<{target}|{}>", words.replace(['|', '\n'], " "))
            }
        } else {
            words.to_owned()
        };
        // A link within a link cannot be: the outer one has the words.
        self.raw(&told);
    }

    fn words(&mut self, text: &str) {
        let mut before = self.target().chars().next_back().unwrap_or(' ');
        let mut out = String::new();
        for word in text.split_inclusive(char::is_whitespace) {
            let mention = address(word)
                .filter(|_| self.links.is_empty() && !before.is_alphanumeric())
                .and_then(|email| Some((email, self.people.there(email)?)));
            if let Some((email, user)) = mention {
                out.push_str(&format!("<@{user}>"));
                out.push_str(&harmless(&word[1 + email.len()..], ' '));
            } else {
                out.push_str(&harmless(word, before));
            }
            before = word.chars().next_back().unwrap_or(' ');
        }
        self.lines(&out);
    }

    fn lines(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.line_break();
            }
            self.raw(line);
        }
    }

    fn line_break(&mut self) {
        if !self.links.is_empty() {
            self.raw(" ");
            return;
        }
        self.out.push('\n');
        if self.quotes > 0 {
            self.out.push('>');
        }
    }

    fn target(&self) -> &str {
        self.links
            .last()
            .map_or(self.out.as_str(), |link| link.words.as_str())
    }

    fn raw(&mut self, text: &str) {
        match self.links.last_mut() {
            Some(link) if !text.starts_with("<http") => link.words.push_str(text),
            Some(link) => link.words.push_str(&text.replace(['<', '>'], "")),
            None => self.out.push_str(text),
        }
    }
}

/// Words that Slack reads as words: marks that would begin a style are followed by nothing.
fn harmless(word: &str, before: char) -> String {
    let mut out = String::new();
    let mut before = before;
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
        let is_mark = matches!(c, '*' | '_' | '~' | '`');
        if is_mark && !before.is_alphanumeric() && !next.is_whitespace() || c == '`' {
            out.push(NOTHING);
        }
        before = c;
    }
    out
}
