//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use model::Network;
use thiserror::Error;

/// Private addresses that the operator allows, with their port: `10.1.0.0/16:5432`, `[fd00::/8]:443`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    network: Network,
    port: u16,
}

/// The text is no network with a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("expected a network and a port, such as 10.1.0.0/16:5432 or [fd00::/8]:443")]
pub struct BadAllowed;

impl FromStr for Allowed {
    type Err = BadAllowed;

    fn from_str(text: &str) -> Result<Self, BadAllowed> {
        let (network, port) = text.rsplit_once(':').ok_or(BadAllowed)?;
        let bare = network.strip_prefix('[').and_then(|network| network.strip_suffix(']'));
        // fd00::1:5432 could be an address alone.
        if bare.is_none() && network.contains(':') && !network.contains('/') {
            return Err(BadAllowed);
        }
        Ok(Self {
            network: bare.unwrap_or(network).parse().map_err(|_| BadAllowed)?,
            port: port.parse().ok().filter(|port| *port != 0).ok_or(BadAllowed)?,
        })
    }
}

/// Why an address may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// The operator said so. What goes there may be unencrypted.
    ByOperator,
    /// It is on the open internet.
    Public,
}

/// Whether this address may be connected to, and why; nothing if it may not.
pub(crate) fn passage(address: SocketAddr, allowed: &[Allowed]) -> Option<Passage> {
    let ip = address.ip().to_canonical();
    if is_metadata(ip) {
        return None;
    }
    let by_operator =
        allowed.iter().any(|one| one.port == address.port() && one.network.contains(ip));
    if by_operator {
        return Some(Passage::ByOperator);
    }
    let special = match ip {
        IpAddr::V4(ip) => is_special_v4(ip),
        IpAddr::V6(ip) => is_special_v6(ip),
    };
    (!special).then_some(Passage::Public)
}

/// Where clouds hand out credentials to whoever asks from inside: never allowed, in whatever notation.
fn is_metadata(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local() || METADATA_V4.contains(&ip),
        IpAddr::V6(ip) => {
            let embedded = embedded_v4(ip).is_some_and(|ip| is_metadata(ip.into()));
            embedded
                || within(ip, Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10)
                || METADATA_V6.contains(&ip)
        }
    }
}

/// The IPv4 address behind an IPv6 address that a gateway would translate.
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match [s0, s1, s2, s3, s4, s5] {
        // IPv4-compatible (RFC 4291), mapped, translated (RFC 2765), NAT64 (RFC 6052)
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] => {
            Some(v4(s6, s7))
        }
        // 6to4 (RFC 3056)
        [0x2002, ..] => Some(v4(s1, s2)),
        _ => None,
    }
}

/// Ranges of the IANA IPv4 special-purpose address registry that are not globally reachable, and multicast.
fn is_special_v4(ip: Ipv4Addr) -> bool {
    SPECIAL_V4.iter().any(|(first, prefix)| {
        let mask = u32::MAX << (32 - prefix);
        ip.to_bits() & mask == first.to_bits()
    })
}

