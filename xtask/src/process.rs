//! Running other programs: their output is shown as it comes, and kept for counting.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What a finished program left behind.
pub struct Finished {
    /// Everything it printed, both streams in the order of arrival, line by line.
    pub output: String,
    /// Nothing on success; else a sentence that names the command and its exit code.
    pub failure: Option<String>,
}

/// Runs `command` to its end, passing its output on. An `Err` means that it could not start.
pub fn run(command: &mut Command) -> Result<Finished, String> {
    let shown = describe(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{shown}` did not start: {error}"))?;
    let output = Mutex::new(String::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(|| stdout.map(|stream| pass_on(stream, std::io::stdout(), &output)));
        scope.spawn(|| stderr.map(|stream| pass_on(stream, std::io::stderr(), &output)));
    });
    let status = child
        .wait()
        .map_err(|error| format!("`{shown}` was lost: {error}"))?;
    Ok(Finished {
        output: output.into_inner().unwrap_or_else(PoisonError::into_inner),
        failure: (!status.success()).then(|| format!("`{shown}` ended with {status}.")),
    })
}

/// Runs `command` and turns a failing exit code into an error.
pub fn run_or_fail(command: &mut Command) -> Result<String, String> {
    let finished = run(command)?;
    match finished.failure {
        None => Ok(finished.output),
        Some(failure) => Err(failure),
    }
}

/// What `command` prints on standard output, trimmed, without showing it.
pub fn output_of(command: &mut Command) -> Result<String, String> {
    let shown = describe(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{shown}` did not start: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`{shown}` ended with {}: {}",
            output.status,
            stderr.trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `cargo`, the same one that runs this program.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    forget_package(&mut command);
    command
}

/// Takes away what cargo tells this program about its own package. Build scripts look at it, so with
/// it dependencies would be compiled anew whenever cargo is called by hand and from here in turn.
pub fn forget_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let is_about_package =
            |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(is_about_package) {
            command.env_remove(&name);
        }
    }
}

/// The folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The folder where cargo builds, honouring CARGO_TARGET_DIR.
pub fn target_folder() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

fn pass_on(stream: impl Read, mut shown: impl Write, kept: &Mutex<String>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        // A closed terminal must not end the run: the exit code still matters to somebody.
        let _ = writeln!(shown, "{line}");
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_str(&line);
        kept.push('\n');
    }
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![
        program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy(),
    ];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy()),
    );
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_kept_and_a_failing_exit_code_is_named() {
        let script = "echo one; echo two >&2; exit 3";
        let finished = run(Command::new("sh").args(["-c", script])).unwrap();
        let mut lines: Vec<&str> = finished.output.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["one", "two"]);
        assert!(finished.failure.unwrap().ends_with("exit status: 3."));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let missing = run(&mut Command::new("/nonexistent/program"))
            .err()
            .unwrap();
        assert!(missing.starts_with("`program` did not start"), "{missing}");
    }
}
