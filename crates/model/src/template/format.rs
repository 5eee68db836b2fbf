use serde::{Deserialize, Serialize};

/// A well-known format that a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueFormat {
    /// `scheme://…` (RFC 3986).
    Url,
    /// A private key between BEGIN and END lines (RFC 7468).
    PemPrivateKey,
    /// One or more certificates between BEGIN and END lines (RFC 7468).
    PemCertificate,
    /// A private key file as `ssh-keygen` writes it. Its last line break belongs to it.
    SshPrivateKey,
    /// The JSON file that Google Cloud hands out for a service account.
    GcpServiceAccountJson,
}

impl ValueFormat {
    /// Whether the text could be of this format. It looks at the outline only, so that a wrong paste shows early.
    pub fn fits(self, text: &str) -> bool {
        let text = text.trim();
        match self {
            Self::Url => text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme)),
            Self::PemPrivateKey | Self::SshPrivateKey => is_pem(text, "PRIVATE KEY-----"),
            Self::PemCertificate => is_pem(text, "CERTIFICATE-----"),
            Self::GcpServiceAccountJson => {
                text.starts_with('{')
                    && text.ends_with('}')
                    && ["\"private_key\"", "\"client_email\""]
                        .iter()
                        .all(|field| text.contains(field))
            }
        }
    }

    /// What is expected, to end the sentence "This should be …".
    pub const fn expectation(self) -> &'static str {
        match self {
            Self::Url => "a URL, with its scheme, such as https://",
            Self::PemPrivateKey => "a private key in PEM form, with its BEGIN and END lines",
            Self::PemCertificate => "a certificate in PEM form, with its BEGIN and END lines",
            Self::SshPrivateKey => "a whole SSH private key file, with its BEGIN and END lines",
            Self::GcpServiceAccountJson => {
                "the whole JSON key file of a service account, with private_key and client_email"
            }
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn is_pem(text: &str, label_end: &str) -> bool {
    text.starts_with("-----BEGIN ") && text.ends_with(label_end) && text.contains("-----END ")
}

#[cfg(test)]
mod tests {
    use super::ValueFormat::{
        GcpServiceAccountJson, PemCertificate, PemPrivateKey, SshPrivateKey, Url,
    };

    #[test]
    fn an_outline_tells_whole_values_from_wrong_ones() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
        let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let json = r#"{"type":"service_account","private_key":"…","client_email":"a@b"}"#;
        for (format, text, fits) in [
            (Url, "https://example.com", true),
            (Url, "file:local.db", true),
            (Url, "example.com", false),
            (PemPrivateKey, key, true),
            (PemPrivateKey, certificate, false),
            (PemPrivateKey, "-----BEGIN PRIVATE KEY-----\nAAAA", false),
            (PemCertificate, certificate, true),
            (SshPrivateKey, ssh, true),
            (SshPrivateKey, "ssh-ed25519 AAAA", false),
            (GcpServiceAccountJson, json, true),
            (GcpServiceAccountJson, "/run/secrets/gcp.json", false),
            (GcpServiceAccountJson, r#"{"type":"authorized_user"}"#, false),
        ] {
            assert_eq!(format.fits(text), fits, "{format:?} {text}");
        }
    }
}
