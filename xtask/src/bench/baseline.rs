//! The bare handler of `crates/bench-baseline`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::http;
use super::meter::Meter;
use super::server::Server;
use super::side::{Requests, Side, Task, hot, name};
use crate::error::Error;
use crate::postgres::Postgres;

pub(crate) struct Baseline {
    server: Server,
    program: PathBuf,
    file: PathBuf,
    database: Option<Postgres>,
    stored: u32,
}

impl Baseline {
    pub(crate) fn new(
        program: &Path,
        folder: &Path,
        database: Option<Postgres>,
        stored: u32,
    ) -> Result<Self, Error> {
        let mut baseline = Self {
            server: Server::new(NAME, folder.join("baseline.log"))?,
            program: program.to_owned(),
            file: folder.join("baseline.db"),
            database,
            stored,
        };
        // The first start makes the secrets.
        baseline.start()?;
        Ok(baseline)
    }

    pub(crate) fn database(&self) -> Option<&Postgres> {
        self.database.as_ref()
    }

    fn read(number: u32) -> Vec<u8> {
        http::get(&format!("/{}", name(number)), "")
    }
}

impl Side for Baseline {
    fn name(&self) -> &'static str {
        NAME
    }

    fn start(&mut self) -> Result<Duration, Error> {
        let file = format!("sqlite:{}", self.file.display());
        let url = self.database.as_ref().map_or(file.as_str(), Postgres::url);
        let mut command = Command::new(&self.program);
        command.arg(url).arg(self.stored.to_string()).arg(self.server.address.port().to_string());
        let read = Self::read(0);
        self.server.start(&mut command, |address| {
            Ok(http::ask(address, &read).is_ok_and(|(status, _values)| status == 200))
        })
    }

    fn address(&self) -> SocketAddr {
        self.server.address
    }

    fn meter(&self) -> Result<Meter, Error> {
        self.server.meter(self.database.as_ref())
    }

    fn requests(&self, task: Task) -> Option<Requests> {
        (task == Task::Read)
            .then(|| Requests::Cycle(hot(self.stored).into_iter().map(Self::read).collect()))
    }
}

pub(crate) const NAME: &str = "baseline";
