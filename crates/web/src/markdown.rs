//! Markdown that people wrote, as HTML that is safe to show.
//!
//! Two layers guard it. The reader of Markdown never passes raw HTML on and keeps only addresses
//! that a person may follow; what comes out is cleaned once more by an allow-list.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use eider_domain::TicketNumber;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// Deeper nesting than this is shown as text: it helps nobody, and trees that deep cost much.
const NESTING_LIMIT: usize = 24;
/// So is a table of more cells. A row has as many as the first one, however few are written, so a
/// short text could become megabytes.
const CELLS_LIMIT: usize = 4_000;

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(HashSet::from([
            "p",
            "br",
            "strong",
            "em",
            "del",
            "code",
            "pre",
            "blockquote",
            "ul",
            "ol",
            "li",
            "hr",
            "a",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        ]))
        .tag_attributes([("a", HashSet::from(["href"]))].into())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("nofollow noopener"));
    cleaner
});

/// `text` as safe HTML: no raw HTML, links to the web, to mail and to tickets alone, pictures as
/// links. A line break is a line break, as in a chat.
pub fn to_html(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    if is_unreasonable(text, options) {
        return CLEANER
            .clean(&format!("<p>{}</p>", escaped(text)))
            .to_string();
    }
    let mut events = Vec::new();
    let mut links = Links::default();
    for event in Parser::new_ext(text, options) {
        links.pass(event, &mut events);
    }
    let mut unsafe_html = String::new();
    html::push_html(&mut unsafe_html, events.into_iter());
    CLEANER.clean(&unsafe_html).to_string()
}

/// As [`to_html`], ready to be put on a page.
pub fn markup(text: &str) -> maud::Markup {
    maud::PreEscaped(to_html(text))
}

fn is_unreasonable(text: &str, options: Options) -> bool {
    let (mut depth, mut cells) = (0_usize, 0_usize);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(tag) => {
                depth += 1;
                cells += usize::from(tag == Tag::TableCell);
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_LIMIT || cells > CELLS_LIMIT {
            return true;
        }
    }
    false
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\n', "<br>")
}

/// Whether we are inside a link or code, and which links were dropped.
#[derive(Default)]
struct Links {
    /// For each open link or picture, whether it was kept.
    open: Vec<bool>,
    in_code: bool,
}

impl Links {
    fn pass<'a>(&mut self, event: Event<'a>, out: &mut Vec<Event<'a>>) {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => out.push(Event::Text(raw)),
            Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
            Event::SoftBreak => out.push(Event::HardBreak),
            // Headings belong to the page; in a message they are a line in bold.
            Event::Start(Tag::Heading { .. }) => {
                out.extend([Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]);
            }
            Event::End(TagEnd::Heading(_)) => {
                out.extend([Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]);
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                // A link inside of a link cannot be.
                let keep = is_followable(&dest_url) && !self.open.contains(&true);
                self.open.push(keep);
                if keep {
                    out.push(Event::Start(link(dest_url)));
                }
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if self.open.pop() == Some(true) {
                    out.push(Event::End(TagEnd::Link));
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                self.in_code = true;
                out.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Event::End(TagEnd::CodeBlock) => {
                self.in_code = false;
                out.push(Event::End(TagEnd::CodeBlock));
            }
            Event::Text(text) if !self.in_code && !self.open.contains(&true) => {
                link_words(&text, out);
            }
            other => out.push(other),
        }
    }
}

/// Makes links of addresses and ticket numbers that stand in a text as they are.
fn link_words<'a>(text: &CowStr<'a>, out: &mut Vec<Event<'a>>) {
    let mut plain = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let start = word.len() - word.trim_start_matches(['(', '[', '“', '"', '\'']).len();
        let core = word[start..]
            .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '”', '"', '\'']);
        let Some(target) = target_of(core) else {
            plain.push_str(piece);
            continue;
        };
        plain.push_str(&word[..start]);
        if !plain.is_empty() {
            out.push(Event::Text(std::mem::take(&mut plain).into()));
        }
        out.push(Event::Start(link(target.into())));
        out.push(Event::Text(core.to_owned().into()));
        out.push(Event::End(TagEnd::Link));
        plain.push_str(&piece[start + core.len()..]);
    }
    if !plain.is_empty() {
        out.push(Event::Text(plain.into()));
    }
}

