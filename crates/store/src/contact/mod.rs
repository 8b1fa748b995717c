//! How people are reached: their methods, their plans, and every try.

mod attempt;
mod code;
mod method;
mod plan;

pub use attempt::{
    attempt, attempt_to_change, attempts_of, cancel_waiting, count_between, forget_attempts,
    put_attempt,
};
pub use code::{code_of, put_code, remove_code};
pub use method::{
    method_by_id, methods_at, methods_of, put_method, remove_method, secret_of, secrets, set_secret,
};
pub use plan::{plan_of, put_plan};
