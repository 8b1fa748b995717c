//! Looking after people and squads, in a browser.

use eider_domain::person::{Role, Standing};
use eider_testkit::{on_both, on_sqlite};

use super::pages::{PASSWORD, cookie, field, header, server, somebody};

#[tokio::test]
async fn an_administrator_invites_and_the_guest_joins_and_is_seen() {
    on_both(async |database| {
        let server = server(database).await;
        let (_, root) = server.signed_in("Root", Role::Administrator).await;
        let refused = root.post_form("/people/invite", &[("email", "cleo")]).await;
        assert_eq!(refused.status(), 422);
        let wanted = [
            ("email", "cleo@example.com"),
            ("name", "Cleo"),
            ("role", "reporter"),
        ];
        let made = root.post_form("/people/invite", &wanted).await;
        assert_eq!(made.status(), 200);
        let made = made.text().await.unwrap();
        let link = field(&made, "link").to_owned();
        let path = link.strip_prefix(&server.address).unwrap();
        assert!(root.page("/people").await.contains("cleo@example.com"));

        let form = server.nobody().page(path).await;
        assert!(form.contains("Root asks you to join"));
        assert_eq!(field(&form, "name"), "Cleo");
        let good = [("name", "Cleo"), ("password", PASSWORD), ("zone", "UTC")];
        let joined = server.nobody().post_form(path, &good).await;
        assert_eq!(joined.status(), 303);
        let people = root.page("/people?q=cle%20repor").await;
        assert!(people.contains(">Cleo</a>"), "{people}");
        assert!(!people.contains(">Root</a>"), "{people}");
        // Others see names, not addresses.
        let (_, viewer) = server.signed_in("Vera", Role::Viewer).await;
        let people = viewer.page("/people").await;
        assert!(people.contains(">Cleo</a>"));
        assert!(!people.contains("@example.com"), "{people}");
        assert!(
            viewer
                .page("/people?q=cleo%40example.com")
                .await
                .contains("Nobody of that name")
        );
    })
    .await;
}

#[tokio::test]
async fn a_role_changes_and_the_last_administrator_stays() {
    on_both(async |database| {
        let server = server(database).await;
        let (me, root) = server.signed_in("Root", Role::Administrator).await;
        let (ada, ada_reads) = server.signed_in("Ada", Role::Viewer).await;
        let own = format!("/people/{}", me.id);
        let refused = root
            .post_form(&format!("{own}/role"), &[("role", "lead")])
            .await;
        assert_eq!(refused.status(), 409);
        assert!(refused.text().await.unwrap().contains("only administrator"));
        let nothing = root
            .post_form(&format!("{own}/role"), &[("role", "king")])
            .await;
        assert_eq!(nothing.status(), 422);

        let path = format!("/people/{}", ada.id);
        let changed = root
            .post_form(&format!("{path}/role"), &[("role", "responder")])
            .await;
        assert_eq!(header(&changed, "location"), path);
        let told = cookie(&changed);
        assert!(
            ada_reads
                .page("/settings/profile")
                .await
                .contains("Your profile")
        );
        assert!(told.starts_with("eider_outcome=role_changed"), "{told}");

        root.post_form(&format!("{path}/disable"), &[]).await;
        assert_eq!(ada_reads.get("/settings/profile").await.status(), 303);
        assert!(root.page(&path).await.contains("Let them sign in again"));
        root.post_form(&format!("{path}/enable"), &[]).await;
        let mut tx = server.desk.db().read().await.unwrap();
        let found = eider_store::person::by_id(&mut tx, ada.id).await.unwrap();
        let found = found.unwrap();
        assert_eq!(
            (found.role, found.standing),
            (Role::Responder, Standing::Active)
        );
    })
    .await;
}

#[tokio::test]
async fn a_reset_link_gives_a_new_password() {
    on_sqlite(async |database| {
        let server = server(database).await;
        let (_, root) = server.signed_in("Root", Role::Administrator).await;
        let ada = somebody(&server.desk, "Ada", Role::Lead).await;
        let made = root
            .post_form(&format!("/people/{}/password-link", ada.id), &[])
            .await;
        let made = made.text().await.unwrap();
        let path = field(&made, "link").strip_prefix(&server.address).unwrap();
        let nobody = server.nobody();
        assert!(nobody.page(path).await.contains("Choose a new password"));
        let changed = nobody
            .post_form(path, &[("password", "grebes under the pier")])
            .await;
        assert_eq!(changed.status(), 303);
        let old = [("email", "ada@example.com"), ("password", PASSWORD)];
        assert_eq!(nobody.post_form("/sign-in", &old).await.status(), 422);
    })
    .await;
}

#[tokio::test]
async fn a_squad_is_made_and_its_lead_chooses_its_people() {
    on_both(async |database| {
        let server = server(database).await;
        let (_, root) = server.signed_in("Root", Role::Administrator).await;
        let bad = [("name", ""), ("rate_cents_per_hour", "a lot")];
        let refused = root.post_form("/squads/new", &bad).await;
        assert_eq!(refused.status(), 422);
        let good = [("name", "Payments"), ("rate_cents_per_hour", "62.50")];
        let made = root.post_form("/squads/new", &good).await;
        let squad = header(&made, "location").to_owned();
        assert!(root.page(&squad).await.contains("Nobody belongs to it yet"));
        let again = root.post_form("/squads/new", &good).await;
        assert_eq!(again.status(), 422, "the name is taken");

        let (lea, lead) = server.signed_in("Lea", Role::Lead).await;
        let (ada, _) = server.signed_in("Ada", Role::Responder).await;
        let members = format!("{squad}/members");
        let of_ada = ada.id.to_string();
        let adding_ada = [("person", of_ada.as_str())];
        assert_eq!(lead.post_form(&members, &adding_ada).await.status(), 403);
        assert_eq!(lead.get(&format!("{squad}/edit")).await.status(), 403);
        let of_lea = lea.id.to_string();
        root.post_form(&members, &[("person", &of_lea)]).await;
        assert_eq!(lead.post_form(&members, &adding_ada).await.status(), 303);
        assert_eq!(
            lead.post_form(&members, &[("person", "")]).await.status(),
            422
        );
        let page = lead.page(&squad).await;
        assert!(
            page.contains(">Ada</a>") && page.contains(">Lea</a>"),
            "{page}"
        );
        let renamed = [("name", "Money"), ("rate_cents_per_hour", "70")];
        let saved = lead.post_form(&format!("{squad}/edit"), &renamed).await;
        assert_eq!(saved.status(), 303);
        lead.post_form(&format!("{members}/remove"), &adding_ada)
            .await;
        let page = lead.page(&squad).await;
        assert!(page.contains("<h1>Money</h1>"), "{page}");
        assert!(!page.contains(">Ada</a>"), "{page}");
        assert!(lead.page(&format!("{squad}/edit")).await.contains("70.00"));
    })
    .await;
}
