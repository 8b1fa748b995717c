//! Files and messages of a ticket.

use super::*;

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
