//! The pages of tickets, through the door of the web.

use eider_domain::{person::Role, ticket::Ticket};
use eider_testkit::{Client, TestServer, at, on_both, on_sqlite};
use reqwest::{Response, multipart};

const FRIDAY: &str = "2025-11-21T14:00:00Z";

/// Where an answer leads.
fn location(response: &Response) -> String {
    let location = response.headers().get("location");
    location
        .expect("the answer leads somewhere")
        .to_str()
        .expect("an address is text")
        .to_owned()
}

/// A form as a browser sends it, with files or without.
fn form(fields: &[(&'static str, &'static str)]) -> multipart::Form {
    fields
        .iter()
        .fold(multipart::Form::new(), |form, (name, value)| {
            form.text(*name, *value)
        })
}

fn file(name: &'static str, content: &'static [u8]) -> multipart::Part {
    multipart::Part::bytes(content)
        .file_name(name)
        .mime_str("text/html")
        .expect("a media type")
}

async fn post(client: &Client, path: &str, form: multipart::Form) -> Response {
    client
        .request("POST", path)
        .multipart(form)
        .send()
        .await
        .expect("the server answers")
}

async fn text(response: Response) -> String {
    response.text().await.expect("a page is text")
}

const QUESTION: &[(&str, &str)] = &[
    ("title", "Customers cannot pay by card"),
    (
        "what",
        "The page stays white after **Pay**. I expected a receipt.",
    ),
    ("priority", "P2"),
    ("feature", ""),
    ("word", "frozen"),
    ("since", "2025-11-21T13:05"),
    ("steps", "1. Tap Pay\n2. Wait 20 seconds"),
    ("people_affected", "1,200"),
    ("noticed", "customer_call"),
    ("fails_on", "ios"),
    ("works_on", "web"),
    ("links", "https://status.example.com/a"),
];

#[tokio::test]
async fn a_question_becomes_a_ticket_and_is_answered_on_pages_alone() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, mary) = server.signed_in("Mary Poole", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada Lovelace", Role::Responder).await;

        // Mary asks.
        let asked = post(&mary, "/ask", form(QUESTION)).await;
        assert_eq!(asked.status(), 303);
        let path = location(&asked);
        assert_eq!(path, "/tickets/T-1001");
        let cookie = asked.headers().get("set-cookie").expect("what was done");
        let cookie = cookie.to_str().expect("text").to_owned();
        let page = mary
            .request("GET", &path)
            .header("cookie", cookie.split(';').next().unwrap_or_default())
            .send()
            .await
            .expect("the server answers");
        assert_eq!(page.status(), 200);
        let page = text(page).await;
        assert!(page.contains("Thank you for the good report"), "{page}");
        for told in [
            "Customers cannot pay by card",
            "<strong>Pay</strong>",
            "I expected a receipt",
            "Nobody has this yet",
            "Frozen",
            "1,200 people",
            "A customer told us",
            "Fails on",
            "https://status.example.com/a",
            "P2</strong> Business affected",
        ] {
            assert!(page.contains(told), "{told} is not on the page");
        }
        assert!(!page.contains("/take"), "a reporter takes no tickets");

        // Ada sees it on Now and takes it.
        let now = ada.page("/").await;
        assert!(now.contains("Nobody has these yet"), "{now}");
        assert!(now.contains("Customers cannot pay by card"));
        server.desk.pass_minutes(3);
        let took = ada.post_form(&format!("{path}/take"), &[]).await;
        assert_eq!(
            (took.status().as_u16(), location(&took)),
            (303, path.clone())
        );
        let page = ada.page(&path).await;
        assert!(!page.contains("Nobody has this yet"));
        assert!(
            page.contains("<strong>Ada Lovelace</strong> took it, 3 min after it was asked"),
            "{page}"
        );

        // She asks Mary, who answers.
        let wait = [("question", "Which card?")];
        assert_eq!(
            ada.post_form(&format!("{path}/wait"), &wait).await.status(),
            303
        );
        let now = mary.page("/").await;
        assert!(now.contains("Your answer is needed"), "{now}");
        let said = post(
            &mary,
            &format!("{path}/say"),
            form(&[("body", "Every card.")]),
        )
        .await;
        assert_eq!(said.status(), 303);
        let page = ada.page(&path).await;
        assert!(page.contains("“Which card?”"), "{page}");
        assert!(page.contains("answered, so it goes on"));

        // She resolves it; Mary confirms.
        let resolution = [
            ("cause", "A certificate ran out"),
            ("how_known", "I paid with a test card"),
            ("change", "yes"),
            ("reference", "https://git.example.com/42"),
        ];
        let resolved = ada.post_form(&format!("{path}/resolve"), &resolution).await;
        assert_eq!(resolved.status(), 303);
        let now = mary.page("/").await;
        assert!(now.contains("Does it work for you?"), "{now}");
        let page = mary.page(&path).await;
        assert!(page.contains("It works") && page.contains("It does not work"));
        assert!(page.contains("A certificate ran out"));
        assert_eq!(
            mary.post_form(&format!("{path}/confirm"), &[])
                .await
                .status(),
            303
        );
        let page = mary.page(&path).await;
        assert!(page.contains("confirmed that it works"), "{page}");
        let now = mary.page("/").await;
        assert!(now.contains("Nothing needs anybody"), "{now}");
    })
    .await;
}

