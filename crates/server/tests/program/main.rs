//! Stories of the binary, told from outside: started as anybody would start it.
#![allow(clippy::unwrap_used, reason = "a story that goes wrong has to stop")]

mod command_line;
mod crash;
mod examined;
mod full_disk;
mod importing;
mod running;
mod secret_key;
mod served;
mod slack;
mod slack_killed;
mod trouble;
mod watch;
mod whole_desk;
