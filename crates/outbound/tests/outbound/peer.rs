//! Servers on loopback, for one test each.

use std::net::SocketAddr;
use std::sync::Arc;

use outbound::{Allowed, Outbound, Resolver};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Listens, and answers each connection as `talk` does.
pub(crate) async fn serve<F>(talk: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream));
        }
    });
    address
}

/// Reads one request; returns it as text.
pub(crate) async fn request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).to_lowercase();
        let length = text
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split("\r\n").next()?.parse::<usize>().ok());
        if let (Some(end), Some(length)) = (text.find("\r\n\r\n"), length)
            && read.len() >= end + 4 + length
        {
            return String::from_utf8(read).unwrap();
        }
        let count = stream.read(&mut piece).await.unwrap();
        assert!(count > 0, "the request ends early");
        read.extend_from_slice(&piece[..count]);
    }
}

/// Answers one request with these bytes.
pub(crate) async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), with: &str) {
    request(stream).await;
    stream.write_all(with.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
}

/// May go to this address, whatever the name is.
pub(crate) fn allowing(address: SocketAddr) -> Outbound {
    let resolver = Resolver::of(move |_, port| Ok(vec![SocketAddr::new(address.ip(), port)]));
    Outbound::with(vec![allowed(address)], resolver, &[authority()])
}

pub(crate) fn allowed(address: SocketAddr) -> Allowed {
    format!("{}/32:{}", address.ip(), address.port()).parse().unwrap()
}

pub(crate) fn authority() -> CertificateDer<'static> {
    CertificateDer::from(include_bytes!("../certificate/authority.der").as_slice())
}

/// Has a certificate for `hooks.test`.
pub(crate) fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from(include_bytes!("../certificate/server.der").as_slice());
    let key = PrivateKeyDer::try_from(include_bytes!("../certificate/server.key").as_slice());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.unwrap())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