#[tokio::test]
async fn a_form_comes_back_with_everything_and_says_what_is_missing() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, mary) = server.signed_in("Mary", Role::Reporter).await;
        let sent = form(&[
            ("title", ""),
            ("what", "It is \"white\" <b>"),
            ("people_affected", "many"),
            ("since", "soon"),
            ("steps", "first tap"),
            ("fails_on", "ios"),
        ])
        .part("files", file("a.txt", b"hello"));
        let answer = post(&mary, "/ask", sent).await;
        assert_eq!(answer.status(), 422);
        let page = text(answer).await;
        assert!(page.contains("5 answers need another look"), "{page}");
        for told in [
            "The title is empty. Write a few words.",
            "Choose how urgent it is.",
            "whole number, such as 40",
            "It is &quot;white&quot; &lt;b&gt;",
            "first tap",
            "choose them once more",
            "aria-invalid=\"true\"",
            "value=\"many\"",
        ] {
            assert!(page.contains(told), "{told} is not in {page}");
        }
        assert!(page.contains("value=\"ios\" checked"), "{page}");
        assert!(page.contains("<details class=\"more-that-helps\" open"));
        assert!(server_has_no_ticket(&mary).await);

        // Other tools lead here with words to begin with.
        let page = mary
            .page("/ask?title=Till%207%20is%20dark&priority=2")
            .await;
        assert!(page.contains("value=\"Till 7 is dark\""));
    })
    .await;
}

async fn server_has_no_ticket(client: &Client) -> bool {
    client
        .page("/tickets?status=any")
        .await
        .contains("No ticket is like that")
}

#[tokio::test]
async fn a_refusal_shows_the_ticket_as_it_is_and_keeps_what_was_typed() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let (_, ben) = server.signed_in("Ben", Role::Responder).await;
        let (mary, _) = server.desk.person("Mary", Role::Reporter).await;
        let mary_client = server.sign_in(&mary).await;
        let ticket = ask(&server, &mary, "Login fails").await;
        let path = format!("/tickets/{}", ticket.number);

        assert_eq!(
            ada.post_form(&format!("{path}/take"), &[]).await.status(),
            303
        );
        let refused = ben.post_form(&format!("{path}/take"), &[]).await;
        assert_eq!(refused.status(), 409);
        let page = text(refused).await;
        assert!(page.contains("Somebody else already has T-1001"), "{page}");
        assert!(page.contains("Take it over"));

        // An empty reply, and a resolution without its answers.
        let empty = post(&ben, &format!("{path}/say"), form(&[("body", "  ")])).await;
        assert_eq!(empty.status(), 422);
        assert!(
            text(empty)
                .await
                .contains("Write something, or choose a file.")
        );
        let cause = [("cause", "A <lost> setting"), ("change", "no")];
        let incomplete = ada.post_form(&format!("{path}/resolve"), &cause).await;
        assert_eq!(incomplete.status(), 422);
        let page = text(incomplete).await;
        assert!(page.contains("A &lt;lost&gt; setting"), "{page}");
        assert!(page.contains("How we know is empty"), "{page}");

        // Resolved meanwhile: the words stay.
        let resolution = [("cause", "x"), ("how_known", "y"), ("change", "no")];
        ada.post_form(&format!("{path}/resolve"), &resolution).await;
        let late = [("cause", "mine"), ("how_known", "seen"), ("change", "no")];
        let refused = ben.post_form(&format!("{path}/resolve"), &late).await;
        assert_eq!(refused.status(), 409);
        let page = text(refused).await;
        assert!(
            page.contains("Reopen it first") && page.contains("mine"),
            "{page}"
        );

        // What one may not do is refused at the door.
        let forbidden = mary_client.post_form(&format!("{path}/take"), &[]).await;
        assert_eq!(forbidden.status(), 403);
    })
    .await;
}

