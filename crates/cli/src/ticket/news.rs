//! `eider ticket news`: how a ticket stands, in short.

use std::io::Write;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{in_path, standing};
use crate::{
    Failure,
    client::Client,
    output::{Output, text, time},
};

pub(super) async fn run(
    client: &Client,
    number: &str,
    output: &mut Output<'_, impl Write>,
) -> Result<(), Failure> {
    let path = format!("/tickets/{}/news", in_path(number)?);
    let news = client.get(&path, &[]).await?;
    output.tell(&news, told)
}

fn told(news: &Value, zone: &TimeZone) -> String {
    let mut told = standing(news);
    match news["last_update"] {
        Value::Null => told.push_str("Nobody has given an update yet.\n"),
        _ => told.push_str(&format!(
            "Known: {}\nBeing done: {}\n{} told this on {}.\n",
            text(news, "/last_update/known"),
            text(news, "/last_update/doing"),
            text(news, "/last_update/by/name"),
            time(news, "/last_update/at", zone),
        )),
    }
    let next = time(news, "/next_update_at", zone);
    match (&news["next_update_at"], news["is_late"].as_bool()) {
        (Value::Null, _) => {}
        (_, Some(true)) => told.push_str(&format!("The next update was due {next}; it is late.\n")),
        _ => told.push_str(&format!("The next update comes {next}.\n")),
    }
    told
}
