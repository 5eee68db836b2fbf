//! A range of addresses in CIDR notation (RFC 4632 for IPv4, RFC 4291 section 2.3 for IPv6).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use thiserror::Error;

/// `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

impl Network {
    /// This machine (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
    pub const LOOPBACK: [Self; 2] = [
        Self { first: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), prefix: 8 },
        Self { first: IpAddr::V6(Ipv6Addr::LOCALHOST), prefix: 128 },
    ];

    /// Reads a network as people write one: bits after the prefix are left out of account.
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        match text.parse() {
            Err(NetworkError::HostBits { meant, .. }) => Ok(meant),
            read => read,
        }
    }

    /// The network of this size that `address` lies in.
    pub fn around(address: IpAddr, prefix: u8) -> Self {
        Self { first: start(address, prefix), prefix }
    }

    /// Its first address.
    pub const fn first(&self) -> IpAddr {
        self.first
    }

    /// An IPv4-mapped IPv6 address counts as the IPv4 address it stands for.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && start(address, self.prefix) == self.first
    }
}

fn start(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Network {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        const V4: &str = "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(/(3[0-2]|[12]?[0-9]))?";
        const V6: &str = "(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|::([0-9a-fA-F]{1,4})?)(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?";
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "An address, or a network in CIDR notation: `10.0.0.0/8`, `fd00::/8`.",
            ))
            .pattern(Some(format!("^({V4}|{V6})$")))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Network {}

/// Why a text is no network; each message says what would be one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// Not an address.
    #[error("{0:?} is no address: write 10.0.0.0/8, fd00::/8 or a single address")]
    Address(String),
    /// Not a prefix length.
    #[error("/{0} is no prefix length: IPv4 goes up to /32, IPv6 up to /128")]
    Prefix(String),
    /// More than a prefix is given.
    #[error("{given} has bits after its prefix: write {meant}")]
    HostBits { given: Network, meant: Network },
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr =
            address.parse().map_err(|_| NetworkError::Address(address.to_owned()))?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(text) => text
                .parse()
                .ok()
                .filter(|prefix| *prefix <= longest)
                .ok_or_else(|| NetworkError::Prefix(text.to_owned()))?,
        };

        let given = Self::canonical(address, prefix);
        let meant = Self { first: start(given.first, given.prefix), ..given };
        if given == meant { Ok(given) } else { Err(NetworkError::HostBits { given, meant }) }
    }
}

impl Network {
    /// `::ffff:10.0.0.0/104` is 10.0.0.0/8, for addresses are compared in their IPv4 form.
    fn canonical(address: IpAddr, prefix: u8) -> Self {
        match (address.to_canonical(), prefix.checked_sub(96)) {
            (first @ IpAddr::V4(_), Some(prefix)) if address.is_ipv6() => Self { first, prefix },
            _ => Self { first: address, prefix },
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[track_caller]
    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("192.168.1.128/25", "192.168.1.128", "192.168.1.127"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("::/0", "2001:db8::1", "203.0.113.9"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("203.0.113.9", "203.0.113.9", "203.0.113.8"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3"),
        ] {
            assert!(network(range).contains(ip(inside)), "{inside} is in {range}");
            assert!(!network(range).contains(ip(outside)), "{outside} is not in {range}");
        }
    }

    #[test]
    fn a_wrong_network_says_what_would_be_right() {
        for (text, message) in [
            ("proxy", r#""proxy" is no address: write 10.0.0.0/8, fd00::/8 or a single address"#),
            ("10.0.0.0/33", "/33 is no prefix length: IPv4 goes up to /32, IPv6 up to /128"),
            ("10.0.0.0/", "/ is no prefix length: IPv4 goes up to /32, IPv6 up to /128"),
            ("10.1.2.3/8", "10.1.2.3/8 has bits after its prefix: write 10.0.0.0/8"),
        ] {
            assert_eq!(text.parse::<Network>().unwrap_err().to_string(), message);
        }
    }
}
