//! Files in the threads of tickets.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use eider_app::{
    once::OnceKey,
    ticket::{self as app, NewFile},
};
use eider_domain::{AttachmentId, TicketNumber, access::Action};
use eider_store::attachment as stored;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    extract::{ApiMultipart, ApiPath, ApiQuery, KeyHeader, created, key_of},
    message::{PageQuery, own_name},
    naming::{Named, Names},
    page::{self, Paged},
    problem::{PartProblems, ReadProblems, WriteProblems},
    word::NumberText,
};
use crate::{
    Error, Result, Visitor, Web,
    door::{Access, Rule},
};

const OF_TICKET: &str = "/api/v1/tickets/{number}/attachments";
const ONE: &str = "/api/v1/attachments/{id}";

pub(super) const RULES: &[Rule] = &[
    Rule::get(OF_TICKET, Access::Needs(Action::Read)),
    Rule::post(OF_TICKET, Access::Needs(Action::Reply)),
    Rule::get(ONE, Access::Needs(Action::Read)),
];

pub(super) fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, attach))
        .routes(routes!(download))
}

/// A file in a thread.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Attachment {
    /// Identity.
    id: Uuid,
    /// The ticket in whose thread it stands.
    ticket: NumberText,
    /// Who added it.
    author: Named,
    /// When.
    at: Timestamp,
    /// Its name.
    name: String,
    /// Its media type, as its sender gave it.
    media_type: String,
    /// Its size.
    size_bytes: i64,
}

impl Attachment {
    fn of(file: stored::Attachment, ticket: TicketNumber, author: Named) -> Self {
        Self {
            id: file.id.0,
            ticket: NumberText(ticket),
            author,
            at: file.at,
            name: file.name,
            media_type: file.media_type,
            size_bytes: file.size_bytes,
        }
    }
}

/// A form with a file.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is read by hand; this is its description")]
struct FileForm {
    /// The file, with its name and media type; at most 10 MiB.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// List the files of a ticket
#[utoipa::path(get, path = OF_TICKET, tag = "threads", operation_id = "listFiles",
    params(("number" = NumberText, Path, description = "The ticket's number"), PageQuery),
    responses((status = 200, description = "A page of files, the oldest first",
        body = Paged<Attachment>), PartProblems))]
async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Paged<Attachment>>> {
    let limit = page::checked_limit(query.limit)?;
    let (files, people) = app::files(&web.eider, visitor.actor(), number.0).await?;
    let names = Names {
        people: &people,
        desk: &visitor.desk,
    };
    let after = query.cursor.map(|id| id.to_string());
    let page = Paged::cut(files, limit, after.as_deref(), |file| file.id.to_string())?;
    Ok(Json(page.map(|file| {
        let author = names.person(file.author);
        Attachment::of(file, number.0, author)
    })))
}

/// Add a file to a ticket
#[utoipa::path(post, path = OF_TICKET, tag = "threads", operation_id = "attachFile",
    params(("number" = NumberText, Path, description = "The ticket's number"), KeyHeader),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "It stands in the thread", body = Attachment,
        headers(("Location" = String, description = "Where it is"))), WriteProblems))]
async fn attach(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(number): ApiPath<NumberText>,
    headers: HeaderMap,
    form: ApiMultipart,
) -> Result<Response> {
    let word = key_of(&headers)?;
    let file = file_of(form).await?;
    let actor = visitor.actor();
    let key = word.map(|word| {
        let route = format!("/api/v1/tickets/{}/attachments", number.0);
        // The boundary of a form differs from try to try, so the file itself is compared.
        let request = [file.name.as_bytes(), &[0], &file.content].concat();
        OnceKey::new(actor.person, &route, &word, &request)
    });
    let made = app::attach_once(&web.eider, actor, number.0, file, key.as_ref()).await?;
    let location = format!("/api/v1/attachments/{}", made.id);
    let body = Attachment::of(made, number.0, own_name(&visitor));
    Ok(created(location, body))
}

async fn file_of(ApiMultipart(mut form): ApiMultipart) -> Result<NewFile> {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Error::TooLarge
        } else {
            Error::BadRequest(format!(
                "The form cannot be read: {}. Send it again.",
                error.body_text()
            ))
        }
    };
    let no_file = "The form has to have one field, “file”, with the file in it.";
    let field = form.next_field().await.map_err(unreadable)?;
    let field = field.filter(|field| field.name() == Some("file"));
    let field = field.ok_or_else(|| Error::BadRequest(no_file.to_owned()))?;
    let name = field.file_name().unwrap_or("file").to_owned();
    let media_type = field.content_type().unwrap_or_default().to_owned();
    let content = field.bytes().await.map_err(unreadable)?.to_vec();
    if form.next_field().await.map_err(unreadable)?.is_some() {
        return Err(Error::BadRequest(no_file.to_owned()));
    }
    Ok(NewFile {
        name,
        media_type,
        content,
    })
}

/// Download a file
#[utoipa::path(get, path = ONE, tag = "threads", operation_id = "downloadFile",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "What is in it",
        content_type = "application/octet-stream", body = Vec<u8>), ReadProblems))]
async fn download(
    State(web): State<Web>,
    visitor: Visitor,
    ApiPath(id): ApiPath<AttachmentId>,
) -> Result<Response> {
    let (file, content) = app::attachment(&web.eider, visitor.actor(), id).await?;
    // Never the type that its sender gave: a browser would show it as a page of ours.
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::CONTENT_DISPOSITION, disposition(&file.name));
    Ok(response)
}

/// Says that it is to be saved, and under which name (RFC 6266).
fn disposition(name: &str) -> HeaderValue {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}
