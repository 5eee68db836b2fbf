//! Servers that are not Keyloft, or not well: what the client makes of them.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod peer;

use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use client::{Error, Since};
use model::api::{ChangeSecret, MakeSecret, ProblemCode, ValueMap};
use model::{EnvironmentName, SecretName, Version};
use peer::{Peer, client, http, peer, read_request};

fn problem(status: u16, code: &str, detail: &str) -> String {
    format!(
        r#"{{"type":"x","title":"x","status":{status},"code":"{code}","detail":{detail},"request":"r"}}"#
    )
}

fn whoami_error(peer: &Peer) -> String {
    peer.client.whoami().unwrap_err().to_string().replace(peer.client.address().as_str(), "SERVER")
}

fn place() -> client::Place {
    client::Place::new(EnvironmentName::parse("dev").unwrap(), SecretName::parse("db").unwrap())
}

#[test]
fn an_answer_of_another_kind_is_named_and_not_repeated() {
    for (answer, told) in [
        (http("200 OK", "text/html", "<p>hunter2"), "it sent a web page (status 200)"),
        (http("502 Bad Gateway", "text/html", ""), "it sent a web page (status 502)"),
        (
            http("200 OK", "application/json", r#"["hunter2"]"#),
            "it sent JSON of another kind (status 200)",
        ),
        (
            http("401 No", "application/json", r#"{"error":"hunter2"}"#),
            "it sent JSON of another kind (status 401)",
        ),
        (http("200 OK", "text/plain", ""), "it sent nothing (status 200)"),
        (http("200 OK", "text/plain", "hunter2"), "it sent something else (status 200)"),
        ("SSH-2.0-OpenSSH_10.0\r\n".to_owned(), "it does not speak HTTP/1.1"),
    ] {
        let peer = peer(move |_, _| Some(answer.clone()));
        assert_eq!(
            whoami_error(&peer),
            format!("SERVER does not answer as a Keyloft server does: {told}")
        );
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/api/v1/whoami", other.local_addr().unwrap());
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    let peer = peer(move |_, _| Some(answer.clone()));
    assert_eq!(
        whoami_error(&peer),
        format!(
            "SERVER does not answer as a Keyloft server does: it redirects to {to}, and a token is not taken there. \
             If that is the server, use its address (status 302)"
        )
    );
    other.set_nonblocking(true).unwrap();
    assert!(other.accept().is_err(), "nobody asked there");
}

#[test]
fn a_problem_is_told_without_what_steers_a_terminal() {
    let body = problem(403, "forbidden", r#""no\u001b[2J, not you""#);
    let peer = peer(move |_, _| Some(http("403 Forbidden", "application/problem+json", &body)));
    let error = peer.client.whoami().unwrap_err();
    assert_eq!(error.code(), Some(ProblemCode::Forbidden));
    assert_eq!(error.to_string(), "no\u{fffd}[2J, not you");
    assert!(!error.is_away());
}

#[test]
fn a_problem_that_is_newer_than_this_client_is_a_problem_still() {
    let body = problem(418, "teapot", r#""short and stout""#);
    let peer = peer(move |_, _| Some(http("418 Teapot", "application/problem+json", &body)));
    assert_eq!(peer.client.whoami().unwrap_err().code(), Some(ProblemCode::Other));
}

#[test]
fn what_can_be_asked_twice_is_asked_three_times_at_most() {
    let peer = peer(|_, _| None);
    assert_eq!(
        whoami_error(&peer),
        "cannot reach SERVER: the connection broke off before an answer came"
    );
    assert_eq!(peer.requests.load(Ordering::SeqCst), 3);
}

#[test]
fn a_change_is_asked_once() {
    let peer = peer(|_, _| None);
    let error = peer.client.change_secret(&place(), Version(7), &ChangeSecret::default());
    assert!(error.unwrap_err().is_away());
    assert_eq!(peer.requests.load(Ordering::SeqCst), 1);
}

#[test]
fn making_a_secret_again_has_the_same_key() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let peer = peer(move |_, request| {
        let key = request.lines().find(|line| line.starts_with("idempotency-key: "));
        sender.send(key.unwrap().to_owned()).unwrap();
        None
    });
    let new = MakeSecret {
        environment: "dev".into(),
        name: "db".into(),
        template: None,
        values: ValueMap::default(),
        tags: Vec::new(),
        note: String::new(),
    };
    peer.client.make_secret(&new).unwrap_err();
    peer.client.make_secret(&new).unwrap_err();
    let keys: Vec<_> = receiver.try_iter().collect();
    assert_eq!(keys.len(), 6);
    assert!(keys[..3].iter().all(|key| *key == keys[0]) && keys[3] != keys[0], "{keys:?}");
}

#[test]
fn a_server_that_asks_for_patience_is_asked_again() {
    let body = r#"{"environments":[]}"#;
    let peer = peer(move |number, _| {
        Some(match number {
            0 => "HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_owned(),
            _ => http("200 OK", "application/json", body),
        })
    });
    assert_eq!(peer.client.environments().unwrap().environments, []);
    assert_eq!(peer.requests.load(Ordering::SeqCst), 2);
}

#[test]
fn a_server_that_asks_for_much_patience_is_away() {
    let body = problem(503, "unavailable", r#""the database does not answer""#);
    let peer = peer(move |_, _| {
        let answer = http("503 Busy", "application/problem+json", &body);
        Some(answer.replace("connection: close", "retry-after: 3600\r\nconnection: close"))
    });
    assert!(peer.client.whoami().unwrap_err().is_away());
    assert_eq!(peer.requests.load(Ordering::SeqCst), 1);
}

#[test]
fn a_slow_server_is_not_waited_for_longer_than_asked() {
    let peer = peer(|_, _| {
        thread::sleep(Duration::from_secs(3));
        None
    });
    let begin = Instant::now();
    let error = peer.client.whoami().unwrap_err();
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert!(matches!(&error, Error::Timeout { .. }), "{error}");
    assert!(error.is_away());
}

#[test]
fn an_answer_that_trickles_ends_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").unwrap();
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let error = client.whoami().unwrap_err();
    assert!(matches!(&error, Error::Timeout { .. }), "{error}");
}

#[test]
fn nothing_listens_there() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = client(&format!("http://{address}")).whoami().unwrap_err();
    assert!(error.is_away());
    assert_eq!(
        error.to_string(),
        format!("cannot reach http://{address}: Connection refused (os error 111)")
    );
}

#[test]
fn the_token_and_the_version_seen_are_sent_and_an_end_that_is_near_is_kept() {
    let peer = peer(|_, request| {
        let has = |line: &str| request.lines().any(|given| given == line);
        assert!(request.starts_with("GET /api/v1/secrets/dev/db HTTP/1.1\r\n"), "{request}");
        assert!(has("if-none-match: \"v7\""), "{request}");
        assert!(request.contains("authorization: Bearer kl_st_"), "{request}");
        Some(
            "HTTP/1.1 304 Not Modified\r\nkeyloft-token-expires: 2026-03-01T00:00:00Z\r\nconnection: close\r\n\r\n"
                .to_owned(),
        )
    });
    assert_eq!(peer.client.secret_since(&place(), Version(7)).unwrap(), Since::Unchanged);
    let ends = peer.client.token_ends().unwrap();
    assert_eq!(ends, "2026-03-01T00:00:00Z".parse().unwrap());
}

#[test]
fn a_certificate_of_an_unknown_issuer_is_not_trusted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let config = tls_config();
        for stream in listener.incoming() {
            let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            // The client ends the handshake.
            let _refused = connection.complete_io(&mut stream.unwrap());
        }
    });
    let error = client(&address).whoami().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the certificate of {address} is not trusted: its issuer is not known here. If the server's certificate \
             authority is your own, name its certificate: SSL_CERT_FILE=/path/to/ca.pem"
        )
    );
    assert!(!error.is_away(), "a cache does not stand in for a server that may be someone else's");
}

/// The certificate in `../certificate/` signs itself, is for localhost, and lasts until 2126.
fn tls_config() -> Arc<rustls::ServerConfig> {
    let certificate = include_bytes!("../certificate/self-signed.der").as_slice().into();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(
        include_bytes!("../certificate/self-signed.key").as_slice(),
    );
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate], key.into()).unwrap())
}

#[test]
fn https_to_a_server_of_plain_http_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(http("400 Bad Request", "text/plain", "").as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(500));
    });
    assert_eq!(
        client(&address).whoami().unwrap_err().to_string(),
        format!("cannot reach {address}: it does not speak TLS: is its address http://?")
    );
}
