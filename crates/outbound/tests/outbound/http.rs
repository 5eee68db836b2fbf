//! Requests by HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use outbound::{Failure, HttpUrl, Outbound, Resolver};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use crate::peer::{acceptor, allowed, allowing, answer, authority, request, serve};

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

async fn post(outbound: &Outbound, url: &str) -> Result<outbound::Answer, Failure> {
    let headers = [("keyloft-signature", "t=1,v1=00".to_owned())];
    outbound.post(&HttpUrl::parse(url).unwrap(), &headers, b"{\"a\":1}".to_vec()).await
}

#[tokio::test]
async fn a_request_arrives_under_its_name_at_an_allowed_address() {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let address = serve(move |mut stream| {
        let sender = sender.clone();
        async move {
            sender.send(request(&mut stream).await).unwrap();
            stream.write_all(FINE.as_bytes()).await.unwrap();
        }
    })
    .await;
    let url = format!("http://hooks.test:{}/a/b?c=d", address.port());
    let told = post(&allowing(address), &url).await.unwrap();
    assert_eq!((told.status, told.body), (200, b"{}".to_vec()));
    let heard = heard.recv().await.unwrap();
    assert!(heard.starts_with("POST /a/b?c=d HTTP/1.1\r\n"), "{heard}");
    for line in [
        &format!("host: hooks.test:{}", address.port()),
        "content-type: application/json",
        "keyloft-signature: t=1,v1=00",
        "content-length: 7",
    ] {
        assert!(heard.lines().any(|heard| heard == line), "{line} is not in {heard}");
    }
    assert!(heard.ends_with("{\"a\":1}"), "{heard}");
}

#[tokio::test]
async fn what_the_operator_does_not_allow_is_refused_before_a_connection() {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let address = serve(move |_| {
        let sender = sender.clone();
        async move { sender.send(()).unwrap() }
    })
    .await;
    let port = address.port();
    let outbound = Outbound::new(vec!["127.0.0.1/32:1".parse().unwrap()]);
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        let told = post(&outbound, &format!("http://{host}:{port}/")).await;
        assert_eq!(told, Err(Failure::RefusedAddress), "{host}");
    }
    let metadata = allowing(SocketAddr::from(([169, 254, 169, 254], 80)));
    let told = post(&metadata, "http://169.254.169.254/latest/meta-data/").await;
    assert_eq!(told, Err(Failure::RefusedAddress));
    assert!(heard.try_recv().is_err(), "somebody was connected to");
}

