//! Telling everybody how it stands: who wears which hat, and updates.

mod hats;
mod updates;
