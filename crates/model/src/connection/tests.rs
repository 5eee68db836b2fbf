//! Connections as services describe them, for the tests of each direction.

mod compose;
mod errors;
mod fill;
mod properties;

use super::*;
use std::collections::HashMap;

fn name(text: &str) -> KeyName {
    KeyName::parse(text).unwrap()
}

fn scheme(
    name: &str,
    port: impl Into<Option<u16>>,
    tls: impl Into<Option<bool>>,
) -> ConnectionScheme {
    ConnectionScheme { name: name.into(), port: port.into(), tls: tls.into() }
}

fn fill_of(schemes: &[ConnectionScheme], query: &[(&str, &str)]) -> ConnectionFill {
    let parts = [
        (ConnectionPart::Host, "HOST"),
        (ConnectionPart::Port, "PORT"),
        (ConnectionPart::User, "USERNAME"),
        (ConnectionPart::Password, "PASSWORD"),
        (ConnectionPart::Database, "DB"),
        (ConnectionPart::Tls, "TLS"),
    ];
    ConnectionFill {
        key: name("URL"),
        schemes: schemes.to_vec(),
        parts: parts.into_iter().map(|(part, key)| (part, name(key))).collect(),
        query: query.iter().map(|(key, value)| ((*key).to_owned(), name(value))).collect(),
        always: None,
        note: None,
    }
}

fn postgres() -> ConnectionFill {
    let schemes = [scheme("postgresql", 5432, None), scheme("postgres", 5432, None)];
    fill_of(&schemes, &[("sslmode", "SSLMODE")])
}

fn mongodb() -> ConnectionFill {
    fill_of(&[scheme("mongodb+srv", None, None), scheme("mongodb", 27017, None)], &[])
}

fn clickhouse() -> ConnectionFill {
    fill_of(&[scheme("https", 8443, true), scheme("http", 8123, false)], &[])
}

fn redis() -> ConnectionFill {
    fill_of(&[scheme("rediss", 6379, None), scheme("redis", 6379, None)], &[])
}

fn sql_server() -> ConnectionFill {
    let mut fill = fill_of(&[scheme("sqlserver", 1433, None)], &[("database", "DB")]);
    fill.parts.remove(&ConnectionPart::Database);
    fill
}

fn composed(fill: &ConnectionFill, values: &[(&str, &str)]) -> Option<String> {
    let values: HashMap<_, _> = values.iter().copied().collect();
    let url = fill.compose(|key| values.get(key.as_str()).map(|&value| value.to_owned()))?;
    Some(url.dangerously_expose().to_owned())
}
