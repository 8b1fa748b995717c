//! The desk as code, through the client at the shell and through the API.

mod refused;
mod round;
mod shell;

use std::path::PathBuf;

use eider_cli::{
    ClientCommand, Failure, Input, Reach, Surroundings,
    as_code::{Apply, Export},
};
use eider_domain::{access::Scope, person::Role};
use eider_testkit::{Client, Database, TestServer, at};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

const GUIDE: &str = include_str!("../../../../../docs/as-code.md");

/// A desk with a server, somebody who may apply, and their folders.
struct Place {
    server: TestServer,
    token: String,
    client: Client,
    folder: tempfile::TempDir,
}

impl Place {
    async fn new(database: Database) -> Self {
        let server = TestServer::new(database, at("2026-03-02T09:00:00Z")).await;
        let (ada, _) = server.desk.person("Ada", Role::Administrator).await;
        let client = server.with_token(&ada, &Scope::ALL).await;
        Self {
            token: client.token.clone().expect("it comes with a token"),
            client,
            server,
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
        }
    }

    /// The same desk, for somebody else.
    async fn of(&self, name: &str, role: Role, squads: &[&str]) -> Client {
        let (person, _) = self.server.desk.person(name, role).await;
        let desk = self.server.desk.eider.desk().await.unwrap();
        let squads = squads.iter().map(|name| desk.squad_named(name).unwrap().id);
        let person = eider_domain::person::Person {
            squads: squads.collect(),
            ..person
        };
        let mut tx = self.server.desk.db().write().await.unwrap();
        let now = self.server.desk.eider.now();
        eider_store::person::put(&mut tx, &person, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.server.with_token(&person, &Scope::ALL).await
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A folder of that name with these files.
    fn write(&self, folder: &str, files: &[(&str, &str)]) -> PathBuf {
        let path = self.folder(folder);
        std::fs::create_dir_all(&path).unwrap();
        for (name, text) in files {
            std::fs::write(path.join(name), text).unwrap();
        }
        path
    }

    fn reach(&self) -> Reach {
        Reach {
            server: Some(self.server.address.clone()),
            token: Some(self.token.clone()),
            json: false,
        }
    }

    async fn run(&self, command: ClientCommand, input: Input) -> (String, Result<(), Failure>) {
        let surroundings = Surroundings {
            profile: None,
            zone: TimeZone::UTC,
            input,
        };
        let mut out = Vec::new();
        let outcome = eider_cli::run_to(command, &surroundings, &mut out).await;
        (String::from_utf8(out).unwrap(), outcome)
    }

    /// What `eider apply FOLDER --plan` prints, and its exit code.
    async fn plan(&self, folder: &str) -> (String, u8) {
        let apply = Apply {
            plan: true,
            ..self.apply_of(folder)
        };
        let (told, outcome) = self.run(ClientCommand::Apply(apply), Input::Stream).await;
        let code = outcome.map_or_else(|failure| failure.code(), |()| 0);
        (told, code)
    }

    fn apply_of(&self, folder: &str) -> Apply {
        Apply {
            folder: self.folder(folder),
            plan: false,
            prune: false,
            yes: true,
            reach: self.reach(),
        }
    }

    /// What `eider apply FOLDER --yes` prints; it has to go well.
    async fn apply(&self, folder: &str) -> String {
        let apply = ClientCommand::Apply(self.apply_of(folder));
        let (told, outcome) = self.run(apply, Input::Stream).await;
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
        told
    }

    /// The files of `eider export --as-code`, as text.
    async fn exported(&self, folder: &str) -> String {
        let export = Export {
            folder: self.folder(folder),
            overwrite: false,
            reach: self.reach(),
        };
        let command = ClientCommand::ExportAsCode(export);
        let (_, outcome) = self.run(command, Input::Stream).await;
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        let texts = files.iter().map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            format!("==> {name}\n{}", std::fs::read_to_string(path).unwrap())
        });
        texts.collect()
    }

    /// The kinds of all facts so far.
    async fn facts(&self) -> Vec<Value> {
        let facts = self.client.get("/api/v1/facts?limit=200").await;
        let facts: Value = facts.json().await.unwrap();
        facts["items"].as_array().cloned().unwrap()
    }
}

/// The answer of the API to these files, with its status.
async fn ask(client: &Client, what: &str, body: &Value) -> (u16, Value) {
    let request = client.request("POST", &format!("/api/v1/as-code/{what}"));
    let response = request.json(body).send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

/// The request of one file.
fn file(text: &str) -> Value {
    json!({ "files": [{ "name": "desk.yaml", "text": text }] })
}

/// Plans one file and applies it.
async fn applied(client: &Client, text: &str, prune: bool) -> Value {
    let mut body = file(text);
    body["prune"] = json!(prune);
    let (status, plan) = ask(client, "plan", &body).await;
    assert_eq!(status, 200, "{plan}");
    body["fingerprint"] = plan["fingerprint"].clone();
    let (status, applied) = ask(client, "apply", &body).await;
    assert_eq!(status, 200, "{applied}");
    applied
}

/// The last example of the guide.
fn example() -> String {
    let example = GUIDE.rsplit("```yaml\n").next().unwrap();
    example.split("```").next().unwrap().to_owned()
}
