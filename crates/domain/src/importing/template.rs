//! Texts with columns in them, such as `Incident {number}`.

/// A text with the names of columns in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(pub(super) Vec<Part>);

/// A stretch of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that stays as it is.
    Text(String),
    /// What stands in the column of that name.
    Column(String),
}

impl Template {
    /// Reads a template; `None` when a brace is not closed, stands alone, or holds nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, braced) = rest.split_at(open);
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (name, after) = braced.strip_prefix('{')?.split_once('}')?;
            if name.trim().is_empty() || name.contains('{') {
                return None;
            }
            parts.push(Part::Column(name.trim().to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Some(Self(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_braces() {
        let template = Template::parse("Incident {number}, category { category }").unwrap();
        let parts = [
            Part::Text("Incident ".into()),
            Part::Column("number".into()),
            Part::Text(", category ".into()),
            Part::Column("category".into()),
        ];
        assert_eq!(template.0, parts);
        for broken in ["{", "}", "a {b", "a b}", "{}", "{ }", "{a{b}}"] {
            assert_eq!(Template::parse(broken), None, "{broken}");
        }
    }
}