#[tokio::test]
async fn a_name_is_resolved_once_and_the_checked_address_is_connected_to() {
    let address = serve(async |mut stream| answer(&mut stream, FINE).await).await;
    let asked = Arc::new(AtomicU32::new(0));
    let counting = Arc::clone(&asked);
    // The first answer may be connected to; whoever asks again is sent to the metadata service.
    let resolver = Resolver::of(move |_, port| {
        let first = counting.fetch_add(1, Ordering::SeqCst) == 0;
        let ip = if first { [127, 0, 0, 1] } else { [169, 254, 169, 254] };
        Ok(vec![SocketAddr::from((ip, port))])
    });
    let outbound = Outbound::with(vec![allowed(address)], resolver, &[]);
    let url = format!("http://rebind.test:{}/", address.port());
    assert!(post(&outbound, &url).await.is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(post(&outbound, &url).await, Err(Failure::RefusedAddress));
}

#[tokio::test]
async fn of_several_addresses_only_those_that_pass_are_tried() {
    let address = serve(async |mut stream| answer(&mut stream, FINE).await).await;
    let resolver = Resolver::of(move |_, port| {
        Ok(vec![
            SocketAddr::from(([169, 254, 169, 254], port)),
            SocketAddr::from(([10, 0, 0, 1], port)),
            SocketAddr::from(([127, 0, 0, 1], port)),
        ])
    });
    let outbound = Outbound::with(vec![allowed(address)], resolver, &[]);
    assert!(post(&outbound, &format!("http://many.test:{}/", address.port())).await.is_ok());
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_an_order() {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let private = serve(move |_| {
        let sender = sender.clone();
        async move { sender.send(()).unwrap() }
    })
    .await;
    let address = serve(move |mut stream| async move {
        let to = format!(
            "HTTP/1.1 307 Elsewhere\r\nlocation: http://{private}/\r\ncontent-length: 0\r\n\r\n"
        );
        answer(&mut stream, &to).await;
    })
    .await;
    let told = post(&allowing(address), &format!("http://hooks.test:{}/", address.port())).await;
    assert_eq!(told, Err(Failure::Status(307)));
    assert!(heard.try_recv().is_err(), "the redirect was followed");
}

#[tokio::test]
async fn large_and_broken_answers_end_early() {
    let address = serve(async |mut stream| {
        request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 20971520\r\n\r\n").await.unwrap();
        let piece = vec![b'x'; 65_536];
        let mut sent = 0;
        while sent < 20 << 20 && stream.write_all(&piece).await.is_ok() {
            sent += piece.len();
        }
        assert!(sent < 10 << 20, "the client read {sent} bytes");
    })
    .await;
    let told = post(&allowing(address), &format!("http://hooks.test:{}/", address.port())).await;
    assert_eq!(told, Err(Failure::TooLarge));
    for (with, expected) in [
        ("nonsense\r\n\r\n", Failure::Connect),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", Failure::Connect),
        ("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", Failure::Status(500)),
    ] {
        let address = serve(move |mut stream| async move { answer(&mut stream, with).await }).await;
        let url = format!("http://hooks.test:{}/", address.port());
        assert_eq!(post(&allowing(address), &url).await, Err(expected), "{with}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_left() {
    let address = serve(async |mut stream| {
        request(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let begin = tokio::time::Instant::now();
    let told = post(&allowing(address), &format!("http://hooks.test:{}/", address.port())).await;
    assert_eq!((told, begin.elapsed().as_secs()), (Err(Failure::Timeout), 5));
}

#[tokio::test]
async fn a_certificate_must_be_for_the_name_and_trusted() {
    let address = serve(async |stream| {
        if let Ok(mut stream) = acceptor().accept(stream).await {
            assert_eq!(stream.get_ref().1.server_name(), Some("hooks.test"));
            answer(&mut stream, FINE).await;
        }
    })
    .await;
    let port = address.port();
    let outbound = allowing(address);
    assert!(post(&outbound, &format!("https://hooks.test:{port}/")).await.is_ok());
    let other = post(&outbound, &format!("https://other.test:{port}/")).await;
    assert_eq!(other, Err(Failure::Tls));
    let resolver = Resolver::of(move |_, _| Ok(vec![address]));
    let distrusting = Outbound::with(vec![allowed(address)], resolver, &[]);
    let told = post(&distrusting, &format!("https://hooks.test:{port}/")).await;
    assert_eq!(told, Err(Failure::Tls));
    let trusting = Outbound::with(Vec::new(), Resolver::system(), &[authority()]);
    let told = post(&trusting, &format!("https://127.0.0.1:{port}/")).await;
    assert_eq!(told, Err(Failure::RefusedAddress));
}

#[tokio::test]
async fn plain_http_goes_nowhere_but_to_allowed_addresses() {
    // A public address: refused before anything is sent, once it is connected or when it cannot be.
    let resolver = Resolver::of(|_, _| Err(std::io::Error::other("no such name")));
    let told = post(&Outbound::with(Vec::new(), resolver, &[]), "http://gone.test/").await;
    assert_eq!(told, Err(Failure::Dns));
    for bad in ["", "ftp://h/", "https://", "https://me@h/", "https://h/#x", "/hook", "file:///etc"]
    {
        assert!(HttpUrl::parse(bad).is_err(), "{bad}");
    }
    let shown = format!("{:?}", HttpUrl::parse("https://h.test/T0/B0/token").unwrap());
    assert_eq!(shown, "HttpUrl(https://h.test/…)");
}