async fn ask(server: &TestServer, person: &eider_domain::person::Person, title: &str) -> Ticket {
    let actor = eider_domain::access::Actor {
        person: person.id,
        role: person.role,
        squads: Vec::new(),
        scopes: None,
    };
    server.desk.ask(&actor, title, "P2").await
}

#[tokio::test]
async fn files_are_kept_and_never_run() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Reporter).await;
        let ticket = ask(&server, &mary, "Login fails").await;
        let path = format!("/tickets/{}", ticket.number);
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";
        let sent = form(&[("body", "See both.")])
            .part("files", file("page.html", b"<script>alert(1)</script>"))
            .part("files", file("..\\..\\shot.png", PNG));
        assert_eq!(
            post(&client, &format!("{path}/say"), sent).await.status(),
            303
        );
        let page = client.page(&path).await;
        assert!(page.contains("shot.png") && !page.contains(".."), "{page}");
        let addresses: Vec<&str> = page
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .filter(|href| href.starts_with("/attachments/"))
            .collect();
        assert_eq!(addresses.len(), 2);
        assert_eq!(page.matches("<img src=\"/attachments/").count(), 1);
        let mut types = Vec::new();
        for address in addresses {
            let answer = client.get(address).await;
            let header = |name: &str| {
                let value = answer.headers().get(name).expect("a header");
                value.to_str().expect("text").to_owned()
            };
            assert!(header("content-disposition").starts_with("attachment"));
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert!(header("content-security-policy").contains("sandbox"));
            types.push(header("content-type"));
        }
        types.sort();
        assert_eq!(types, ["application/octet-stream", "image/png"]);
        // Nobody who is not signed in sees them.
        let path = "/attachments/0198f0c0-0000-7000-8000-000000000000";
        assert_eq!(server.nobody().get(path).await.status(), 303);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_or_too_many_is_refused_with_a_sentence() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Reporter).await;
        let ticket = ask(&server, &mary, "Login fails").await;
        let say = format!("/tickets/{}/say", ticket.number);
        let large = multipart::Part::bytes(vec![0; 11 * 1024 * 1024]).file_name("large.bin");
        let answer = post(&client, &say, form(&[("body", "See")]).part("files", large)).await;
        assert_eq!(answer.status(), 400);
        assert!(text(answer).await.contains("together at most 10 MiB"));

        let mut many = form(&[("body", "See")]);
        for _ in 0..11 {
            many = many.part("files", file("a.txt", b"a"));
        }
        let answer = post(&client, &say, many).await;
        assert_eq!(answer.status(), 400);
        assert!(text(answer).await.contains("At most 10 files"));

        // An empty file is refused, and the words are kept.
        let empty = form(&[("body", "Look at this")]).part("files", file("a.txt", b""));
        let answer = post(&client, &say, empty).await;
        assert_eq!(answer.status(), 422);
        let page = text(answer).await;
        for told in [
            "is empty. Choose another file.",
            "choose them once more",
            "Look at this",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(
            !client
                .page(&format!("/tickets/{}", ticket.number))
                .await
                .contains("Look at this")
        );
    })
    .await;
}

