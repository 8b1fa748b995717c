//! `eider import tickets`: the tickets of another tracker, on the database directly.

use std::{io::IsTerminal as _, path::PathBuf, time::Duration};

use clap::{Args, Subcommand};
use eider_app::importing::{
    ImportError, ImportOptions, ImportReport, Input, Progress, import_tickets, mapping_named,
};
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    configuration::{Configuration, Place, Reach},
    desk,
    failure::Failure,
};

/// What of another system to import.
#[derive(Debug, Subcommand)]
pub enum ImportWhat {
    /// Import tickets with their history from a CSV export; run it again to go on or to catch up
    Tickets(ImportTickets),
}

/// The tickets of another tracker.
#[derive(Args, Debug)]
pub struct ImportTickets {
    /// The export; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What its columns mean: servicenow, jira, zendesk, or a file of one's own
    #[arg(long, value_name = "NAME|FILE")]
    pub mapping: String,
    /// Where to tell what could not be imported; FILE.rejected.csv when it is not given
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
    /// The desk.
    #[command(flatten)]
    pub place: Place,
}

/// Imports tickets and tells what came of it.
///
/// # Errors
/// When the export or the mapping cannot be used as a whole, or the database fails.
pub async fn run(what: &ImportWhat) -> Result<(), Failure> {
    let ImportWhat::Tickets(import) = what;
    let configuration = desk::configure(&import.place, &Reach::default())?;
    tickets(&configuration, import).await
}

async fn tickets(configuration: &Configuration, import: &ImportTickets) -> Result<(), Failure> {
    let mapping = mapping_named(&import.mapping).map_err(told)?;
    let input = Input::named(&import.file);
    let options = ImportOptions {
        rejected: import.rejected.clone().unwrap_or_else(|| input.rejected()),
        input,
        mapping,
        actor: None,
    };
    let eider = desk::eider(desk::open(&configuration.database).await?, None)?;
    eider.prepare().await?;
    let bar = Bar::new();
    let report = import_tickets(&eider, options, |progress| bar.show(progress)).await;
    bar.bar.finish_and_clear();
    eider.db().close().await;
    print!("{}", summary(&report.map_err(told)?));
    Ok(())
}

fn told(error: ImportError) -> Failure {
    match error {
        ImportError::App(error) => error.into(),
        error => Failure::told(error.to_string()),
    }
}

/// Where the import stands, on a terminal; nothing elsewhere.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    fn show(&self, progress: Progress) {
        let (template, done, total) = match progress {
            Progress::Reading { bytes, total_bytes } => (
                "Reading  {wide_bar} {bytes}/{total_bytes}",
                bytes,
                total_bytes,
            ),
            Progress::Saving { rows, total_rows } => (
                "Saving   {wide_bar} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
                rows,
                total_rows,
            ),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
    }
}

fn summary(report: &ImportReport) -> String {
    let count = HumanCount;
    let mut text = format!(
        "Rows read: {}. Tickets imported: {}; brought up to date: {}; as they were: {}. Facts recorded: {}.\n",
        count(report.rows),
        count(report.imported),
        count(report.updated),
        count(report.unchanged),
        count(report.facts),
    );
    if !report.absent_columns.is_empty() {
        let columns = report.absent_columns.join(", ");
        text += &format!("The export has no column for: {columns}.\n");
    }
    if let Some(path) = &report.rejected_file {
        text += &format!(
            "Rows and tickets that could not be imported: {}. {} tells which, and why.\n",
            count(report.rejected),
            path.display()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_tells_what_was_left_out() {
        let report = ImportReport {
            rows: 1_412,
            imported: 1_000,
            facts: 5_000,
            rejected: 2,
            rejected_file: Some("export.csv.rejected.csv".into()),
            absent_columns: vec!["team or squad".into()],
            ..ImportReport::default()
        };
        assert_eq!(
            summary(&report),
            "Rows read: 1,412. Tickets imported: 1,000; brought up to date: 0; as they were: 0. Facts recorded: 5,000.\n\
             The export has no column for: team or squad.\n\
             Rows and tickets that could not be imported: 2. export.csv.rejected.csv tells which, and why.\n"
        );
    }
}
