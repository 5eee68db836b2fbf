//! A private PostgreSQL for tests and measurements: its own folder, port and password, gone afterwards.

use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use rustix::process::{Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::apt;
use crate::error::{Error, OnFile};
use crate::process;
use crate::step::Step;

/// A running server. It stops, and its folder goes, when this is dropped.
pub(crate) struct Postgres {
    server: Child,
    url: String,
    /// Everything that the server writes; it goes after the server has stopped.
    folder: TempDir,
}

impl Postgres {
    /// Makes a database cluster with the programs in `bin` and serves it on a free loopback port.
    pub(crate) fn start(step: &Step, bin: &Path) -> Result<Self, Error> {
        Self::start_with(step, bin, &HASTY)
    }

    /// The same with PostgreSQL's own settings: what is committed outlives a loss of power.
    pub(crate) fn start_durable(step: &Step, bin: &Path) -> Result<Self, Error> {
        Self::start_with(step, bin, &[])
    }

    fn start_with(step: &Step, bin: &Path, settings: &[&str]) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("keyloft-postgres-")
            .tempdir()
            .on("create", "a temporary folder")?;
        let owner = Owner::find()?;
        owner.take(folder.path())?;
        let password = init(step, bin, &owner, folder.path())?;

        let port = free_port()?;
        let server = serve(bin, &owner, folder.path(), port, settings)?;
        let url = format!("postgres://keyloft:{password}@127.0.0.1:{port}/postgres");
        let mut postgres = Self { server, url, folder };
        postgres.wait_until_ready(bin, port)?;
        step.note(format!("PostgreSQL {} on port {port}", version(bin)));
        Ok(postgres)
    }

    /// `postgres://user:password@127.0.0.1:port/postgres`, a superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The server's process id. Its backends are its children.
    pub(crate) fn id(&self) -> u32 {
        self.server.id()
    }

    /// Brings the planner's statistics up to date, which it would do by itself within minutes.
    pub(crate) fn analyze(&self, step: &Step, bin: &Path) -> Result<(), Error> {
        step.run(Command::new(bin.join("psql")).arg(&self.url).args(["-qc", "vacuum analyze"]))
    }

    fn wait_until_ready(&mut self, bin: &Path, port: u16) -> Result<(), Error> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            process::go_on()?;
            if let Ok(Some(_ended)) = self.server.try_wait() {
                return Err(Error::Postgres(self.last_words()));
            }
            let ready = Command::new(bin.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--port", &port.to_string()])
                .stdin(Stdio::null())
                .status();
            if ready.is_ok_and(|status| status.success()) {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        Err(Error::Postgres(format!("not ready after {} s", PATIENCE.as_secs())))
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default();
        let fatal = log.lines().rfind(|line| line.contains("FATAL"));
        fatal.or_else(|| log.lines().last()).unwrap_or("it wrote nothing to its log").to_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let id = process::group_of(&self.server);
        // SIGINT ends connections and stops; SIGQUIT stops at once.
        for signal in [Signal::INT, Signal::QUIT, Signal::KILL] {
            let _ended = kill_process(id, signal);
            let asked = Instant::now();
            while asked.elapsed() < PATIENCE {
                if !matches!(self.server.try_wait(), Ok(None)) {
                    return;
                }
                sleep(Duration::from_millis(20));
            }
        }
    }
}

/// The folder with the newest installed PostgreSQL's programs, which Debian keeps off PATH.
pub(crate) fn find_or_install(step: &Step) -> Result<PathBuf, Error> {
    if let Some(bin) = find() {
        return Ok(bin);
    }
    // Debian's package makes a cluster and starts it, unless told not to.
    let told = Path::new("/etc/postgresql-common/createcluster.d/keyloft-tests.conf");
    if geteuid().is_root() {
        let folder = told.parent().unwrap_or(told);
        fs::create_dir_all(folder).on("create", folder)?;
        fs::write(told, "create_main_cluster = false\n").on("write", told)?;
    }
    let installed = apt::install(step, "PostgreSQL 15 or newer", &["postgresql"]);
    let _absent = fs::remove_file(told);
    installed?;
    find().ok_or_else(|| Error::Missing {
        what: "PostgreSQL 15 or newer",
        how: "or set KEYLOFT_TEST_POSTGRES_URL".to_owned(),
    })
}

fn find() -> Option<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = packaged
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())))
        .filter(|(version, folder)| *version >= OLDEST && folder.join("bin/initdb").is_file())
        .max();
    match newest {
        Some((_version, folder)) => Some(folder.join("bin")),
        None => on_path(),
    }
}

