//! The profile: a server and a token, kept in a file that only its owner can read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::Failure;

/// A server, and a token that is good there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The server's address, without a slash at its end.
    pub server: String,
    /// The token.
    pub token: String,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// Where the profile of this person is: `eider/profile.toml` in their folder of configuration.
pub(crate) fn usual_path() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let configuration = folder("XDG_CONFIG_HOME")
        .or_else(|| folder("APPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(configuration.join("eider").join("profile.toml"))
}

impl Profile {
    /// The profile at `path`, if there is one.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let failed = |reason: String| Failure::Profile {
            path: path.to_owned(),
            reason,
        };
        match fs::read_to_string(path) {
            // The error of the reader may quote the token, so it is not told.
            Ok(text) => toml::from_str(&text)
                .map(Some)
                .map_err(|_| failed("it does not hold a server and a token".to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Writes the profile to `path`, readable by its owner alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let failed = |reason: String| Failure::Profile {
            path: path.to_owned(),
            reason,
        };
        let text = toml::to_string(self).map_err(|error| failed(error.to_string()))?;
        private::write(path, &text).map_err(|error| failed(error.to_string()))
    }
}

#[cfg(unix)]
mod private {
    use std::{
        fs,
        io::{self, Write as _},
        os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
        path::Path,
    };

    /// Written beside and then moved, so that it is never half there, nor readable for a moment.
    pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        let beside = path.with_extension("toml.new");
        let _leftover = fs::remove_file(&beside);
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    }
}

#[cfg(not(unix))]
mod private {
    use std::{fs, io, path::Path};

    /// The folder of configuration belongs to one person there.
    pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    }
}
