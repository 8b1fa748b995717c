use std::{fs, path::Path};

use eider_testkit::Database;

use crate::running::{Program, Running, administrator_token, complaint, eider, place, told};

/// A sample company in `folder`, at rest.
fn company(folder: &Path) {
    let mut command = eider(&["demo", "--port", "0", "--keep"]);
    command.arg(folder);
    let demo = Running::start(command, "Address: ");
    assert!(demo.stop().success());
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn a_desk_moves_to_postgresql_and_back_without_loss() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    company(&at("one"));
    let (first, second, third) = (at("1.jsonl"), at("2.jsonl"), at("3.jsonl"));
    let (here, back) = (at("one"), at("two"));
    told(&[&["export", text(&first)], &place(&here, None)[..]].concat());

    let database = Database::postgres().await;
    let there = place(&here, Some(&database.address));
    told(&[&["import", text(&first)], &there[..]].concat());
    told(&[&["export", text(&second)], &there[..]].concat());
    assert!(fs::read(&first).unwrap() == fs::read(&second).unwrap());

    told(&[&["import", text(&second)], &place(&back, None)[..]].concat());
    told(&[&["export", text(&third)], &place(&back, None)[..]].concat());
    assert!(fs::read(&first).unwrap() == fs::read(&third).unwrap());
    told(&[&["doctor"], &place(&back, None)[..]].concat());

    // What was left out of the file was made anew: figures and search answer alike.
    let same = [
        "/api/v1/tickets?text=points&limit=50",
        "/api/v1/tickets?text=sourdough&limit=50",
    ];
    let mut answers = Vec::new();
    for place in [place(&here, None), there, place(&back, None)] {
        let program = Program::new(&administrator_token(&place));
        let server = Running::serve(&place);
        let mut found = Vec::new();
        for path in same {
            let answer = program.get(&format!("{}{path}", server.address)).await;
            let answer: serde_json::Value = answer.unwrap().json().await.unwrap();
            let items = answer["items"].as_array().unwrap();
            let numbers: Vec<String> = items.iter().map(|one| one["number"].to_string()).collect();
            assert!(!numbers.is_empty(), "{path}: {answer}");
            found.push(numbers);
        }
        answers.push(found);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn an_import_needs_an_empty_desk_and_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (one, two, file) = (at("one"), at("two"), at("export.jsonl"));
    administrator_token(&place(&one, None));
    told(&[&["export", text(&file)], &place(&one, None)[..]].concat());
    let into = |file: &Path, data: &Path| {
        complaint(&[&["import", text(file)], &place(data, None)[..]].concat())
    };
    assert!(into(&file, &one).contains("in use"));

    let whole = fs::read_to_string(&file).unwrap();
    let damaged = at("damaged.jsonl");
    for (write, wanted) in [
        (
            whole.replace("example.org", "example.com"),
            "altered or damaged",
        ),
        (whole[..whole.len() - 20].to_owned(), "ends before its end"),
        (whole.replace("\"schema\":", "\"schema\":99"), "version"),
        ("number,title\n1,Slow\n".to_owned(), "not an export"),
        (String::new(), "not an export"),
    ] {
        fs::write(&damaged, write).unwrap();
        let words = into(&damaged, &two);
        assert!(words.contains(wanted), "{words}");
    }
    // Nothing of the damaged ones was kept.
    told(&[&["import", text(&file)], &place(&two, None)[..]].concat());
}

#[tokio::test]
async fn a_backup_is_made_while_the_desk_is_in_use_and_restored_when_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("desk"), folder.path().join("copy.db"));
    let place = place(&data, None);
    let program = Program::new(&administrator_token(&place));
    let server = Running::serve(&place);
    program.open(&server.address, "before").await.unwrap();
    let words = [&["backup", text(&copy)], &place[..]].concat();
    assert!(told(&words).contains("1 tickets"));
    assert!(complaint(&words).contains("nothing is overwritten"));
    program.open(&server.address, "after").await.unwrap();

    let restore = [&["restore", text(&copy)], &place[..]].concat();
    assert!(complaint(&restore).contains("Another Eider uses"));
    assert!(server.stop().success());
    assert!(told(&restore).contains("is kept as"));

    let server = Running::serve(&place);
    let tickets = format!("{}/api/v1/tickets", server.address);
    let answer = program.get(&tickets).await.unwrap().text().await.unwrap();
    assert!(
        answer.contains("Ticket before") && !answer.contains("Ticket after"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_damaged_backup_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("desk"), folder.path().join("copy.db"));
    company(&data);
    let place = place(&data, None);
    told(&[&["backup", text(&copy)], &place[..]].concat());
    let before = fs::read(data.join("eider.db")).unwrap();
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 20_000].fill(0x5a);
    fs::write(&copy, bytes).unwrap();
    let words = complaint(&[&["restore", text(&copy)], &place[..]].concat());
    assert!(!words.is_empty());
    assert!(fs::read(data.join("eider.db")).unwrap() == before);

    fs::write(&copy, "This is a letter to my aunt.").unwrap();
    let words = complaint(&[&["restore", text(&copy)], &place[..]].concat());
    assert!(words.contains("not a backup of Eider"), "{words}");
}

#[tokio::test]
async fn a_desk_on_postgresql_is_backed_up_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.jsonl");
    let (one, two) = (Database::postgres().await, Database::postgres().await);
    let from = place(folder.path(), Some(&one.address));
    administrator_token(&from);
    told(&[&["backup", text(&copy)], &from[..]].concat());
    let to = place(folder.path(), Some(&two.address));
    told(&[&["restore", text(&copy)], &to[..]].concat());
    assert!(complaint(&[&["restore", text(&copy)], &to[..]].concat()).contains("in use"));
    // A text can become a file, too.
    let data = folder.path().join("data");
    told(&[&["restore", text(&copy)], &place(&data, None)[..]].concat());
    told(&[&["doctor"], &place(&data, None)[..]].concat());
}
