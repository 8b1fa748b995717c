//! Telling everybody how it stands: who wears which hat, updates, and joining.

mod hats;
mod joining;
mod updates;
