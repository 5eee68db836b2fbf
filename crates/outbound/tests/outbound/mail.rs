//! Mail, against a server that speaks as much SMTP (RFC 5321) as it takes.

use outbound::{Failure, MailServer, Mailer, Message};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::peer::{allowing, serve};

/// Takes one mail; returns all that was said to it. Without a login nothing is taken.
async fn take(stream: TcpStream, login: Option<&str>) -> String {
    let mut stream = BufReader::new(stream);
    let (mut heard, mut in_data, mut is_known) = (String::new(), false, login.is_none());
    stream.write_all(b"220 mail.test ESMTP\r\n").await.unwrap();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return heard;
        }
        heard.push_str(&line);
        let verb = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let reply: &[u8] = match (in_data, verb.as_str()) {
            (true, ".") => {
                in_data = false;
                b"250 taken\r\n"
            }
            (true, _) => continue,
            (_, "EHLO") => b"250-mail.test\r\n250 AUTH PLAIN\r\n",
            (_, "AUTH") => {
                is_known = login.is_some_and(|login| line.trim().ends_with(login));
                if is_known { b"235 welcome\r\n" } else { b"535 who?\r\n" }
            }
            (_, "MAIL") if !is_known => b"530 who?\r\n",
            (_, "DATA") => {
                in_data = true;
                b"354 go on\r\n"
            }
            (_, "QUIT") => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        stream.write_all(reply).await.unwrap();
    }
}

fn message() -> Message {
    Message {
        to: "mara@example.org".into(),
        subject: "A rotation is due\r\nBcc: all@example.org".into(),
        text: "dev/postgres is due.\n.\nThe end.\n".into(),
    }
}

#[tokio::test]
async fn a_message_is_taken_by_the_server() {
    let (sender, mut heard) = mpsc::unbounded_channel();
    // base64 of NUL user NUL pass
    let address = serve(move |stream| {
        let sender = sender.clone();
        async move { sender.send(take(stream, Some("AHVzZXIAcGFzcw==")).await).unwrap() }
    })
    .await;
    let mailer = |login: &str| {
        let url = format!("smtp://{login}@mail.test:{}?tls=none", address.port());
        let server = MailServer::parse(&url).unwrap();
        Mailer::new(allowing(address), server, "Keyloft <keyloft@example.org>").unwrap()
    };
    mailer("user:pass").send(&message()).await.unwrap();
    let heard = heard.recv().await.unwrap();
    for line in [
        "MAIL FROM:<keyloft@example.org>",
        "RCPT TO:<mara@example.org>",
        "From: Keyloft <keyloft@example.org>",
        "To: mara@example.org",
        "dev/postgres is due.",
        "..",
        "The end.",
    ] {
        assert!(heard.lines().any(|heard| heard.trim_end() == line), "{line} is not in {heard}");
    }
    assert!(!heard.lines().any(|line| line.starts_with("Bcc:")), "{heard}");
    assert_eq!(mailer("user:wrong").send(&message()).await, Err(Failure::Auth));
}

#[tokio::test]
async fn mail_is_not_sent_unencrypted_unless_that_was_asked_for_and_allowed() {
    let address = serve(async |stream| {
        let heard = take(stream, None).await;
        assert!(!heard.contains("MAIL"), "{heard}");
    })
    .await;
    let send = async |url: &str, outbound| {
        let server = MailServer::parse(url).unwrap();
        Mailer::new(outbound, server, "k@example.org").unwrap().send(&message()).await
    };
    let port = address.port();
    // The server offers no STARTTLS.
    let told = send(&format!("smtp://mail.test:{port}"), allowing(address)).await;
    assert!(told.is_err(), "{told:?}");
    let nobody = outbound::Outbound::new(Vec::new());
    let told = send(&format!("smtp://127.0.0.1:{port}?tls=none"), nobody).await;
    assert_eq!(told, Err(Failure::RefusedAddress));
}
