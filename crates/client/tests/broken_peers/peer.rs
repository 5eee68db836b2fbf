//! A listener that answers as a test wants it to.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use client::{Address, Client};
use model::{BearerToken, TokenKind};

/// Listens, and hands each request to `answer` with its number, from 0; nothing answers by closing.
pub(crate) struct Peer {
    pub(crate) client: Client,
    pub(crate) requests: Arc<AtomicUsize>,
}

pub(crate) fn peer(answer: impl Fn(usize, &str) -> Option<String> + Send + 'static) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = read_request(&mut stream);
            let number = counter.fetch_add(1, Ordering::SeqCst);
            if let Some(answer) = answer(number, &request) {
                // A client that gave up has closed its end.
                let _gone = stream.write_all(answer.as_bytes());
            }
        }
    });
    Peer { client: client(&address), requests }
}

pub(crate) fn client(address: &str) -> Client {
    let token = BearerToken::new(TokenKind::Service, [1; 8], [2; 32]);
    Client::with_timeout(Address::parse(address).unwrap(), Some(token), Duration::from_secs(1))
}

pub(crate) fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).unwrap_or(0);
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request);
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        let whole = text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length);
        if whole || count == 0 {
            return text.into_owned();
        }
    }
}

pub(crate) fn http(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
