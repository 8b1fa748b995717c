//! From a rule in the real Prometheus, by the real Alertmanager, to an e-mail in a real mail server;
//! answered over its link, and put right when the rule is over.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::desk::{Api, make_team, tokens, word};
use super::mail::MailServer;
use super::node::Place;
use super::{Figures, address, folder};
use crate::http::{Connection, Request};
use crate::install::{ALERTMANAGER, PROMETHEUS, Tool};

const FIRES: &str = "vector(1)";
const IS_OVER: &str = "vector(1) > 2";
const HAPPENS_WITHIN: Duration = Duration::from_secs(60);
const EMAIL: &str = "ada@mail.test";

/// A program that ends with the proof.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if the program has ended already.
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

/// The desk, and what Ada was sent.
struct Paged {
    address: SocketAddr,
    api: Api,
    ada: String,
    letter: String,
    link: String,
    page: String,
    ticket: String,
}

/// Goes all the way once.
pub fn run(binary: &Path) -> Result<Figures, String> {
    let data = folder()?;
    let mail = MailServer::start()?;
    let place = Place {
        binary: binary.to_path_buf(),
        data: data.path().to_path_buf(),
        database: None,
        address: address()?,
        environment: mail_environment(mail.address),
    };
    let tokens = tokens(&place, 1)?;
    let mut node = place.start()?;
    node.wait_until_ready()?;
    let api = Api::new(place.address, tokens[0].clone());
    let ada = Api::new(place.address, tokens[1].clone());
    let ada_id = add_email(&ada, &mail)?;
    let team = make_team(&api, 0, "alertmanager", &[&ada_id], &ada_id)?;
    let mut figures = Figures::default();

    let hook = format!("http://{}/hooks/alertmanager/{}", place.address, team.key);
    let folder = data.path();
    let (_alertmanager, at) = alertmanager(folder, &hook)?;
    let prometheus_at = address()?;
    let started = Instant::now();
    let _prometheus = prometheus(folder, at, prometheus_at)?;
    let letter = within("a page comes by e-mail", || {
        let mails = mail.mails();
        Ok(mails.into_iter().find(|mail| mail.contains("/p/")))
    })?;
    let took = started.elapsed().as_secs_f64();
    figures.add(
        "Prometheus started until the e-mail is there",
        format!("{took:.1} s"),
    );
    let link = path_in(&letter).ok_or("No link stands in the e-mail.")?;
    let page = the_page(&api)?;
    expect_state(&page, "calling")?;
    let paged = Paged {
        address: place.address,
        ada: ada_id,
        letter,
        link,
        page: word(&page, "id"),
        ticket: word(&page["tickets"][0], "number"),
        api,
    };
    paged.acknowledge()?;

    write_rule(folder, IS_OVER)?;
    let reload = Request::post_json("/-/reload", String::new());
    let (status, text) = ask(prometheus_at, reload)?;
    expect("Prometheus reads the rule again", status == 200, &text)?;
    let begun = Instant::now();
    within("the alert ends", || {
        let firing = paged.api.get("/api/v1/alerts?firing=true")?;
        let none = firing["items"].as_array().is_some_and(Vec::is_empty);
        Ok(none.then_some(()))
    })?;
    let took = begun.elapsed().as_secs_f64();
    figures.add(
        "the rule ended until the desk knows",
        format!("{took:.1} s"),
    );
    paged.resolve()?;
    let mails = mail.mails();
    let pages = mails.iter().filter(|mail| mail.contains("/p/")).count();
    figures.add("e-mails about it", pages.to_string());
    expect("Ada was written to once", pages == 1, &pages.to_string())?;
    node.stop()?;
    figures.print("peers");
    Ok(figures)
}

