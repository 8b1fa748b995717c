//! `eider apply` and `eider export --as-code`: the desk as files.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};

use crate::{
    Failure, Input, Reach, Surroundings,
    client::Client,
    output::{Output, text},
};

/// Files that are larger than this are not what people write.
const FILE_LIMIT_BYTES: u64 = 4 * 1024 * 1024;

/// Make the desk what the files of a folder say.
#[derive(Args, Debug)]
pub struct Apply {
    /// The folder with the files, those that end in .yaml or .yml
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Only show what would change; exit with 6 when something would
    #[arg(long)]
    pub plan: bool,
    /// Take out of use what the files do not mention, of the kinds that they hold
    #[arg(long)]
    pub prune: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Where to, and how it is told.
    #[command(flatten)]
    pub reach: Reach,
}

/// Write the desk as files.
#[derive(Args, Debug)]
pub struct Export {
    /// The folder for the files; it is made when it is not there
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Write over files that are there and say something else
    #[arg(long)]
    pub overwrite: bool,
    /// Where from, and how it is told.
    #[command(flatten)]
    pub reach: Reach,
}

impl Apply {
    pub(crate) async fn run(
        self,
        surroundings: &Surroundings,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let files = read(&self.folder)?;
        let client = Client::new(&self.reach, surroundings)?;
        let mut body = json!({ "files": files, "prune": self.prune });
        let plan = client.post("/as-code/plan", &body).await?;
        let changes = plan["changes"].as_array().map_or(0, Vec::len);
        // Programs get one document: the plan when they asked for it, else what was done.
        if self.plan || !self.reach.json || changes == 0 {
            output.tell(&plan, |plan, _| told(plan))?;
        }
        match (changes, self.plan) {
            (0, _) => return Ok(()),
            (_, true) => return Err(Failure::WouldChange(changes)),
            (_, false) if !self.yes => agree(&surroundings.input)?,
            (_, false) => {}
        }
        body["fingerprint"] = plan["fingerprint"].clone();
        let applied = client.post("/as-code/apply", &body).await?;
        output.tell(&applied, |applied, _| {
            let mut told = "Applied.\n".to_owned();
            for key in applied["keys"].as_array().into_iter().flatten() {
                told.push_str(&format!(
                    "The key {} of {} is made. Its secret is shown only now: {}\n",
                    text(key, "/name"),
                    text(key, "/service"),
                    text(key, "/secret"),
                ));
            }
            told
        })
    }
}

impl Export {
    pub(crate) async fn run(
        self,
        surroundings: &Surroundings,
        output: &mut Output<'_, impl Write>,
    ) -> Result<(), Failure> {
        let client = Client::new(&self.reach, surroundings)?;
        let export = client.get("/as-code", &[]).await?;
        let files = export["files"].as_array().cloned().unwrap_or_default();
        let mut wanted = Vec::with_capacity(files.len());
        for file in &files {
            let name = file["name"].as_str().unwrap_or_default();
            if !is_file_name(name) {
                return Err(Failure::NotEider {
                    server: client.server().to_owned(),
                });
            }
            let path = self.folder.join(name);
            let text = file["text"].as_str().unwrap_or_default();
            if !self.overwrite && says_else(&path, text)? {
                return Err(Failure::Usage(format!(
                    "{} is there and says something else. Nothing was written. Choose another folder, \
                     or add --overwrite.",
                    path.display()
                )));
            }
            wanted.push((path, text));
        }
        fs::create_dir_all(&self.folder).map_err(|error| unwritable(&self.folder, &error))?;
        for (path, text) in &wanted {
            fs::write(path, text).map_err(|error| unwritable(path, &error))?;
        }
        let names: Vec<&Value> = files.iter().map(|file| &file["name"]).collect();
        let document = json!({ "folder": self.folder, "files": names });
        output.tell(&document, |document, _| {
            let count = document["files"].as_array().map_or(0, Vec::len);
            format!("{count} files are in {}.\n", text(document, "/folder"))
        })
    }
}

/// The files of a folder that hold YAML, by name.
fn read(folder: &Path) -> Result<Vec<Value>, Failure> {
    let unreadable = |path: &Path, error: &io::Error| {
        Failure::Usage(format!("{} cannot be read: {error}.", path.display()))
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_hidden = name_of(&path).starts_with('.');
        if matches!(ending, Some("yaml" | "yml")) && !is_hidden && path.is_file() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Failure::Usage(format!(
            "There is no file in {} that ends in .yaml or .yml.",
            folder.display()
        )));
    }
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let size = fs::metadata(&path).map_err(|error| unreadable(&path, &error))?;
        if size.len() > FILE_LIMIT_BYTES {
            return Err(Failure::Usage(format!(
                "{} is larger than {FILE_LIMIT_BYTES} bytes. Divide it.",
                path.display()
            )));
        }
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        files.push(json!({ "name": name_of(&path), "text": text }));
    }
    Ok(files)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Names that stay in the folder, whatever the server says.
fn is_file_name(name: &str) -> bool {
    name.strip_suffix(".yaml").is_some_and(|stem| {
        !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    })
}

fn says_else(path: &Path, text: &str) -> Result<bool, Failure> {
    match fs::read(path) {
        Ok(there) => Ok(there != text.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unwritable(path, &error)),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("{} cannot be written: {error}.", path.display()))
}

/// A plan for people: a sign and a line for each thing, its fields below it.
fn told(plan: &Value) -> String {
    let list = |name: &str| plan[name].as_array().cloned().unwrap_or_default();
    let (mut told, changes) = (String::new(), list("changes"));
    for change in &changes {
        let sign = match change["how"].as_str() {
            Some("add") => "+",
            Some("retire") => "-",
            _ => "~",
        };
        told.push_str(&format!(
            "{sign} {} {}\n",
            text(change, "/kind"),
            one_line(&text(change, "/name"))
        ));
        for field in change["fields"].as_array().into_iter().flatten() {
            told.push_str(&field_told(field));
        }
    }
    for note in list("notes") {
        told.push_str(&format!("Note: {}\n", note.as_str().unwrap_or_default()));
    }
    let count = |how: &str| changes.iter().filter(|one| one["how"] == how).count();
    let (add, change, retire) = (count("add"), count("change"), count("retire"));
    told.push_str(&match changes.len() {
        0 => "Nothing would change: the desk is as the files say.\n".to_owned(),
        _ => format!("{add} to add, {change} to change, {retire} to take out of use.\n"),
    });
    told
}

fn field_told(field: &Value) -> String {
    let said = |name: &str| field[name].as_str().map(one_line);
    let what = text(field, "/field");
    match (said("from"), said("to")) {
        (Some(from), Some(to)) => format!("    {what}: {from} → {to}\n"),
        (None, Some(to)) => format!("  + {what}: {to}\n"),
        (Some(from), None) => format!("  - {what}: {from}\n"),
        (None, None) => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asks whether to go on.
fn agree(input: &Input) -> Result<(), Failure> {
    let answer = match input {
        Input::Words(words) => words.clone(),
        Input::Stream => {
            return Err(Failure::Usage(
                "Nobody is here to agree. Add --yes to apply without being asked.".to_owned(),
            ));
        }
        Input::Terminal => {
            eprint!("Apply this? Type yes: ");
            let mut answer = String::new();
            let read = io::stdin().read_line(&mut answer);
            read.map_err(|error| Failure::Usage(format!("No answer can be read: {error}.")))?;
            answer
        }
    };
    match answer.trim() {
        "yes" | "y" => Ok(()),
        _ => Err(Failure::Usage("Nothing was applied.".to_owned())),
    }
}
