//! Figures: a page for each, with its chart, its numbers and its definition; CSV and PNG of what
//! is seen.

mod address;
mod axis;
mod changes;
mod cost;
mod dearest;
mod effort;
mod key;
mod numbers;
mod open_time;
mod ownership;
mod page;
mod service_level;
mod story;

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use eider_app::figures::Words;
use eider_domain::{access::Action, figures::Figure};

use crate::{
    Error, Result, Visitor, Web, chart,
    door::{Access, Rule},
};
use story::Story;

const HOME: &str = "/figures";
const ONE: &str = "/figures/{name}";

pub(crate) const RULES: &[Rule] = &[
    Rule::get(HOME, Access::Needs(Action::Read)),
    Rule::get(ONE, Access::Needs(Action::Read)),
];

pub(crate) fn router() -> Router<Web> {
    Router::new().route(HOME, get(home)).route(ONE, get(one))
}

/// The first figure, beneath the most telling numbers of all of them.
async fn home(
    State(web): State<Web>,
    Query(words): Query<Words>,
    visitor: Visitor,
) -> Result<Response> {
    let story = Story::tell(&web, &visitor, Figure::OpenTime, words).await?;
    let keys = key::figures(&web, &visitor, &story).await?;
    Ok(page::page(&visitor, &story, Some(&keys)).into_response())
}

/// One figure, as its name is; as a file, when the name ends like one.
async fn one(
    State(web): State<Web>,
    Path(name): Path<String>,
    Query(words): Query<Words>,
    visitor: Visitor,
) -> Result<Response> {
    let (name, kind) = name.rsplit_once('.').unwrap_or((&name, ""));
    let figure = Figure::parse(name).ok_or(Error::NoSuchPage)?;
    let story = Story::tell(&web, &visitor, figure, words).await?;
    match kind {
        "" => Ok(page::page(&visitor, &story, None).into_response()),
        "csv" => Ok(file(
            &story,
            "csv",
            "text/csv; charset=utf-8",
            story.answer.csv(),
        )),
        "png" => {
            let picture = picture(&story).await?;
            Ok(file(&story, "png", "image/png", picture))
        }
        _ => Err(Error::NoSuchPage),
    }
}

/// Drawing a picture keeps a processor busy for a while, so it is done beside.
async fn picture(story: &Story) -> Result<Vec<u8>> {
    let (drawing, frame) = (story.drawing.clone(), story.frame());
    let drawn = tokio::task::spawn_blocking(move || chart::png(&drawing, &frame)).await;
    match drawn {
        Ok(Ok(picture)) => Ok(picture),
        Ok(Err(error)) => Err(Error::BadRequest(format!(
            "{error}. Choose a shorter period or fewer groups."
        ))),
        Err(_) => Err(Error::BadRequest("The picture could not be made.".into())),
    }
}

fn file(story: &Story, extension: &str, kind: &'static str, body: impl IntoResponse) -> Response {
    let name = story.answer.file_name();
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // The name is made of names of figures and days: letters, digits and hyphens.
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
