//! Reads the fields of one thing, and notes what of them cannot be used.

use super::{
    problem::{Place, Problems},
    yaml::{Content, Node},
};

/// A thing in a file, with its fields.
pub(super) struct Thing<'a> {
    file: &'a str,
    line: usize,
    fields: &'a [(String, usize, Node)],
}

/// Something that was written, with its lines, so that errors found later can name them.
#[derive(Clone, Debug)]
pub(super) struct Item<Body> {
    /// Where it begins.
    pub(super) place: Place,
    /// Where its fields are.
    pub(super) lines: Vec<(String, usize)>,
    /// What it is known by.
    pub(super) name: String,
    /// The name, without regard to case.
    pub(super) key: String,
    /// What it was called before.
    pub(super) was: Option<String>,
    /// What is said of it.
    pub(super) body: Body,
}

impl<Body> Item<Body> {
    /// Where a field stands; where the whole thing does, when it is not said.
    pub(super) fn place_of(&self, field: &str) -> Place {
        let found = self.lines.iter().find(|(name, _)| name == field);
        Place {
            file: self.place.file.clone(),
            line: found.map_or(self.place.line, |(_, line)| *line),
        }
    }
}

impl<'a> Thing<'a> {
    /// The thing at `node`, when it is one and has no field that is not `known`.
    pub(super) fn new(
        problems: &mut Problems,
        file: &'a str,
        node: &'a Node,
        known: &[&str],
    ) -> Option<Self> {
        let place = Place {
            file: file.to_owned(),
            line: node.line,
        };
        let Content::Map(fields) = &node.content else {
            let message = format!("Fields are expected here, such as “{}: …”.", known[0]);
            problems.add(&place, message);
            return None;
        };
        for (name, line, _) in fields {
            if !known.contains(&name.as_str()) {
                let shown: String = name.chars().take(40).collect();
                let place = Place {
                    line: *line,
                    ..place.clone()
                };
                let known = known.join(", ");
                problems.add(
                    &place,
                    format!("“{shown}” is not known here. These are: {known}."),
                );
            }
        }
        Some(Self {
            file,
            line: node.line,
            fields,
        })
    }

    /// Where it begins.
    pub(super) fn place(&self) -> Place {
        self.at(self.line)
    }

    /// It as an item.
    pub(super) fn item<Body>(&self, name: String, was: Option<String>, body: Body) -> Item<Body> {
        let lines = self.fields.iter();
        Item {
            place: self.place(),
            lines: lines.map(|(name, line, _)| (name.clone(), *line)).collect(),
            key: eider_store::name_key(&name),
            name,
            was,
            body,
        }
    }

    fn at(&self, line: usize) -> Place {
        Place {
            file: self.file.to_owned(),
            line,
        }
    }

    /// The value of a field, if it is said, with its place.
    pub(super) fn node(&self, field: &str) -> Option<(Place, &'a Node)> {
        let found = self.fields.iter().find(|(name, ..)| name == field);
        found.map(|(_, line, node)| (self.at(*line), node))
    }

