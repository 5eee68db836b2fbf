//! Webhooks and mail against listeners that behave badly: each message arrives once, and no value is in any.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use model::{DeliveryState, Role, WebhookEvent, WebhookId};
use outbound::{MailServer, Mailer, Outbound, standard_signature};
use store::{Caller, DeliveryInfo, MadeWebhook};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::support::{HTTP, Site, open};
use crate::notify::Notifier;

const CANARY: &str = "canary-bird-value";
const MINUTE: i64 = 60_000;

type Heard = Arc<Mutex<Vec<String>>>;

/// Listens, and answers each connection as `talk` does.
async fn serve<F>(talk: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
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

async fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        let length = text
            .to_lowercase()
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split("\r\n").next()?.parse::<usize>().ok());
        if let (Some(end), Some(length)) = (text.find("\r\n\r\n"), length)
            && read.len() >= end + 4 + length
        {
            return text;
        }
        let count = stream.read(&mut piece).await.unwrap();
        assert!(count > 0, "the request ends early");
        read.extend_from_slice(&piece[..count]);
    }
}

/// A program that answers each request with the next of these texts, and the last one again.
async fn program(heard: &Heard, answers: Vec<String>) -> SocketAddr {
    let (heard, number) = (Arc::clone(heard), Arc::new(AtomicU32::new(0)));
    serve(move |mut stream| {
        let (heard, number) = (Arc::clone(&heard), Arc::clone(&number));
        let answers = answers.clone();
        async move {
            let asked = request(&mut stream).await;
            heard.lock().unwrap().push(asked);
            let turn = number.fetch_add(1, Ordering::SeqCst) as usize;
            let answer = &answers[turn.min(answers.len() - 1)];
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await
}

fn status(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n")
}

fn outbound(address: SocketAddr) -> Outbound {
    Outbound::new(vec![format!("127.0.0.1/32:{}", address.port()).parse().unwrap()])
}

struct Told {
    site: Site,
    owner: Caller,
    made: MadeWebhook,
    notifier: Notifier,
}

impl Told {
    async fn by(address: SocketAddr) -> Self {
        let site = Site::set_up().await;
        let owner = site.caller().await;
        let url = format!("http://{address}/hook");
        let made = site.store.create_webhook(&owner, &url, &WebhookEvent::ALL).await.unwrap();
        let url = HTTP.parse().unwrap();
        let notifier =
            Notifier::new(site.store.clone(), outbound(address), None, &url).with_jitter(0.0);
        Self { site, owner, made, notifier }
    }

    fn id(&self) -> WebhookId {
        self.made.info.id
    }

    async fn test(&self) {
        self.site.store.test_webhook(&self.owner, self.id()).await.unwrap();
        self.notifier.run_due().await.unwrap();
    }

    async fn last(&self) -> DeliveryInfo {
        self.site.store.list_deliveries(&self.owner, self.id()).await.unwrap().remove(0)
    }
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let line = request.lines().find(|line| line.to_lowercase().starts_with(name)).unwrap();
    line.split_once(": ").unwrap().1
}

#[tokio::test]
async fn a_message_is_signed_tried_again_and_has_no_value() {
    let heard = Heard::default();
    let address = program(&heard, vec![status("500 no"), status("200 fine")]).await;
    let told = Told::by(address).await;
    told.site.secret(&told.owner, "dev", "app", &[("A", CANARY)]).await;
    told.notifier.run_due().await.unwrap();
    let first = told.last().await;
    assert_eq!((first.state, first.attempts, first.status), (DeliveryState::Pending, 1, Some(500)));
    assert_eq!(first.error.as_deref(), Some("it answered with status 500"));
    assert_eq!(first.next_at, Some(told.site.clock.now() + MINUTE));
    told.notifier.run_due().await.unwrap();
    assert_eq!(heard.lock().unwrap().len(), 1, "it waits");
    told.site.clock.advance(MINUTE);
    told.notifier.run_due().await.unwrap();
    let then = told.last().await;
    assert_eq!((then.state, then.attempts, then.status), (DeliveryState::Sent, 2, Some(200)));

    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 2);
    let ids: Vec<_> = heard.iter().map(|request| header(request, "webhook-id:")).collect();
    assert_eq!(ids, [then.id.to_string(), then.id.to_string()], "the same message");
    let request = &heard[1];
    let body = request.split_once("\r\n\r\n").unwrap().1;
    let seconds = header(request, "webhook-timestamp:").parse().unwrap();
    assert_eq!(seconds, told.site.clock.now() / 1000);
    let secret = told.made.secret.dangerously_expose();
    let expected = standard_signature(secret, ids[0], seconds, body.as_bytes());
    assert_eq!(header(request, "webhook-signature:"), expected);
    assert!(body.contains("secret.changed") && body.contains("\"app\""), "{body}");
    for request in heard.iter() {
        assert!(!request.contains(CANARY) && !request.contains(secret), "{request}");
    }
}

#[tokio::test]
async fn what_is_done_to_the_server_by_those_who_answer_is_little() {
    let heard = Heard::default();
    let private = program(&heard, vec![status("200 fine")]).await;
    let redirect =
        format!("HTTP/1.1 302 go\r\nlocation: http://{private}/\r\ncontent-length: 0\r\n\r\n");
    let large = 20 * 1024 * 1024;
    let large =
        format!("HTTP/1.1 200 fine\r\ncontent-length: {large}\r\n\r\n{}", "x".repeat(large));
    let asked = Heard::default();
    let told = Told::by(program(&asked, vec![redirect, large]).await).await;
    told.test().await;
    let last = told.last().await;
    assert_eq!((last.state, last.status), (DeliveryState::Pending, Some(302)));
    assert!(last.error.unwrap().contains("redirects are not followed"));
    assert!(heard.lock().unwrap().is_empty(), "it was followed");
    told.site.clock.advance(MINUTE);
    told.notifier.run_due().await.unwrap();
    let last = told.last().await;
    assert_eq!((last.state, last.status), (DeliveryState::Sent, Some(200)), "it was taken");
    assert_eq!(asked.lock().unwrap().len(), 2);

    // A private address that the operator does not allow.
    let url = HTTP.parse().unwrap();
    let nowhere = Notifier::new(told.site.store.clone(), Outbound::new(Vec::new()), None, &url);
    told.site.store.test_webhook(&told.owner, told.id()).await.unwrap();
    nowhere.run_due().await.unwrap();
    let last = told.last().await;
    assert_eq!((last.state, last.status), (DeliveryState::Pending, None));
    assert!(last.error.unwrap().contains("--outbound-allow"));
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn one_that_hangs_is_left_after_five_seconds_and_the_clock_may_go_back() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let address = serve(move |mut stream| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            request(&mut stream).await;
            std::future::pending::<()>().await;
        }
    })
    .await;
    let told = Told::by(address).await;
    told.site.store.test_webhook(&told.owner, told.id()).await.unwrap();
    let (clock, second) =
        (told.site.clock.clone(), open(told.site.folder.path(), told.site.clock.clone()).await);
    let url = HTTP.parse().unwrap();
    let replica = Notifier::new(second, outbound(address), None, &url);
    let sending = tokio::spawn({
        let notifier = told.notifier.clone();
        async move { notifier.run_due().await }
    });
    while asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // Meanwhile the clock goes back an hour, and another replica looks for work.
    clock.advance(-60 * MINUTE);
    replica.run_due().await.unwrap();
    sending.await.unwrap().unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1, "sent twice");
    let last = told.last().await;
    assert_eq!(last.error.as_deref(), Some("no answer within 5 seconds"));
    assert_eq!(last.next_at, Some(clock.now() + MINUTE), "and not an hour later");
}

