//! The only crate that knows SQL: facts, state and search on SQLite and PostgreSQL.
