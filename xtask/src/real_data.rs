//! The real tickets that some stories are told on. They belong to others and are no part of the
//! repository, so a fresh clone does without them, and says so.

use std::path::PathBuf;

/// The environment variable that names the folder with the real data.
pub const FOLDER_VARIABLE: &str = "EIDER_TEST_DATA";
/// Where it is looked for when the variable names nothing: beside the repository.
const BESIDE: &str = "../shared/data";
const FILES: [&str; 2] = [
    "servicenow/incident_event_log.csv.xz",
    "similar/hadoop_bugs.csv.xz",
];

/// The stories that need it, as nextest selects them.
pub const STORIES: &str = "test(importing::log::) | test(search::recall::)";

/// The same for `cargo test`, which skips by parts of names.
pub const SKIPPED: [&str; 4] = ["--skip", "importing::log::", "--skip", "search::recall::"];

/// The folder, if all of the data is there.
pub fn folder() -> Option<PathBuf> {
    let folder =
        std::env::var_os(FOLDER_VARIABLE).map_or_else(|| PathBuf::from(BESIDE), PathBuf::from);
    let is_whole = FILES.iter().all(|file| folder.join(file).exists());
    is_whole.then(|| std::path::absolute(&folder).unwrap_or(folder))
}

/// What is left out, and how it is brought back; nothing when all of the data is there.
pub fn left_out() -> Option<String> {
    folder().is_none().then(|| {
        format!(
            "Left out: the stories on real tickets, because {} are not in {BESIDE}. docs/importing.md \
             says where they come from; name their folder in {FOLDER_VARIABLE} to have them told.",
            FILES.join(" and ")
        )
    })
}
