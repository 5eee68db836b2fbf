//! Servers that are not well, or not Keyloft. The client's own tests have more of them.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::{Machine, check, token};

/// A peer that answers every request with this, after so long.
fn peer(answer: String, after: Duration) -> (Machine, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _whole = stream.read(&mut request);
            thread::sleep(after);
            // A client that gave up has closed its end.
            let _gone = stream.write_all(answer.as_bytes());
        }
    });
    let mut machine = Machine::new();
    machine.set("KEYLOFT_URL", &url);
    machine.set("KEYLOFT_TOKEN", token());
    machine.set("KEYLOFT_ENVIRONMENT", "dev");
    machine.set("KEYLOFT_TIMEOUT", "1");
    (machine, url)
}

fn http(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn problem(status: u16, rest: &str) -> String {
    let body = format!(r#"{{"type":"x","title":"x","status":{status},"request":"req-7",{rest}}}"#);
    http(&format!("{status} x"), "application/problem+json", &body)
}

#[test]
fn garbage() {
    let (machine, url) = peer(http("200 OK", "text/html", "<p>hunter2"), Duration::ZERO);
    let sentence = format!(
        "Error: {url} does not answer as a Keyloft server does: it sent a web page (status 200)"
    );
    for arguments in ["whoami", "secret list", "secret get db", "run -s db -- true"] {
        check(&machine, arguments, 1, &sentence);
    }
}

#[test]
fn slow() {
    let (machine, url) = peer(String::new(), Duration::from_secs(5));
    check(&machine, "whoami", 1, &format!("Error: {url} did not answer in time"));
}

#[test]
fn problems_are_told_with_what_helps() {
    for (status, rest, code, told) in [
        (
            401,
            r#""code":"unauthorized","detail":"This token was revoked.""#,
            1,
            "This token was revoked.\nSign in with: keyloft login. A program's token goes into KEYLOFT_TOKEN.",
        ),
        (403, r#""code":"forbidden","detail":"No.""#, 1, "No."),
        (
            403,
            r#""code":"sudo_needed","detail":"No.""#,
            1,
            "No.\nConfirm with your password first: keyloft sudo",
        ),
        (
            500,
            r#""code":"internal","detail":"Sorry.""#,
            1,
            "Sorry.\nThe server's log has more, under request req-7.",
        ),
        (
            422,
            r#""code":"invalid","detail":"Wrong.","fields":[{"field":"name","detail":"Too long."},{"field":"values.A","detail":"Too big."}]"#,
            1,
            "Wrong.\n  name: Too long.\n  values.A: Too big.",
        ),
        (
            412,
            r#""code":"conflict","detail":"Changed.","current":8,"changed_by":"Zoë""#,
            1,
            "Changed.\nIt is at version 8 now, by Zoë. Nothing was changed; look at it and try again.",
        ),
        (418, r#""code":"teapot","detail":"Short.""#, 1, "Short."),
    ] {
        let (machine, _) = peer(problem(status, rest), Duration::ZERO);
        check(&machine, "whoami", code, &format!("Error: {told}"));
    }
}

#[test]
fn a_copy_does_not_stand_in_for_a_no() {
    for status in [401, 403, 404] {
        let rest = r#""code":"forbidden","detail":"No.""#;
        let (machine, _) = peer(problem(status, rest), Duration::ZERO);
        check(&machine, "run -s db -- true", 1, "Error: No.");
    }
    let (machine, _) =
        peer(problem(503, r#""code":"unavailable","detail":"Busy.""#), Duration::ZERO);
    let sentence = "Error: Busy.; there is no stored copy of these secrets for this token";
    check(&machine, "run -s db -- true", 1, sentence);
}

#[test]
fn what_the_server_says_does_not_steer_the_terminal() {
    let (machine, _) =
        peer(problem(403, r#""code":"forbidden","detail":"\u001b[2Jno""#), Duration::ZERO);
    check(&machine, "whoami", 1, "Error: \u{fffd}[2Jno");
}