    /// Every field with its place.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'a str, Place, &'a Node)> {
        self.fields
            .iter()
            .map(|(name, line, node)| (name.as_str(), self.at(*line), node))
    }

    /// A text, if it is said.
    pub(super) fn text(&self, problems: &mut Problems, field: &str) -> Option<String> {
        let (place, node) = self.node(field)?;
        let text = text_of(node).map(str::to_owned);
        if text.is_none() {
            problems.add(&place, format!("Write a text for {field}."));
        }
        text
    }

    /// A text that has to be said.
    pub(super) fn needed(&self, problems: &mut Problems, field: &str) -> Option<String> {
        if self.node(field).is_none() {
            problems.add(&self.place(), format!("Say the {field}."));
        }
        self.text(problems, field)
    }

    /// A text, or `null` for none.
    pub(super) fn maybe(&self, problems: &mut Problems, field: &str) -> Option<Option<String>> {
        match self.node(field)? {
            (_, node) if matches!(node.content, Content::Nothing) => Some(None),
            _ => self.text(problems, field).map(Some),
        }
    }

    /// A whole number, if it is said.
    pub(super) fn number(&self, problems: &mut Problems, field: &str) -> Option<i64> {
        let (place, node) = self.node(field)?;
        let number = match &node.content {
            Content::Text {
                text,
                is_plain: true,
            } => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            problems.add(&place, format!("Write a whole number for {field}."));
        }
        number
    }

    /// A number that fits `Number`, if it is said.
    pub(super) fn small<Number: TryFrom<i64>>(
        &self,
        problems: &mut Problems,
        field: &str,
    ) -> Option<Number> {
        let number = self.number(problems, field)?;
        let fitting = Number::try_from(number).ok();
        if fitting.is_none() {
            let (place, _) = self.node(field)?;
            problems.add(&place, format!("{number} cannot be the {field}."));
        }
        fitting
    }

    /// Yes or no, if it is said.
    pub(super) fn flag(&self, problems: &mut Problems, field: &str) -> Option<bool> {
        let (place, node) = self.node(field)?;
        match text_of(node) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                problems.add(&place, format!("{field} is true or false."));
                None
            }
        }
    }

    /// A word that `parse` knows, if it is said.
    pub(super) fn word<Word>(
        &self,
        problems: &mut Problems,
        field: &str,
        words: &str,
        parse: impl Fn(&str) -> Option<Word>,
    ) -> Option<Word> {
        let text = self.text(problems, field)?;
        let word = parse(&text);
        if word.is_none() {
            let (place, _) = self.node(field)?;
            problems.add(&place, format!("{field} is one of: {words}."));
        }
        word
    }

    /// A text that reads as something, if it is said.
    pub(super) fn read<Value, Refusal: std::fmt::Display>(
        &self,
        problems: &mut Problems,
        field: &str,
        read: impl Fn(&str) -> Result<Value, Refusal>,
    ) -> Option<Value> {
        let text = self.text(problems, field)?;
        let (place, _) = self.node(field)?;
        read(&text)
            .map_err(|error| problems.add(&place, error))
            .ok()
    }

    /// The values of a list, if it is said, each with its place.
    pub(super) fn list(
        &self,
        problems: &mut Problems,
        field: &str,
    ) -> Option<Vec<(Place, &'a Node)>> {
        let (place, node) = self.node(field)?;
        match &node.content {
            Content::List(nodes) => {
                let placed = nodes.iter().map(|node| (self.at(node.line), node));
                Some(placed.collect())
            }
            _ => {
                let message = format!("{field} is a list: lines that begin with a dash.");
                problems.add(&place, message);
                None
            }
        }
    }

    /// The texts of a list, if it is said.
    pub(super) fn texts(&self, problems: &mut Problems, field: &str) -> Option<Vec<String>> {
        let nodes = self.list(problems, field)?;
        let mut texts = Vec::with_capacity(nodes.len());
        for (place, node) in nodes {
            match text_of(node) {
                Some(text) => texts.push(text.to_owned()),
                None => problems.add(&place, format!("Write a text for {field}.")),
            }
        }
        Some(texts)
    }

    /// What is below a field, if it is said.
    pub(super) fn inner(
        &self,
        problems: &mut Problems,
        field: &str,
        known: &[&str],
    ) -> Option<Self> {
        let (_, node) = self.node(field)?;
        Self::new(problems, self.file, node, known)
    }

    /// A value of a list as a thing of its own.
    pub(super) fn of<'b>(
        &self,
        problems: &mut Problems,
        node: &'b Node,
        known: &[&str],
    ) -> Option<Thing<'b>>
    where
        'a: 'b,
    {
        Thing::new(problems, self.file, node, known)
    }
}

/// The text of a value, if it is one.
pub(super) fn text_of(node: &Node) -> Option<&str> {
    match &node.content {
        Content::Text { text, .. } => Some(text),
        _ => None,
    }
}
