//! Where a request comes from, as far as attempts to sign in are counted for it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::Web;

/// How the server knows a client's address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAddress {
    /// It is the address at the other end of the connection.
    #[default]
    Peer,
    /// A proxy stands before the server and writes it last in `X-Forwarded-For`. Only for servers
    /// that nobody reaches but through that proxy: anybody can send the header.
    ForwardedFor,
}

/// The client of a request, to be counted for. All whose address is not known are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) String);

impl FromRequestParts<Web> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let address = match web.client_address {
            ClientAddress::Peer => parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|ConnectInfo(address)| address.ip()),
            ClientAddress::ForwardedFor => last_forwarded(&parts.headers),
        };
        Ok(Self(address.map_or_else(|| "unknown".to_owned(), bucket)))
    }
}

/// What the proxy next to us wrote; whatever stands before it, anybody may have sent.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let values = headers.get_all("x-forwarded-for");
    let last = values.iter().next_back()?.to_str().ok()?;
    let address = last.rsplit(',').next()?.trim();
    address
        .parse()
        .ok()
        .or_else(|| address.parse::<SocketAddr>().ok().map(|at| at.ip()))
}

/// One network is one client: whoever has one address of version 6 has 2^64 of them.
fn bucket(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_version_6_is_one_client() {
        let of = |text: &str| bucket(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
    }

    #[test]
    fn only_what_the_proxy_wrote_counts() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            last_forwarded(&headers).map(|address| address.to_string())
        };
        assert_eq!(of(&["10.0.0.1, 192.0.2.7"]), Some("192.0.2.7".into()));
        assert_eq!(
            of(&["10.0.0.1", "192.0.2.7:4711"]),
            Some("192.0.2.7".into())
        );
        assert_eq!(of(&["10.0.0.1, nonsense"]), None);
        assert_eq!(of(&[]), None);
    }
}