#[tokio::test]
async fn a_message_is_corrected_and_taken_back_by_its_author_alone() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Reporter).await;
        let (_, zoe) = server.signed_in("Zoe", Role::Reporter).await;
        let ticket = ask(&server, &mary, "Login fails").await;
        let path = format!("/tickets/{}", ticket.number);
        post(
            &client,
            &format!("{path}/say"),
            form(&[("body", "Teh <i>page</i>")]),
        )
        .await;
        let page = client.page(&path).await;
        assert!(page.contains("Teh &lt;i&gt;page&lt;/i&gt;"), "{page}");
        let edit = page
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|href| href.contains("/messages/"))
            .expect("a way to correct it")
            .to_owned();
        assert!(!zoe.page(&path).await.contains("/messages/"));
        assert_eq!(
            zoe.post_form(&edit, &[("body", "mine")]).await.status(),
            403
        );
        assert!(client.page(&edit).await.contains("Teh &lt;i&gt;"));
        assert_eq!(client.post_form(&edit, &[("body", "")]).await.status(), 422);
        assert_eq!(
            client
                .post_form(&edit, &[("body", "The page")])
                .await
                .status(),
            303
        );
        let page = client.page(&path).await;
        assert!(
            page.contains("The page") && page.contains("Corrected"),
            "{page}"
        );
        let withdraw = format!("{edit}/withdraw");
        assert_eq!(client.post_form(&withdraw, &[]).await.status(), 303);
        let page = client.page(&path).await;
        assert!(page.contains("This message was taken back."));
        assert_eq!(client.get(&edit).await.status(), 404);
    })
    .await;
}

#[tokio::test]
async fn the_list_filters_pages_and_says_what_it_left_out() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Responder).await;
        for index in 0..53 {
            ask(&server, &mary, &format!("Question {index}")).await;
        }
        let (zoe, _) = server.desk.person("Zoe", Role::Reporter).await;
        ask(&server, &zoe, "=cmd|' /C calc'!A0, with \"quotes\"").await;
        let take = client.post_form("/tickets/1003/take", &[]).await;
        assert_eq!(location(&take), "/tickets/T-1003");

        let first = client.page("/tickets").await;
        assert!(first.contains("54 tickets, the newest first"), "{first}");
        assert!(first.contains("1 to 50 of 54"), "{first}");
        let next = first
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|href| href.contains("before="))
            .expect("a next page")
            .replace("&amp;", "&");
        let second = client.page(&next).await;
        assert!(second.contains("51 to 54 of 54"), "{second}");
        assert!(second.contains("row-T-1001") && !second.contains("row-T-1005"));

        let mine = client.page("/tickets?status=open&owner=me").await;
        assert!(mine.contains("1 ticket, the newest first"), "{mine}");
        assert!(mine.contains("Owner: you"));
        let zoes = client
            .page(&format!("/tickets?status=any&reporter={}", zoe.id))
            .await;
        assert!(zoes.contains("Reporter: Zoe"), "{zoes}");
        let found = client.page("/tickets?q=quotes").await;
        assert!(found.contains("1 ticket,"), "{found}");
        let none = client.page("/tickets?from=2025-11-22").await;
        assert!(none.contains("No ticket is like that"));
        let odd = client
            .page("/tickets?priority=loud&colour=%3Cscript%3E&status=open")
            .await;
        assert!(
            odd.contains("was left out") && !odd.contains("<script>"),
            "{odd}"
        );
        assert!(odd.contains("1 to 50 of 54"));

        let csv = client.get("/tickets.csv?status=any").await;
        assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
        let csv = text(csv).await;
        assert_eq!(csv.lines().count(), 55);
        assert!(
            csv.contains("T-1054,\"'=cmd|' /C calc'!A0, with \"\"quotes\"\"\",new,P2,"),
            "{csv}"
        );
        let mine = text(client.get("/tickets.csv?status=open&owner=me").await).await;
        assert_eq!(mine.lines().count(), 2, "{mine}");
    })
    .await;
}

