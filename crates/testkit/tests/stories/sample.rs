//! The sample company, as whoever starts it finds it.

use eider_testkit::{TestDesk, at, on_both};

/// The desk is kept in memory as soon as it is read, so everything of the company has to be in it
/// before anybody looks.
#[tokio::test]
async fn the_sample_company_has_its_services_at_once() {
    on_both(async |database| {
        let desk = TestDesk::new(database, at("2026-06-16T11:00:00Z")).await;
        eider_app::demo::fill(&desk.eider, 1).await.unwrap();
        let found = desk.eider.desk().await.unwrap();
        let mut names: Vec<&str> = found.services.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        let watched = [
            "card-gateway",
            "checkout-api",
            "driver-sync",
            "orders-db",
            "search-index",
        ];
        assert_eq!(names, watched);
        desk.stop().await;
    })
    .await;
}
