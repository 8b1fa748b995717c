//! The pure rules of production support: what may happen, and what follows.

pub mod sla;
