//! An update that was promised falls due at the right moment and once.
//!
//! The job does what that of the service levels does: whatever is due is recorded. A kind of its
//! own lets both wait at the same time.

pub(super) const KIND: &str = "ticket.update";