#[tokio::test]
async fn two_replicas_send_one_message() {
    let heard = Heard::default();
    let address = program(&heard, vec![status("204 fine")]).await;
    let told = Told::by(address).await;
    let second = open(told.site.folder.path(), told.site.clock.clone()).await;
    let replica = Notifier::new(second, outbound(address), None, &HTTP.parse().unwrap());
    for name in ["one", "two", "three"] {
        told.site.secret(&told.owner, "dev", name, &[("A", CANARY)]).await;
        let (first, other) = tokio::join!(told.notifier.run_due(), replica.run_due());
        first.unwrap();
        other.unwrap();
    }
    assert_eq!(heard.lock().unwrap().len(), 3);
}

/// Takes mails until the connection ends; the first `refused` recipients are not taken.
async fn take(stream: TcpStream, heard: Heard, refused: Arc<AtomicU32>) {
    let mut stream = BufReader::new(stream);
    let mut in_data = false;
    stream.write_all(b"220 mail.test ESMTP\r\n").await.unwrap();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        heard.lock().unwrap().push(line.clone());
        let verb = line.split([' ', ':', '\r']).next().unwrap_or_default().to_uppercase();
        let reply: &[u8] = match (in_data, verb.as_str()) {
            (true, ".") => {
                in_data = false;
                b"250 taken\r\n"
            }
            (true, _) => continue,
            (_, "EHLO") => b"250 mail.test\r\n",
            (_, "RCPT") if refused.load(Ordering::SeqCst) > 0 => {
                refused.fetch_sub(1, Ordering::SeqCst);
                b"450 later\r\n"
            }
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

#[tokio::test]
async fn an_invitation_and_a_reminder_go_out_by_mail() {
    let (heard, refused) = (Heard::default(), Arc::new(AtomicU32::new(1)));
    let address = serve({
        let (heard, refused) = (Arc::clone(&heard), Arc::clone(&refused));
        move |stream| take(stream, Arc::clone(&heard), Arc::clone(&refused))
    })
    .await;
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", address.port());
    let server = MailServer::parse(&url).unwrap();
    let mailer = Mailer::new(outbound(address), server, "Keyloft <k@example.org>").unwrap();
    let notifier =
        Notifier::new(site.store.clone(), outbound(address), Some(mailer), &HTTP.parse().unwrap())
            .with_jitter(0.0);
    let made = site.store.invite(&owner, "ada@example.org", Role::Viewer).await.unwrap();
    let link = format!("{HTTP}/invitation/{}", made.token.text().dangerously_expose());
    site.store.mail_invitation(&owner, &made, &link).await.unwrap();
    notifier.run_due().await.unwrap();
    let log = site.store.mail_log(&owner).await.unwrap().unwrap();
    assert_eq!(log.failures[0].error, "the mail server answered with 450");
    assert!(log.failures[0].waits);
    site.clock.advance(MINUTE);
    notifier.run_due().await.unwrap();
    // The link may be folded, as mail folds long lines.
    let text =
        |heard: &Heard| heard.lock().unwrap().concat().replace("=\r\n", "").replace("=3D", "=");
    assert!(text(&heard).contains(&link), "{}", text(&heard));
    assert!(text(&heard).contains("RCPT TO:<ada@example.org>"));

    let id = site.secret(&owner, "dev", "app", &[("A", CANARY)]).await;
    let schedule =
        store::NewSchedule { schedule: None, expires_at: Some(site.clock.now() + MINUTE) };
    site.store.set_schedule(&owner, id, schedule).await.unwrap();
    heard.lock().unwrap().clear();
    notifier.remind().await.unwrap();
    notifier.run_due().await.unwrap();
    notifier.remind().await.unwrap();
    notifier.run_due().await.unwrap();
    let told = text(&heard);
    assert_eq!(told.matches("RCPT TO:<mara@example.org>").count(), 1, "{told}");
    assert!(told.contains("- dev/app: the credential ends on 2026-06-01"), "{told}");
    assert!(!told.contains(CANARY), "{told}");
}
