//! Mail by SMTP.

use std::fmt;
use std::sync::Arc;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

use crate::PATIENCE;
use crate::connect::Outbound;
use crate::failure::{BadUrl, Failure};
use crate::filter::Passage;

/// `smtps://USER:PASSWORD@HOST:465`, or `smtp://HOST:587`, which turns to TLS first; `?tls=none` does not, where the operator
/// allows the address. It is never printed.
#[derive(Clone)]
pub struct MailServer {
    host: String,
    port: u16,
    login: Option<(String, Zeroizing<String>)>,
    encryption: Encryption,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encryption {
    None,
    StartTls,
    Wrapped,
}

/// A plain text to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Their address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text. Never a value.
    pub text: String,
}

/// Sends mail through one server. A clone is the same.
#[derive(Debug, Clone)]
pub struct Mailer(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    outbound: Outbound,
    server: MailServer,
    from: Mailbox,
}

impl MailServer {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        const EXPECTED: BadUrl =
            BadUrl("expected smtps://USER:PASSWORD@HOST:465 or smtp://USER:PASSWORD@HOST:587");
        let url = Url::parse(text.trim()).map_err(|_| EXPECTED)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(EXPECTED)?.to_owned();
        let plain = url.query_pairs().any(|(name, value)| name == "tls" && value == "none");
        let (encryption, port) = match (url.scheme(), plain) {
            ("smtps", false) => (Encryption::Wrapped, 465),
            ("smtp", false) => (Encryption::StartTls, 587),
            ("smtp", true) => (Encryption::None, 25),
            _ => return Err(EXPECTED),
        };
        let decoded = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| EXPECTED)
        };
        let login = match url.username() {
            "" => None,
            user => {
                let password = Zeroizing::new(decoded(url.password().unwrap_or_default())?);
                Some((decoded(user)?, password))
            }
        };
        Ok(Self { host, port: url.port().unwrap_or(port), login, encryption })
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailServer(…)")
    }
}

impl Mailer {
    /// Sends as `from`: an address, or `Name <address>`.
    pub fn new(outbound: Outbound, server: MailServer, from: &str) -> Result<Self, BadUrl> {
        let from = from.parse().map_err(|_| BadUrl("expected an e-mail address to send from"))?;
        Ok(Self(Arc::new(Shared { outbound, server, from })))
    }

    /// Sends one message. Once this returns, the server has taken it.
    pub async fn send(&self, message: &Message) -> Result<(), Failure> {
        timeout(PATIENCE, self.deliver(message)).await.unwrap_or(Err(Failure::Timeout))
    }

    async fn deliver(&self, message: &Message) -> Result<(), Failure> {
        let Shared { outbound, server, from } = &*self.0;
        let to: Mailbox = message.to.parse().map_err(|_| Failure::Status(501))?;
        let mail = lettre::Message::builder()
            .from(from.clone())
            .to(to)
            .subject(message.subject.replace(['\r', '\n'], " "))
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|_| Failure::Status(501))?;
        let (address, passage) = outbound.addresses(&server.host, server.port).await?[0];
        if server.encryption == Encryption::None && passage != Passage::ByOperator {
            return Err(Failure::RefusedAddress);
        }
        // The certificate is for the host, and the connection goes to the address that was checked.
        let parameters = || TlsParameters::new(server.host.clone()).map_err(|_| Failure::Tls);
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
                .port(server.port)
                .timeout(Some(PATIENCE))
                .tls(match server.encryption {
                    Encryption::None => Tls::None,
                    Encryption::StartTls => Tls::Required(parameters()?),
                    Encryption::Wrapped => Tls::Wrapper(parameters()?),
                });
        if let Some((user, password)) = &server.login {
            transport =
                transport.credentials(Credentials::new(user.clone(), password.as_str().to_owned()));
        }
        transport.build().send(mail).await.map(drop).map_err(|error| told(&error))
    }
}

fn told(error: &lettre::transport::smtp::Error) -> Failure {
    match error.status().map(u16::from) {
        Some(530 | 534 | 535) => Failure::Auth,
        Some(status) => Failure::Status(status),
        None if error.is_tls() => Failure::Tls,
        None if error.is_timeout() => Failure::Timeout,
        None => Failure::Connect,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_and_not_shown() {
        let server = MailServer::parse("smtps://me%40x:p%2Fw@mail.example.org").unwrap();
        assert_eq!((server.port, format!("{server:?}").as_str()), (465, "MailServer(…)"));
        let (user, password) = server.login.unwrap();
        assert_eq!((user.as_str(), password.as_str()), ("me@x", "p/w"));
        assert_eq!(MailServer::parse("smtp://h").unwrap().port, 587);
        for bad in ["", "h:25", "http://h", "smtps://h?tls=none", "smtp://"] {
            assert!(MailServer::parse(bad).is_err(), "{bad}");
        }
    }
}
