use super::percent::encode;
use super::{ConnectionFill, ConnectionPart, ConnectionScheme};
use crate::{KeyName, WireValue};

impl ConnectionFill {
    /// The URL that filled fields make, or nothing while the host is empty.
    ///
    /// `value_of` gives the value of a key's field. Empty values count as none.
    pub fn compose(&self, value_of: impl Fn(&KeyName) -> Option<String>) -> Option<WireValue> {
        let value = |key: &KeyName| value_of(key).filter(|value| !value.is_empty());
        let value_at = |part| self.key_of(part).and_then(value);
        let host = value_at(ConnectionPart::Host)?;
        let port = value_at(ConnectionPart::Port);
        let tls = value_at(ConnectionPart::Tls).map(|text| text == "true");
        let scheme = self.scheme_for(port.as_deref(), tls)?;

        let mut url = format!("{}://", scheme.name);
        write_login(value_at(ConnectionPart::User), value_at(ConnectionPart::Password), &mut url);
        write_hosts(&host, port.as_deref(), &mut url);
        if let Some(database) = value_at(ConnectionPart::Database) {
            url.push('/');
            encode(&database, &mut url);
        }
        let mut parameters: Vec<String> = self.always.iter().cloned().collect();
        parameters.extend(self.query.iter().filter_map(|(name, key)| {
            let mut parameter = format!("{name}=");
            encode(&value(key)?, &mut parameter);
            Some(parameter)
        }));
        if !parameters.is_empty() {
            url.push('?');
            url.push_str(&parameters.join("&"));
        }
        Some(WireValue::new(url))
    }

    /// The first scheme that can say these things: with a port, one that has ports; with TLS on or off, one that is.
    fn scheme_for(&self, port: Option<&str>, tls: Option<bool>) -> Option<&ConnectionScheme> {
        let says = |scheme: &&ConnectionScheme| {
            (port.is_none() || scheme.port.is_some()) && (tls.is_none() || scheme.tls == tls)
        };
        self.schemes.iter().find(says).or_else(|| self.schemes.first())
    }
}

fn write_login(user: Option<String>, password: Option<String>, url: &mut String) {
    if user.is_none() && password.is_none() {
        return;
    }
    encode(&user.unwrap_or_default(), url);
    if let Some(password) = password {
        url.push(':');
        encode(&password, url);
    }
    url.push('@');
}

/// Writes `host:port`, comma-separated for several. One port serves all hosts; otherwise each has its own.
fn write_hosts(hosts: &str, ports: Option<&str>, url: &mut String) {
    let ports: Vec<&str> = ports.map(|ports| ports.split(',').collect()).unwrap_or_default();
    for (index, host) in hosts.split(',').enumerate() {
        if index > 0 {
            url.push(',');
        }
        write_host(host.trim(), url);
        let port = if ports.len() == 1 { ports.first() } else { ports.get(index) };
        if let Some(port) = port {
            url.push(':');
            encode(port.trim(), url);
        }
    }
}

fn write_host(host: &str, url: &mut String) {
    if host.contains(':') && !host.starts_with('[') {
        url.push('[');
        url.push_str(&host.replace('%', "%25"));
        url.push(']');
    } else if host.starts_with('[') {
        url.push_str(host);
    } else {
        encode(host, url);
    }
}
