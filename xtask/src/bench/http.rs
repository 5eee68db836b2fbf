//! Requests as bytes, and one of them at a time.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::answer::{Received, parse};

/// A request without a body. `credential` is a whole header line, or empty.
pub(crate) fn get(path: &str, credential: &str) -> Vec<u8> {
    format!("{}\r\n", head("GET", path, credential)).into_bytes()
}

/// A request with a JSON body.
pub(crate) fn post(path: &str, credential: &str, body: &str) -> Vec<u8> {
    let (head, length) = (head("POST", path, credential), body.len());
    format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn head(method: &str, path: &str, credential: &str) -> String {
    let end = if credential.is_empty() { "" } else { "\r\n" };
    format!("{method} {path} HTTP/1.1\r\n{COMMON}{credential}{end}")
}

/// Status and body of the answer, on a connection of its own.
pub(crate) fn ask(address: SocketAddr, request: &[u8]) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request)?;
    let mut received = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        match stream.read(&mut bytes)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => received.extend_from_slice(&bytes[..length]),
        }
        match parse(&received) {
            Received::Part => {}
            Received::Strange => return Err(io::ErrorKind::InvalidData.into()),
            Received::Whole(answer) => {
                let body = String::from_utf8_lossy(&received[answer.body..answer.end]);
                return Ok((answer.status, body.into_owned()));
            }
        }
    }
}

const COMMON: &str = "Host: localhost\r\nUser-Agent: keyloft-bench\r\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_with_its_length() {
        let text = String::from_utf8(post("/x", "A: b", r#"{"é":1}"#)).unwrap();
        assert!(text.starts_with("POST /x HTTP/1.1\r\nHost: localhost\r\n"), "{text}");
        assert!(text.contains("\r\nA: b\r\nContent-Type: application/json\r\n"), "{text}");
        assert!(text.ends_with("Content-Length: 8\r\n\r\n{\"é\":1}"), "{text}");
    }

    #[test]
    fn a_request_without_a_credential_is_whole() {
        let text = String::from_utf8(get("/x", "")).unwrap();
        assert!(text.ends_with("bench\r\n\r\n") && text.matches("\r\n\r\n").count() == 1);
    }
}
