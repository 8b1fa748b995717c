//! The client: the same verbs as the API, for people and for programs.
