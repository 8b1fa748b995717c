use eider_app::{Clock, Eider, Ids, importing::*};
use std::time::Instant;
#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let db = if args[2].starts_with("postgres") {
        eider_store::Db::open_postgres(&args[2]).await.unwrap()
    } else {
        eider_store::Db::open_sqlite(args[2].as_ref())
            .await
            .unwrap()
    };
    let eider = Eider::new(
        db,
        Clock::moved_by_hand("2026-01-01T00:00:00Z".parse().unwrap()),
        Ids::from_seed([std::process::id() as u8; 32]),
    );
    eider.prepare().await.unwrap();
    let input = Input::named(args[1].as_ref());
    let options = ImportOptions {
        rejected: "/tmp/importing-data/rej.csv".into(),
        input,
        mapping: mapping_named("servicenow").unwrap(),
        actor: None,
    };
    let start = Instant::now();
    let report = import_tickets(&eider, options, |p| {
        if std::env::var("V").is_ok() {
            eprintln!("{:?} {p:?}", start.elapsed())
        }
    })
    .await
    .unwrap();
    let s = start.elapsed().as_secs_f64();
    println!("{s:.2} s, {:.0} rows/s {report:?}", report.rows as f64 / s);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!(
        "{}",
        status
            .lines()
            .filter(|l| l.starts_with("VmHWM"))
            .collect::<String>()
    );
}
