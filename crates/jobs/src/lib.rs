//! A durable queue and timers that know no job by name.
