//! What must always hold of HTML that was made of what people wrote. The fuzz target and the tests
//! call the same functions.

const KNOWN_TAGS: [&str; 19] = [
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
];
const FOLLOWABLE: [&str; 4] = ["http://", "https://", "mailto:", "/tickets/t-"];

/// Bytes as somebody's text.
pub fn markdown(data: &[u8], to_html: fn(&str) -> String) {
    let text = String::from_utf8_lossy(data);
    check(&text, &to_html(&text));
}

/// Every tag is one of ours and has no attribute but those of a link, which leads where a person
/// may follow; and short texts stay short.
pub fn check(text: &str, html: &str) {
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("every tag ends");
        let name = tag.trim_start_matches('/').split(' ').next();
        let name = name.unwrap_or_default();
        assert!(KNOWN_TAGS.contains(&name), "{name} from {text:?}: {html}");
        match tag.strip_prefix("a ") {
            Some(attributes) => check_link(attributes, html),
            None => assert!(
                !tag.trim_end_matches(" /").contains([' ', '=']),
                "{tag} in {html}"
            ),
        }
    }
    assert!(
        html.len() <= 64 * text.len() + 1_000_000,
        "{} bytes became {}",
        text.len(),
        html.len()
    );
}

fn check_link(attributes: &str, html: &str) {
    if attributes == "rel=\"nofollow noopener\"" {
        // The cleaner took an address away that is none.
        return;
    }
    let (address, rest) = attributes
        .strip_prefix("href=\"")
        .and_then(|rest| rest.split_once('"'))
        .expect("an address");
    let address = address.to_ascii_lowercase();
    assert!(
        FOLLOWABLE.iter().any(|start| address.starts_with(start)),
        "{html}"
    );
    assert_eq!(rest, " rel=\"nofollow noopener\"", "{html}");
}
