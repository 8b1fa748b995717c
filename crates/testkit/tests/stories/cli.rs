//! The client on the command line, against a real server.

mod telling;

use clap::Parser;
use eider_cli::{ClientCommand, Failure, Input, Surroundings};
use eider_domain::{access::Scope, person::Role};
use eider_testkit::{Database, TestServer, at, on_both, on_sqlite};
use insta::{allow_duplicates, assert_snapshot};
use jiff::tz::TimeZone;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: ClientCommand,
}

/// Somebody at a shell, with a folder for their profile.
struct Shell {
    server: TestServer,
    token: String,
    folder: tempfile::TempDir,
}

impl Shell {
    async fn new(database: Database) -> Self {
        let server = TestServer::new(database, at("2026-03-02T09:00:00Z")).await;
        let (ada, _) = server.desk.person("Ada", Role::Administrator).await;
        let client = server.with_token(&ada, &Scope::ALL).await;
        Self {
            token: client.token.expect("it comes with a token"),
            server,
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
        }
    }

    fn profile(&self) -> std::path::PathBuf {
        self.folder.path().join("eider").join("profile.toml")
    }

    /// What is printed when `words` are typed and `input` comes by standard input.
    async fn type_with(&self, words: &[&str], input: &str) -> Result<String, Failure> {
        let line = std::iter::once("eider").chain(words.iter().copied());
        let line = Line::try_parse_from(line).expect("the line can be read");
        let surroundings = Surroundings {
            profile: Some(self.profile()),
            zone: TimeZone::get("Europe/Berlin").expect("Berlin is known"),
            input: Input::Words(input.to_owned()),
        };
        let mut out = Vec::new();
        eider_cli::run_to(line.command, &surroundings, &mut out).await?;
        Ok(String::from_utf8(out).expect("it prints UTF-8"))
    }

    /// As [`Shell::type_with`], for what has to go well without any input.
    async fn told(&self, words: &[&str]) -> String {
        let told = self.type_with(words, "").await;
        told.unwrap_or_else(|failure| panic!("{words:?}: {failure}"))
    }

    async fn refused(&self, words: &[&str]) -> (u8, String) {
        let failure = self.type_with(words, "").await.expect_err("it is refused");
        (failure.code(), failure.to_string())
    }

    async fn sign_in(&self) -> String {
        let words = ["login", "--server", &self.server.address];
        let told = self.type_with(&words, &format!("{}\n", self.token)).await;
        told.unwrap_or_else(|failure| panic!("{failure}"))
    }
}

