//! Stories through public doors, on both databases, by a clock that the story moves.

mod account;
mod importing;
mod model;
mod schema;
mod search;
mod ticket;
