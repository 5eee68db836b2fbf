//! A PostgreSQL of its own, whose roles log in with passwords, and whose log is kept.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use outbound::{Allowed, DatabaseUrl, Outbound};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// Stops with its last use, and its folder goes.
pub(super) struct Cluster {
    server: Child,
    folder: TempDir,
    pub(super) port: u16,
}

pub(super) const ADMIN_PASSWORD: &str = "superKestrel0";

impl Cluster {
    pub(super) fn start() -> Self {
        let bin = programs();
        let folder =
            tempfile::Builder::new().prefix("keyloft-rotators-").tempdir_in("/tmp").unwrap();
        let path = folder.path();
        fs::write(path.join("password"), ADMIN_PASSWORD).unwrap();
        let owner = owner();
        if let Some((user, group)) = owner {
            for owned in [path, &path.join("password")] {
                chown(owned, Some(user), Some(group)).unwrap();
            }
        }
        let command = |program: &str| {
            let mut command = Command::new(bin.join(program));
            command.current_dir(path).stdin(Stdio::null());
            if let Some((user, group)) = owner {
                command.uid(user).gid(group);
            }
            command
        };
        let made = command("initdb")
            .args(["--pgdata=data", "--pwfile=password", "--username=admin", "--no-sync"])
            .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let log = fs::File::create(path.join("log")).unwrap();
        let server = command("postgres")
            .args(["-D", "data", "-k"])
            .arg(path)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
            // The most that a server can be told to write down.
            .args(["-c", "log_statement=all", "-c", "log_min_messages=debug1"])
            .args(["-c", "log_min_error_statement=debug1", "-c", "log_connections=on"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let cluster = Self { server, folder, port };
        let begin = Instant::now();
        while !fs::read_to_string(cluster.folder.path().join("log"))
            .unwrap()
            .contains("database system is ready to accept connections")
        {
            assert!(begin.elapsed() < Duration::from_secs(20), "{}", cluster.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        cluster
    }

    pub(super) fn url(&self, user: &str, password: &str) -> String {
        format!("postgres://{user}:{password}@127.0.0.1:{}/postgres", self.port)
    }

    pub(super) fn admin_url(&self) -> String {
        self.url("admin", ADMIN_PASSWORD)
    }

    /// As the administrator.
    pub(super) async fn run(&self, sql: &str) {
        let mut admin = PgConnection::connect(&self.admin_url()).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
    }

    /// What may connect to it.
    pub(super) fn outbound(&self) -> Outbound {
        let allowed: Allowed = format!("127.0.0.1/32:{}", self.port).parse().unwrap();
        Outbound::new(vec![allowed])
    }

    pub(super) async fn logs_in(&self, user: &str, password: &str) -> bool {
        let url = DatabaseUrl::parse(&self.url(user, password)).unwrap();
        self.outbound().logs_in(&url).await.unwrap()
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _asked = kill_process(Pid::from_child(&self.server), Signal::QUIT);
        let _ended = self.server.wait();
    }
}

/// Where Debian keeps them, or what is on the PATH.
fn programs() -> PathBuf {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = packaged.map(|version| version.path().join("bin")).collect();
    folders.extend(std::env::split_paths(&on_path));
    let has = |folder: &&PathBuf| Path::new(folder).join("initdb").is_file();
    folders
        .iter()
        .find(has)
        .expect("PostgreSQL is installed: `cargo xtask test` sees to it")
        .clone()
}

/// PostgreSQL refuses to run as root.
fn owner() -> Option<(u32, u32)> {
    if !geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody"))
}
