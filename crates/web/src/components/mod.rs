//! The pieces that pages and fragments are made of.
//!
//! Each piece is one pure function from a small view to [`maud::Markup`]. Views hold words,
//! ranks and instants, never database types, so that a page and the fragment which refreshes
//! it share one function. Nothing here reads a clock, and nothing emits an inline style or
//! script: the content security policy forbids both.

pub mod actions;
pub mod badges;
pub mod charts;
pub mod choices;
pub mod clock;
pub mod duty;
pub mod filters;
pub mod forms;
pub mod icons;
pub mod layout;
pub mod notices;
pub mod people;
pub mod tables;
pub mod thread;
pub mod tickets;
pub mod time;
pub mod words;
