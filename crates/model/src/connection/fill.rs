use super::parse::{split_scheme, unwrapped};
use super::{ConnectionError, ConnectionFill, ConnectionPart, ConnectionParts, ConnectionScheme};
use crate::{KeyName, WireValue};

/// What a pasted connection URL gives the fields of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The values by key: the parts, and the whole URL under the key that holds it. Which of them the form has a field
    /// for depends on the option that is chosen.
    pub values: Vec<(KeyName, WireValue)>,
    /// The parts that the service has a key for and the URL says nothing about.
    pub lacking: Vec<ConnectionPart>,
}

impl ConnectionFill {
    /// Takes a pasted URL apart for the keys of this service.
    pub fn fill(&self, text: &str) -> Result<Filled, ConnectionError> {
        let (name, rest) = split_scheme(text)?;
        let scheme = self.scheme(&name).ok_or_else(|| self.wrong_scheme())?;
        let parts = ConnectionParts::parse_rest(name, rest)?;
        let mut filled = Filled { values: vec![], lacking: vec![] };
        for (&part, key) in &self.parts {
            match parts.value_of(part, scheme) {
                Some(value) => filled.values.push((key.clone(), WireValue::new(value))),
                None if is_expected(part) => filled.lacking.push(part),
                None => {}
            }
        }
        for (name, key) in &self.query {
            let value = if name == DATABASE { parts.database() } else { parts.parameter(name) };
            match value {
                Some(value) => filled.values.push((key.clone(), WireValue::new(value.to_owned()))),
                None if name == DATABASE => filled.lacking.push(ConnectionPart::Database),
                None => {}
            }
        }
        let whole = WireValue::new(unwrapped(text).to_owned());
        filled.values.push((self.key.clone(), whole));
        Ok(filled)
    }

    fn wrong_scheme(&self) -> ConnectionError {
        let beginnings: Vec<_> =
            self.schemes.iter().map(|scheme| format!("{}://", scheme.name)).collect();
        ConnectionError::WrongScheme { expected: beginnings.join(", ") }
    }
}

impl ConnectionParts {
    fn value_of(&self, part: ConnectionPart, scheme: &ConnectionScheme) -> Option<String> {
        match part {
            ConnectionPart::Host => Some(joined(self.hosts.iter().map(|host| host.name.clone()))),
            ConnectionPart::Port => self.ports(scheme.port),
            ConnectionPart::User => {
                let user = self.user.as_deref().or_else(|| self.parameter("user"));
                user.map(str::to_owned)
            }
            ConnectionPart::Password => {
                let password = self.password.as_deref().or_else(|| self.parameter("password"));
                password.map(str::to_owned)
            }
            ConnectionPart::Database => self.database().map(str::to_owned),
            ConnectionPart::Tls => scheme.tls.map(|tls| tls.to_string()),
        }
    }

    /// The path, or else the parameter that some drivers use in its place.
    fn database(&self) -> Option<&str> {
        let parameter = || ["dbname", DATABASE, "db"].iter().find_map(|name| self.parameter(name));
        self.path.as_deref().or_else(parameter)
    }

    /// One port where all hosts share it, else one for each host, as libpq wants.
    fn ports(&self, default: Option<u16>) -> Option<String> {
        let ports: Option<Vec<u16>> = self.hosts.iter().map(|host| host.port.or(default)).collect();
        let mut ports = ports?;
        if ports.iter().all(|port| *port == ports[0]) {
            ports.truncate(1);
        }
        Some(joined(ports.iter().map(u16::to_string)))
    }
}

/// Hosts are always there, ports have defaults, and encryption is not every scheme's to say.
const fn is_expected(part: ConnectionPart) -> bool {
    matches!(part, ConnectionPart::User | ConnectionPart::Password | ConnectionPart::Database)
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(",")
}

/// The parameter that holds the database where the path does not.
const DATABASE: &str = "database";
