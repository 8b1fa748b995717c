//! Writes YAML. Whatever could be taken for something else than text is quoted.

use super::value::{Fields, Value};

/// The words that some reader of YAML takes for something else than text.
const WORDS: [&str; 10] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "none",
];

/// A file that holds a list of things below `kind`.
pub(super) fn list(kind: &'static str, things: Vec<Fields>) -> String {
    let things = things.into_iter().map(Value::Map).collect();
    file(&vec![(kind, Value::Row(things))])
}

/// A file with these fields.
pub(super) fn file(fields: &Fields) -> String {
    let mut out = String::new();
    entries(&mut out, fields, 0);
    out
}

fn entries(out: &mut String, fields: &Fields, indent: usize) {
    for (name, value) in fields {
        pad(out, indent);
        out.push_str(name);
        out.push(':');
        below(out, value, indent);
    }
}

/// What stands after a name and its colon.
fn below(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Row(values) if values.is_empty() => out.push_str(" []\n"),
        Value::Set(texts) if texts.is_empty() => out.push_str(" []\n"),
        Value::Map(fields) if fields.is_empty() => out.push_str(" {}\n"),
        Value::Row(values) => {
            out.push('\n');
            for value in values {
                item(out, value, indent + 2);
            }
        }
        Value::Set(texts) => {
            out.push('\n');
            for text in texts {
                pad(out, indent + 2);
                out.push_str("- ");
                out.push_str(&scalar(text));
                out.push('\n');
            }
        }
        Value::Map(fields) => {
            out.push('\n');
            entries(out, fields, indent + 2);
        }
        Value::Text(text) if is_block(text) => {
            out.push_str(" |-\n");
            for line in text.split('\n') {
                if !line.is_empty() {
                    pad(out, indent + 2);
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        simple => {
            out.push(' ');
            out.push_str(&word(simple));
            out.push('\n');
        }
    }
}

fn item(out: &mut String, value: &Value, indent: usize) {
    let Value::Map(fields) = value else {
        pad(out, indent);
        out.push_str("- ");
        out.push_str(&word(value));
        out.push('\n');
        return;
    };
    let mut inner = String::new();
    entries(&mut inner, fields, indent + 2);
    pad(out, indent);
    out.push_str("- ");
    out.push_str(inner.get(indent + 2..).unwrap_or_default());
}

fn word(value: &Value) -> String {
    match value {
        Value::Text(text) => scalar(text),
        Value::Number(number) => number.to_string(),
        Value::Flag(is_so) => is_so.to_string(),
        _ => "null".to_owned(),
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Whether a text reads best as lines below each other, and comes back as it was.
fn is_block(text: &str) -> bool {
    let first = text.chars().next();
    text.contains('\n')
        && first.is_some_and(|c| !c.is_whitespace())
        && !text.ends_with('\n')
        && text.chars().all(|c| c == '\n' || is_printable(c))
}

/// A text as one word of YAML.
fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if is_printable(c) => quoted.push(c),
            c => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

fn is_plain(text: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || " _-.@/()'’–+,&:".contains(c);
    let mut characters = text.chars();
    let first = characters.next();
    first.is_some_and(char::is_alphanumeric)
        && text.chars().all(is_inner)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !WORDS.contains(&text.to_lowercase().as_str())
        && !looks_like_a_number(text)
}

/// Numbers, and times of day, which old readers count in sixties.
fn looks_like_a_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_digit)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b".:_+".contains(byte))
        || text.parse::<f64>().is_ok()
}

/// Line ends of other kinds and marks that nobody sees are written with their number.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
}
