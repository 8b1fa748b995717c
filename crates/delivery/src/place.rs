//! Where an address of somebody's own leads, looked up once: what is checked is what is called.

use std::net::{IpAddr, SocketAddr};

use eider_domain::contact::Outcome;
use reqwest::Url;
use tokio::{net::lookup_host, time::timeout};

use crate::{
    http::{self, ANSWER_WITHIN, unanswered},
    public::is_public,
};

/// Where addresses of people's own may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MayLead {
    /// To addresses that are reached from everywhere, with encryption.
    Outside,
    /// Also into the own network, and without encryption.
    Anywhere,
}

impl MayLead {
    /// As the operator says.
    pub(crate) fn of(allow_private_addresses: bool) -> Self {
        if allow_private_addresses {
            Self::Anywhere
        } else {
            Self::Outside
        }
    }
}

/// A place that may be called.
pub(crate) struct Place {
    /// The address.
    pub(crate) url: Url,
    host: String,
    addresses: Vec<SocketAddr>,
}

impl Place {
    /// Looks an address up.
    ///
    /// # Errors
    /// What becomes of a message that should go there.
    pub(crate) async fn find(address: &str, may_lead: MayLead) -> Result<Self, Outcome> {
        let found = timeout(ANSWER_WITHIN / 3, look_up(address, may_lead)).await;
        found.unwrap_or_else(|_| {
            let why = "Its name could not be looked up in time.".into();
            Err(Outcome::Busy { why })
        })
    }

    /// A client that calls this place and nothing else.
    ///
    /// # Errors
    /// What becomes of a message that should go there.
    pub(crate) fn client(&self) -> Result<reqwest::Client, Outcome> {
        http::client()
            .timeout(ANSWER_WITHIN * 2 / 3)
            .no_proxy()
            .resolve_to_addrs(&self.host, &self.addresses)
            .build()
            .map_err(|error| unanswered(&error))
    }
}

async fn look_up(address: &str, may_lead: MayLead) -> Result<Place, Outcome> {
    let refused = |why: &str| Outcome::Refused { why: why.into() };
    let url: Url = address
        .parse()
        .map_err(|_| refused("This is no web address."))?;
    if url.scheme() != "https" && may_lead == MayLead::Outside {
        return Err(refused("Its address has to begin with https://."));
    }
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(ip) => vec![SocketAddr::new(ip, port)],
        Err(_) => lookup_host((host.as_str(), port))
            .await
            .map_err(|_| Outcome::Busy {
                why: "Its name is not known just now.".into(),
            })?
            .collect(),
    };
    let is_allowed =
        |address: &SocketAddr| may_lead == MayLead::Anywhere || is_public(address.ip());
    if addresses.is_empty() || !addresses.iter().all(is_allowed) {
        return Err(refused(
            "It leads to an address that is not reached from everywhere. An administrator can \
             allow that.",
        ));
    }
    Ok(Place {
        url,
        host,
        addresses,
    })
}
