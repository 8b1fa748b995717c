//! The pages, the command line, drills, figures of the server.

use clap::Parser;
use eider_cli::{ClientCommand, Input, Surroundings};
use eider_domain::{access::Scope, person::Person};
use eider_testkit::on_both;
use jiff::tz::TimeZone;
use serde_json::json;

use super::Night;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: ClientCommand,
}

impl Night {
    /// What is printed when somebody types that.
    async fn types(&self, who: &Person, words: &[&str]) -> String {
        let token = self.desk.server.with_token(who, &Scope::ALL).await;
        let token = token.token.expect("it comes with a token");
        let server = self.desk.server.address.as_str();
        let reach = ["--server", server, "--token", &token];
        let line = ["eider", "page"].iter().chain(words).chain(&reach);
        let line = Line::try_parse_from(line).unwrap_or_else(|error| panic!("{error}"));
        let surroundings = Surroundings {
            profile: None,
            zone: TimeZone::UTC,
            input: Input::Words(String::new()),
        };
        let mut out = Vec::new();
        eider_cli::run_to(line.command, &surroundings, &mut out)
            .await
            .unwrap_or_else(|failure| panic!("{words:?}: {failure}"));
        self.settle().await;
        String::from_utf8(out).unwrap()
    }
}

#[tokio::test]
async fn a_page_is_answered_on_the_command_line() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let (ada, ben) = (&night.ada.0, &night.ben.0);
        assert_eq!(
            night.types(ada, &["list"]).await,
            "Nobody is being called.\n"
        );
        night.ask("Cards are refused", "P1").await;
        let listed = night.types(ada, &["list"]).await;
        assert!(listed.contains("T-1001"), "{listed}");
        assert!(listed.contains("Ada Lovelace"), "{listed}");
        let told = night.types(ada, &["escalate", "T-1001"]).await;
        assert_eq!(told, "T-1001: Ben Okri is called until 2026-03-02 01:05.\n");
        let told = night.types(ben, &["acknowledge", "T-1001"]).await;
        assert_eq!(told, "T-1001: Ben Okri has it.\n");
        let told = night
            .types(
                ben,
                &[
                    "resolve",
                    "T-1001",
                    "--cause",
                    "Disk",
                    "--how-known",
                    "Works",
                    "--no-change",
                ],
            )
            .await;
        assert_eq!(told, "T-1001: nobody is called any more.\n");
        night.ask("Refunds are slow", "P2").await;
        let told = night
            .types(ada, &["call", "T-1002", "it", "is", "worse"])
            .await;
        assert!(told.starts_with("T-1002: "), "{told}");
        assert_eq!(night.mailed().last().unwrap(), "ada");
    })
    .await;
}

#[tokio::test]
async fn what_is_called_shows_under_now_and_in_the_list() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let empty = night.ben.1.page("/pages").await;
        assert!(empty.contains("Nobody is being called"), "{empty}");
        let number = night.ask("Cards are refused", "P1").await;
        let id = night.page(&number).await["id"].as_str().unwrap().to_owned();
        for path in ["/", "/pages"] {
            let page = night.ben.1.page(path).await;
            assert!(page.contains(&format!("/pages/{id}")), "{path}: {page}");
            assert!(page.contains("Ada Lovelace"), "{path} names her: {page}");
        }
        let path = format!("/pages/{id}");
        let page = night.ben.1.page(&path).await;
        assert!(page.contains("Who was called"), "{page}");
        let done = night
            .ben
            .1
            .post_form(&path, &[("answer", "acknowledge")])
            .await;
        assert_eq!(done.status(), 303);
        let page = night.ben.1.page(&path).await;
        assert!(page.contains("has had it since"), "{page}");
        let list = night.ben.1.page("/pages").await;
        assert!(list.contains("Ben Okri (you) has it"), "{list}");
        let refused = night
            .lin
            .1
            .post_form(&path, &[("answer", "acknowledge")])
            .await;
        assert_eq!(refused.status(), 409);
        let reporter = night
            .cleo
            .1
            .post_form(&path, &[("answer", "acknowledge")])
            .await;
        assert_eq!(reporter.status(), 403);
        let off = night
            .ben
            .1
            .post_form(&path, &[("answer", "call_off")])
            .await;
        assert_eq!(off.status(), 303);
        assert_eq!(night.page(&number).await["ending"], "called_off");
    })
    .await;
}

