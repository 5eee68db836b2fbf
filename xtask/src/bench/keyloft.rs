//! Our own server.

use std::cell::Cell;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use super::load::{Limit, Load};
use super::meter::Meter;
use super::server::Server;
use super::side::{Requests, Side, Task, hot, name, values};
use super::{FILLING, http};
use crate::error::{Error, OnFile};
use crate::postgres::Postgres;
use crate::step::Step;

pub(crate) struct Keyloft {
    server: Server,
    program: PathBuf,
    data: PathBuf,
    database: Option<Postgres>,
    pub(crate) token: String,
    stored: u32,
    /// How many secrets were made so far.
    made: Rc<Cell<u32>>,
}

impl Keyloft {
    /// Sets a server up in `folder`, or in `database`, and gives it its secrets.
    pub(crate) fn new(
        step: &Step,
        program: &Path,
        folder: &Path,
        database: Option<Postgres>,
        stored: u32,
    ) -> Result<Self, Error> {
        let mut keyloft = Self {
            server: Server::new("keyloft", folder.join("keyloft.log"))?,
            program: program.to_owned(),
            data: folder.join("keyloft"),
            database,
            token: String::new(),
            stored,
            made: Rc::default(),
        };
        let (password, token) = (folder.join("password"), folder.join("token"));
        fs::write(&password, format!("{PASSWORD}\n")).on("write", &password)?;
        let mut setup = keyloft.command("setup");
        setup.args(["--email", EMAIL, "--workspace", "Bench", "--password-file"]);
        step.run(setup.arg(&password).arg("--token-out").arg(&token))?;
        let text = fs::read_to_string(&token).on("read", &token)?;
        text.trim().clone_into(&mut keyloft.token);
        keyloft.fill()?;
        Ok(keyloft)
    }

    pub(crate) fn database(&self) -> Option<&Postgres> {
        self.database.as_ref()
    }

    /// One more secret, of this name.
    pub(crate) fn create(&self, name: &str) -> Result<(), Error> {
        let body = json!({ "environment": "dev", "name": name, "values": values(0) }).to_string();
        let request = http::post("/api/v1/secrets", &self.credential(), &body);
        self.server.ask(&request).map(drop)
    }

    fn fill(&mut self) -> Result<(), Error> {
        let program = &mut self.command("serve");
        self.server
            .start(program, |address| Ok(http::ask(address, &http::get("/livez", "")).is_ok()))?;
        let limit = Limit { requests: self.stored as usize, time: Duration::MAX };
        let create = self.requests(Task::Create).map(Requests::into_source);
        let load = Load::connect(self.name(), self.address(), FILLING)?;
        create.map_or(Ok(()), |create| load.run(limit, create).map(drop))
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(verb).arg("--data").arg(&self.data);
        if verb == "serve" {
            command.arg("--listen").arg(self.server.address.to_string());
        }
        if let Some(database) = &self.database {
            command.env("KEYLOFT_DATABASE", database.url());
        }
        command
    }

    fn credential(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    fn read(&self, number: u32) -> Vec<u8> {
        http::get(&format!("/api/v1/secrets/dev/{}/values", name(number)), &self.credential())
    }

    /// Five neighbours.
    fn resolve(&self, number: u32) -> Vec<u8> {
        let first = number.min(self.stored.saturating_sub(5));
        let names: Vec<_> = (first..first + 5).map(name).collect();
        let body = json!({ "environment": "dev", "secrets": names }).to_string();
        http::post("/api/v1/resolve", &self.credential(), &body)
    }
}

impl Side for Keyloft {
    fn name(&self) -> &'static str {
        self.server.who
    }

    fn start(&mut self) -> Result<Duration, Error> {
        let (mut serve, read) = (self.command("serve"), self.read(0));
        self.server.start(&mut serve, |address| {
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
        let credential = self.credential();
        let hot = hot(self.stored);
        Some(match task {
            Task::Read => Requests::Cycle(hot.into_iter().map(|n| self.read(n)).collect()),
            Task::Resolve => Requests::Cycle(hot.into_iter().map(|n| self.resolve(n)).collect()),
            Task::List => {
                let path = "/api/v1/secrets?environment=dev&limit=50";
                Requests::Cycle(vec![http::get(path, &credential)])
            }
            Task::Create => {
                let made = Rc::clone(&self.made);
                Requests::Fresh(Box::new(move || {
                    let number = made.replace(made.get() + 1);
                    let (name, values) = (name(number), values(number));
                    let body = json!({ "environment": "dev", "name": name, "values": values });
                    http::post("/api/v1/secrets", &credential, &body.to_string())
                }))
            }
        })
    }
}

/// Who set the server up.
pub(crate) const EMAIL: &str = "bench@example.org";
pub(crate) const PASSWORD: &str = "a-bench-has-four-legs";
