//! What the network did instead of answering.

use std::io;

use rustls::CertificateError;

use crate::{Address, Error};

/// No answer came, or half of one.
pub(super) struct Fault(ureq::Error);

impl From<ureq::Error> for Fault {
    fn from(error: ureq::Error) -> Self {
        Self(error)
    }
}

impl Fault {
    pub(super) fn request(error: ureq::http::Error) -> Self {
        Self(ureq::Error::Http(error))
    }

    /// Whether there was a connection, which ended before the answer did.
    pub(super) fn connection_broke(&self) -> bool {
        let ureq::Error::Io(error) = &self.0 else { return false };
        matches!(
            error.kind(),
            io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::UnexpectedEof
        )
    }

    /// The same for whoever asked.
    pub(super) fn told(self, url: &Address) -> Error {
        let url = url.clone();
        let broke = self.connection_broke();
        match self.0 {
            ureq::Error::Timeout(_) => Error::Timeout { url },
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
                Error::Timeout { url }
            }
            ureq::Error::Io(error) => match tls_error(&error) {
                Some(error) => tls(url, error),
                None if broke => {
                    let why = "the connection broke off before an answer came".to_owned();
                    Error::Unreachable { url, why }
                }
                None => Error::Unreachable { url, why: error.to_string() },
            },
            ureq::Error::Rustls(error) => tls(url, &error),
            ureq::Error::HostNotFound => {
                Error::Unreachable { url, why: "there is no such host".to_owned() }
            }
            error @ (ureq::Error::ConnectionFailed
            | ureq::Error::ConnectProxyFailed(_)
            | ureq::Error::InvalidProxyUrl) => Error::Unreachable { url, why: error.to_string() },
            ureq::Error::BodyExceedsLimit(_) => garbage(url, "its answer does not end"),
            ureq::Error::LargeResponseHeader(..) => garbage(url, "its headers do not end"),
            _ => garbage(url, "it does not speak HTTP/1.1"),
        }
    }
}

fn garbage(url: Address, what: &str) -> Error {
    Error::Garbage { url, status: None, what: what.to_owned() }
}

/// rustls wraps its errors for the socket that it reads from.
fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn tls(url: Address, error: &rustls::Error) -> Error {
    let why = match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::General(why) if why.contains("No CA certificates") => {
            "this machine has no certificate authorities: install its package ca-certificates"
                .to_owned()
        }
        rustls::Error::InvalidMessage(_) => {
            let why = "it does not speak TLS: is its address http://?".to_owned();
            return Error::Unreachable { url, why };
        }
        other => return Error::Unreachable { url, why: format!("TLS failed: {other}") },
    };
    Error::Tls { url, why }
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::BadSignature
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            format!("the issuer that it names did not sign it. {OWN}")
        }
        CertificateError::UnknownIssuer => format!("its issuer is not known here. {OWN}"),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its time has not begun; is the clock of this machine right?".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host".to_owned()
        }
        CertificateError::Revoked => "its issuer has revoked it".to_owned(),
        CertificateError::Other(error) if error.to_string() == "CaUsedAsEndEntity" => {
            "it is a certificate authority's, and a server needs one of its own".to_owned()
        }
        other => other.to_string(),
    }
}

const OWN: &str = "If the server's certificate authority is your own, name its certificate: SSL_CERT_FILE=/path/to/ca.pem";
