//! Adding the browser that somebody uses just now.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use eider_app::contact::{self, BrowserKeys, MyContact, NewMethod};
use eider_domain::contact::Kind;
use maud::{Markup, html};

use super::{BROWSER, again, page::render, path};
use crate::{
    Result, Visitor, Web,
    answers::{Answers, Wrong},
    api::PUSH_KEY,
    components::{
        actions::{self, Weight},
        forms,
    },
    home_screen::WORKER,
    outcome::Outcome,
};

/// The words by which browsers name themselves, and what people call them. Those that also name
/// another come before it.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// The same for what they run on.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
];

pub(super) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    answers: Answers,
) -> Result<Response> {
    let before = contact::my_contact(&web.eider, visitor.actor()).await?;
    let endpoint = answers.text("endpoint").trim();
    let is_this = |kind, address: &str| kind == Kind::WebPush && address == endpoint;
    let mut methods = before.methods.iter();
    if let Some(known) = methods.find(|method| is_this(method.kind, &method.address)) {
        return Ok(Outcome::BrowserKnown.redirect(&web, &path(known.id)));
    }
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    let added = async {
        let keys = BrowserKeys::parse(answers.text("p256dh"), answers.text("auth"))?;
        let new = NewMethod {
            kind: Kind::WebPush,
            address: endpoint.to_owned(),
            label: name_of(agent.unwrap_or_default()),
            keys: Some(keys),
        };
        contact::add_method(&web.eider, visitor.actor(), new).await
    };
    match added.await {
        Ok(added) => Ok(Outcome::CodeSent.redirect(&web, &path(added.method.id))),
        Err(error) => {
            let wrong = Wrong::of(error)?;
            let nothing = Answers::default();
            Ok(again(render(&visitor, &before, &nothing, &wrong, None)))
        }
    }
}

/// The button, and what is said to a browser that cannot.
pub(super) fn button(contact: &MyContact) -> Markup {
    if !contact.offered.contains(&Kind::WebPush) {
        return html! { p.quiet { "This desk cannot send notifications to browsers." } };
    }
    html! {
        div data-push-worker=(WORKER) data-push-key=(PUSH_KEY) {
            p.quiet {
                "A notification here, also when no page of Eider is open. Press it to answer. "
                "Your phone decides whether it rings at night: let Eider through there."
            }
            noscript { p { "For this your browser has to allow JavaScript for Eider." } }
            div data-push-form hidden {
                (forms::form(BROWSER, None, html! {
                    input type="hidden" name="endpoint";
                    input type="hidden" name="p256dh";
                    input type="hidden" name="auth";
                    (actions::submit("Notify me in this browser", Weight::Secondary))
                }))
            }
            @for (case, words) in CASES {
                p data-push-case=(case) hidden { (words) }
            }
            p data-push-case="failed" hidden {
                "It did not work, and nothing was changed. Try again, or use another browser. "
                span.quiet data-push-detail {}
            }
        }
    }
}

const CASES: [(&str, &str); 4] = [
    (
        "insecure",
        "Browsers show notifications only from addresses that begin with https://. An administrator \
         can set that up.",
    ),
    (
        "home-screen",
        "On an iPhone or iPad, first add Eider to the home screen: press Share, then Add to Home \
         Screen. Open it from there, sign in once more, and come back to this page.",
    ),
    (
        "unable",
        "This browser cannot show notifications of a page that is not open. A private window never \
         can. Use another browser, or choose another way below.",
    ),
    (
        "denied",
        "This browser was told not to show notifications of Eider. Allow them in the settings of \
         the page, beside its address, and load this page again.",
    ),
];

/// What a browser is called, by what it tells of itself: "Chrome on Android".
fn name_of(agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        let mut known = known.iter();
        known
            .find(|(word, _)| agent.contains(word))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            ("curl/8", "A browser"),
        ] {
            assert_eq!(name_of(agent), name);
        }
    }
}
