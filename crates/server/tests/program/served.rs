use std::time::{Duration, Instant};

use crate::running::{Program, Running, administrator_token, complaint, eider, place};

#[tokio::test]
async fn the_first_start_prints_a_link_that_opens() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    let server = Running::serve(&place);
    let link = server.line_after("First administrator: ");
    assert!(link.starts_with(&server.address), "{link}");
    let page = reqwest::get(link).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_desk_with_an_administrator_prints_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    administrator_token(&place);
    let mut command = eider(&["serve", "--listen", "127.0.0.1:0"]);
    let output = command.args(&place).stdout(std::process::Stdio::piped());
    let mut child = output.spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    std::io::BufRead::read_line(&mut lines, &mut first).unwrap();
    assert!(first.starts_with("Eider listens on"), "{first}");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut lines, &mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn it_tells_whether_it_is_alive_ready_and_well() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    let program = Program::new(&administrator_token(&place));
    let server = Running::serve(&place);
    let url = |path: &str| format!("{}{path}", server.address);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            reqwest::get(url(path)).await.unwrap().status(),
            200,
            "{path}"
        );
    }
    // Figures of the server are for those who have a token.
    let refused = reqwest::get(url("/metrics")).await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["www-authenticate"], "Bearer");
    assert_eq!(
        refused.headers()["content-type"],
        "application/problem+json"
    );
    let problem: serde_json::Value = refused.json().await.unwrap();
    let words = problem["detail"].as_str().unwrap();
    assert!(words.contains("eider token create"), "{words}");
    program.open(&server.address, "one").await.unwrap();
    let metrics = program.get(&url("/metrics")).await.unwrap();
    assert_eq!(metrics.status(), 200);
    let text = metrics.text().await.unwrap();
    for wanted in [
        "eider_build_info{version=",
        // The ticket may become late, and what is old is forgotten tomorrow.
        "eider_jobs_waiting 2\n",
        "eider_job_overdue_seconds 0.000\n",
        "eider_facts_total 3\n",
        "_count{route=\"/api/v1/tickets\",method=\"POST\",status=\"2xx\"} 1\n",
        "_count{route=\"/healthz\",method=\"GET\",status=\"2xx\"} 1\n",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in:\n{text}");
    }
}

#[tokio::test]
async fn open_pages_do_not_hold_up_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    let program = Program::new(&administrator_token(&place));
    let server = Running::serve(&place);
    let live = format!("{}/live?topics=now", server.address);
    let mut stream = program.get(&live).await.unwrap();
    assert_eq!(stream.status(), 200);
    let asked = Instant::now();
    assert!(server.stop().success());
    assert!(asked.elapsed() < Duration::from_secs(5), "{asked:?}");
    assert!(matches!(stream.chunk().await, Ok(None) | Err(_)));
}

#[tokio::test]
async fn one_folder_is_served_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), None);
    let _server = Running::serve(&place);
    let words = [&["serve", "--listen", "127.0.0.1:0"], &place[..]].concat();
    assert!(complaint(&words).contains("Another Eider uses"));
}

#[tokio::test]
async fn the_sample_company_lets_one_in_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = eider(&["demo", "--port", "0", "--seed", "7"]);
    command.env("TMPDIR", temporary.path());
    let demo = Running::start(command, "Address: ");
    let link = demo.line_after("Sign in: ");
    assert_eq!(reqwest::get(link).await.unwrap().status(), 200);
    let left = || std::fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(left(), 1);
    assert!(demo.stop().success());
    assert_eq!(left(), 0);
}
