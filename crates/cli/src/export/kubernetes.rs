//! A Kubernetes `v1` `Secret`, for `kubectl apply -f -`.

use super::{Pairs, Reason, Refused, refusal, yaml};
use data_encoding::BASE64;
use std::fmt;
use zeroize::Zeroizing;

/// What a `Secret` is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its name.
    pub name: ObjectName,
    /// Where it lives; without one, wherever `kubectl` is pointed at.
    pub namespace: Option<ObjectName>,
}

/// A name that Kubernetes takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName(String);

/// Why Kubernetes would not take a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectNameFault {
    /// The limit of a `Secret`'s name or a namespace's.
    #[error("a name has 1 to {0} characters")]
    Length(usize),
    /// Something other than what DNS allows.
    #[error(
        "a name is made of lower-case letters, digits and dashes, and starts and ends with a letter or digit"
    )]
    Label,
}

impl ObjectName {
    /// The name of a `Secret`: labels with dots between them ("DNS-1123 subdomain").
    pub fn secret(text: &str) -> Result<Self, ObjectNameFault> {
        Self::parse(text, SUBDOMAIN_BYTES, text.split('.'))
    }

    /// The name of a namespace: one label ("DNS-1123 label").
    pub fn namespace(text: &str) -> Result<Self, ObjectNameFault> {
        Self::parse(text, LABEL_BYTES, std::iter::once(text))
    }

    fn parse<'a>(
        text: &str,
        limit: usize,
        mut labels: impl Iterator<Item = &'a str>,
    ) -> Result<Self, ObjectNameFault> {
        if text.is_empty() || text.len() > limit {
            return Err(ObjectNameFault::Length(limit));
        }
        if !labels.all(is_label) {
            return Err(ObjectNameFault::Label);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(text: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && !text.starts_with('-') && !text.ends_with('-') && text.bytes().all(is_inner)
}

/// Writes the manifest, in YAML.
pub fn kubernetes(pairs: &Pairs, manifest: &Manifest) -> Result<Zeroizing<String>, Refused> {
    let room: usize =
        pairs.iter().map(|(_, value)| 2 * value.dangerously_expose().len() + 300).sum();
    let mut text = Zeroizing::new(String::with_capacity(room + 1024));
    text.push_str("apiVersion: v1\nkind: Secret\nmetadata:\n  name: ");
    yaml::push_text(&mut text, &manifest.name.0);
    if let Some(namespace) = &manifest.namespace {
        text.push_str("\n  namespace: ");
        yaml::push_text(&mut text, &namespace.0);
    }
    text.push_str("\ntype: Opaque\ndata:");
    text.push_str(if pairs.is_empty() { " {}" } else { "" });
    let mut size = 0;
    refusal::check("A Kubernetes Secret", pairs, |key, value| {
        if key.as_str().len() > SUBDOMAIN_BYTES {
            return Err(Reason::LongKey { limit: SUBDOMAIN_BYTES });
        }
        size += value.len();
        if size > SECRET_BYTES {
            return Err(Reason::Full { limit: SECRET_BYTES });
        }
        text.push_str("\n  ");
        yaml::push_text(&mut text, key.as_str());
        text.push_str(": ");
        yaml::push_text(&mut text, &Zeroizing::new(BASE64.encode(value.as_bytes())));
        Ok(())
    })?;
    text.push('\n');
    Ok(text)
}

const LABEL_BYTES: usize = 63;
/// Also the limit for keys.
const SUBDOMAIN_BYTES: usize = 253;
/// `MaxSecretSize`: all values together.
const SECRET_BYTES: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pairs;

    fn manifest(namespace: Option<&str>) -> Manifest {
        Manifest {
            name: ObjectName::secret("prod.db").unwrap(),
            namespace: namespace.map(|it| ObjectName::namespace(it).unwrap()),
        }
    }

    #[test]
    fn values_are_base64() {
        let text =
            kubernetes(&pairs(&[("A", "a\nb"), ("NO", "")]), &manifest(Some("web"))).unwrap();
        assert_eq!(
            *text,
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"prod.db\"\n  namespace: \"web\"\n\
             type: Opaque\ndata:\n  \"A\": \"YQpi\"\n  \"NO\": \"\"\n"
        );
        assert!(kubernetes(&[], &manifest(None)).unwrap().ends_with("data: {}\n"));
    }

    #[test]
    fn names_are_those_of_dns() {
        for good in ["a", "a-b.c1", "0"] {
            assert_eq!(ObjectName::secret(good).unwrap().to_string(), good);
        }
        for bad in ["A", "a_b", "-a", "a-", "a..b", ".", "ü", "a\n"] {
            assert_eq!(ObjectName::secret(bad), Err(ObjectNameFault::Label), "{bad}");
        }
        assert_eq!(ObjectName::secret(""), Err(ObjectNameFault::Length(253)));
        assert_eq!(ObjectName::secret(&"a".repeat(254)), Err(ObjectNameFault::Length(253)));
        assert_eq!(ObjectName::namespace(&"a".repeat(64)), Err(ObjectNameFault::Length(63)));
        assert_eq!(ObjectName::namespace("a.b"), Err(ObjectNameFault::Label));
    }

    #[test]
    fn what_the_api_server_would_refuse_is_refused_here() {
        let (long, large) = ("K".repeat(254), "x".repeat(SECRET_BYTES));
        let given = pairs(&[(&long, ""), ("A", &large), ("B", "x")]);
        assert_eq!(
            kubernetes(&given, &manifest(None)).unwrap_err().to_string(),
            format!(
                "A Kubernetes Secret cannot hold {long}: the key is longer than 253 bytes; \
                 B: all values together are larger than 1048576 bytes"
            )
        );
    }
}