impl Paged {
    /// The e-mail is right, its link changes nothing when it is opened, and its button does.
    fn acknowledge(&self) -> Result<(), String> {
        let letter = &self.letter;
        let names_it = subject(letter).contains("DiskFull");
        expect("the e-mail names the alert", names_it, letter)?;
        let is_hers = letter.contains(&format!("Envelope-to: {EMAIL}"));
        expect("it is for Ada", is_hers, letter)?;
        let before = self.page()?;
        let (_, shown) = ask(self.address, Request::get(self.link.as_str()))?;
        let shows_it = shown.contains("DiskFull");
        expect("opening the link shows the alert", shows_it, &shown)?;
        let seen = self.page()?;
        let is_same = seen == before;
        expect(
            "opening the link changes nothing",
            is_same,
            &seen.to_string(),
        )?;
        press(self.address, &self.link, &[("answer", "acknowledge")])?;
        let seen = self.page()?;
        expect_state(&seen, "acknowledged")?;
        let by = word(&seen["called"][0], "answered_by");
        expect(
            "it was answered by the link",
            by == "link",
            &seen.to_string(),
        )?;
        let ticket = self.ticket()?;
        let is_hers = word(&ticket["owner"], "id") == self.ada;
        expect("the ticket is hers", is_hers, &ticket.to_string())
    }

    /// Somebody has it, so it is hers to say that it is put right, by the same link.
    fn resolve(&self) -> Result<(), String> {
        let open = self.ticket()?;
        let is_open = word(&open, "status") != "resolved";
        expect("the ticket is still hers", is_open, &open.to_string())?;
        let resolution = [
            ("answer", "resolve"),
            ("cause", "The logs were never rotated"),
            ("how_known", "The rule is over"),
        ];
        press(self.address, &self.link, &resolution)?;
        let done = self.ticket()?;
        let is_done = word(&done, "status") == "resolved";
        expect("the ticket is resolved", is_done, &done.to_string())?;
        expect_state(&self.page()?, "ended")
    }

    fn page(&self) -> Result<Value, String> {
        self.api.get(&format!("/api/v1/pages/{}", self.page))
    }

    fn ticket(&self) -> Result<Value, String> {
        self.api.get(&format!("/api/v1/tickets/{}", self.ticket))
    }
}

fn mail_environment(address: SocketAddr) -> Vec<(String, String)> {
    let all = [
        ("EIDER_SMTP_HOST", address.ip().to_string()),
        ("EIDER_SMTP_PORT", address.port().to_string()),
        ("EIDER_SMTP_ENCRYPTION", "none".to_owned()),
        ("EIDER_SMTP_FROM", "Eider <eider@mail.test>".to_owned()),
    ];
    all.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Proves by the code in a letter that she is reached there. Answers who she is.
fn add_email(ada: &Api, mail: &MailServer) -> Result<String, String> {
    let list = "/api/v1/me/contact-methods";
    let added = ada.post(list, &json!({"kind": "email", "address": EMAIL}))?;
    let code = within("the code comes by e-mail", || {
        let mails = mail.mails();
        let mut codes = mails.iter().filter_map(|mail| {
            let (code, _) = subject(mail).split_once(" is your code")?;
            Some(code.to_owned())
        });
        Ok(codes.next())
    })?;
    let path = format!("{list}/{}/verify", word(&added, "id"));
    ada.post(&path, &json!({"code": code}))?;
    Ok(word(&ada.get("/api/v1/me")?, "id"))
}

fn subject(letter: &str) -> &str {
    let mut lines = letter.lines();
    let found = lines.find_map(|line| line.strip_prefix("Subject: "));
    found.unwrap_or_default()
}

/// The path of the link, as it stands on a line of its own.
fn path_in(letter: &str) -> Option<String> {
    let line = letter.lines().find(|line| line.contains("/p/"))?;
    let at = line.find("/p/")?;
    Some(line[at..].trim_end().to_owned())
}

fn the_page(api: &Api) -> Result<Value, String> {
    let pages = api.get("/api/v1/pages")?;
    match pages["items"].as_array().map(Vec::as_slice) {
        Some([page]) => Ok(page.clone()),
        _ => Err(format!("There is not one page: {pages}")),
    }
}

fn ask(address: SocketAddr, request: Request) -> Result<(u16, String), String> {
    let answer = Connection::to(address).send(&request);
    let answer = answer.map_err(|error| format!("{address}: {error}"))?;
    Ok((answer.status, answer.text()))
}

fn press(address: SocketAddr, link: &str, fields: &[(&str, &str)]) -> Result<(), String> {
    let (status, text) = ask(address, Request::post_form(link, fields))?;
    match status {
        303 => Ok(()),
        _ => Err(format!("The button was answered {status}: {text}")),
    }
}

fn expect(what: &str, holds: bool, seen: &str) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(format!("It does not hold that {what}:\n{seen}")),
    }
}

