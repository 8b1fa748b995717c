//! The real Prometheus and the real Alertmanager: a rule fires, a ticket opens; the rule ends, and so
//! does the ticket.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
};

use eider_testkit::on_sqlite;

use super::Watched;

const FIRES: &str = "vector(1)";
const IS_OVER: &str = "vector(1) > 2";

/// A program that is stopped when the story ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It fails only if the program has ended already.
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn run(package: &str, names: &[&str], words: &[String]) -> Running {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|file| file.is_file());
    let Some(program) = found else {
        panic!(
            "{package} is missing. Run `cargo xtask test`, which installs it where it may, or type: \
             sudo apt-get install --no-install-recommends {package}"
        );
    };
    let started = Command::new(program)
        .args(words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Running(started.expect("the program starts"))
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn alertmanager(folder: &Path, hook: &str) -> (Running, SocketAddr) {
    let configuration = folder.join("alertmanager.yml");
    let text = format!(
        "route:\n  receiver: eider\n  group_by: [alertname]\n  group_wait: 0s\n  \
         group_interval: 1s\n  repeat_interval: 1h\nreceivers:\n  - name: eider\n    \
         webhook_configs:\n      - url: {hook}\n        send_resolved: true\n"
    );
    fs::write(&configuration, text).unwrap();
    let address = free_address();
    let words = [
        format!("--config.file={}", configuration.display()),
        format!("--storage.path={}", folder.join("alertmanager").display()),
        format!("--web.listen-address={address}"),
        "--cluster.listen-address=".to_owned(),
    ];
    let names = ["prometheus-alertmanager", "alertmanager"];
    (run("prometheus-alertmanager", &names, &words), address)
}

fn prometheus(folder: &Path, alertmanager: SocketAddr) -> (Running, SocketAddr) {
    let configuration = folder.join("prometheus.yml");
    let text = format!(
        "global:\n  evaluation_interval: 1s\nrule_files:\n  - {}\nalerting:\n  alertmanagers:\n    \
         - static_configs:\n        - targets: ['{alertmanager}']\n",
        folder.join("rules.yml").display()
    );
    fs::write(&configuration, text).unwrap();
    write_rule(folder, FIRES);
    let address = free_address();
    let words = [
        format!("--config.file={}", configuration.display()),
        format!(
            "--storage.tsdb.path={}",
            folder.join("prometheus").display()
        ),
        format!("--web.listen-address={address}"),
        "--web.enable-lifecycle".to_owned(),
        // What fired before it knew of Alertmanager is sent again at once.
        "--rules.alert.resend-delay=1s".to_owned(),
    ];
    (run("prometheus", &["prometheus"], &words), address)
}

fn write_rule(folder: &Path, expression: &str) {
    let text = format!(
        "groups:\n  - name: disks\n    rules:\n      - alert: DiskFull\n        \
         expr: {expression}\n        labels: {{severity: critical}}\n        \
         annotations: {{summary: No space is left}}\n"
    );
    fs::write(folder.join("rules.yml"), text).unwrap();
}

#[tokio::test]
async fn prometheus_fires_a_rule_and_ends_it() {
    on_sqlite(async |database| {
        let desk = Watched::new(database).await;
        let key = desk.key("alertmanager").await;
        let folder = tempfile::tempdir().unwrap();
        let hook = format!("{}/hooks/alertmanager/{key}", desk.server.address);
        let http = reqwest::Client::new();
        let is_ready = async |address: SocketAddr| {
            let answer = http.get(format!("http://{address}/-/ready")).send().await;
            answer
                .is_ok_and(|answer| answer.status() == 200)
                .then_some(())
        };
        let waiting = &desk.server.desk;
        let (_alertmanager, at) = alertmanager(folder.path(), &hook);
        waiting
            .until("Alertmanager is ready", async || is_ready(at).await)
            .await;
        let (_prometheus, at) = prometheus(folder.path(), at);
        waiting
            .until("Prometheus is ready", async || is_ready(at).await)
            .await;
        let known = format!("http://{at}/api/v1/alertmanagers");
        waiting
            .until("Prometheus knows of Alertmanager", async || {
                let answer = http.get(&known).send().await.ok()?;
                let told = answer.text().await.ok()?;
                told.contains("/api/v2/alerts").then_some(())
            })
            .await;
        let title = "P1 Checkout: DiskFull: No space is left";
        desk.until_told(&[&format!("T-1001 new {title}")]).await;
        write_rule(folder.path(), IS_OVER);
        let reload = http.post(format!("http://{at}/-/reload")).send().await;
        assert_eq!(reload.unwrap().status(), 200);
        desk.until_told(&[&format!("T-1001 resolved {title}")])
            .await;
    })
    .await;
}
