//! Light or dark, chosen for a device.

use axum::{
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect},
};

use super::{cookies, local};
use crate::{Web, answers::Answers, components::layout::Theme};

pub(super) async fn choose(State(web): State<Web>, answers: Answers) -> impl IntoResponse + use<> {
    let theme = Theme::from_name(answers.text("theme"));
    let cookie = (header::SET_COOKIE, cookies::theme(&web, theme));
    let back = local(answers.text("return_to")).to_owned();
    (AppendHeaders([cookie]), Redirect::to(&back))
}
