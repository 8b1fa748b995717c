//! Every component in every state, with sample data: the place to look before making another.

mod duty;
mod samples;
mod slack;

use axum::Router;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, header};
use axum::routing::get;
use maud::{Markup, html};

use crate::assets;
use crate::components::actions::{self, OneClick, Weight};
use crate::components::badges::{self, Status};
use crate::components::charts;
use crate::components::choices::{self, Choice};
use crate::components::clock;
use crate::components::filters::{self, Applied, FilterBar, Pages, Tab};
use crate::components::forms::{self, Field, TextKind};
use crate::components::icons;
use crate::components::layout::{self, NavItem, Shell, SignedIn, THEME_COOKIE, Theme};
use crate::components::notices::{self, NoticeKind};
use crate::components::people;
use crate::components::tables;
use crate::components::thread;
use crate::components::tickets;
use crate::components::time;

/// Serves `GET /gallery`, and `GET /gallery/slack` for what stands in Slack. The theme is that of
/// the cookie, or of `?theme=dark`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/gallery", get(gallery))
        .route("/gallery/slack", get(slack_gallery))
}

async fn gallery(query: RawQuery, headers: HeaderMap) -> Markup {
    page(theme_asked(query, &headers))
}

async fn slack_gallery(query: RawQuery, headers: HeaderMap) -> Markup {
    slack_page(theme_asked(query, &headers))
}

/// The gallery as a whole document in a theme.
pub fn page(theme: Theme) -> Markup {
    let shell = Shell {
        title: "Gallery".to_owned(),
        theme,
        path: "/gallery".to_owned(),
        notice: Some(notices::notice(
            NoticeKind::Success,
            "T-1042 is yours",
            html! { "The reporter has been told." },
        )),
        ..shell()
    };
    let lede = "Every piece of Eider's pages, in every state. If a page needs something that is \
                not here, it belongs here first.";
    layout::page(
        &shell,
        html! {
            (layout::heading("Gallery", Some(lede), actions::link(
                "/gallery/slack", "What people see in Slack", Weight::Secondary)))
            (ticket())
            (lists())
            (states())
            (buttons())
            (fields())
            (wrong_fields())
            (notices_and_empty())
            (figures())
            (layout::section("Who is on call", duty::samples()))
        },
    )
}

/// What people see in Slack, as a whole document in a theme.
fn slack_page(theme: Theme) -> Markup {
    let shell = Shell {
        title: "Slack, in the gallery".to_owned(),
        theme,
        path: "/gallery/slack".to_owned(),
        own_stylesheet: Some(assets::gallery_stylesheet_path()),
        ..shell()
    };
    let lede = "Everything that Eider shows in Slack, drawn from the JSON that Slack gets, as it \
                reads at 13:27 in London. Slack's own colours and letters differ.";
    let back = actions::link("/gallery", "Pieces of the pages", Weight::Secondary);
    let heading = layout::heading("What people see in Slack", Some(lede), back);
    layout::page(&shell, html! { (heading) (slack::samples()) })
}

fn theme_asked(RawQuery(query): RawQuery, headers: &HeaderMap) -> Theme {
    let asked = query
        .as_deref()
        .and_then(|query| query.strip_prefix("theme="));
    let kept = headers
        .get(header::COOKIE)
        .and_then(|cookie| cookie.to_str().ok())
        .and_then(|cookies| {
            cookies
                .split("; ")
                .find_map(|cookie| cookie.strip_prefix(THEME_COOKIE)?.strip_prefix('='))
        });
    Theme::from_name(asked.or(kept).unwrap_or_default())
}

/// What surrounds the samples: a reader with news and late tickets.
fn shell() -> Shell {
    Shell {
        nav: Some(NavItem::Now),
        person: Some(SignedIn {
            name: "Ada".to_owned(),
            initials: "AL".to_owned(),
        }),
        unread: 4,
        late: 2,
        ..Shell::default()
    }
}

fn ticket() -> Markup {
    let reader = samples::reader();
    let row = samples::rows().remove(1);
    layout::section(
        "A ticket",
        layout::with_facts(
            html! {
                (tickets::ticket_head(&row, &samples::clocks_of_a_ticket(), &reader))
                (actions::action_bar(
                    actions::one_click(&OneClick {
                        action: "/gallery",
                        label: "Take it",
                        weight: Weight::Primary,
                        key: Some("t"),
                        fields: &[("version", "7")],
                    }),
                    html! {
                        (actions::link_with_key("#field-reply", "Reply", Weight::Secondary, "r"))
                        (actions::dialog_link("hand-over", "#", "Hand over", Weight::Secondary, None))
                    },
                ))
                (actions::dialog("hand-over", "Hand over to", html! {
                    form.form method="post" action="/gallery" {
                        (choices::select(
                            &Field::new("owner", "Who takes it?").hint("They are told at once."),
                            &[Choice::new("ben", "Ben"), Choice::new("mary", "Mary")],
                            "ben",
                            None,
                        ))
                        (actions::submit("Hand over", Weight::Primary))
                    }
                }))
                (thread::thread(&samples::messages(), &reader))
                (layout::section("What happened", thread::timeline(&samples::entries(), &reader)))
            },
            notices::facts(&samples::facts()),
        ),
    )
}

