//! Going through a long list of tickets and back.

use eider_domain::person::Role;
use eider_testkit::{TestServer, at, on_both};

const FRIDAY: &str = "2025-11-21T14:00:00Z";

/// Where the link of that name leads.
fn link(page: &str, name: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!(">{name}</a>"))?;
    let (_, rest) = before.rsplit_once("href=\"")?;
    let (address, _) = rest.split_once('"')?;
    Some(address.replace("&amp;", "&"))
}

#[tokio::test]
async fn a_list_goes_to_older_tickets_and_back_to_newer_ones() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let (_, mary) = server.desk.person("Mary", Role::Reporter).await;
        for index in 0..151 {
            let title = format!("Question {index}");
            server.desk.ask(&mary, &title, "P3").await;
        }
        // By number, by date, and by words: each walks another index.
        for filter in ["", "?status=any&from=2025-11-21", "?status=any&q=question"] {
            let mut pages = vec![ada.page(&format!("/tickets{filter}")).await];
            assert!(link(&pages[0], "Newer").is_none(), "{}", pages[0]);
            while let Some(older) = pages.last().and_then(|page| link(page, "Older")) {
                pages.push(ada.page(&older).await);
            }
            assert_eq!(pages.len(), 4);
            // The same tickets on the way back, and at its end the plain address.
            let mut here = pages.pop().expect("a last page");
            while let Some(newer) = link(&here, "Newer") {
                let back = ada.page(&newer).await;
                let was = pages.pop().expect("a page before");
                assert_eq!(rows(&back), rows(&was), "{newer}");
                here = back;
            }
            assert!(pages.is_empty() && here.contains("data-live"));
        }
        // An address from before newer tickets came shows the first page, and it is full.
        let page = ada.page("/tickets?after=1120&skipped=50&status=open").await;
        assert!(page.contains("1 to 50 of 151"), "{page}");
    })
    .await;
}

/// The tickets that a page lists, in their order.
fn rows(page: &str) -> Vec<&str> {
    let rows = page.split("id=\"row-").skip(1);
    rows.filter_map(|row| row.split('"').next()).collect()
}
