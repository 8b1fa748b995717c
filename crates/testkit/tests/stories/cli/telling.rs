//! Hats and updates at the shell.

use super::*;

#[tokio::test]
async fn everybody_is_told_how_it_stands_at_the_shell() {
    on_both(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        let desk = &shell.server.desk;
        let (_, grace) = desk.person("Grace Hopper", Role::Responder).await;
        let ask = ["ticket", "open", "Nobody can pay", "--what", "Cards fail"];
        shell.told(&ask).await;
        desk.ask(&grace, "A list is empty", "P3").await;
        let mut told = String::new();
        let lines: &[&[&str]] = &[
            &["take-hat", "T-1001", "communicating"],
            &[
                "give-hat",
                "T-1001",
                "diagnosing",
                "grace.hopper@example.com",
            ],
            &[
                "update",
                "T-1001",
                "--known",
                "Cards fail",
                "--doing",
                "We look",
                "--next-in",
                "30",
            ],
            &["lay-down-hat", "T-1001", "communicating"],
            &["news", "T-1001"],
            &["show", "T-1001"],
            &["join", "T-1002", "In", "the", "app", "too"],
        ];
        for words in lines {
            told.push_str(&format!("$ eider ticket {}\n", words.join(" ")));
            told.push_str(&shell.told(&[&["ticket"], *words].concat()).await);
        }
        allow_duplicates! {
            assert_snapshot!(told, @r"
            $ eider ticket take-hat T-1001 communicating
            T-1001 is acknowledged, P3; nobody has it.
            $ eider ticket give-hat T-1001 diagnosing grace.hopper@example.com
            T-1001 is acknowledged, P3; nobody has it.
            $ eider ticket update T-1001 --known Cards fail --doing We look --next-in 30
            T-1001 is acknowledged, P3; nobody has it.
            $ eider ticket lay-down-hat T-1001 communicating
            T-1001 is acknowledged, P3; nobody has it.
            $ eider ticket news T-1001
            T-1001 is acknowledged; nobody has it.
            Known: Cards fail
            Being done: We look
            Ada told this on 2026-03-02 10:00.
            The next update comes 2026-03-02 10:30.
            $ eider ticket show T-1001
            T-1001  Nobody can pay
            P3, acknowledged, asked by Ada on 2026-03-02 10:00

            Owner    -
            Feature  -
            Squad    -
            Answer   done, 8 h in time
            Resolve  due 2026-03-03 10:00, 1 d left
            Cost     0 replies, 1 person, 0 min hands-on
            Grace Hopper is diagnosing
            Next update 2026-03-02 10:30

            What happened
              Cards fail

            What is known
              Cards fail

            What is being done
              We look
            $ eider ticket join T-1002 In the app too
            T-1002 is new, P3; nobody has it.
            ");
        }
        let no_promise = ["ticket", "update", "T-1001", "--known", "a", "--doing", "b"];
        assert_eq!(
            shell.refused(&no_promise).await,
            (
                1,
                "Say when the next update comes, or that none is planned.".to_owned()
            )
        );
    })
    .await;
}
