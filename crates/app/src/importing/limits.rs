//! What an export may be, so that no file makes Eider run out of memory.

/// Rows of one export.
pub const ROWS_LIMIT: u64 = 5_000_000;
/// Columns of one export.
pub const COLUMNS_LIMIT: usize = 2_048;
/// Bytes of one row.
pub const ROW_LIMIT_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes of one field.
pub const FIELD_LIMIT_BYTES: usize = 1024 * 1024;
/// Bytes of all rows of one ticket.
pub const TICKET_LIMIT_BYTES: u64 = 16 * 1024 * 1024;
/// Tickets that are saved in one transaction.
pub const BATCH_TICKETS: usize = 500;
/// Bytes of export that are saved in one transaction; at least one ticket is.
pub const BATCH_BYTES: u64 = 8 * 1024 * 1024;
