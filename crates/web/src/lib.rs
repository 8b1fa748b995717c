//! Pages, JSON API and live updates over HTTP.