#[tokio::test]
async fn numbers_lead_to_the_page_however_they_are_written() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Reporter).await;
        ask(&server, &mary, "Login fails").await;
        for written in ["1001", "t-1001"] {
            let answer = client.get(&format!("/tickets/{written}")).await;
            assert_eq!(
                (answer.status().as_u16(), location(&answer).as_str()),
                (308, "/tickets/T-1001")
            );
        }
        assert_eq!(client.get("/tickets/T-9").await.status(), 404);
        assert_eq!(client.get("/tickets/nonsense").await.status(), 404);
        let nobody = server.nobody().get("/tickets/T-1001").await;
        assert!(location(&nobody).starts_with("/sign-in?next="));
    })
    .await;
}

#[tokio::test]
async fn now_shows_what_is_late_then_nearly_late_then_unowned() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, _) = server.desk.person("Mary", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        // P2: an answer within an hour.
        ask(&server, &mary, "Late to be answered").await;
        server.desk.pass_minutes(15);
        ask(&server, &mary, "Nearly late").await;
        server.desk.pass_minutes(48);
        ask(&server, &mary, "Fresh").await;
        let now = ada.page("/").await;
        let place = |words: &str| now.find(words).unwrap_or_else(|| panic!("{words}: {now}"));
        let order = [
            place(">Late<"),
            place("Late to be answered"),
            place(">Nearly late<"),
            place(">Nearly late</a>"),
            place(">Nobody has these yet<"),
            place(">Fresh<"),
        ];
        assert!(order.is_sorted(), "{order:?}");
        assert!(now.contains("1 late"), "the navigation counts it");
        assert!(now.contains("data-live=\"/live?topics=now&amp;after="));
        // Answered, it is late no more, and stands among Ada's.
        ada.post_form("/tickets/1001/take", &[]).await;
        let now = ada.page("/").await;
        assert!(!now.contains(">Late<") && now.contains(">Yours<"), "{now}");
    })
    .await;
}

