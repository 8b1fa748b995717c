//! The pages, files and pictures of figures, through the door of the web.

use eider_domain::{
    figures::Figure,
    person::Role,
    ticket::{Change, Command, Resolution},
};
use eider_testkit::{Client, Database, TestServer, at};

fn resolution() -> Resolution {
    Resolution {
        cause: "A setting".into(),
        how_known: "It works".into(),
        change: Change::No,
        customer_outcome: None,
        known_issue: None,
    }
}

/// A server with ten tickets, each put right after as many hours as its place.
async fn server() -> (TestServer, Client) {
    let server = TestServer::new(Database::sqlite().await, at("2026-03-02T09:00:00Z")).await;
    let desk = &server.desk;
    let (_, cleo) = desk.person("Cleo Care", Role::Reporter).await;
    let (_, ada) = desk.person("Ada Lovelace", Role::Responder).await;
    for hours in 1..=10 {
        let ticket = desk.ask(&cleo, "=1+1, they said", "P1").await;
        desk.pass_minutes(hours * 60);
        for (actor, command) in [
            (&ada, Command::Resolve(resolution())),
            (&cleo, Command::Confirm),
        ] {
            eider_app::ticket::act(&desk.eider, actor, ticket.number, command)
                .await
                .unwrap();
        }
    }
    let (_, client) = server.signed_in("Vera View", Role::Viewer).await;
    (server, client)
}

#[tokio::test]
async fn each_figure_has_a_page_with_its_finding_and_definition() {
    let (_server, client) = server().await;
    let home = client.page("/figures").await;
    assert!(
        home.contains("P1 tickets were closed in 5 h 30 min at the median"),
        "{home}"
    );
    assert!(home.contains("Cost of support"), "{home}");
    for figure in Figure::ALL {
        let about = figure.about();
        let page = client.page(&format!("/figures/{}", about.name)).await;
        let definition = about.definition.split('.').next().unwrap();
        assert!(page.contains(definition), "{page}");
        assert!(page.contains("<svg"), "{page}");
        assert!(page.contains("class=\"chart-narrow\""), "{page}");
        assert!(!page.contains("style="), "{page}");
    }
}

#[tokio::test]
async fn what_is_seen_can_be_taken_along() {
    let (_server, client) = server().await;
    let csv = client.get("/figures/open-time.csv?group_by=none").await;
    assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
    let disposition = csv.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"open-time-"));
    assert_eq!(
        csv.text().await.unwrap(),
        "count,mean_seconds,median_seconds,p90_seconds,open_now\n10,19800,19800,32760,0\n"
    );
    let dearest = client.get("/figures/dearest.csv").await;
    let dearest = dearest.text().await.unwrap();
    assert!(dearest.contains("\"'=1+1, they said\""), "{dearest}");
    let png = client.get("/figures/open-time.png").await;
    assert_eq!(png.headers()["content-type"], "image/png");
    assert!(png.bytes().await.unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn a_period_without_tickets_says_so() {
    let (_server, client) = server().await;
    let page = client
        .page("/figures/changes?from=2020-01-01&to=2020-02-01")
        .await;
    assert!(page.contains("No tickets to count here"), "{page}");
    let refused = client.get("/figures/changes?from=soon").await;
    assert_eq!(refused.status(), 422);
    assert_eq!(client.get("/figures/weather").await.status(), 404);
    assert_eq!(client.get("/figures/changes.exe").await.status(), 404);
}

#[tokio::test]
async fn figures_are_compared_with_the_period_before() {
    let (server, _) = server().await;
    // The ten tickets took from the 2nd to the 4th of March; the next month has one of an hour.
    server.desk.set(at("2026-04-10T09:00:00Z"));
    let (_, cleo) = server.desk.person("Cora Care", Role::Responder).await;
    let ticket = server.desk.ask(&cleo, "Again", "P1").await;
    server.desk.pass_minutes(60);
    for command in [Command::Resolve(resolution()), Command::Confirm] {
        eider_app::ticket::act(&server.desk.eider, &cleo, ticket.number, command)
            .await
            .unwrap();
    }
    let (_, client) = server.signed_in("Vivian View", Role::Viewer).await;
    let page = client
        .page("/figures/open-time?from=2026-04-01&to=2026-05-01")
        .await;
    let finding = "P1 tickets were closed in 1 h at the median, 4 h 30 min faster than the period \
                   before";
    assert!(page.contains(finding), "{page}");
    // The quiet line has its name at its end.
    assert!(page.contains(">\nperiod before"), "{page}");
}
