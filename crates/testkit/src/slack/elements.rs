//! Checks of the elements that people press, choose from and write into.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{blocks::Surface, limits::Complaints};

/// Checks one interactive element.
pub(super) fn check_element(
    complaints: &mut Complaints,
    place: &str,
    element: &Value,
    surface: Surface,
) {
    let at = |name: &str| format!("{place}/{name}");
    complaints.text_if_any(&at("action_id"), &element["action_id"], 255);
    complaints.text_object_if_any(&at("placeholder"), &element["placeholder"], 150);
    if !element["confirm"].is_null() {
        check_confirm(complaints, &at("confirm"), &element["confirm"]);
    }
    match element["type"].as_str().unwrap_or_default() {
        "button" | "workflow_button" | "icon_button" => check_button(complaints, place, element),
        "static_select" | "multi_static_select" => check_static(complaints, place, element),
        "overflow" => {
            check_options(complaints, place, element, 5);
        }
        "checkboxes" | "radio_buttons" => {
            check_options(complaints, place, element, 10);
        }
        "external_select" | "multi_external_select" => {
            for (name, option) in initial_options(element) {
                check_option(complaints, &at(name), option, false);
            }
        }
        "plain_text_input" => check_text_input(complaints, place, element),
        "datepicker" => check_pattern(
            complaints,
            &at("initial_date"),
            &element["initial_date"],
            "0000-00-00",
        ),
        "timepicker" => check_pattern(
            complaints,
            &at("initial_time"),
            &element["initial_time"],
            "00:00",
        ),
        "file_input" => {
            if surface != Surface::Modal {
                complaints.add(place, "file_input is only for modals");
            }
            check_range(complaints, &at("max_files"), &element["max_files"], 1, 10);
        }
        _ => {}
    }
    if surface != Surface::Modal && element["response_url_enabled"] == true {
        complaints.add(place, "response_url_enabled is only for modals");
    }
    check_range(
        complaints,
        &at("max_selected_items"),
        &element["max_selected_items"],
        1,
        100,
    );
}

fn check_button(complaints: &mut Complaints, place: &str, button: &Value) {
    let at = |name: &str| format!("{place}/{name}");
    complaints.text_object(&at("text"), &button["text"], 75);
    complaints.text_if_any(&at("value"), &button["value"], 2000);
    complaints.text_if_any(&at("url"), &button["url"], 3000);
    complaints.text_if_any(
        &at("accessibility_label"),
        &button["accessibility_label"],
        75,
    );
    if let Some(url) = button["url"].as_str() {
        check_url(complaints, &at("url"), url);
    }
}

fn check_url(complaints: &mut Complaints, place: &str, url: &str) {
    let is_link = ["https://", "http://", "mailto:", "slack://"]
        .iter()
        .any(|scheme| {
            url.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty())
        });
    if !is_link || url.contains(char::is_whitespace) {
        complaints.add(place, "invalid url");
    }
}

fn check_confirm(complaints: &mut Complaints, place: &str, confirm: &Value) {
    for (name, longest) in [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)] {
        complaints.text_object(&format!("{place}/{name}"), &confirm[name], longest);
    }
}

fn check_static(complaints: &mut Complaints, place: &str, element: &Value) {
    if element["options"].is_null() == element["option_groups"].is_null() {
        complaints.add(place, "must have either options or option_groups");
        return;
    }
    if element["option_groups"].is_null() {
        check_options(complaints, place, element, 100);
        return;
    }
    let groups_at = format!("{place}/option_groups");
    let groups = complaints.list(&groups_at, &element["option_groups"], 1, 100);
    for (at, group) in groups.iter().enumerate() {
        let place = format!("{groups_at}/{at}");
        complaints.text_object(&format!("{place}/label"), &group["label"], 75);
        check_list_of_options(complaints, &place, &group["options"], 100, false);
    }
    let options = options_of(element);
    check_initial(complaints, place, element, &options);
}

/// Checks `options` of a menu, boxes or buttons, and that what is chosen at first is among them.
fn check_options(complaints: &mut Complaints, place: &str, element: &Value, most: usize) {
    let is_overflow = element["type"] == "overflow";
    check_list_of_options(complaints, place, &element["options"], most, is_overflow);
    let options = options_of(element);
    check_initial(complaints, place, element, &options);
}

