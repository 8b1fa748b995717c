//! How people are reached: their methods, their plans, and every try.

mod attempt;
mod code;
mod method;
mod plan;

pub use attempt::{
    attempt, attempt_to_change, attempts_about, attempts_of, bring_forward, cancel_waiting,
    count_between, delivered_at, forget_attempts, forget_attempts_of, is_any_made_after,
    put_attempt, put_right,
};
pub use code::{code_of, put_code, remove_code};
pub use method::{
    method_by_id, methods_at, methods_of, put_method, remove_method, secret_of, secrets, set_secret,
};
pub use plan::{plan_of, put_plan};
