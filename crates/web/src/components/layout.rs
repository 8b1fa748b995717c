//! The frame around every page: head, rail, bottom bar, notices, and the help for keys.

use maud::{DOCTYPE, Markup, html};

use super::actions;
use super::icons::{Icon, icon, wordmark};
use crate::{assets, home_screen};

/// Where the theme switch posts `theme` (`light`, `dark` or `system`) and `return_to` (a path).
pub const THEME_PATH: &str = "/preferences/theme";
/// The cookie that keeps the theme; its values are [`Theme::name`].
pub const THEME_COOKIE: &str = "eider_theme";
/// Where signing out posts.
pub const SIGN_OUT_PATH: &str = "/sign-out";
/// Where one signs in.
pub const SIGN_IN_PATH: &str = "/sign-in";
/// Where a person finds their own name, zone and tokens.
pub const PROFILE_PATH: &str = "/settings/profile";

/// What surrounds a page's own content. Fill what applies and leave the rest to `default()`.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// The page's name, as shown on the browser's tab.
    pub title: String,
    /// The place in the navigation that this page belongs to.
    pub nav: Option<NavItem>,
    /// Who is signed in. Without anybody there is no navigation, only the name of the house.
    pub person: Option<SignedIn>,
    /// Light, dark, or as the system says.
    pub theme: Theme,
    /// This page's path and query, to come back to after changing the theme.
    pub path: String,
    /// Tickets with something new for this person; shown beside Tickets.
    pub unread: u32,
    /// Open tickets past due; shown beside Now.
    pub late: u32,
    /// The address of the event stream that keeps this page live, if it should be.
    pub live_url: Option<String>,
    /// The key of a draft that was sent with success and can be forgotten.
    pub draft_done: Option<String>,
    /// A notice about what has just happened, made by `notices::notice`.
    pub notice: Option<Markup>,
    /// The address of a stylesheet that only this page needs besides.
    pub own_stylesheet: Option<&'static str>,
    /// The address of a script that only this page needs besides.
    pub own_script: Option<&'static str>,
}

/// The person who is signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignedIn {
    /// How they like to be addressed.
    pub name: String,
    /// One to three letters.
    pub initials: String,
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The value in the cookie and in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the value of a cookie or form; anything unknown is `System`.
    pub fn from_name(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The places in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavItem {
    /// What needs somebody.
    Now,
    /// Every ticket.
    Tickets,
    /// The form.
    Ask,
    /// Who is on call.
    OnCall,
    /// The catalogue of features.
    Features,
    /// The figures.
    Figures,
    /// People and squads.
    People,
    /// Settings.
    Settings,
}

impl NavItem {
    /// In the order of the rail.
    pub const ALL: [Self; 8] = [
        Self::Now,
        Self::Tickets,
        Self::Ask,
        Self::OnCall,
        Self::Features,
        Self::Figures,
        Self::People,
        Self::Settings,
    ];

    /// The address of this place.
    pub fn path(self) -> &'static str {
        match self {
            Self::Now => "/",
            Self::Tickets => "/tickets",
            Self::Ask => "/ask",
            Self::OnCall => "/on-call",
            Self::Features => "/features",
            Self::Figures => "/figures",
            Self::People => "/people",
            Self::Settings => "/settings",
        }
    }

    /// The word in the rail.
    pub fn word(self) -> &'static str {
        match self {
            Self::Now => "Now",
            Self::Tickets => "Tickets",
            Self::Ask => "Ask",
            Self::OnCall => "On call",
            Self::Features => "Features",
            Self::Figures => "Figures",
            Self::People => "People",
            Self::Settings => "Settings",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Now => Icon::Now,
            Self::Tickets => Icon::Tickets,
            Self::Ask => Icon::Ask,
            Self::OnCall => Icon::OnCall,
            Self::Features => Icon::Features,
            Self::Figures => Icon::Figures,
            Self::People => Icon::People,
            Self::Settings => Icon::Settings,
        }
    }
}

/// A complete HTML document around `body`.
pub fn page(shell: &Shell, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" data-theme=(shell.theme.name()) {
            (head(shell))
            body data-live=[&shell.live_url] data-draft-done=[&shell.draft_done]
                class=[shell.person.is_none().then_some("signed-out")] {
                a.skip href="#main" { "Skip to the page" }
                @match &shell.person {
                    Some(person) => (rail(shell, person)),
                    None => header.front { a href="/" { (wordmark()) } },
                }
                div.page {
                    div.notices role="status" aria-live="polite" data-notices {
                        @if let Some(notice) = &shell.notice { (notice) }
                    }
                    main #main tabindex="-1" { (body) }
                }
                @if let Some(person) = &shell.person { (bottom_bar(shell, person)) }
                (keys_dialog())
            }
        }
    }
}

/// A page's heading, a sentence beneath it, and what can be done from here.
pub fn heading(title: &str, lede: Option<&str>, actions: Markup) -> Markup {
    html! {
        header.heading {
            div {
                h1 { (title) }
                @if let Some(lede) = lede { p.lede { (lede) } }
            }
            div.heading-actions { (actions) }
        }
    }
}

/// A part of a page beneath its own heading.
pub fn section(title: &str, body: Markup) -> Markup {
    html! { section.section { h2 { (title) } (body) } }
}

