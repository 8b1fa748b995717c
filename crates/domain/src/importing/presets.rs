//! Mappings that ship with Eider.

/// A mapping that ships with Eider.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name, such as `servicenow`.
    pub name: &'static str,
    /// Its file, to read and to start one's own from.
    pub text: &'static str,
}

/// Every mapping that ships with Eider.
pub const PRESETS: [Preset; 3] = [
    Preset {
        name: "servicenow",
        text: include_str!("../../mappings/servicenow.toml"),
    },
    Preset {
        name: "jira",
        text: include_str!("../../mappings/jira.toml"),
    },
    Preset {
        name: "zendesk",
        text: include_str!("../../mappings/zendesk.toml"),
    },
];

/// The mapping of that name, if it ships with Eider.
pub fn preset(name: &str) -> Option<Preset> {
    PRESETS.into_iter().find(|preset| preset.name == name)
}
