//! A server under measurement: a process of ours on a loopback port.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::http;
use super::meter::Meter;
use crate::error::{Error, OnFile};
use crate::postgres::{Postgres, free_port};
use crate::process::{self, Running};

/// It stops when this is dropped.
pub(crate) struct Server {
    pub(crate) who: &'static str,
    pub(crate) address: SocketAddr,
    log: PathBuf,
    running: Option<Running>,
}

impl Server {
    /// Finds a port; what the server says will be in `log`.
    pub(crate) fn new(who: &'static str, log: PathBuf) -> Result<Self, Error> {
        let address = (Ipv4Addr::LOCALHOST, free_port()?).into();
        Ok(Self { who, address, log, running: None })
    }

    /// Starts it anew, and returns how long it took until `is_ready`, which is asked every millisecond.
    pub(crate) fn start(
        &mut self,
        command: &mut Command,
        mut is_ready: impl FnMut(SocketAddr) -> Result<bool, Error>,
    ) -> Result<Duration, Error> {
        self.stop();
        let log = File::create(&self.log).on("create", &self.log)?;
        let errors = log.try_clone().on("open", &self.log)?;
        let began = Instant::now();
        let running = process::spawn(command.stdin(Stdio::null()).stdout(log).stderr(errors))?;
        let running = self.running.insert(running);
        while began.elapsed() < PATIENCE {
            process::go_on()?;
            if is_ready(self.address)? {
                return Ok(began.elapsed());
            }
            if let Ok(Some(status)) = running.try_wait() {
                return Err(self.failed(&format!("it ended with {status}: {}", self.last_words())));
            }
            sleep(Duration::from_millis(1));
        }
        Err(self.failed(&format!("it did not answer for {} s", PATIENCE.as_secs())))
    }

    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }

    /// Reads what it costs, together with the database that works for it alone.
    pub(crate) fn meter(&self, database: Option<&Postgres>) -> Result<Meter, Error> {
        let running = self.running.as_ref().ok_or_else(|| self.failed("it does not run"))?;
        Ok(Meter { server: running.id(), database: database.map(Postgres::id) })
    }

    /// The body of the answer, which must be a good one.
    pub(crate) fn ask(&self, request: &[u8]) -> Result<String, Error> {
        match http::ask(self.address, request) {
            Ok((200..300, body)) => Ok(body),
            Ok((status, body)) => Err(self.failed(&format!("it answered {status}: {body}"))),
            Err(error) => Err(self.failed(&error.to_string())),
        }
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().next_back().unwrap_or("it said nothing").to_owned()
    }

    pub(crate) fn failed(&self, why: &str) -> Error {
        if process::interrupted() {
            return Error::Interrupted;
        }
        Error::Bench { who: self.who, why: why.to_owned() }
    }
}

const PATIENCE: Duration = Duration::from_secs(30);