/// A part of a page with something to do about it beside its heading.
pub fn section_with_action(title: &str, action: Markup, body: Markup) -> Markup {
    html! {
        section.section { div.section-heading { h2 { (title) } (action) } (body) }
    }
}

/// Content with a right column of facts; on a phone the facts come after it.
pub fn with_facts(content: Markup, facts: Markup) -> Markup {
    html! { div.with-facts { div.content { (content) } aside.aside aria-label="Facts" { (facts) } } }
}

/// A part of the page that the script replaces when a live change makes it differ. The name is
/// unique on the page, and the same in the page and in its fragment.
pub fn fragment(name: &str, body: Markup) -> Markup {
    html! { div data-fragment=(name) { (body) } }
}

fn head(shell: &Shell) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="same-origin";
            title { (shell.title) " · Eider" }
            link rel="icon" type="image/svg+xml" href=(assets::favicon_path());
            link rel="apple-touch-icon" href=(home_screen::touch_icon_path());
            link rel="manifest" href=(home_screen::MANIFEST);
            link rel="stylesheet" href=(assets::stylesheet_path());
            @if let Some(path) = shell.own_stylesheet { link rel="stylesheet" href=(path); }
            script src=(assets::script_path()) defer {}
            @if let Some(path) = shell.own_script { script src=(path) defer {} }
        }
    }
}

fn rail(shell: &Shell, person: &SignedIn) -> Markup {
    html! {
        header.rail {
            a.rail-home href="/" aria-label="Eider, home" { (wordmark()) }
            nav aria-label="Main" {
                ul { @for item in NavItem::ALL { li { (nav_link(shell, item)) } } }
            }
            div.rail-foot {
                (theme_switch(shell))
                (signed_in(person))
                button.button.quiet-button.rail-keys type="button" data-dialog="keys" hidden {
                    "Keys " kbd aria-hidden="true" { "?" }
                }
            }
        }
    }
}

/// Now, Ask, On call, More: one thumb's reach.
fn bottom_bar(shell: &Shell, person: &SignedIn) -> Markup {
    html! {
        nav.bottom-bar aria-label="Main" {
            ul {
                @for item in [NavItem::Now, NavItem::Ask, NavItem::OnCall] {
                    li { (nav_link(shell, item)) }
                }
                li {
                    details.more {
                        summary.nav-link { (icon(Icon::More)) span { "More" } }
                        div.more-sheet {
                            ul {
                                @for item in [
                                    NavItem::Tickets,
                                    NavItem::Features,
                                    NavItem::Figures,
                                    NavItem::People,
                                    NavItem::Settings,
                                ] { li { (nav_link(shell, item)) } }
                            }
                            (theme_switch(shell))
                            (signed_in(person))
                        }
                    }
                }
            }
        }
    }
}

fn nav_link(shell: &Shell, item: NavItem) -> Markup {
    let current = (shell.nav == Some(item)).then_some("page");
    html! {
        a.nav-link href=(item.path()) aria-current=[current] {
            (icon(item.icon()))
            span { (item.word()) }
            @match item {
                NavItem::Now if shell.late > 0 => {
                    span.nav-count.nav-count-late { (shell.late) " late" }
                }
                NavItem::Tickets if shell.unread > 0 => {
                    span.nav-count { (shell.unread) span.only-heard { " with news" } }
                }
                _ => {}
            }
        }
    }
}

fn theme_switch(shell: &Shell) -> Markup {
    let choices = [
        (Theme::System, Icon::System, "As the device"),
        (Theme::Light, Icon::Sun, "Light"),
        (Theme::Dark, Icon::Moon, "Dark"),
    ];
    html! {
        form.theme-switch method="post" action=(THEME_PATH) aria-label="Theme" {
            input type="hidden" name="return_to" value=(shell.path);
            @for (theme, mark, word) in choices {
                button type="submit" name="theme" value=(theme.name()) title=(word)
                    aria-pressed=(if shell.theme == theme { "true" } else { "false" }) {
                    (icon(mark)) span.only-heard { (word) }
                }
            }
        }
    }
}

fn signed_in(person: &SignedIn) -> Markup {
    html! {
        div.signed-in {
            a.person href=(PROFILE_PATH) {
                span.face aria-hidden="true" { (person.initials) }
                span.person-name { (person.name) }
            }
            form method="post" action=(SIGN_OUT_PATH) {
                button.button.quiet-button type="submit" { "Sign out" }
            }
        }
    }
}

fn keys_dialog() -> Markup {
    let keys = [
        ("?", "Show these keys"),
        ("g n", "Go to Now"),
        ("g t", "Go to Tickets"),
        ("g o", "Go to On call"),
        ("g f", "Go to Figures"),
        ("a or c", "Ask"),
        ("/", "Search"),
        ("j, k", "Next and previous in a list"),
        ("Enter", "Open the marked one"),
        ("t", "Take this ticket"),
        ("u", "Tell how it stands"),
        ("r", "Reply"),
        ("Esc", "Close, or leave a field"),
    ];
    actions::dialog(
        "keys",
        "Keys",
        html! {
            dl.keys {
                @for (key, deed) in keys { div { dt { kbd { (key) } } dd { (deed) } } }
            }
        },
    )
}