#[tokio::test]
async fn a_drill_calls_people_says_so_and_reports() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let squad = night.squad.to_string();
        let nobody = [("squad", ""), ("reason", "The new rota")];
        let refused = night.lin.1.post_form("/pages/drill", &nobody).await;
        let refused = refused.text().await.unwrap();
        assert!(refused.contains("Choose whose people"), "{refused}");
        let told = [("squad", squad.as_str()), ("reason", "The new rota")];
        let begun = night.lin.1.post_form("/pages/drill", &told).await;
        assert_eq!(begun.status(), 303, "{}", begun.text().await.unwrap());
        night.settle().await;
        assert_eq!(night.mailed(), ["ada"]);
        let mail = night.desk.smtp.last();
        assert!(mail.header("Subject").starts_with("Drill:"), "{mail:?}");
        assert!(mail.text.contains("This is a drill"), "{}", mail.text);
        assert!(
            mail.text.contains("What for: The new rota"),
            "{}",
            mail.text
        );
        let link = night.link_to(&night.ada.0);
        night.desk.pass_seconds(90);
        let nobody = night.desk.server.nobody();
        let opened = nobody.page(&link).await;
        assert!(opened.contains("End the drill"), "{opened}");
        assert!(!opened.contains("It is put right"), "there is nothing to");
        let done = nobody.post_form(&link, &[("answer", "acknowledge")]).await;
        assert_eq!(done.status(), 303);
        let told = format!("{:?}", done.headers());
        assert!(told.contains("drill_answered"), "{told}");
        let drills = night
            .api(&night.root.0, "GET", "/pages?drills=true", json!(null), 200)
            .await;
        let drill = &drills["items"][0];
        assert_eq!(drill["is_drill"], true);
        assert_eq!(drill["called"][0]["answered_by"], "link");
        assert_eq!(drill["ending"], "answered");
        // It is over with that, so nobody is asked about it again.
        night.pass_minutes(90).await;
        assert_eq!(night.mailed(), ["ada"]);
        let path = format!("/pages/{}", drill["id"].as_str().unwrap());
        let report = night.lin.1.page(&path).await;
        assert!(report.contains("after 1 min"), "{report}");
        let told = night
            .types(&night.lin.0, &["drill", "--squad", "Payments", "Again"])
            .await;
        assert!(told.starts_with("Drill: "), "{told}");
        // There is no ticket, so no figure counts it.
        let tickets = night
            .api(&night.lin.0, "GET", "/tickets", json!(null), 200)
            .await;
        assert_eq!(tickets["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_command_line_names_whoever_has_it_first() {
    on_both(async |database| {
        let night = Night::new(database).await;
        let number = night.ask("Cards are refused", "P1").await;
        let page = night.page(&number).await;
        night
            .act(&night.ada.0, &page, "acknowledge", json!({}))
            .await;
        night
            .act(&night.ada.0, &page, "call-buddy", json!({}))
            .await;
        let told = night.types(&night.lin.0, &["list"]).await;
        assert!(told.contains("Ada Lovelace, Ben Okri"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn the_server_tells_how_pages_fare() {
    on_both(async |database| {
        let night = Night::new(database).await;
        night.ask("Cards are refused", "P1").await;
        let metrics = night.ada.1.page("/metrics").await;
        for line in [
            "eider_pages_open 1",
            "eider_pages_unanswered 1",
            "eider_page_overdue_seconds 0.000",
        ] {
            assert!(metrics.contains(line), "{line}: {metrics}");
        }
    })
    .await;
}
