//! A real server on port 0, builders, and a clock that the test moves.

pub mod postgres;
