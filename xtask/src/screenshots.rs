//! `cargo xtask screenshots`: pictures of the main pages, taken from the sample company.

use clap::Args;

use crate::browser::{self, Folders};
use crate::process::{root, target_folder};
use crate::server::Build;

/// The folder's pictures are cloned by everybody, so that they are few and small.
const LARGEST_KEPT_BYTES: u64 = 200_000;

/// What `cargo xtask screenshots` is asked to do.
#[derive(Args)]
pub struct Options {
    /// Use the debug build, which is there already after the tests.
    #[arg(long)]
    debug: bool,
}

/// Takes the pictures, and fails if one that is to be committed is too large.
pub fn run(options: &Options) -> Result<(), String> {
    let build = if options.debug {
        Build::Debug
    } else {
        Build::Release
    };
    let folders = Folders {
        all: target_folder().join("screenshots"),
        kept: root().join("docs/screenshots"),
    };
    for folder in [&folders.all, &folders.kept] {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    browser::pictures(&build.binary()?, &folders)?;
    let kept = std::fs::read_dir(&folders.kept).map_err(|error| error.to_string())?;
    for entry in kept.flatten() {
        let bytes = entry.metadata().map_err(|error| error.to_string())?.len();
        println!("{} ({} KB)", entry.path().display(), bytes / 1000);
        if bytes > LARGEST_KEPT_BYTES {
            return Err(format!("{} is over 200 KB.", entry.path().display()));
        }
    }
    println!("All pictures are in {}.", folders.all.display());
    Ok(())
}