#[tokio::test]
async fn a_wash_up_is_prefilled_written_and_followed_up() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, mary_client) = server.signed_in("Mary", Role::Reporter).await;
        let (ada_person, ada) = server.signed_in("Ada", Role::Responder).await;
        let ticket = ask(&server, &mary, "Login fails").await;
        let path = format!("/tickets/{}", ticket.number);
        ada.post_form(&format!("{path}/take"), &[]).await;
        let resolution = [
            ("cause", "A full disk"),
            ("how_known", "It answers"),
            ("change", "no"),
        ];
        ada.post_form(&format!("{path}/resolve"), &resolution).await;
        assert!(ada.page(&path).await.contains("Write the wash-up"));

        let page = ada.page(&format!("{path}/wash-up")).await;
        assert!(page.contains("14:00 Ada took it at once"), "{page}");
        assert!(page.contains("A full disk") && page.contains("not kept yet"));
        let empty = ada
            .post_form(&format!("{path}/wash-up"), &[("lessons", "Look")])
            .await;
        assert_eq!(empty.status(), 422);
        let written = [
            ("what_happened", "The disk was full."),
            ("lessons", "Watch the **disk**."),
        ];
        let answer = ada.post_form(&format!("{path}/wash-up"), &written).await;
        assert_eq!(answer.status(), 303);

        let owner = ada_person.id.to_string();
        let actions = format!("{path}/wash-up/actions");
        let wrong = ada.post_form(&actions, &[("what", "Alert at 80 %")]).await;
        assert_eq!(wrong.status(), 422);
        assert!(text(wrong).await.contains("Alert at 80 %"));
        let agreed = [
            ("what", "Alert at 80 %"),
            ("owner", owner.as_str()),
            ("due_on", "2025-11-20"),
        ];
        assert_eq!(ada.post_form(&actions, &agreed).await.status(), 303);
        let now = ada.page("/").await;
        assert!(
            now.contains("You agreed to follow up") && now.contains("overdue since"),
            "{now}"
        );
        let all = mary_client.page("/wash-ups").await;
        assert!(
            all.contains("Alert at 80 %") && all.contains("Ada"),
            "{all}"
        );
        assert!(
            !all.contains("/done"),
            "a reporter finishes nobody's follow-up"
        );
        let done = now
            .split("action=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|action| action.ends_with("/done"))
            .expect("a button")
            .to_owned();
        assert_eq!(ada.post_form(&done, &[]).await.status(), 303);
        assert_eq!(ada.post_form(&done, &[]).await.status(), 409);
        let page = ada.page(&path).await;
        for told in [
            "Watch the <strong>disk</strong>",
            "wrote the wash-up",
            "finished a follow-up",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn everything_about_a_ticket_can_be_changed_on_its_page() {
    on_sqlite(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, _) = server.desk.person("Mary", Role::Reporter).await;
        let (_, ada) = server.signed_in("Ada", Role::Responder).await;
        let (ben, _) = server.desk.person("Ben", Role::Responder).await;
        ask(&server, &mary, "Login fails").await;
        ask(&server, &mary, "Nobody can sign in").await;
        let ben_id = ben.id.to_string();
        let path = "/tickets/T-1001";
        /// A word of an address, the fields sent there, and what is answered.
        type Sent<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
        let deeds: [Sent; 9] = [
            ("acknowledge", &[], "acknowledged it at once"),
            (
                "assign",
                &[("owner", ben_id.as_str())],
                "gave it to <strong>Ben",
            ),
            ("take-over", &[], "took it over from <strong>Ben"),
            ("start", &[], "started to work on it"),
            (
                "priority",
                &[("priority", "P1"), ("reason", "All of them")],
                "raised it from P2 to P1: “All of them”",
            ),
            (
                "title",
                &[("title", "Sign-in fails")],
                "before, it was “Login fails”",
            ),
            (
                "time",
                &[("minutes", "45")],
                "worked on it for 45 min away from here",
            ),
            ("follow", &[], "follows it"),
            ("release", &[], "gave it back; nobody has it"),
        ];
        for (verb, fields, told) in deeds {
            let answer = ada.post_form(&format!("{path}/{verb}"), fields).await;
            assert_eq!(answer.status(), 303, "{verb}");
            let page = ada.page(path).await;
            assert!(page.contains(told), "{verb}: {page}");
        }
        for (deed, wrong) in [
            ("time", ("minutes", "0")),
            ("merge", ("into", "x")),
            ("merge", ("into", "1001")),
        ] {
            let answer = ada.post_form(&format!("{path}/{deed}"), &[wrong]).await;
            assert!([409, 422].contains(&answer.status().as_u16()), "{deed}");
        }
        for deed in [
            "assign", "wait", "resolve", "reopen", "merge", "priority", "feature", "squad",
            "title", "time",
        ] {
            assert!(
                ada.page(&format!("{path}/{deed}")).await.contains("<form"),
                "{deed}"
            );
        }
        let merged = ada
            .post_form("/tickets/1002/merge", &[("into", "1001")])
            .await;
        assert_eq!(merged.status(), 303);
        assert!(ada.page("/tickets/T-1002").await.contains("It goes on in"));
        assert!(
            ada.page(path)
                .await
                .contains("found that T-1002 is the same")
        );
    })
    .await;
}

#[tokio::test]
async fn similar_questions_are_offered_while_somebody_writes() {
    on_both(async |database| {
        let server = TestServer::new(database, at(FRIDAY)).await;
        let (mary, client) = server.signed_in("Mary", Role::Reporter).await;
        ask(&server, &mary, "Zeppelin tickets cannot be printed").await;
        let fragment = client.page("/ask/similar?q=zeppelin%20printed").await;
        assert!(
            fragment.contains("Zeppelin tickets cannot be printed"),
            "{fragment}"
        );
        assert!(!fragment.contains("<html"));
        let none = client.page("/ask/similar?q=").await;
        assert!(none.contains("Nothing like it so far"));
    })
    .await;
}
