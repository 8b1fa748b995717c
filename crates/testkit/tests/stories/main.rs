//! Stories through public doors, on both databases, by a clock that the story moves.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod account;
mod alert;
mod api;
mod cli;
mod clock_jump;
mod configure;
mod contact;
mod figure_pages;
mod figures;
mod forgetting;
mod importing;
mod job;
mod live;
mod model;
mod page;
mod pages;
mod paging;
mod retiring;
mod rota;
mod schema;
mod search;
mod settings;
mod slack;
mod telling;
mod ticket;
