//! What a file says of one thing: written to files, and compared field by field for a plan.

/// A value of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, said so.
    Nothing,
    /// Text, of one line or several.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Values in an order that matters.
    Row(Vec<Value>),
    /// Texts in no order.
    Set(Vec<String>),
    /// Values with names.
    Map(Fields),
}

/// Values with names, in the order in which they are written.
pub(super) type Fields = Vec<(&'static str, Value)>;

/// What of one thing becomes another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which field, such as `layers.Week.people`.
    pub field: String,
    /// What it says now; nothing when it is new.
    pub from: Option<String>,
    /// What it will say; nothing when it goes.
    pub to: Option<String>,
}

struct Leaf {
    field: String,
    text: String,
    /// Of several in no order, of which each comes or goes for itself.
    is_one_of_many: bool,
}

impl Value {
    /// A text that may be absent.
    pub(super) fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.into()))
    }

    /// A set, in the order of its texts.
    pub(super) fn set(mut texts: Vec<String>) -> Self {
        texts.sort_unstable();
        Self::Set(texts)
    }

    /// What it says in a line, unless it is too much for one.
    fn line(&self) -> Option<String> {
        match self {
            Self::Nothing => Some("none".to_owned()),
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Flag(is_so) => Some(if *is_so { "yes" } else { "no" }.to_owned()),
            Self::Row(values) => {
                let lines: Option<Vec<String>> = values.iter().map(Self::line).collect();
                lines.map(|lines| lines.join(", "))
            }
            Self::Map(fields) => match fields.as_slice() {
                [(name, value)] => value.line().map(|line| format!("{name} {line}")),
                _ => None,
            },
            Self::Set(_) => None,
        }
    }
}

/// What differs between what is and what will be; nothing is before something new.
pub(super) fn changes(before: Option<&Fields>, after: &Fields) -> Vec<FieldChange> {
    if before == Some(after) {
        return Vec::new();
    }
    let mut gone = before.map(leaves).unwrap_or_default();
    let mut changes = Vec::new();
    for leaf in leaves(after) {
        let same = |other: &Leaf| other.field == leaf.field && other.text == leaf.text;
        if let Some(place) = gone.iter().position(same) {
            gone.remove(place);
            continue;
        }
        let other = |other: &Leaf| other.field == leaf.field && !leaf.is_one_of_many;
        let from = gone.iter().position(other);
        changes.push(FieldChange {
            from: from.map(|place| gone.remove(place).text),
            to: Some(leaf.text),
            field: leaf.field,
        });
    }
    changes.extend(gone.into_iter().map(|leaf| FieldChange {
        field: leaf.field,
        from: Some(leaf.text),
        to: None,
    }));
    changes
}

fn leaves(fields: &Fields) -> Vec<Leaf> {
    let mut found = Vec::new();
    for (name, value) in fields {
        match value {
            Value::Map(inner) => {
                for (below, value) in inner {
                    walk(format!("{name}.{below}"), value, &mut found);
                }
            }
            value => walk((*name).to_owned(), value, &mut found),
        }
    }
    found
}

fn walk(field: String, value: &Value, found: &mut Vec<Leaf>) {
    match value {
        Value::Set(texts) => found.extend(texts.iter().map(|text| Leaf {
            field: field.clone(),
            text: text.clone(),
            is_one_of_many: true,
        })),
        Value::Map(fields) if value.line().is_none() => {
            for (name, value) in fields {
                walk(format!("{field}.{name}"), value, found);
            }
        }
        Value::Row(values) if value.line().is_none() => {
            for (index, value) in values.iter().enumerate() {
                let name = name_of(value).unwrap_or_else(|| (index + 1).to_string());
                walk(format!("{field}.{name}"), value, found);
            }
        }
        // What is not there says nothing.
        Value::Nothing => {}
        _ => found.push(Leaf {
            field,
            text: value.line().unwrap_or_default(),
            is_one_of_many: false,
        }),
    }
}

fn name_of(value: &Value) -> Option<String> {
    let Value::Map(fields) = value else {
        return None;
    };
    let name = fields.iter().find(|(name, _)| *name == "name");
    name.and_then(|(_, name)| name.line())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(changes: Vec<FieldChange>) -> Vec<String> {
        let told = |change: FieldChange| {
            let (from, to) = (change.from, change.to);
            format!("{}: {from:?} {to:?}", change.field)
        };
        changes.into_iter().map(told).collect()
    }

    #[test]
    fn fields_are_compared_one_by_one() {
        let layer = |people: &[&str]| {
            let people = people.iter().map(|who| Value::Text((*who).to_owned()));
            Value::Row(vec![Value::Map(vec![
                ("name", Value::Text("Week".into())),
                ("people", Value::Row(people.collect())),
            ])])
        };
        let before = vec![
            ("squad", Value::Text("Payments".into())),
            ("holidays", Value::set(vec!["a".into(), "b".into()])),
            ("layers", layer(&["ada", "bob"])),
            ("every", Value::Number(1)),
        ];
        let after = vec![
            ("squad", Value::Nothing),
            ("holidays", Value::set(vec!["c".into(), "a".into()])),
            ("layers", layer(&["bob", "ada"])),
            ("every", Value::Number(1)),
        ];
        assert_eq!(
            told(changes(Some(&before), &after)),
            [
                r#"holidays: None Some("c")"#,
                r#"layers.Week.people: Some("ada, bob") Some("bob, ada")"#,
                r#"squad: Some("Payments") None"#,
                r#"holidays: Some("b") None"#,
            ]
        );
        assert!(changes(Some(&after), &after).is_empty());
    }
}
