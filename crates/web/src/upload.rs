//! Forms that carry files.

use axum::extract::{FromRequest, Multipart, Request};
use eider_app::ticket::NewFile;

use crate::{Error, Result, Web};

/// The most files of one form.
pub(crate) const FILES_LIMIT: usize = 10;
/// The most fields of one form; a browser sends one for each answer.
const FIELDS_LIMIT: usize = 200;

/// What a form sent: answers in their order, and files.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    fields: Vec<(String, String)>,
    /// The files that were chosen, without empty choices.
    pub(crate) files: Vec<NewFile>,
}

impl Upload {
    /// The first answer to `name`, or an empty one.
    pub(crate) fn text(&self, name: &str) -> String {
        self.all(name).next().unwrap_or_default().to_owned()
    }

    /// Every answer to `name`.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

impl FromRequest<Web> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self> {
        let mut parts = Multipart::from_request(request, web)
            .await
            .map_err(|_| Error::BadRequest(CANNOT_BE_READ.to_owned()))?;
        let mut upload = Self::default();
        while let Some(part) = parts.next_field().await.map_err(too_large)? {
            let name = part.name().unwrap_or_default().to_owned();
            let Some(file_name) = part.file_name().map(base_name) else {
                let value = part.text().await.map_err(too_large)?;
                if upload.fields.len() == FIELDS_LIMIT {
                    return Err(Error::BadRequest(CANNOT_BE_READ.to_owned()));
                }
                upload.fields.push((name, value));
                continue;
            };
            let media_type = part.content_type().unwrap_or_default().to_owned();
            let content = part.bytes().await.map_err(too_large)?.to_vec();
            // A browser sends an empty part where no file was chosen.
            if file_name.is_empty() && content.is_empty() {
                continue;
            }
            if upload.files.len() == FILES_LIMIT {
                return Err(unreadable_files());
            }
            upload.files.push(NewFile {
                name: file_name,
                media_type,
                content,
            });
        }
        Ok(upload)
    }
}

const CANNOT_BE_READ: &str = "The form cannot be read. Go back and send it again.";

fn unreadable_files() -> Error {
    Error::BadRequest(format!(
        "At most {FILES_LIMIT} files can be sent at once. Go back and choose fewer; what you wrote is kept."
    ))
}

fn too_large(error: axum::extract::multipart::MultipartError) -> Error {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Error::BadRequest(
            "The files are too large: together at most 10 MiB can be sent at once. Go back and choose fewer or smaller ones; what you wrote is kept on your device."
                .to_owned(),
        )
    } else {
        Error::BadRequest(CANNOT_BE_READ.to_owned())
    }
}

/// Some browsers send the whole path.
fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}
