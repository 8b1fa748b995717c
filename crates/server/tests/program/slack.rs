use crate::running::{Running, administrator_token, complaint, place, run, told};

#[test]
fn the_manifest_is_printed_for_either_way() {
    let socket = told(&["slack", "manifest"]);
    assert!(socket.contains("socket_mode_enabled: true"), "{socket}");
    assert!(!socket.contains("request_url"), "{socket}");
    let http = told(&[
        "slack",
        "manifest",
        "--http",
        "--public-url",
        "https://desk.example.com/",
        "--command",
        "/help",
    ]);
    let address = "request_url: \"https://desk.example.com/slack/events\"";
    assert!(http.contains(address), "{http}");
    assert!(http.contains("command: \"/help\""), "{http}");
    assert!(complaint(&["slack", "manifest", "--http"]).contains("--public-url"));
}

#[tokio::test]
async fn the_doctor_of_slack_says_what_to_do_first() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    administrator_token(&place);
    let output = run(&[&["slack", "doctor"], &place[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.contains("There is no app-level token."), "{words}");
    assert!(words.contains("To mend it: "), "{words}");
    let server = Running::serve(&place);
    let manifest = format!("{}/slack/manifest.yaml", server.address);
    let manifest = reqwest::get(manifest).await.unwrap();
    assert!(manifest.text().await.unwrap().contains("bot_user:"));
    assert!(server.stop().success());
}
