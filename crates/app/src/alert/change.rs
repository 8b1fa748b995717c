//! Changes of services, as far as monitors tell of them.

use eider_domain::{
    fact::{Fact, Happened},
    feature::parse_url,
    service::ServiceKey,
    text::{TITLE_LIMIT_CHARACTERS, cut_line},
};
use eider_store::fact;

use crate::{Eider, Result};

/// Notes that something of the service of that key was changed.
///
/// # Errors
/// When the database fails: the monitor has to send it again.
pub async fn note_change(
    eider: &Eider,
    key: &ServiceKey,
    summary: &str,
    link: Option<&str>,
) -> Result<()> {
    let now = eider.now();
    let happened = Happened {
        at: now,
        actor: None,
        ticket: None,
        fact: Fact::ChangeTold {
            service: key.service,
            summary: cut_line(summary, TITLE_LIMIT_CHARACTERS),
            link: link.and_then(|link| parse_url(link).ok()),
        },
    };
    let mut tx = eider.db().write().await?;
    fact::append(&mut tx, &[happened], now).await?;
    tx.commit().await?;
    eider.committed();
    Ok(())
}
