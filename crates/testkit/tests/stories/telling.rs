//! Telling everybody how it stands: who wears which hat.

mod hats;
