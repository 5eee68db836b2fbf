//! Passwords of PostgreSQL roles.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use model::SecretValue;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream as PostgresTls};
use tokio_postgres::{Client, Config, NoTls};
use tokio_rustls::client::TlsStream;
use url::Url;
use zeroize::Zeroizing;

use crate::PATIENCE;
use crate::connect::{Connected, Outbound};
use crate::failure::{BadUrl, Failure};
use crate::filter::Passage;
use crate::scram::Verifier;

/// `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…`, which is never printed.
///
/// Connections are encrypted and the certificate is checked, whatever libpq would do: only to an address that the operator
/// allows may one go unencrypted, with `sslmode=disable`, or with `prefer` or no `sslmode` to a server that has no TLS.
#[derive(Clone)]
pub struct DatabaseUrl {
    host: String,
    port: u16,
    database: String,
    user: String,
    password: Zeroizing<String>,
    mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Disable,
    Prefer,
    Require,
}

impl DatabaseUrl {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        const EXPECTED: BadUrl = BadUrl("expected postgres://USER:PASSWORD@HOST:PORT/DATABASE");
        let url = Url::parse(text.trim()).map_err(|_| EXPECTED)?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(EXPECTED);
        }
        let decoded = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| EXPECTED)
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(EXPECTED)?;
        let user = decoded(url.username())?;
        if user.is_empty() {
            return Err(EXPECTED);
        }
        let database = decoded(url.path().trim_start_matches('/'))?;
        let mode = url.query_pairs().find(|(name, _)| name == "sslmode").map_or(
            Ok(Mode::Prefer),
            |(_, mode)| match &*mode {
                "disable" => Ok(Mode::Disable),
                "allow" | "prefer" => Ok(Mode::Prefer),
                "require" | "verify-ca" | "verify-full" => Ok(Mode::Require),
                _ => Err(BadUrl("sslmode is one of disable, prefer, require, verify-full")),
            },
        )?;
        Ok(Self {
            host: host.to_owned(),
            port: url.port().unwrap_or(5432),
            database: if database.is_empty() { user.clone() } else { database },
            password: Zeroizing::new(decoded(url.password().unwrap_or_default())?),
            user,
            mode,
        })
    }

    /// The same database, for somebody else.
    #[must_use]
    pub fn login(&self, user: &str, password: &SecretValue) -> Self {
        Self {
            user: user.to_owned(),
            password: Zeroizing::new(password.dangerously_expose().to_owned()),
            ..self.clone()
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// A role that is logged in. It is logged out when this is dropped.
pub struct Session(Client);

impl Outbound {
    /// Logs in.
    pub async fn postgres(&self, url: &DatabaseUrl) -> Result<Session, Failure> {
        timeout(PATIENCE, self.log_in(url)).await.unwrap_or(Err(Failure::Timeout))
    }

    /// Whether somebody can log in; a failure if that cannot be found out.
    pub async fn logs_in(&self, url: &DatabaseUrl) -> Result<bool, Failure> {
        match self.postgres(url).await {
            Ok(_session) => Ok(true),
            Err(Failure::Auth) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    async fn log_in(&self, url: &DatabaseUrl) -> Result<Session, Failure> {
        let Connected { stream, passage } = self.connect(&url.host, url.port).await?;
        let trusted = passage == Passage::ByOperator;
        let mut config = Config::new();
        config
            .user(&url.user)
            .password(url.password.as_bytes())
            .dbname(&url.database)
            .application_name("keyloft");
        config.ssl_mode(match url.mode {
            Mode::Disable if trusted => SslMode::Disable,
            Mode::Disable => return Err(Failure::RefusedAddress),
            Mode::Prefer if trusted => SslMode::Prefer,
            Mode::Prefer | Mode::Require => SslMode::Require,
        });
        let client = if config.get_ssl_mode() == SslMode::Disable {
            let (client, connection) = config.connect_raw(stream, NoTls).await.map_err(told)?;
            tokio::spawn(drive(connection));
            client
        } else {
            let tls = Tls { outbound: self.clone(), host: url.host.clone() };
            let (client, connection) = config.connect_raw(stream, tls).await.map_err(told)?;
            tokio::spawn(drive(connection));
            client
        };
        Ok(Session(client))
    }
}

impl Session {
    /// Gives a role the password of this verifier.
    pub async fn set_password(&self, role: &str, verifier: &Verifier) -> Result<(), Failure> {
        self.run(&format!("alter role {} password '{}'", quoted(role), verifier.as_str())).await
    }

    /// Takes a role's password away: nobody logs in as it with one.
    pub async fn take_password(&self, role: &str) -> Result<(), Failure> {
        self.run(&format!("alter role {} password null", quoted(role))).await
    }

    async fn run(&self, statement: &str) -> Result<(), Failure> {
        let run = async { self.0.batch_execute(statement).await.map_err(told) };
        timeout(PATIENCE, run).await.unwrap_or(Err(Failure::Timeout))
    }
}

/// Runs until the client is dropped.
async fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!(code = ?error.code(), "a database ended a connection");
    }
}

fn told(error: tokio_postgres::Error) -> Failure {
    match error.code() {
        Some(
            &SqlState::INVALID_PASSWORD
            | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION
            | &SqlState::INSUFFICIENT_PRIVILEGE,
        ) => Failure::Auth,
        Some(code) => Failure::Database(code.code().to_owned()),
        None => {
            let cause = std::error::Error::source(&error);
            match cause.and_then(|cause| cause.downcast_ref::<Failure>()) {
                Some(failure) => failure.clone(),
                // The server has none, which tokio-postgres tells by words alone.
                None if error.to_string().contains("TLS") => Failure::Tls,
                None => Failure::Connect,
            }
        }
    }
}

/// An identifier as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Encrypts with our TLS, under the host's name.
struct Tls {
    outbound: Outbound,
    host: String,
}

struct Encrypted(TlsStream<TcpStream>);

impl TlsConnect<TcpStream> for Tls {
    type Stream = Encrypted;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Encrypted, Failure>> + Send>>;

    fn connect(self, stream: TcpStream) -> Self::Future {
        Box::pin(async move { self.outbound.encrypt(&self.host, stream).await.map(Encrypted) })
    }
}

impl PostgresTls for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_and_not_shown() {
        let url = DatabaseUrl::parse("postgres://adm%40in:p%2Fw@db.local/").unwrap();
        assert_eq!((&*url.user, &**url.password, &*url.database), ("adm@in", "p/w", "adm@in"));
        assert_eq!((url.port, format!("{url:?}").as_str()), (5432, "DatabaseUrl(…)"));
        for bad in
            ["", "mysql://a@b/c", "postgres://b/c", "postgres:///c", "postgres://a@b/c?sslmode=off"]
        {
            assert!(DatabaseUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_role_cannot_end_its_quotes() {
        assert_eq!(quoted(r#"a" superuser; --"#), r#""a"" superuser; --""#);
    }
}
