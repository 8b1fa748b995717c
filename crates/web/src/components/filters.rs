//! Finding one's way in lists: search and filters, tabs, pages.

use maud::{Markup, html};

use super::icons::{Icon, icon};
use super::words;

/// The bar above a list. It is a GET form, so that what is seen has an address.
#[derive(Debug, Clone, Default)]
pub struct FilterBar {
    /// The list's address.
    pub action: String,
    /// What is searched, for screen readers; "Search tickets" when empty.
    pub label: String,
    /// What was searched for.
    pub search: String,
    /// The filter fields, made by `choices::select` and `forms::text`.
    pub fields: Markup,
    /// The filters that are set, each with the address of the list without it.
    pub applied: Vec<Applied>,
    /// The address that takes all filters away.
    pub clear_href: String,
    /// The address of the same list as CSV.
    pub csv_href: Option<String>,
}

/// A filter that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Such as "Priority: P1".
    pub label: String,
    /// The list without this filter.
    pub remove_href: String,
}

/// One of several views of the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// How many things are in it, if that helps.
    pub count: Option<u64>,
}

/// Where we are in a long list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// The number of the first thing shown, from 1.
    pub first: u64,
    /// The number of the last thing shown.
    pub last: u64,
    /// How many there are, when it is known.
    pub total: Option<u64>,
    /// The address of the page before.
    pub previous_href: Option<String>,
    /// The address of the page after.
    pub next_href: Option<String>,
    /// What the two are called.
    pub words: (&'static str, &'static str),
}

/// Search, the filters behind one line, and the ones that are set.
pub fn bar(bar: &FilterBar) -> Markup {
    html! {
        form.filter-bar method="get" action=(bar.action) role="search" {
            div.filter-search {
                label.only-heard for="search" {
                    @if bar.label.is_empty() { "Search tickets" } @else { (bar.label) }
                }
                (icon(Icon::Search))
                input #search type="search" name="q" value=(bar.search) data-search
                    placeholder="Search" autocomplete="off";
                button.button.secondary-button type="submit" { "Search" }
            }
            @if !bar.fields.0.is_empty() {
                details.filter-fields {
                    summary {
                        "Filters" @if !bar.applied.is_empty() { " (" (bar.applied.len()) ")" }
                    }
                    div.filter-grid { (bar.fields) }
                    button.button.secondary-button type="submit" { "Show these" }
                }
            }
            @if let Some(csv) = &bar.csv_href {
                a.button.quiet-button.filter-csv href=(csv) { (icon(Icon::Download)) "CSV" }
            }
        }
        @if !bar.applied.is_empty() { (applied(bar)) }
    }
}

/// Links between views; `current` is the index of the one shown.
pub fn tabs(label: &str, tabs: &[Tab], current: usize) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for (index, tab) in tabs.iter().enumerate() {
                    li {
                        a href=(tab.href) aria-current=[(index == current).then_some("page")] {
                            (tab.label)
                            @if let Some(count) = tab.count {
                                " " span.tab-count { (words::thousands(count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// "1 to 50 of 24,918", and the ways on and back.
pub fn pages(pages: &Pages) -> Markup {
    html! {
        nav.pages aria-label="Pages" {
            p.number {
                (words::thousands(pages.first)) " to " (words::thousands(pages.last))
                @if let Some(total) = pages.total { " of " (words::thousands(total)) }
            }
            div.button-row {
                @if let Some(href) = &pages.previous_href {
                    a.button.secondary-button href=(href) rel="prev" { (pages.words.0) }
                }
                @if let Some(href) = &pages.next_href {
                    a.button.secondary-button href=(href) rel="next" { (pages.words.1) }
                }
            }
        }
    }
}

fn applied(bar: &FilterBar) -> Markup {
    html! {
        ul.applied aria-label="Filters that are set" {
            @for filter in &bar.applied {
                li {
                    a.applied-filter href=(filter.remove_href) {
                        (filter.label) span.only-heard { ", take away" } (icon(Icon::Remove))
                    }
                }
            }
            li { a href=(bar.clear_href) { "Clear all" } }
        }
    }
}