/// All but global unicast, and what of it is special (IANA IPv6 special-purpose address registry).
fn is_special_v6(ip: Ipv6Addr) -> bool {
    let global = within(ip, Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
    !global || SPECIAL_V6.iter().any(|(first, prefix)| within(ip, *first, *prefix))
}

fn within(ip: Ipv6Addr, first: Ipv6Addr, prefix: u32) -> bool {
    let mask = u128::MAX << (128 - prefix);
    ip.to_bits() & mask == first.to_bits()
}

const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(100, 100, 100, 200), // Alibaba
    Ipv4Addr::new(168, 63, 129, 16),   // Azure
    Ipv4Addr::new(192, 0, 0, 192),     // Oracle
];
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), // AWS
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23),  // AWS, pods
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),  // Google
];
const SPECIAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // Teredo, benchmarks, ORCHID, …
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ip: &str, allowed: &[&str]) -> Option<Passage> {
        let allowed: Vec<Allowed> = allowed.iter().map(|one| one.parse().unwrap()).collect();
        passage(SocketAddr::new(ip.parse().unwrap(), 443), &allowed)
    }

    /// The first and the last address of every range that is refused, and their neighbours outside.
    #[test]
    fn private_and_special_ranges_are_refused_to_their_last_address() {
        for (first, last, outside) in [
            ("0.0.0.0", "0.255.255.255", &["1.0.0.0"][..]),
            ("10.0.0.0", "10.255.255.255", &["9.255.255.255", "11.0.0.0"]),
            ("100.64.0.0", "100.127.255.255", &["100.63.255.255", "100.128.0.0"]),
            ("127.0.0.0", "127.255.255.255", &["126.255.255.255", "128.0.0.0"]),
            ("169.254.0.0", "169.254.255.255", &["169.253.255.255", "169.255.0.0"]),
            ("172.16.0.0", "172.31.255.255", &["172.15.255.255", "172.32.0.0"]),
            ("192.0.0.0", "192.0.0.255", &["191.255.255.255", "192.0.1.0"]),
            ("192.0.2.0", "192.0.2.255", &["192.0.1.255", "192.0.3.0"]),
            ("192.31.196.0", "192.31.196.255", &["192.31.195.255", "192.31.197.0"]),
            ("192.88.99.0", "192.88.99.255", &["192.88.98.255", "192.88.100.0"]),
            ("192.168.0.0", "192.168.255.255", &["192.167.255.255", "192.169.0.0"]),
            ("198.18.0.0", "198.19.255.255", &["198.17.255.255", "198.20.0.0"]),
            ("198.51.100.0", "198.51.100.255", &["198.51.99.255", "198.51.101.0"]),
            ("203.0.113.0", "203.0.113.255", &["203.0.112.255", "203.0.114.0"]),
            ("224.0.0.0", "255.255.255.255", &["223.255.255.255"]),
            ("::", "1fff:ffff::", &["2600::1"]),
            ("2001::", "2001:1ff:ffff::", &["2001:200::"]),
            ("2001:db8::", "2001:db8:ffff::", &["2001:db7::", "2001:db9::"]),
            ("2002::", "2002:ffff::", &["2003::"]),
            ("3fff::", "3fff:fff::", &["3ffe::", "3fff:1000::"]),
            ("4000::", "ffff:ffff::", &["3ffe:ffff::"]),
        ] {
            assert_eq!((of(first, &[]), of(last, &[])), (None, None), "{first}");
            for outside in outside {
                assert_eq!(of(outside, &[]), Some(Passage::Public), "{outside}");
            }
        }
        for refused in [
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001:10::1",
            "2002:7f00:1::",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert_eq!(of(refused, &[]), None, "{refused}");
        }
    }

    #[test]
    fn the_operator_allows_an_address_with_its_port() {
        let allowed = ["10.1.0.0/16:443", "[fd00::/8]:443", "127.0.0.1/32:80"];
        assert_eq!(of("10.1.2.3", &allowed), Some(Passage::ByOperator));
        assert_eq!(of("::ffff:10.1.2.3", &allowed), Some(Passage::ByOperator));
        assert_eq!(of("fd12::1", &allowed), Some(Passage::ByOperator));
        assert_eq!((of("10.2.0.1", &allowed), of("127.0.0.1", &allowed)), (None, None));
    }

    #[test]
    fn nobody_can_allow_metadata() {
        let all = ["0.0.0.0/0:443", "::/0:443"];
        for metadata in [
            "169.254.169.254",
            "169.254.170.2",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "::ffff:0:a9fe:a9fe",
            "2002:a9fe:a9fe::",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
            "fe80::a9fe:a9fe",
        ] {
            assert_eq!(of(metadata, &all), None, "{metadata}");
        }
        assert_eq!(of("192.168.1.1", &all), Some(Passage::ByOperator));
    }

    #[test]
    fn what_is_allowed_has_a_network_and_a_port() {
        for good in ["10.0.0.0/8:1", "10.0.0.1:65535", "[::1]:443", "fd00::/8:443"] {
            assert!(good.parse::<Allowed>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "10.0.0.0/8",
            "10.0.0.0/8:0",
            "10.0.0.0/8:65536",
            "db.local:5432",
            "fd00::1:443",
            "::1",
            "10.0.0.0/33:1",
        ] {
            assert_eq!(bad.parse::<Allowed>(), Err(BadAllowed), "{bad}");
        }
    }
}