fn expect_state(page: &Value, state: &str) -> Result<(), String> {
    let what = format!("the page stands at “{state}”");
    expect(&what, word(page, "state") == state, &page.to_string())
}

fn within<T>(what: &str, look: impl Fn() -> Result<Option<T>, String>) -> Result<T, String> {
    let begun = Instant::now();
    while begun.elapsed() < HAPPENS_WITHIN {
        if let Some(found) = look()? {
            return Ok(found);
        }
        thread::sleep(Duration::from_millis(20));
    }
    let seconds = HAPPENS_WITHIN.as_secs();
    Err(format!("Within {seconds} s it did not happen that {what}."))
}

fn start(tool: &Tool, words: &[String]) -> Result<Running, String> {
    let started = Command::new(tool.ensure()?)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let child = started.map_err(|error| format!("{} did not start: {error}", tool.name))?;
    Ok(Running(child))
}

fn alertmanager(folder: &Path, hook: &str) -> Result<(Running, SocketAddr), String> {
    let configuration = folder.join("alertmanager.yml");
    let text = format!(
        "route:\n  receiver: eider\n  group_by: [alertname]\n  group_wait: 0s\n  \
         group_interval: 1s\n  repeat_interval: 1h\nreceivers:\n  - name: eider\n    \
         webhook_configs:\n      - url: {hook}\n        send_resolved: true\n"
    );
    fs::write(&configuration, text).map_err(|error| error.to_string())?;
    let address = address()?;
    let words = [
        format!("--config.file={}", configuration.display()),
        format!("--storage.path={}", folder.join("alertmanager").display()),
        format!("--web.listen-address={address}"),
        "--cluster.listen-address=".to_owned(),
    ];
    let running = start(&ALERTMANAGER, &words)?;
    wait_until_ready(address)?;
    Ok((running, address))
}

fn prometheus(
    folder: &Path,
    alertmanager: SocketAddr,
    address: SocketAddr,
) -> Result<Running, String> {
    let configuration = folder.join("prometheus.yml");
    let text = format!(
        "global:\n  evaluation_interval: 1s\nrule_files:\n  - {}\nalerting:\n  alertmanagers:\n    \
         - static_configs:\n        - targets: ['{alertmanager}']\n",
        folder.join("rules.yml").display()
    );
    fs::write(&configuration, text).map_err(|error| error.to_string())?;
    write_rule(folder, FIRES)?;
    let storage = folder.join("prometheus");
    let words = [
        format!("--config.file={}", configuration.display()),
        format!("--storage.tsdb.path={}", storage.display()),
        format!("--web.listen-address={address}"),
        "--web.enable-lifecycle".to_owned(),
        // What fired before it knew of Alertmanager is sent again at once.
        "--rules.alert.resend-delay=1s".to_owned(),
    ];
    let running = start(&PROMETHEUS, &words)?;
    wait_until_ready(address)?;
    Ok(running)
}

fn wait_until_ready(address: SocketAddr) -> Result<(), String> {
    within(&format!("{address} is ready"), || {
        let answer = Connection::to(address).send(&Request::get("/-/ready"));
        Ok(answer
            .is_ok_and(|answer| answer.status == 200)
            .then_some(()))
    })
}

fn write_rule(folder: &Path, expression: &str) -> Result<(), String> {
    let text = format!(
        "groups:\n  - name: disks\n    rules:\n      - alert: DiskFull\n        \
         expr: {expression}\n        labels: {{severity: critical}}\n        \
         annotations: {{summary: No space is left}}\n"
    );
    fs::write(folder.join("rules.yml"), text).map_err(|error| error.to_string())
}
