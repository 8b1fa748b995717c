//! Use cases: load, decide with the domain, save facts, state and jobs in one transaction.
