//! Slack's markup as Markdown and back, out of any bytes.
#![no_main]
#![allow(dead_code)]

// The modules alone: their crate would bring clients and databases along.
#[path = "../../crates/slack/src/kit.rs"]
mod kit;
#[path = "../../crates/slack/src/mrkdwn/mod.rs"]
mod mrkdwn;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut people = mrkdwn::People::default();
    people.add_known("U1", "ada@example.com");
    let _mentioned = mrkdwn::mentioned(&text);
    let markdown = mrkdwn::to_markdown(&text, &people);
    for given in [text.as_ref(), &markdown] {
        let slack = mrkdwn::from_markdown(given, &people);
        assert!(!slack.contains("<!"), "nobody is called by what others write");
        for part in mrkdwn::parts(&slack, 100) {
            assert!(part.encode_utf16().count() <= 100);
        }
    }
});
