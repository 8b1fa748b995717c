//! Stories through public doors, on both databases, by a clock that the story moves.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod account;
mod alert;
mod api;
mod as_code;
mod cli;
mod clock_jump;
mod configure;
mod contact;
mod figure_pages;
mod figures;
mod forgetting;
mod importing;
mod job;
mod left_early;
mod live;
mod model;
mod page;
mod pages;
mod paging;
mod readiness;
mod retiring;
mod rota;
mod sample;
mod schema;
mod search;
mod settings;
mod silent_database;
mod slack;
mod telling;
mod ticket;
mod watch;