fn lists() -> Markup {
    let reader = samples::reader();
    let bar = FilterBar {
        action: "/gallery".to_owned(),
        label: "Search tickets".to_owned(),
        search: "login".to_owned(),
        fields: html! {
            (choices::select(
                &Field::new("priority", "Priority"),
                &[Choice::new("P1", "P1 Business critical"), Choice::new("P2", "P2 Business affected")],
                "P1",
                Some("Any"),
            ))
            (choices::select(&Field::new("feature", "Feature"), &samples::features(), "", Some("Any")))
            (forms::text(&Field::new("from", "Asked since"), TextKind::Date, "2025-11-01"))
        },
        applied: vec![
            Applied {
                label: "Priority: P1".to_owned(),
                remove_href: "#".to_owned(),
            },
            Applied {
                label: "Since 1 Nov 2025".to_owned(),
                remove_href: "#".to_owned(),
            },
        ],
        clear_href: "#".to_owned(),
        csv_href: Some("#".to_owned()),
    };
    let tab = |label: &str, count| Tab {
        label: label.to_owned(),
        href: "#".to_owned(),
        count,
    };
    layout::section(
        "Lists",
        html! {
            (filters::bar(&bar))
            (filters::tabs(
                "Views",
                &[tab("Open", Some(38)), tab("Mine", Some(3)), tab("All", Some(24_918)), tab("Saved", None)],
                0,
            ))
            (tickets::ticket_list("Open tickets, most urgent first", &samples::rows(), &reader))
            (filters::pages(&Pages {
                first: 51,
                last: 100,
                total: Some(24_918),
                previous_href: Some("#".to_owned()),
                next_href: Some("#".to_owned()),
                words: ("Newer", "Older"),
            }))
            h3 { "A plain table" }
            (tables::table(&samples::table()))
            h3 { "Similar tickets" }
            (tickets::joining())
            (tickets::similar(&samples::similar(), &reader))
            (tickets::asked(&samples::asked()))
            (tickets::similar(&[], &reader))
        },
    )
}

fn states() -> Markup {
    let reader = samples::reader();
    let abroad = samples::reader_abroad();
    layout::section(
        "States",
        html! {
            div.row-of-badges { @for one in samples::priorities() { (badges::priority(&one)) } }
            div.row-of-badges {
                @for one in samples::priorities() { (badges::priority_short(&one)) }
            }
            div.row-of-badges { @for status in Status::ALL { (badges::status(status)) } }
            div.row-of-badges {
                (people::chip(&samples::ada()))
                (people::chip(&samples::ben()))
                (people::nobody())
            }
            h3 { "Clocks" }
            div.clocks { @for one in samples::clocks() { (clock::clock(&one, &reader)) } }
            h3 { "The same clock, read in Tokyo" }
            div.clocks { (clock::clock(&samples::clocks()[0], &abroad)) }
            h3 { "Times" }
            p {
                (time::moment(reader.now, &reader)) " · "
                (time::relative(samples::earlier(), &reader)) " · "
                (time::moment_and_relative(samples::earlier(), &reader)) " · "
                (time::day(samples::earlier(), &reader))
            }
            p { (icons::wordmark()) }
        },
    )
}

fn buttons() -> Markup {
    layout::section(
        "Buttons",
        actions::button_row(html! {
            (actions::submit("Take it", Weight::Primary))
            (actions::submit("Hand over", Weight::Secondary))
            (actions::submit("Follow", Weight::Quiet))
            (actions::submit_as("Merge", Weight::Danger, "do", "merge"))
            (actions::link("#", "A link", Weight::Secondary))
            (actions::copy_button("T-1042", "Copy the number"))
        }),
    )
}

