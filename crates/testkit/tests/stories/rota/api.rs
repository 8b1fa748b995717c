//! Swaps, absences and feeds through the API: the same rights as on the pages.

use eider_domain::{access::Scope, person::Role};
use eider_testkit::{Client, on_both};
use serde_json::{Value, json};

use super::{Squad, text_of};

/// Ada, Ben and Cleo with tokens that may do all that they may.
struct Tokens {
    ada: Client,
    ben: Client,
    cleo: Client,
}

impl Tokens {
    async fn of(squad: &Squad) -> Self {
        let server = &squad.server;
        Self {
            ada: server.with_token(&squad.ada.0, &Scope::ALL).await,
            ben: server.with_token(&squad.ben.0, &Scope::ALL).await,
            cleo: server.with_token(&squad.cleo.0, &Scope::ALL).await,
        }
    }
}

/// Asks with a key, and answers with the status and what came.
async fn once(client: &Client, path: &str, key: &str, body: &Value) -> (u16, Value) {
    let request = client.request("POST", path).header("Idempotency-Key", key);
    let answer = request.json(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

#[tokio::test]
async fn a_swap_is_asked_offered_and_agreed_by_programs() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let all = Tokens::of(&squad).await;
        let ask = format!("/api/v1/rotas/{id}/swaps");
        let week = json!({ "from": "2026-03-23T09:00:00Z", "until": "2026-03-30T08:00:00Z" });
        let (status, refused) = all.ben.json("POST", &ask, Some(week.clone())).await;
        assert_eq!(status, 422, "it is not Ben's week to give: {refused}");
        let (status, made) = once(&all.ada, &ask, "swap-1", &week).await;
        assert_eq!(status, 201, "{made}");
        let (status, again) = once(&all.ada, &ask, "swap-1", &week).await;
        assert_eq!((status, &again["id"]), (201, &made["id"]), "asked once");
        assert_eq!(made["state"], "open");
        assert_eq!(made["asker"]["name"], "Ada Lovelace");
        assert_eq!(made["asked"], Value::Null);

        let one = format!("/api/v1/swaps/{}", text_of(&made["id"]));
        let (_, listed) = all.ben.json("GET", "/api/v1/swaps", None).await;
        assert_eq!(listed["items"][0]["id"], made["id"], "{listed}");
        let mine = json!({ "from": "2026-03-09T09:00:00Z", "until": "2026-03-16T09:00:00Z" });
        let offer = format!("{one}/offer");
        let (status, offered) = all.ben.json("POST", &offer, Some(mine)).await;
        assert_eq!(status, 200, "{offered}");
        assert_eq!(offered["offers"][0]["by"]["name"], "Ben Okri");
        let by = json!({ "by": squad.ben.0.id });
        let accept = format!("{one}/accept");
        let (status, _) = all.cleo.json("POST", &accept, Some(by.clone())).await;
        assert_eq!(status, 409, "Cleo asked for nothing");
        let (status, agreed) = all.ada.json("POST", &accept, Some(by)).await;
        assert_eq!(status, 200, "{agreed}");
        assert_eq!(agreed["state"], "taken");
        assert_eq!(agreed["taken_by"]["name"], "Ben Okri");
        assert_eq!(agreed["in_return"]["from"], "2026-03-09T09:00:00Z");
        assert_eq!(
            squad.on_call("2026-03-10T12:00:00Z").await,
            ["Ada Lovelace"]
        );
        assert_eq!(squad.on_call("2026-03-25T12:00:00Z").await, ["Ben Okri"]);
        let (status, late) = all.cleo.json("POST", &format!("{one}/take"), None).await;
        assert_eq!(status, 409);
        assert!(
            text_of(&late["detail"]).contains("Ben Okri was first"),
            "{late}"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_is_asked_declines_and_whoever_asked_withdraws() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let all = Tokens::of(&squad).await;
        let ask = format!("/api/v1/rotas/{id}/swaps");
        let body = json!({
            "asked": squad.ben.0.id,
            "from": "2026-03-23T09:00:00Z",
            "until": "2026-03-30T08:00:00Z",
        });
        let (status, made) = all.ada.json("POST", &ask, Some(body.clone())).await;
        assert_eq!(status, 201, "{made}");
        let one = format!("/api/v1/swaps/{}", text_of(&made["id"]));
        let (_, listed) = all.cleo.json("GET", "/api/v1/swaps", None).await;
        assert_eq!(listed["items"], json!([]), "Cleo is not asked");
        let (status, _) = all.cleo.json("POST", &format!("{one}/decline"), None).await;
        assert_eq!(status, 409);
        let (status, said) = all.ben.json("POST", &format!("{one}/decline"), None).await;
        assert_eq!((status, text_of(&said["state"])), (200, "declined".into()));

        let (_, made) = all.ada.json("POST", &ask, Some(body)).await;
        let one = format!("/api/v1/swaps/{}", text_of(&made["id"]));
        let (status, _) = all.ben.json("POST", &format!("{one}/withdraw"), None).await;
        assert_eq!(status, 409);
        let (status, said) = all.ada.json("POST", &format!("{one}/withdraw"), None).await;
        assert_eq!((status, text_of(&said["state"])), (200, "withdrawn".into()));

        let (rita, _) = squad
            .server
            .signed_in("Rita Reporter", Role::Reporter)
            .await;
        let rita = squad.server.with_token(&rita, &Scope::ALL).await;
        for path in ["/api/v1/swaps", one.as_str(), "/api/v1/me/absences"] {
            let (status, _) = rita.json("GET", path, None).await;
            assert_eq!(status, 403, "{path} is for who works on tickets");
        }
        let reader = squad.server.with_token(&squad.ada.0, &[Scope::Read]).await;
        let (status, _) = reader.json("POST", &format!("{one}/take"), None).await;
        assert_eq!(status, 403, "a token that reads does not swap");
    })
    .await;
}

