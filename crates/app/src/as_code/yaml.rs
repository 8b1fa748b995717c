//! Reads YAML into a tree in which every value knows its line.
//!
//! Only what people write by hand is read: maps, lists and texts. Anchors, aliases, tags and several
//! documents in one file are refused, so that nothing stands for something that is written elsewhere.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// How deep values may stand within each other.
const DEPTH_LIMIT: usize = 16;
/// How many names one map may have: more than anything here knows.
const NAMES_LIMIT: usize = 100;
/// How many values a file may hold.
const VALUES_LIMIT: usize = 200_000;

/// A value with its line.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its line, from 1.
    pub(super) line: usize,
    /// What stands there.
    pub(super) content: Content,
}

/// What stands somewhere.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// Nothing, or `null`.
    Nothing,
    /// A word, a number or a text; quoted ones are never numbers.
    Text {
        /// What is written.
        text: String,
        /// Without quotes.
        is_plain: bool,
    },
    /// Values one after another.
    List(Vec<Node>),
    /// Values with names, each with the line of its name.
    Map(Vec<(String, usize, Node)>),
}

/// Why a file cannot be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// In which line.
    pub(super) line: usize,
    /// What is wrong and what to do.
    pub(super) message: String,
}

/// A list or a map that is still being read.
struct Open {
    line: usize,
    is_map: bool,
    items: Vec<Node>,
    named: Vec<(String, usize, Node)>,
    name: Option<(String, usize)>,
}

/// What a file holds; nothing when it is empty.
///
/// # Errors
/// Where it cannot be read, and why.
pub(super) fn parse(text: &str) -> Result<Option<Node>, Unreadable> {
    // The parser takes a zero for the end, and what follows would be lost without a word.
    if let Some(at) = text.find('\0') {
        let lines = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n');
        return Err(Unreadable {
            line: lines.count() + 1,
            message: "There is a zero byte here. Take it out.".to_owned(),
        });
    }
    let mut parser = Parser::new_from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let (mut values, mut documents) = (0, 0);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Unreadable {
            line: error.marker().line().max(1),
            message: format!("This is not YAML: {}.", error.info().trim_end_matches('.')),
        })?;
        let line = span.start.line().max(1);
        let refuse = |message: &str| {
            let message = message.to_owned();
            Err(Unreadable { line, message })
        };
        let done = match event {
            Event::Scalar(text, style, anchor, tag) => {
                if anchor != 0 || tag.is_some() {
                    return refuse("Anchors and tags are not read here. Write the value itself.");
                }
                Some(Node {
                    line,
                    content: scalar(text.into_owned(), style),
                })
            }
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag)
                if anchor != 0 || tag.is_some() =>
            {
                return refuse("Anchors and tags are not read here. Write the value itself.");
            }
            Event::Alias(_) => {
                return refuse("Aliases are not read here. Write the value itself.");
            }
            Event::SequenceStart(..) => begin(&mut open, line, false),
            Event::MappingStart(..) => begin(&mut open, line, true),
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(Open::close),
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return refuse("One file holds one document. Make another file of this one.");
                }
                None
            }
            _ => None,
        };
        values += 1;
        if values > VALUES_LIMIT || open.len() > DEPTH_LIMIT {
            return refuse("This file holds too much, or goes too deep. Divide it.");
        }
        let Some(node) = done else { continue };
        match open.last_mut() {
            Some(parent) => parent.take(node)?,
            None => root = Some(node),
        }
    }
    Ok(root)
}

fn begin(open: &mut Vec<Open>, line: usize, is_map: bool) -> Option<Node> {
    open.push(Open {
        line,
        is_map,
        items: Vec::new(),
        named: Vec::new(),
        name: None,
    });
    None
}

fn scalar(text: String, style: ScalarStyle) -> Content {
    let is_plain = style == ScalarStyle::Plain;
    if is_plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL") {
        return Content::Nothing;
    }
    Content::Text { text, is_plain }
}

impl Open {
    fn take(&mut self, node: Node) -> Result<(), Unreadable> {
        if !self.is_map {
            self.items.push(node);
            return Ok(());
        }
        if let Some((name, line)) = self.name.take() {
            self.named.push((name, line, node));
            return Ok(());
        }
        let Content::Text { text, .. } = node.content else {
            return Err(Unreadable {
                line: node.line,
                message: "A name before a colon is a word. Write it like “name: Payments”."
                    .to_owned(),
            });
        };
        if self.named.len() >= NAMES_LIMIT {
            return Err(Unreadable {
                line: node.line,
                message: format!("At most {NAMES_LIMIT} names stand together. Is this a list?"),
            });
        }
        if self.named.iter().any(|(name, ..)| *name == text) {
            let shown: String = text.chars().take(40).collect();
            return Err(Unreadable {
                line: node.line,
                message: format!("“{shown}” is said twice here. Say it once."),
            });
        }
        self.name = Some((text, node.line));
        Ok(())
    }

    fn close(self) -> Node {
        Node {
            line: self.line,
            content: if self.is_map {
                Content::Map(self.named)
            } else {
                Content::List(self.items)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line() {
        let root = parse("squads:\n  - name: A\n  - name: \"12\"\n    rate: 5\n");
        let root = root.unwrap().unwrap();
        let Content::Map(fields) = root.content else {
            panic!("it is a map");
        };
        let Content::List(squads) = &fields[0].2.content else {
            panic!("it is a list");
        };
        let lines: Vec<usize> = squads.iter().map(|squad| squad.line).collect();
        assert_eq!(lines, [2, 3]);
        let Content::Map(second) = &squads[1].content else {
            panic!("it is a map");
        };
        assert!(matches!(
            &second[0].2.content,
            Content::Text {
                is_plain: false,
                ..
            }
        ));
        assert_eq!(second[1].1, 4);
    }

    #[test]
    fn what_stands_for_something_else_is_refused() {
        for (text, line) in [
            ("a: &x 1\nb: *x\n", 1),
            ("a: 1\nb: !!int 2\n", 2),
            ("a: 1\n---\nb: 2\n", 2),
            ("a: 1\na: 2\n", 2),
            ("a: [1\n", 2),
            ("? [a]\n: 1\n", 1),
            ("a: 1\nb: 2\0\nc: 3\n", 2),
        ] {
            let refused = parse(text).expect_err(text);
            assert_eq!(refused.line, line, "{text}: {}", refused.message);
        }
        let deep = "[".repeat(40);
        assert!(parse(&deep).is_err());
        assert!(parse("").unwrap().is_none());
    }
}