fn check_list_of_options(
    complaints: &mut Complaints,
    place: &str,
    options: &Value,
    most: usize,
    may_link: bool,
) {
    let place = format!("{place}/options");
    let mut values = BTreeSet::new();
    for (at, option) in complaints.list(&place, options, 1, most).iter().enumerate() {
        let place = format!("{place}/{at}");
        check_option(complaints, &place, option, may_link);
        if let Some(value) = option["value"].as_str()
            && !values.insert(value)
        {
            complaints.add(&place, format!("value \"{value}\" stands twice"));
        }
    }
}

fn check_option(complaints: &mut Complaints, place: &str, option: &Value, may_link: bool) {
    let at = |name: &str| format!("{place}/{name}");
    complaints.text_object(&at("text"), &option["text"], 75);
    complaints.text(&at("value"), &option["value"], 150);
    complaints.text_object_if_any(&at("description"), &option["description"], 75);
    if !option["url"].is_null() {
        if !may_link {
            complaints.add(&at("url"), "url is only for overflow menus");
        }
        complaints.text(&at("url"), &option["url"], 3000);
    }
}

/// Says what is wrong with the options that an external select was answered with: an object with
/// `options` or `option_groups`.
///
/// # Errors
/// Every broken limit, one a line.
pub fn check_offered_options(answer: &Value) -> Result<(), String> {
    let mut complaints = Complaints::default();
    if let Some(groups) = answer["option_groups"].as_array() {
        complaints.list("/option_groups", &answer["option_groups"], 0, 100);
        for (at, group) in groups.iter().enumerate() {
            let place = format!("/option_groups/{at}");
            complaints.text_object(&format!("{place}/label"), &group["label"], 75);
            check_list_of_options(&mut complaints, &place, &group["options"], 100, false);
        }
    } else {
        let options = complaints.list("/options", &answer["options"], 0, 100);
        if !options.is_empty() {
            check_list_of_options(&mut complaints, "", &answer["options"], 100, false);
        }
    }
    for option in options_of(answer) {
        if option["text"]["type"] != "plain_text" {
            complaints.add("/options", "text must be plain_text");
        }
    }
    super::blocks::told(complaints)
}

/// All options of an element, of its groups too.
pub(super) fn options_of(element: &Value) -> Vec<Value> {
    let mut options = element["options"].as_array().cloned().unwrap_or_default();
    for group in element["option_groups"].as_array().into_iter().flatten() {
        options.extend(group["options"].as_array().cloned().unwrap_or_default());
    }
    options
}

fn initial_options(element: &Value) -> Vec<(&'static str, &Value)> {
    let one = element
        .get("initial_option")
        .map(|one| ("initial_option", one));
    let many = element["initial_options"].as_array().into_iter().flatten();
    one.into_iter()
        .chain(many.map(|one| ("initial_options", one)))
        .collect()
}

fn check_initial(complaints: &mut Complaints, place: &str, element: &Value, options: &[Value]) {
    for (name, initial) in initial_options(element) {
        if !options.contains(initial) {
            complaints.add(
                &format!("{place}/{name}"),
                format!("{name} must exactly match one of the options"),
            );
        }
    }
    if element["initial_options"]
        .as_array()
        .is_some_and(Vec::is_empty)
    {
        complaints.add(
            &format!("{place}/initial_options"),
            "no fewer than 1 items allowed",
        );
    }
}

fn check_text_input(complaints: &mut Complaints, place: &str, input: &Value) {
    let at = |name: &str| format!("{place}/{name}");
    check_range(complaints, &at("min_length"), &input["min_length"], 0, 3000);
    check_range(complaints, &at("max_length"), &input["max_length"], 1, 3000);
    let longest = input["max_length"].as_u64().unwrap_or(3000);
    complaints.length_if_any(
        &at("initial_value"),
        &input["initial_value"],
        usize::try_from(longest).unwrap_or(3000),
    );
    if input["min_length"].as_u64().unwrap_or(0) > longest {
        complaints.add(&at("min_length"), "must not be more than max_length");
    }
}

fn check_range(complaints: &mut Complaints, place: &str, value: &Value, least: i64, most: i64) {
    if value.is_null() {
        return;
    }
    if value
        .as_i64()
        .is_none_or(|number| number < least || number > most)
    {
        complaints.add(place, format!("must be between {least} and {most}"));
    }
}

/// Checks digits and signs against a pattern such as `00:00`, where 0 stands for any digit.
fn check_pattern(complaints: &mut Complaints, place: &str, value: &Value, pattern: &str) {
    let Some(text) = value.as_str() else {
        return;
    };
    let fits = text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(found, wanted)| {
            if wanted == '0' {
                found.is_ascii_digit()
            } else {
                found == wanted
            }
        });
    if !fits {
        complaints.add(place, format!("must look like {pattern}"));
    }
}