#[tokio::test]
async fn absences_are_kept_by_their_owner_and_by_leads() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        squad.weekly("Payments, primary", "primary").await;
        let all = Tokens::of(&squad).await;
        let path = "/api/v1/absences";
        let time = |person: &str, from: &str, until: &str| json!({ "person": person, "from": from, "until": until });
        let days = time("me", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z");
        let (status, noted) = once(&all.ben, path, "away-1", &days).await;
        assert_eq!(status, 201, "{noted}");
        let (status, again) = once(&all.ben, path, "away-1", &days).await;
        assert_eq!((status, &again["id"]), (201, &noted["id"]), "noted once");
        assert!(squad.on_call("2026-03-10T12:00:00Z").await.is_empty());
        let (_, own) = all.ben.json("GET", "/api/v1/me/absences", None).await;
        assert_eq!(own["items"].as_array().unwrap().len(), 1, "{own}");
        assert_eq!(own["items"][0]["person"], noted["person"]);

        let ben = squad.ben.0.id.to_string();
        let others = time(&ben, "2026-03-12T00:00:00Z", "2026-03-13T00:00:00Z");
        let (status, _) = all.ada.json("POST", path, Some(others.clone())).await;
        assert_eq!(status, 403, "Ada does not say when Ben is away");
        let (status, by_lead) = squad.lead.json("POST", path, Some(others)).await;
        assert_eq!(status, 201, "{by_lead}");
        let end = format!("{path}/{}", text_of(&noted["id"]));
        let (status, _) = all.ada.json("DELETE", &end, None).await;
        assert_eq!(status, 403);
        let (status, _) = all.ben.json("DELETE", &end, None).await;
        assert_eq!(status, 204);
        assert_eq!(squad.on_call("2026-03-10T12:00:00Z").await, ["Ben Okri"]);
        assert!(squad.on_call("2026-03-12T12:00:00Z").await.is_empty());
        let backwards = time("me", "2026-03-20T00:00:00Z", "2026-03-19T00:00:00Z");
        let (status, _) = all.ben.json("POST", path, Some(backwards)).await;
        assert_eq!(status, 422);
    })
    .await;
}

#[tokio::test]
async fn a_program_makes_a_feed_and_reads_its_own_shifts() {
    on_both(async |database| {
        let squad = Squad::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        let all = Tokens::of(&squad).await;
        let (_, shifts) = all.ben.json("GET", "/api/v1/me/shifts", None).await;
        assert_eq!(shifts["items"][0]["from"], "2026-03-09T09:00:00Z");
        assert_eq!(shifts["items"][0]["rota"]["name"], "Payments, primary");
        let path = "/api/v1/me/feeds";
        let (status, made) = all
            .ben
            .json("POST", path, Some(json!({ "rota": id })))
            .await;
        assert_eq!(status, 201, "{made}");
        let address = text_of(&made["address"]);
        let at = address.find("/feeds/").expect("it is an address");
        let feed = squad.server.nobody().page(&address[at..]).await;
        assert!(feed.starts_with("BEGIN:VCALENDAR"), "{feed}");
        let (_, listed) = all.ben.json("GET", path, None).await;
        assert_eq!(listed["items"][0]["rota"]["name"], "Payments, primary");
        assert_eq!(listed["items"][0]["address"], Value::Null, "it is secret");
        let unknown = json!({ "rota": "01900000-0000-7000-8000-000000000000" });
        let (status, _) = all.ben.json("POST", path, Some(unknown)).await;
        assert_eq!(status, 404);
        let writer = squad.server.with_token(&squad.ben.0, &[Scope::Write]).await;
        let (status, _) = writer.json("POST", path, Some(json!({}))).await;
        assert_eq!(status, 403, "an address is a right of one's own account");
    })
    .await;
}