#[tokio::test]
async fn whoever_signs_in_need_not_name_the_server_again() {
    on_sqlite(async |database| {
        let shell = Shell::new(database).await;
        let (code, told) = shell.refused(&["ticket", "list"]).await;
        assert_eq!(code, 3, "{told}");
        let told = shell.sign_in().await;
        assert!(told.contains("as Ada, administrator"), "{told}");
        assert!(!told.contains(&shell.token), "{told}");
        assert_eq!(
            shell.told(&["ticket", "list"]).await,
            "No ticket is like that.\n"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(shell.profile()).unwrap().permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
        // The kept token is not sent to another server.
        let elsewhere = ["ticket", "list", "--server", "http://127.0.0.1:9"];
        assert_eq!(shell.refused(&elsewhere).await.0, 3);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_goes_from_question_to_answer_at_the_shell() {
    on_both(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        let mut told = String::new();
        let mut go = async |words: &[&str]| {
            told.push_str(&format!("$ eider {}\n", words.join(" ")));
            told.push_str(&shell.told(words).await);
        };
        go(&[
            "ticket",
            "open",
            "Login fails",
            "--what",
            "White page",
            "-p",
            "P2",
            "--fails-on",
            "web",
        ])
        .await;
        go(&[
            "ticket",
            "open",
            "会議室の予約 fails",
            "--what",
            "It is slow",
        ])
        .await;
        go(&["ticket", "list"]).await;
        go(&["ticket", "take", "T-1001"]).await;
        go(&["ticket", "say", "T-1001", "Which", "browser?"]).await;
        go(&["ticket", "wait", "T-1001"]).await;
        go(&["ticket", "resume", "T-1001"]).await;
        go(&[
            "ticket",
            "priority",
            "T-1001",
            "P1",
            "--reason",
            "Everybody",
        ])
        .await;
        go(&[
            "ticket",
            "resolve",
            "T-1001",
            "--cause",
            "A cache",
            "--how-known",
            "We looked",
            "--no-change",
        ])
        .await;
        go(&["ticket", "show", "1001"]).await;
        go(&["ticket", "confirm", "T-1001"]).await;
        go(&["ticket", "merge", "T-1002", "T-1001"]).await;
        go(&["ticket", "list", "--all"]).await;
        go(&["search", "login"]).await;
        go(&["figures", "open-time"]).await;
        let told = told.replace(&shell.server.address, "http://server");
        allow_duplicates! {
            assert_snapshot!(told, @r"
            $ eider ticket open Login fails --what White page -p P2 --fails-on web
            T-1001 is open, P2. Somebody answers by 2026-03-02 11:00.
            http://server/tickets/T-1001
            $ eider ticket open 会議室の予約 fails --what It is slow
            T-1002 is open, P3. Somebody answers by 2026-03-02 18:00.
            http://server/tickets/T-1002
            $ eider ticket list
            NUMBER  PRIORITY  STATUS  OWNER  DUE               TITLE
            T-1002  P3        new     -      2026-03-02 18:00  会議室の予約 fails
            T-1001  P2        new     -      2026-03-02 11:00  Login fails
            $ eider ticket take T-1001
            T-1001 is acknowledged, P2; Ada has it.
            $ eider ticket say T-1001 Which browser?
            It stands in the thread of T-1001.
            $ eider ticket wait T-1001
            T-1001 is waiting for reporter, P2; Ada has it.
            $ eider ticket resume T-1001
            T-1001 is in progress, P2; Ada has it.
            $ eider ticket priority T-1001 P1 --reason Everybody
            T-1001 is in progress, P1; Ada has it.
            $ eider ticket resolve T-1001 --cause A cache --how-known We looked --no-change
            T-1001 is resolved, P1; Ada has it.
            $ eider ticket show 1001
            T-1001  Login fails
            P1, resolved, asked by Ada on 2026-03-02 10:00

            Owner    Ada
            Feature  -
            Squad    -
            Answer   done, 1 h in time
            Resolve  done, 1 h in time
            Cost     1 reply, 1 person, 0 min hands-on

            What happened
              White page

            Cause
              A cache

            How we know that it is put right
              We looked

            Ada, 2026-03-02 10:00
              Which browser?
            $ eider ticket confirm T-1001
            T-1001 is closed, P1; Ada has it.
            $ eider ticket merge T-1002 T-1001
            T-1002 is merged into T-1001.
            $ eider ticket list --all
            NUMBER  PRIORITY  STATUS  OWNER  DUE  TITLE
            T-1002  P3        merged  -      -    会議室の予約 fails
            T-1001  P1        closed  Ada    -    Login fails
            $ eider search login
            NUMBER  STATUS  TITLE
            T-1001  closed  Login fails
            $ eider figures open-time
            Open time

            PRIORITY  TICKETS  MEAN   MEDIAN  90TH PERCENTILE  OPEN NOW
            P1        1        0 min  0 min   0 min            0
            P2        0        -      -       -                0
            P3        0        -      -       -                0
            ");
        }
    })
    .await;
}

#[tokio::test]
async fn programs_get_the_documents_of_the_server() {
    on_sqlite(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        let open = ["ticket", "open", "Login fails", "--json", "--once", "k"];
        let json = shell.type_with(&open, "It stays white\n").await.unwrap();
        let opened: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(opened["number"], "T-1001");
        assert_eq!(opened["report"]["what"], "It stays white");
        let again = shell.type_with(&open, "It stays white\n").await.unwrap();
        assert_eq!(again, json);
        let listed = shell.told(&["ticket", "list", "--json"]).await;
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(listed[0]["number"], "T-1001");
        let shown = shell.told(&["ticket", "show", "T-1001", "--json"]).await;
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(shown["messages"], serde_json::json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_list_longer_than_a_page_is_fetched_whole() {
    on_sqlite(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        let asker = shell.server.desk.unnamed(Role::Reporter).await;
        for index in 0..205 {
            shell
                .server
                .desk
                .ask(&asker, &format!("Ticket {index}"), "P3")
                .await;
        }
        let told = shell.told(&["ticket", "list", "--limit", "1000"]).await;
        assert_eq!(told.lines().count(), 206);
        let told = shell.told(&["ticket", "list", "--limit", "3"]).await;
        assert_eq!(told.lines().count(), 5, "{told}");
    })
    .await;
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_a_sentence_and_a_code() {
    on_sqlite(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        shell
            .told(&["ticket", "open", "Login fails", "--what", "It does"])
            .await;
        let mut told = Vec::new();
        let mut go = async |words: &[&str]| {
            let (code, sentence) = shell.refused(words).await;
            told.push(format!("{code} {sentence}"));
        };
        go(&["ticket", "confirm", "T-1001"]).await;
        go(&["ticket", "show", "T-9999"]).await;
        go(&["ticket", "show", "../me"]).await;
        go(&["ticket", "open", " ", "--what", " "]).await;
        go(&["ticket", "assign", "T-1001", "nobody@example.com"]).await;
        go(&["figures", "weather"]).await;
        go(&["ticket", "list", "--token", "eider_wrong"]).await;
        go(&[
            "ticket",
            "list",
            "--server",
            "eider.example.com",
            "--token",
            "t",
        ])
        .await;
        // Nobody listens on the port for discarding.
        go(&[
            "ticket",
            "list",
            "--server",
            "http://127.0.0.1:9",
            "--token",
            "t",
        ])
        .await;
        let told = told
            .join("\n")
            .replace(&shell.server.address, "http://server");
        assert_snapshot!(told, @r"
        1 T-1001 is new, so it cannot be confirmed. It can be confirmed once it is resolved.
        4 T-9999 is not here. It may have been mistyped.
        2 “../me” is not a ticket number. Ticket numbers look like T-1042.
        1 The title is empty. Write a few words. What happened is empty. Write a few words.
        1 There is nobody with this id or address. Write an address like ada@example.com, an id, or “me”.
        4 “weather” is not here. It may have been mistyped.
        3 The token is not good at http://server; it may have ended or been withdrawn. Make another one in your profile there, and run “eider login”.
        2 “eider.example.com” is not the address of a server. Write it like https://eider.example.com.
        5 http://127.0.0.1:9 cannot be reached: Connection refused (os error 111). Check the address and the network, or whether Eider runs there.
        ");
    })
    .await;
}

#[tokio::test]
async fn who_is_on_call_is_a_table() {
    on_both(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        assert_eq!(shell.told(&["oncall"]).await, "There are no rotas yet.\n");
        let mut api = shell.server.nobody();
        api.token = Some(shell.token.clone());
        let (ben, _) = shell.server.desk.person("Ben", Role::Responder).await;
        let rota = serde_json::json!({
            "name": "Payments, primary",
            "duty": "primary",
            "zone": "Europe/London",
            "layers": [{
                "name": "Days",
                "people": [ben.id],
                "zone": "Europe/London",
                "start": "2026-03-01",
                "handover": "18:00",
                "every": 1,
                "unit": "weeks",
                "hours": {"monday": ["00:00-18:00"]},
            }],
        });
        let (status, made) = api.json("POST", "/api/v1/rotas", Some(rota)).await;
        assert_eq!(status, 201, "{made}");
        let told = shell.told(&["oncall"]).await;
        allow_duplicates! { assert_snapshot!(told, @r"
        ROTA               DUTY     ON CALL  UNTIL             THEN
        Payments, primary  primary  Ben      2026-03-02 19:00  nobody
        ") }
        let told = shell
            .told(&["oncall", "--at", "2026-03-03T03:00:00Z"])
            .await;
        assert!(told.contains("nobody"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn what_fires_is_a_table() {
    on_both(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        assert_eq!(shell.told(&["alert", "list"]).await, "No alerts now.\n");
        let mut api = shell.server.nobody();
        api.token = Some(shell.token.clone());
        let service = serde_json::json!({"name": "Checkout"});
        let (status, made) = api.json("POST", "/api/v1/services", Some(service)).await;
        assert_eq!(status, 201, "{made}");
        let key = [
            "alert",
            "key",
            "checkout",
            "--source",
            "pagerduty",
            "--name",
            "Ours",
        ];
        let secret = shell.told(&key).await;
        let event = serde_json::json!({
            "routing_key": secret.trim(),
            "event_action": "trigger",
            "payload": {"summary": "Disk is full", "source": "db1", "severity": "critical"},
        });
        let sender = shell.server.nobody();
        let (status, answer) = sender.json("POST", "/v2/enqueue", Some(event)).await;
        assert_eq!(status, 202, "{answer}");
        let told = shell.told(&["alert", "list"]).await;
        let services = shell.told(&["alert", "services"]).await;
        allow_duplicates! { assert_snapshot!(format!("{told}{services}"), @r"
        TICKET  SEVERITY  FIRING  QUIET  CHANGED           SERVICE   TITLE
        T-1001  critical  1       -      2026-03-02 10:00  Checkout  Disk is full
        SERVICE   SQUAD  FEATURE
        Checkout  -      -
        ") }
        assert_eq!(
            shell
                .refused(&["alert", "key", "Nothing", "--source", "mail", "--name", "x"])
                .await
                .0,
            4
        );
    })
    .await;
}

#[tokio::test]
async fn a_mail_is_handed_on_or_kept() {
    on_both(async |database| {
        let shell = Shell::new(database).await;
        shell.sign_in().await;
        let mut api = shell.server.nobody();
        api.token = Some(shell.token.clone());
        let service = serde_json::json!({"name": "Checkout"});
        let (status, made) = api.json("POST", "/api/v1/services", Some(service)).await;
        assert_eq!(status, 201, "{made}");
        let key = [
            "alert", "key", "Checkout", "--source", "mail", "--name", "Nagios",
        ];
        let secret = shell.told(&key).await;
        let secret = secret.trim();
        let server = shell.server.address.as_str();
        let hand_on = ["intake", "mail", "--server", server, "--key", secret];
        let mail = |subject: &str| {
            format!("From: nagios@example.com\r\nSubject: {subject}\r\n\r\n97 % full\r\n")
        };
        let problem = mail("** PROBLEM: db1/Disk is CRITICAL **");
        shell.type_with(&hand_on, &problem).await.unwrap();
        let listed = shell.told(&["ticket", "list"]).await;
        assert!(listed.contains("T-1001  P1"), "{listed}");
        let recovery = mail("** RECOVERY: db1/Disk is OK **");
        shell.type_with(&hand_on, &recovery).await.unwrap();
        assert_eq!(
            shell.told(&["ticket", "list"]).await,
            "No ticket is like that.\n"
        );
        // A mail server keeps what is answered with 75, and tries again.
        let nobody = [
            "intake",
            "mail",
            "--server",
            "http://127.0.0.1:9",
            "--key",
            secret,
        ];
        let failure = shell.type_with(&nobody, &problem).await.unwrap_err();
        assert_eq!(failure.code(), 75, "{failure}");
        let wrong = [
            "intake",
            "mail",
            "--server",
            server,
            "--key",
            "0123456789abcdef",
        ];
        let failure = shell.type_with(&wrong, &problem).await.unwrap_err();
        assert_eq!(failure.code(), 3, "{failure}");
    })
    .await;
}