fn fields() -> Markup {
    layout::section(
        "Ask",
        html! {
            (forms::upload_form("/gallery", Some("gallery"), html! {
                (forms::text(
                    &Field::new("title", "What is wrong, in a few words?")
                        .hint("Such as: Customers cannot pay by card."),
                    TextKind::Text,
                    "",
                ))
                (forms::text_area(
                    &Field::new("what", "What happened, and what did you expect?"),
                    4,
                    "The page stays white after “Pay”. I expected the receipt.",
                ))
                (choices::radio_cards(
                    &Field::new("word", "Which word fits best?"),
                    &samples::words(),
                    "frozen",
                ))
                (choices::radio_cards(
                    &Field::new("urgency", "How urgent is it?"),
                    &samples::priority_cards(),
                    "P2",
                ))
                (choices::select(
                    &Field::new("which", "Which feature?").hint("Login has platforms, Payroll has none."),
                    &samples::features(),
                    "login",
                    Some("I do not know"),
                ))
                (choices::platform_questions("which", "Where did you try it?", html! {
                    (choices::checkboxes(
                        &Field::new("seen_on", "It fails on").optional(),
                        &samples::platforms(),
                        &["ios"],
                    ))
                    (forms::text(&Field::new("network", "On which network?").optional(), TextKind::Text, ""))
                }))
                (forms::file(&Field::new("files", "Pictures or files").optional(), None))
                (forms::copyable("link", "A link to pass on", "https://eider.example.com/welcome/…", "Copy the link"))
                (forms::explain("What do we mean by “crash”?", html! {
                    p { "The app closes by itself, or the page shows an error of the browser." }
                }))
                (tickets::suggestions("/gallery/similar", "#field-title,#field-what", None, &samples::reader()))
                div {
                    (actions::submit("Ask for help", Weight::Primary))
                    (forms::draft_note())
                }
            }))
        },
    )
}

fn wrong_fields() -> Markup {
    let email = "Write the address with an @, such as mary@example.org.";
    let urgency = "Choose how urgent it is; you can change it later.";
    layout::section(
        "Answers that need another look",
        html! {
            (forms::error_summary(&[("email", email), ("how", urgency)]))
            form.form method="post" action="/gallery" {
                (forms::text(
                    &Field::new("email", "Your e-mail").hint("We answer there too.").error(Some(email)),
                    TextKind::Email,
                    "mary",
                ))
                (choices::radio_cards(
                    &Field::new("how", "How urgent is it?").error(Some(urgency)),
                    &samples::priority_cards()[1..],
                    "",
                ))
                (forms::text(
                    &Field::new("password", "Password").autocomplete("current-password"),
                    TextKind::Password,
                    "",
                ))
            }
        },
    )
}

fn notices_and_empty() -> Markup {
    layout::section(
        "Notices and empty pages",
        html! {
            div.notices {
                (notices::notice(NoticeKind::Information, "You are reading an old link", html! {
                    "T-7 was merged into " a href="#" { "T-1042" } "."
                }))
                (notices::notice(NoticeKind::Success, "Closed", html! { "Thank you for the good report." }))
                (notices::notice(NoticeKind::Warning, "Two tickets are late", html! { "Nobody has them yet." }))
                (notices::notice(NoticeKind::Error, "Your reply was not sent", html! {
                    "The connection was lost. What you wrote is kept on this device. "
                    a href="#" { "Try again" } "."
                }))
            }
            (notices::empty(
                "Nothing needs anybody",
                "When somebody asks for help, it appears here, the most urgent first.",
                actions::link("/ask", "Ask for help", Weight::Primary),
            ))
        },
    )
}

fn figures() -> Markup {
    layout::section(
        "Figures",
        html! {
            (charts::key_figures(&samples::key_figures()))
            (charts::chart(&samples::chart()))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The security policy forbids inline styles and scripts, so no component may emit one.
    #[test]
    fn nothing_is_inline() {
        let html = both_pages();
        assert!(html.contains("T-1042"));
        assert!(!html.contains(" style="), "an inline style");
        assert!(!html.contains("<style"), "an inline stylesheet");
        for handler in [
            " onclick=",
            " onload=",
            " oninput=",
            " onsubmit=",
            "javascript:",
        ] {
            assert!(!html.contains(handler), "an inline script: {handler}");
        }
        assert_eq!(
            html.matches("<script").count(),
            html.matches("<script src=").count()
        );
    }

    /// A browser drops the second of two attributes with one name, and says nothing.
    #[test]
    fn no_element_has_an_attribute_twice() {
        let html = both_pages();
        for tag in html.split('<').filter_map(|rest| rest.split('>').next()) {
            for name in [" class=\"", " id=\"", " role=\"", " title=\""] {
                assert!(
                    tag.matches(name).count() < 2,
                    "{name} is there twice: {tag}"
                );
            }
        }
    }

    #[test]
    fn ids_are_unique_and_everything_referred_to_exists() {
        for html in [page(Theme::System), slack_page(Theme::System)] {
            check_ids(&html.into_string());
        }
    }

    fn check_ids(html: &str) {
        let ids = attribute_values(html, "id");
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(ids.len(), unique.len(), "an id is there twice: {ids:?}");
        for attribute in ["aria-describedby", "aria-labelledby", "for"] {
            for value in attribute_values(html, attribute) {
                for id in value.split(' ') {
                    assert!(unique.binary_search(&id).is_ok(), "{attribute} names {id}");
                }
            }
        }
    }

    fn both_pages() -> String {
        page(Theme::Dark).into_string() + &slack_page(Theme::Dark).into_string()
    }

    fn attribute_values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
        let opening = format!(" {name}=\"");
        html.split(&opening)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect()
    }
}
