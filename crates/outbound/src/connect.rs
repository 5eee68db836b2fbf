//! Names to addresses to connections.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::failure::Failure;
use crate::filter::{Allowed, Passage, passage};

/// Sends things out. A clone is the same.
#[derive(Clone)]
pub struct Outbound {
    allowed: Arc<[Allowed]>,
    resolver: Resolver,
    tls: Arc<ClientConfig>,
}

/// Finds the addresses of a name.
#[derive(Clone)]
pub struct Resolver(Arc<dyn Fn(String, u16) -> Resolving + Send + Sync>);

type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// A connection, and why its address was let pass.
pub(crate) struct Connected {
    pub(crate) stream: TcpStream,
    pub(crate) passage: Passage,
}

impl Resolver {
    /// The machine's own.
    pub fn system() -> Self {
        Self(Arc::new(|host, port| {
            Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
        }))
    }

    /// One that answers as this says.
    pub fn of(
        answer: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |host, port| {
            let answer = answer(&host, port);
            Box::pin(async move { answer })
        }))
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}

impl Outbound {
    /// With the private addresses that the operator allows.
    pub fn new(allowed: Vec<Allowed>) -> Self {
        Self::with(allowed, Resolver::system(), &[])
    }

    /// With another resolver, and certificates that are trusted beside those of the machine.
    pub fn with(
        allowed: Vec<Allowed>,
        resolver: Resolver,
        trusted: &[CertificateDer<'static>],
    ) -> Self {
        let provider = Arc::new(ring::default_provider());
        let trusted = trusted.iter().cloned();
        let verifier = Verifier::new_with_extra_roots(trusted, Arc::clone(&provider))
            .expect("the given certificates are certificates");
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions of TLS")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Self { allowed: allowed.into(), resolver, tls: Arc::new(tls) }
    }

    /// The addresses of this host that may be connected to, in the order in which they were found.
    pub(crate) async fn addresses(
        &self,
        host: &str,
        port: u16,
    ) -> Result<Vec<(SocketAddr, Passage)>, Failure> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = match bare.parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, port)],
            Err(_) => (self.resolver.0)(bare.to_owned(), port).await.map_err(|_| Failure::Dns)?,
        };
        if found.is_empty() {
            return Err(Failure::Dns);
        }
        let mut passed = found
            .into_iter()
            .filter_map(|address| Some((address, passage(address, &self.allowed)?)));
        let first = passed.next().ok_or(Failure::RefusedAddress)?;
        Ok(std::iter::once(first).chain(passed).take(MOST_ADDRESSES).collect())
    }

    /// Connects to the first address that answers.
    pub(crate) async fn connect(&self, host: &str, port: u16) -> Result<Connected, Failure> {
        for (address, passage) in self.addresses(host, port).await? {
            if let Ok(stream) = TcpStream::connect(address).await {
                return Ok(Connected { stream, passage });
            }
        }
        Err(Failure::Connect)
    }

    /// Encrypts a connection, whose other side must show a certificate for this host.
    pub(crate) async fn encrypt(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(bare.to_owned()).map_err(|_| Failure::Tls)?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        connector.connect(name, stream).await.map_err(|_| Failure::Tls)
    }
}

/// How many of a name's addresses are tried.
const MOST_ADDRESSES: usize = 4;
