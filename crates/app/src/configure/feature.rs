//! Features.

use eider_domain::{
    FeatureId, SquadId,
    access::{Action, Actor, may},
    feature::{Feature, Link, Platform, parse_url},
    text,
};

use eider_store::Tx;

use super::{
    NAME_LIMIT_CHARACTERS, Subject, TEXT_LIMIT_CHARACTERS, checked, create, free_name, keep,
    may_manage_both, subject, unless_taken,
};
use crate::{Eider, Error, Result, desk::Desk, error::FieldErrors, once::OnceKey};

const LINKS_LIMIT: usize = 20;

/// What facts call a feature.
pub(crate) const PART: &str = "feature";

/// What somebody wants a feature to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureEdit {
    /// Name as reporters say it.
    pub name: String,
    /// One or two sentences; may be empty.
    pub description: String,
    /// The squad that looks after it.
    pub squad: Option<SquadId>,
    /// Where it can be tried; none when the question makes no sense for it.
    pub platforms: Vec<Platform>,
    /// Where to read more; those without an address are left out.
    pub links: Vec<Link>,
}

/// Writes a feature: the one of that id, or a new one.
///
/// # Errors
/// `Invalid` names every field that cannot be used, `Conflict` when the name is taken, `NotFound`
/// when there is no feature of that id, `Forbidden` when its squad, or the one it is given to, is
/// not the actor's.
pub async fn save_feature(
    eider: &Eider,
    actor: &Actor,
    id: Option<FeatureId>,
    edit: FeatureEdit,
) -> Result<Feature> {
    let tx = eider.db().write().await?;
    write(eider, tx, actor, subject(eider, id), edit).await
}

/// Writes a new feature, once for each key: a request that came before is answered with what it
/// made, as that is now.
///
/// # Errors
/// As [`save_feature`], and `Invalid` when the key came with another request.
pub async fn create_feature(
    eider: &Eider,
    actor: &Actor,
    edit: FeatureEdit,
    key: Option<&OnceKey>,
) -> Result<Feature> {
    let new = |tx, subject| write(eider, tx, actor, subject, edit);
    create(eider, key, new, existing).await
}

async fn write(
    eider: &Eider,
    mut tx: Tx,
    actor: &Actor,
    subject: Subject<FeatureId>,
    edit: FeatureEdit,
) -> Result<Feature> {
    let desk = eider.desk_in(&mut tx).await?;
    let before = subject.there().map(|id| existing(&desk, id)).transpose()?;
    may_manage_both(actor, before.map(|before| before.squad), edit.squad)?;
    let feature = decide(&desk, subject, edit)?;
    put(&mut tx, &feature).await?;
    keep(eider, tx, actor, PART, &feature.name).await?;
    Ok(feature)
}

/// The feature that `edit` makes of `subject`, when it can be used. Whether it is retired stays as it
/// was.
pub(crate) fn decide(
    desk: &Desk,
    subject: Subject<FeatureId>,
    edit: FeatureEdit,
) -> Result<Feature> {
    let id = subject.there();
    let before = id.map(|id| existing(desk, id)).transpose()?;
    let edit = check(edit, desk)?;
    let others = desk.features.iter().filter(|other| Some(other.id) != id);
    free_name(
        "feature",
        &edit.name,
        others.map(|other| other.name.as_str()),
    )?;
    Ok(Feature {
        id: subject.id(),
        name: edit.name,
        description: edit.description,
        squad: edit.squad,
        platforms: edit.platforms,
        links: edit.links,
        retired: before.is_some_and(|before| before.retired),
    })
}

/// Writes a feature that was decided.
pub(crate) async fn put(tx: &mut Tx, feature: &Feature) -> Result<()> {
    let written = eider_store::feature::put(tx, feature).await;
    unless_taken(written, "feature", &feature.name)
}

/// Offers a feature no longer when asking. Its tickets keep it.
///
/// # Errors
/// `NotFound` when there is no feature of that id, `Forbidden` when its squad is not the actor's.
pub async fn retire_feature(eider: &Eider, actor: &Actor, id: FeatureId) -> Result<Feature> {
    change(eider, actor, id, |feature| feature.retired = true).await
}

/// Offers a retired feature again.
///
/// # Errors
/// As [`retire_feature`].
pub async fn bring_back_feature(eider: &Eider, actor: &Actor, id: FeatureId) -> Result<Feature> {
    change(eider, actor, id, |feature| feature.retired = false).await
}

async fn change(
    eider: &Eider,
    actor: &Actor,
    id: FeatureId,
    change: impl FnOnce(&mut Feature),
) -> Result<Feature> {
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    let mut feature = existing(&desk, id)?.clone();
    may(
        actor,
        Action::ManageSquad {
            squad: feature.squad,
        },
    )?;
    change(&mut feature);
    eider_store::feature::put(&mut tx, &feature).await?;
    keep(eider, tx, actor, PART, &feature.name).await?;
    Ok(feature)
}

fn existing(desk: &Desk, id: FeatureId) -> Result<&Feature> {
    desk.feature(id)
        .ok_or_else(|| Error::NotFound("This feature".into()))
}

fn check(edit: FeatureEdit, desk: &Desk) -> Result<FeatureEdit> {
    let mut errors = FieldErrors::default();
    let name = text::line("The name", &edit.name, NAME_LIMIT_CHARACTERS);
    let name = errors.check("name", name);
    let written = Some(edit.description.as_str());
    let description = text::optional_lines("The description", written, TEXT_LIMIT_CHARACTERS);
    let description = errors.check("description", description).flatten();
    if edit.squad.is_some_and(|squad| desk.squad(squad).is_none()) {
        errors.add("squad", "Choose one of the squads that are offered.");
    }
    let mut platforms = edit.platforms;
    platforms.sort_unstable();
    platforms.dedup();
    let links: Vec<Link> = edit
        .links
        .into_iter()
        .filter(|link| !link.url.trim().is_empty())
        .filter_map(|link| errors.check("links", check_link(&link)))
        .collect();
    if links.len() > LINKS_LIMIT {
        errors.add("links", format!("At most {LINKS_LIMIT} links can be kept."));
    }
    errors.finish()?;
    Ok(FeatureEdit {
        name: checked(name, "name")?,
        description: description.unwrap_or_default(),
        squad: edit.squad,
        platforms,
        links,
    })
}

/// A link; its address stands in for a title that was not written.
fn check_link(link: &Link) -> std::result::Result<Link, String> {
    let url = parse_url(&link.url).map_err(|error| error.to_string())?;
    let title = if link.title.trim().is_empty() {
        url.chars().take(NAME_LIMIT_CHARACTERS).collect()
    } else {
        text::line("The title of a link", &link.title, NAME_LIMIT_CHARACTERS)
            .map_err(|error| error.to_string())?
    };
    Ok(Link { title, url })
}
