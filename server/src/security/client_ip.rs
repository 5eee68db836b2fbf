//! Whose address a request comes from.
//!
//! Anyone can send `X-Forwarded-For`, so it counts only as far as trusted proxies wrote it: the walk
//! starts at the socket's peer and goes back one hop for every proxy that is on the operator's list.
//! `Forwarded` (RFC 7239) and `X-Real-IP` are not read: two sources would be two truths.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use model::Network;

/// The address a request comes from, in a request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClientIp(pub(crate) IpAddr);

impl ClientIp {
    pub(super) fn resolve(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
        let mut client = peer.to_canonical();
        for hop in hops_from_the_right(headers) {
            if !is_trusted(client) {
                break;
            }
            // Past a hop that is no address nobody can say who wrote the rest.
            let Some(address) = parse_hop(hop) else { break };
            client = address;
        }
        Self(client)
    }

    /// What limits count by: the /64 of an IPv6 address, for one subscriber has a whole one.
    pub(crate) fn group(self) -> AddressGroup {
        AddressGroup::of(self.0)
    }
}

/// An IPv4 address, or the /64 an IPv6 address lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AddressGroup(IpAddr);

impl AddressGroup {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            address @ IpAddr::V4(_) => Self(address),
            address @ IpAddr::V6(_) => Self(Network::around(address, 64).first()),
        }
    }
}

/// Several headers count as one list (RFC 9110 section 5.3), whose empty items are skipped
/// (section 5.6.1.2).
fn hops_from_the_right(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .flat_map(|value| value.to_str().unwrap_or("not text").rsplit(','))
        .map(str::trim)
        .filter(|hop| !hop.is_empty())
}

/// Proxies write an address, an address with a port, or an IPv6 address in brackets.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse()
        .or_else(|_| hop.parse().map(|address: SocketAddr| address.ip()))
        .map(|address| address.to_canonical())
        .ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_what_trusted_proxies_wrote_counts() {
        let table: &[(&str, &[&str], &str, &str)] = &[
            ("192.0.2.7", &[], "192.0.2.7", "no header"),
            ("192.0.2.7", &["203.0.113.1"], "192.0.2.7", "peer is no proxy"),
            ("10.0.0.1", &["203.0.113.1"], "203.0.113.1", "peer is a proxy"),
            ("10.0.0.1", &[], "10.0.0.1", "proxy without the header"),
            ("10.0.0.1", &["198.51.100.9, 203.0.113.1"], "203.0.113.1", "left part is invented"),
            ("10.0.0.1", &["203.0.113.1, 10.0.0.2"], "203.0.113.1", "two proxies in one header"),
            ("10.0.0.1", &["198.51.100.9", "203.0.113.1, 10.0.0.2"], "203.0.113.1", "two headers"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3", "only proxies"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.1"], "203.0.113.1", "IPv4-mapped"),
            ("10.0.0.1", &["203.0.113.1, unknown"], "10.0.0.1", "garbage stops the walk"),
            ("10.0.0.1", &["203.0.113.1:4711, ,10.0.0.2:80"], "203.0.113.1", "ports, empty item"),
            ("fd00::1", &["[2001:db8::5]:4711"], "2001:db8::5", "IPv6 with a port"),
            ("fd00::1", &["[2001:db8::5]"], "2001:db8::5", "IPv6 in brackets"),
        ];
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        for (peer, forwarded, expected, case) in table {
            let mut headers = HeaderMap::new();
            for value in *forwarded {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            let client = ClientIp::resolve(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(client, ClientIp(expected.parse().unwrap()), "{case}");
        }
    }

    #[test]
    fn other_headers_and_unreadable_ones_are_not_believed() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let peer = "10.0.0.1".parse().unwrap();

        let mut headers = HeaderMap::new();
        headers.insert("forwarded", HeaderValue::from_static("for=203.0.113.1"));
        headers.insert("x-real-ip", HeaderValue::from_static("203.0.113.1"));
        assert_eq!(ClientIp::resolve(peer, &headers, &trusted), ClientIp(peer));

        headers.insert("x-forwarded-for", HeaderValue::from_bytes(b"203.0.113.1\xff").unwrap());
        assert_eq!(ClientIp::resolve(peer, &headers, &trusted), ClientIp(peer));
    }

    #[test]
    fn neighbours_in_a_64_share_a_group_and_others_do_not() {
        let group = |address: &str| ClientIp(address.parse().unwrap()).group();
        assert_eq!(group("2001:db8::1"), group("2001:db8::ffff:1"));
        assert_ne!(group("2001:db8::1"), group("2001:db8:0:1::1"));
        assert_ne!(group("203.0.113.1"), group("203.0.113.2"));
        assert_eq!(group("203.0.113.1"), group("::ffff:203.0.113.1"));
    }
}