/// PostgreSQL of distributions that do keep it on PATH.
fn on_path() -> Option<PathBuf> {
    let bin = apt::find_program("initdb")?.parent()?.to_owned();
    let major: u32 = version(&bin).split('.').next()?.parse().ok()?;
    (major >= OLDEST && bin.join("postgres").is_file()).then_some(bin)
}

/// `15.18`, as the programs in a folder call themselves.
fn version(bin: &Path) -> String {
    let output = Command::new(bin.join("postgres")).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let word = text.as_deref().ok().and_then(|text| text.split_whitespace().nth(2));
    word.unwrap_or("of unknown version").to_owned()
}

/// Makes the cluster; returns the password of its superuser.
fn init(step: &Step, bin: &Path, owner: &Owner, folder: &Path) -> Result<String, Error> {
    let password = random_password()?;
    let file = folder.join("password");
    fs::write(&file, &password).on("write", &file)?;
    owner.take(&file)?;
    step.run(
        owner
            .command(&bin.join("initdb"), folder)
            .args(["--pgdata=data", "--pwfile=password", "--username=keyloft"])
            .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]),
    )?;
    Ok(password)
}

/// Starts the server in its own process group: a Ctrl-C ends the tests first, then this.
fn serve(
    bin: &Path,
    owner: &Owner,
    folder: &Path,
    port: u16,
    settings: &[&str],
) -> Result<Child, Error> {
    let path = folder.join(LOG);
    let log = fs::File::create(&path).on("create", &path)?;
    let errors = log.try_clone().on("open", &path)?;
    let mut command = owner.command(&bin.join("postgres"), folder);
    command
        .args(["-D", "data", "-p", &port.to_string()])
        .arg("-k")
        .arg(folder)
        .args(["-c", "listen_addresses=127.0.0.1"])
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .process_group(0);
    command.spawn().map_err(|source| Error::Start { command: process::describe(&command), source })
}

/// Who runs the server: PostgreSQL refuses to run as root.
enum Owner {
    Ourselves,
    Other { user: u32, group: u32 },
}

impl Owner {
    fn find() -> Result<Self, Error> {
        if !geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        let path = "/etc/passwd";
        let users = fs::read_to_string(path).on("read", path)?;
        ["postgres", "nobody"].iter().find_map(|name| Self::named(name, &users)).ok_or_else(|| {
            Error::Postgres("it refuses to run as root, and there is no user nobody".to_owned())
        })
    }

    fn named(name: &str, users: &str) -> Option<Self> {
        let mut fields =
            users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?.split(':');
        let user = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(Self::Other { user, group })
    }

    fn take(&self, path: &Path) -> Result<(), Error> {
        match *self {
            Self::Ourselves => Ok(()),
            Self::Other { user, group } => {
                chown(path, Some(user), Some(group)).on("change the owner of", path)
            }
        }
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        if let Self::Other { user, group } = *self {
            command.uid(user).gid(group);
        }
        command
    }
}

fn random_password() -> Result<String, Error> {
    let mut bytes = [0; 16];
    let source = "/dev/urandom";
    fs::File::open(source).and_then(|mut file| file.read_exact(&mut bytes)).on("read", source)?;
    Ok(HEXLOWER.encode(&bytes))
}

/// A loopback port that nobody listens on just now.
pub(crate) fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Error::Postgres(format!("no free port: {error}")))
}

const LOG: &str = "log";

/// The oldest version that Keyloft supports.
const OLDEST: u32 = 15;

const PATIENCE: Duration = Duration::from_secs(20);

/// The tests want speed and many connections; what they write need not outlive them.
const HASTY: [&str; 5] = [
    "max_connections=400",
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_wal_size=512MB",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_read_from_the_list_of_users() {
        let users = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:7::/:/bin/sh\npostgres:x:101:104:PG:/:/bin/sh\n";
        let owner = Owner::named("postgres", users);
        assert!(matches!(owner, Some(Owner::Other { user: 101, group: 104 })));
        assert!(Owner::named("nobody", users).is_none());
    }
}