fn target_of(word: &str) -> Option<String> {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| word.len() > scheme.len() && word.starts_with(scheme));
    if is_web {
        return Some(word.to_owned());
    }
    let number: TicketNumber = word
        .strip_prefix("T-")
        .filter(|digits| digits.len() <= 12)
        .and_then(|_| word.parse().ok())?;
    Some(format!("/tickets/{number}"))
}

fn is_followable(address: &str) -> bool {
    let lower = address.trim().to_ascii_lowercase();
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
}

fn link(dest_url: CowStr<'_>) -> Tag<'_> {
    Tag::Link {
        link_type: LinkType::Inline,
        dest_url,
        title: CowStr::Borrowed(""),
        id: CowStr::Borrowed(""),
    }
}

/// Fuzzing calls it too.
#[cfg(test)]
#[path = "markdown/entry.rs"]
mod entry;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_shown() {
        assert_eq!(
            to_html("The page is **white**.\nSince `14:05`"),
            "<p>The page is <strong>white</strong>.<br>\nSince <code>14:05</code></p>\n"
        );
        assert_eq!(
            to_html("# Steps\n1. Tap"),
            "<p><strong>Steps</strong></p>\n<ol>\n<li>Tap</li>\n</ol>\n"
        );
    }

    #[test]
    fn addresses_and_ticket_numbers_become_links() {
        assert_eq!(
            to_html("See (https://example.com/a?b=c), and T-1042."),
            "<p>See (<a href=\"https://example.com/a?b=c\" rel=\"nofollow noopener\">https://example.com/a?b=c</a>), and <a href=\"/tickets/T-1042\" rel=\"nofollow noopener\">T-1042</a>.</p>\n"
        );
        assert_eq!(
            to_html("`https://example.com`"),
            "<p><code>https://example.com</code></p>\n"
        );
        assert_eq!(to_html("T-shirt T-0"), "<p>T-shirt T-0</p>\n");
    }

    #[test]
    fn pictures_become_links() {
        assert_eq!(
            to_html("![the page](https://example.com/a.png)"),
            "<p><a href=\"https://example.com/a.png\" rel=\"nofollow noopener\">the page</a></p>\n"
        );
        // A picture in a link: the outer one counts.
        let nested = to_html("[![alt](https://b.example/x.png)](https://a.example)");
        assert_eq!(nested.matches("<a ").count(), 1, "{nested}");
        assert!(!nested.contains("<img"), "{nested}");
    }

    #[test]
    fn nothing_runs() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](&#106;avascript:alert(1))",
            "[a](java\nscript:alert(1))",
            "<javascript:alert(1)>",
            "![a](javascript:alert(1))",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](vbscript:x)",
            "[a](/sign-out)",
            "[a](//evil.example)",
            "<a href=\"javascript:alert(1)\">x</a>",
            "[![a](javascript:alert(1))](javascript:alert(2))",
            "<<script>script>alert(1)<</script>/script>",
            "<svg/onload=alert(1)>",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "`<script>`",
            "```\"><script>\nalert(1)\n```",
            "[x](https://a.example \"onmouseover=alert(1)\")",
            "https://a.example/\"onmouseover=alert(1)",
            "> <script>\n> - <img onerror=a>",
            "| <script> |\n|---|\n| <b onclick=a> |",
        ] {
            assert_safe(hostile);
        }
        assert_eq!(
            to_html("<script>alert(1)</script>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
        );
    }

    /// Addresses that would run something, read something or leave for somewhere unnamed, in every
    /// dress that Markdown undoes.
    const HOSTILE_ADDRESSES: [&str; 30] = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;&#x61;vascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&#10;script:alert(1)",
        "java\tscript:alert(1)",
        "java\\script:alert(1)",
        "%6Aavascript:alert(1)",
        "&#1;javascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "\u{a0}javascript:alert(1)",
        "\u{feff}javascript:alert(1)",
        "\u{200b}javascript:alert(1)",
        "&nbsp;javascript:alert(1)",
        "data:text/html,<b>",
        "DATA:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "VBScript&#58;x",
        "file:///etc/passwd",
        "blob:https://a.example/1",
        "view-source:https://a.example",
        "ftp://a.example",
        "//evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "https:/evil.example",
        "/sign-out",
        "?everything",
    ];

    #[test]
    fn no_other_address_than_of_the_web_and_of_mail_becomes_a_link() {
        for address in HOSTILE_ADDRESSES {
            for text in [
                format!("[a]({address})"),
                format!("[a](<{address}>)"),
                format!("[a]( {address} \"title\")"),
                format!("![a]({address})"),
                format!("<{address}>"),
                format!("[a]\n\n[a]: {address}"),
                format!("[a][b]\n\n[b]: <{address}>"),
                address.to_owned(),
            ] {
                let html = to_html(&text);
                assert!(!html.contains("<a"), "{text:?} became {html}");
            }
        }
        for address in [
            "https://a.example",
            "HTTP://a.example",
            "MailTo:ada@a.example",
        ] {
            let html = to_html(&format!("[a]({address})"));
            assert!(html.contains("<a href="), "{html}");
        }
    }

    #[test]
    fn what_cleans_up_after_the_reader_takes_addresses_away_too() {
        for scheme in [
            "javascript",
            "JAVASCRIPT",
            "data",
            "vbscript",
            "file",
            "blob",
        ] {
            for before in ["", " ", "\u{1}", "\t"] {
                let html = format!("<a href=\"{before}{scheme}:x\" onclick=\"x\">a</a>");
                let clean = CLEANER.clean(&html).to_string();
                assert_eq!(clean, "<a rel=\"nofollow noopener\">a</a>", "{html}");
            }
        }
        let run = "<script>alert(1)</script><img src=x onerror=x><p style=x>a</p>";
        assert_eq!(CLEANER.clean(run).to_string(), "<p>a</p>");
    }

    #[test]
    fn endless_nesting_is_shown_as_text() {
        for deep in [
            ">".repeat(39_000),
            "- ".repeat(19_000),
            "[".repeat(39_000),
            "*a ".repeat(13_000),
        ] {
            assert_safe(&deep);
        }
        assert!(to_html(&">".repeat(39_000)).starts_with("<p>&gt;&gt;"));
    }

    fn assert_safe(text: &str) {
        entry::check(text, &to_html(text));
    }

    #[test]
    fn a_table_that_writes_itself_is_shown_as_text() {
        let columns = 500;
        let table = format!(
            "{}|\n{}|\n{}",
            "|a".repeat(columns),
            "|-".repeat(columns),
            "|a\n".repeat(1_000)
        );
        assert_safe(&table);
        let html = to_html(&table);
        assert!(html.starts_with("<p>|a|a"));
        assert!(html.len() < 8 * table.len(), "{}", html.len());
        assert!(to_html("| a |\n|---|\n| b |").contains("<td>b</td>"));
    }

    proptest! {
        #[test]
        fn nothing_runs_whatever_is_written(
            pieces in proptest::collection::vec(
                prop_oneof![
                    "[ -~\n]{0,20}",
                    prop::sample::select(vec![
                        "<script>", "</script>", "<img src=x onerror=alert(1)>", "](javascript:a)",
                        "[a](", "![", "](https://x.example)", "<a href='javascript:1'>", "`", "```\n",
                        "> ", "- ", "\n\n", "| a |\n|---|\n", "<!--", "-->", "<![CDATA[", "&#x6a;",
                        "https://x.example/\"onclick=", "T-1042", "mailto:a@b.c", "&lt;", "\\",
                    ]).prop_map(str::to_owned),
                ],
                0..24,
            )
        ) {
            assert_safe(&pieces.concat());
        }

        #[test]
        fn any_bytes_are_shown(data in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            entry::markdown(&data, to_html);
        }
    }
}
