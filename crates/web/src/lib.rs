//! Pages, JSON API and live updates over HTTP.

pub mod assets;
pub mod components;
pub mod gallery;
