//! Takes signed checkpoints of the audit log outside, where whoever can rewrite the database cannot reach them.

use std::fs::File;
use std::io::{self, Write as _};
use std::net::UdpSocket;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use outbound::{HttpUrl, Outbound};
use store::Store;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

/// A place outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// A file that lines are appended to.
    File(PathBuf),
    /// A syslog.
    Syslog(Syslog),
    /// A program that they are posted to.
    Webhook(HttpUrl),
}

/// Why a checkpoint did not arrive.
#[derive(Debug, thiserror::Error)]
enum NotPushed {
    #[error(transparent)]
    Here(#[from] io::Error),
    #[error(transparent)]
    There(#[from] outbound::Failure),
}

/// Where a syslog listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Syslog {
    Udp(String),
    Unix(PathBuf),
}

impl FromStr for Syslog {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let is_address = |address: &&str| {
            address.rsplit_once(':').is_some_and(|(host, port)| {
                !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0)
            })
        };
        match text.split_once(':') {
            Some(("udp", address)) if is_address(&address) => Ok(Self::Udp(address.to_owned())),
            Some(("unix", path)) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            _ => Err("expected udp:HOST:PORT or unix:/PATH"),
        }
    }
}

/// Makes checkpoints and takes them to every place, for ever; nothing if there is no place.
pub(crate) async fn push(store: Store, outbound: Outbound, sinks: Vec<Sink>) {
    if sinks.is_empty() {
        return;
    }
    let mut times = interval(EVERY);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut again = false;
    loop {
        times.tick().await;
        match push_one(&store, &outbound, &sinks, again).await {
            Ok(Some(arrived)) => again = !arrived,
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "no checkpoint of the audit log was made"),
        }
    }
}

/// One round: whether the checkpoint arrived everywhere; nothing if there was none to make.
async fn push_one(
    store: &Store,
    outbound: &Outbound,
    sinks: &[Sink],
    again: bool,
) -> store::Result<Option<bool>> {
    let Some(line) = store.make_checkpoint(again).await? else { return Ok(None) };
    let at = Timestamp::from_millisecond(store.now()).unwrap_or_default();
    let mut arrived = true;
    for sink in sinks {
        if let Err(error) = sink.push(&line, at, outbound).await {
            arrived = false;
            tracing::error!(%error, place = sink.place(), "a checkpoint of the audit log did not arrive");
        }
    }
    Ok(Some(arrived))
}

impl Sink {
    async fn push(&self, line: &str, at: Timestamp, outbound: &Outbound) -> Result<(), NotPushed> {
        let line = line.to_owned();
        match self.clone() {
            Self::File(file) => blocking(move || append(&file, &line)).await?,
            Self::Syslog(syslog) => blocking(move || syslog.send(&message(&line, at))).await?,
            Self::Webhook(url) => drop(outbound.post(&url, &[], line.into_bytes()).await?),
        }
        Ok(())
    }

    fn place(&self) -> String {
        match self {
            Self::File(file) => file.display().to_string(),
            Self::Syslog(Syslog::Udp(address)) => address.clone(),
            Self::Syslog(Syslog::Unix(path)) => path.display().to_string(),
            Self::Webhook(url) => format!("{url:?}"),
        }
    }
}

async fn blocking(push: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    spawn_blocking(push).await.expect("a sink does not panic")
}

impl Syslog {
    fn send(&self, message: &str) -> io::Result<()> {
        let sent = match self {
            Self::Udp(address) => {
                let here = if address.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
                UdpSocket::bind(here)?.send_to(message.as_bytes(), address)?
            }
            Self::Unix(path) => UnixDatagram::unbound()?.send_to(message.as_bytes(), path)?,
        };
        if sent == message.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
    }
}

/// One write for the whole line, so that two servers on one file do not mix theirs.
fn append(file: &Path, line: &str) -> io::Result<()> {
    let mut file = File::options().create(true).append(true).mode(0o600).open(file)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_data()
}

/// A message of RFC 5424: facility log audit, severity informational.
fn message(line: &str, at: Timestamp) -> String {
    format!("<110>1 {at} - keyloft-server - audit-checkpoint - {line}")
}

const EVERY: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use store::{Anchor, Clock, Location, RootKeySource};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[test]
    fn a_syslog_is_a_host_and_a_port_or_a_socket() {
        assert_eq!("udp:10.0.0.1:514".parse(), Ok(Syslog::Udp("10.0.0.1:514".into())));
        assert_eq!("udp:[::1]:514".parse(), Ok(Syslog::Udp("[::1]:514".into())));
        assert_eq!("unix:/dev/log".parse(), Ok(Syslog::Unix("/dev/log".into())));
        for wrong in ["", "udp:", "udp:host", "udp:host:0", "udp::514", "tcp:host:514", "unix:log"]
        {
            assert!(wrong.parse::<Syslog>().is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_checkpoint_arrives_everywhere_or_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite { file: folder.path().join("keyloft.db"), max_pages: None };
        let root_key = RootKeySource::File(folder.path().join("root.key"));
        let clock = Clock::at(1_780_315_200_000);
        let store = Store::open(&location, &root_key, clock.clone()).await.unwrap();
        let (file, socket) = (folder.path().join("anchors"), folder.path().join("log"));
        let sinks = [Sink::File(file.clone()), Sink::Syslog(Syslog::Unix(socket.clone()))];

        assert_eq!(
            push_one(&store, &Outbound::new(Vec::new()), &sinks, false).await.unwrap(),
            Some(false),
            "no such socket"
        );
        let listener = UnixDatagram::bind(&socket).unwrap();
        assert_eq!(
            push_one(&store, &Outbound::new(Vec::new()), &sinks, true).await.unwrap(),
            None,
            "a minute is not over"
        );
        clock.advance(60_000);
        assert_eq!(
            push_one(&store, &Outbound::new(Vec::new()), &sinks, true).await.unwrap(),
            Some(true)
        );
        let mut heard = [0; 4096];
        let length = listener.recv(&mut heard).unwrap();
        let heard = std::str::from_utf8(&heard[..length]).unwrap();
        let start = "<110>1 2026-06-01T12:01:00Z - keyloft-server - audit-checkpoint - {";
        assert!(heard.starts_with(start), "{heard}");
        let kept = std::fs::read_to_string(&file).unwrap();
        assert_eq!(kept.lines().count(), 2);
        assert!(Anchor::read(&kept, &store.audit_key()).is_ok());
    }

    #[tokio::test]
    async fn a_program_gets_the_line_as_it_is() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = [0; 4096];
            let mut length = 0;
            while !heard[..length].ends_with(b"}") {
                length += stream.read(&mut heard[length..]).await.unwrap();
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            String::from_utf8_lossy(&heard[..length]).into_owned()
        });
        let sink = Sink::Webhook(HttpUrl::parse(&format!("http://{address}/kept")).unwrap());
        let at = Timestamp::UNIX_EPOCH;

        let closed = Outbound::new(Vec::new());
        assert!(sink.push("{}", at, &closed).await.is_err(), "the operator allows no such address");
        let open = Outbound::new(vec![format!("127.0.0.1/32:{}", address.port()).parse().unwrap()]);
        sink.push(r#"{"at":1}"#, at, &open).await.unwrap();
        let heard = heard.await.unwrap();
        assert!(heard.starts_with("POST /kept ") && heard.ends_with("\r\n{\"at\":1}"), "{heard}");
        assert_eq!(sink.place(), "HttpUrl(http://127.0.0.1/…)");
    }
}
