use proptest::prelude::*;

use super::*;

fn people() -> People {
    let mut people = People::default();
    people.add_known("U1ADA", "ada@example.com");
    people.add_named("U2BEN", "Ben Buddy");
    people
}

fn here(text: &str) -> String {
    to_markdown(text, &people())
}

fn there(text: &str) -> String {
    from_markdown(text, &people())
}

#[test]
fn what_is_marked_in_slack_is_marked_here() {
    for (slack, markdown) in [
        (
            "*bold* and _italic_ and ~gone~",
            "**bold** and _italic_ and ~~gone~~",
        ),
        ("*all _of_ it*", "**all _of_ it**"),
        ("`a*b*c`", "`a*b*c`"),
        ("x ` a ` x` b`x", "x `  a  ` x` b`x"),
        ("`a``b` `c`", "`ab` `c`"),
        ("~[a](b)~ [c]: d", "~~[a\\](b)~~ [c\\]: d"),
        ("```let x = a &lt; b;```", "```\nlet x = a < b;\n```"),
        (
            "see <https://a.example/?b=1&amp;c=2>",
            "see https://a.example/?b=1&c=2",
        ),
        (
            "<https://a.example|the page>",
            "[the page](<https://a.example>)",
        ),
        (
            "<mailto:ada@example.com|ada@example.com>",
            "ada@example.com",
        ),
        (
            "<@U1ADA> and <@U2BEN> and <@U9>",
            "@ada@example.com and Ben Buddy and somebody",
        ),
        ("<#C1|support> <!here>", "\\#support @here"),
        ("<!date^1392734382^{date_num}|2014-02-18>", "2014-02-18"),
        ("<!subteam^S1|@payments>", "@payments"),
        ("&gt; quoted\nand not", "> quoted\n\nand not"),
        ("• one\n• two", "- one\n- two"),
        ("a*b*c and snake_case_word", "a\\*b\\*c and snake_case_word"),
        ("# 5 &amp; 6 &lt;b&gt;", "\\# 5 & 6 \\<b>"),
        (":tada: 2 * 3", ":tada: 2 * 3"),
    ] {
        assert_eq!(here(slack), markdown, "{slack}");
    }
}

#[test]
fn what_is_marked_here_is_marked_in_slack() {
    for (markdown, slack) in [
        (
            "**bold** and *italic* and ~~gone~~",
            "*bold* and _italic_ and ~gone~",
        ),
        ("# A heading\n\nand words", "*A heading*\n\nand words"),
        ("`a < b`", "`a &lt; b`"),
        ("` a ` `  b  ` ` c` `  `", "`a` ` b ` ` c` `  `"),
        ("```rust\nlet x = 1;\n```", "```\nlet x = 1;\n```"),
        ("> quoted\n> twice", ">quoted\n>twice"),
        ("- one\n- two\n  - three", "• one\n• two\n    • three"),
        ("1. one\n2. two", "1. one\n2. two"),
        (
            "[the page](https://a.example/?b=1&c=2)",
            "<https://a.example/?b=1&amp;c=2|the page>",
        ),
        ("<https://a.example>", "<https://a.example>"),
        (
            "![a picture](https://a.example/p.png)",
            "<https://a.example/p.png|a picture>",
        ),
        ("[bad](javascript:alert)", "bad"),
        ("@ada@example.com, please", "<@U1ADA>, please"),
        ("@eve@example.com", "@eve@example.com"),
        (
            "<!channel> & <@U1ADA>",
            "&lt;!channel&gt; &amp; &lt;@U1ADA&gt;",
        ),
        ("a\nb", "a\nb"),
    ] {
        assert_eq!(there(markdown), slack, "{markdown}");
    }
}

#[test]
fn nobody_is_called_by_a_message_of_the_web() {
    for text in ["<!here>", "<!channel|x>", "<@U1ADA>", "<!subteam^S1>"] {
        assert!(!there(text).contains('<'), "{text}");
    }
}

#[test]
fn a_long_text_is_cut_between_words_and_all_of_it_is_there() {
    let text = "some words &amp; more ".repeat(600);
    let parts = parts(text.trim(), 3_000);
    assert!(
        parts
            .iter()
            .all(|part| part.encode_utf16().count() <= 3_000)
    );
    assert_eq!(parts.join(" "), text.trim());
}

#[test]
fn mentions_are_found_on_both_sides() {
    assert_eq!(mentioned("<@U1> <@U2|x> <@U1> <@> <@!>"), ["U1", "U2"]);
    assert_eq!(
        addresses("@ada@example.com, @Ada@Example.com and @ada"),
        ["ada@example.com"]
    );
}

proptest! {
    #[test]
    fn plain_text_comes_back_as_it_was(text in "[a-zA-Z0-9.,:;!?'\"()/ &<>\u{e4}\u{5d0}\u{1F600}]{0,80}") {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let begins_list = text.starts_with(|c: char| c.is_ascii_digit());
        prop_assume!(!begins_list && !text.starts_with('>'));
        let slack = crate::kit::escape(&text);
        prop_assert_eq!(there(&here(&slack)), slack);
    }

    #[test]
    fn marks_take_no_word_away(
        text in prop_oneof!["[a-z]([a-z*_~`\\\\\\[\\]() ]{0,40}[a-z])?", "[a-b]([a-b*` ]{0,24}[a-b])?"]
    ) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A block of code stands on lines of its own.
        prop_assume!(!text.contains("```"));
        let words = |text: &str| {
            let is_mark = |c: &char| matches!(c, '*' | '_' | '~' | '`' | '\\' | '\'' | &NOTHING);
            text.chars().filter(|c| !is_mark(c)).collect::<String>()
        };
        prop_assert_eq!(words(&there(&here(&text))), words(&text));
    }

    #[test]
    fn whatever_goes_in_something_comes_out(text in "(\\PC|[\n<>|*_~`&>#@!^-]){0,200}") {
        let _markdown = here(&text);
        let slack = there(&text);
        for part in parts(&slack, 50) {
            prop_assert!(part.encode_utf16().count() <= 50);
        }
    }

    #[test]
    fn nothing_of_the_web_becomes_a_command_of_slack(text in "[a-z<>!@#|&;^ *_`]{0,60}") {
        let slack = there(&text);
        prop_assert!(!slack.contains("<!") && !slack.contains("<@") && !slack.contains("<#"));
    }

    #[test]
    fn parts_hold_every_word(text in "[a-z<>&; \n]{0,400}", limit in 20_usize..60) {
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(letters(&parts(&text, limit).concat()), letters(&text));
    }
}
