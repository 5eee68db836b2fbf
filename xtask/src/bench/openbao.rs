//! OpenBao, as it is set up for one machine: raft storage, secrets in KV v2, a program that signed in by `AppRole`.

use std::cell::Cell;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use super::load::{Limit, Load};
use super::meter::Meter;
use super::server::Server;
use super::side::{Requests, Side, Task, hot, name, values};
use super::{FILLING, http};
use crate::error::{Error, OnFile};
use crate::postgres::free_port;

/// Whether it writes down who read what, as ours always does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audit {
    Off,
    File,
}

pub(crate) struct OpenBao {
    server: Server,
    program: PathBuf,
    config: PathBuf,
    unseal_key: String,
    token: String,
    stored: u32,
    made: Rc<Cell<u32>>,
}

impl OpenBao {
    /// Sets a server up in `folder`, and gives it its secrets.
    pub(crate) fn new(
        program: &Path,
        folder: &Path,
        audit: Audit,
        stored: u32,
    ) -> Result<Self, Error> {
        let (name, folder) = match audit {
            Audit::Off => (NAME, folder.join("openbao")),
            Audit::File => (AUDITED, folder.join("openbao-audited")),
        };
        let data = folder.join("data");
        fs::create_dir_all(&data).on("create", &data)?;
        let mut bao = Self {
            server: Server::new(name, folder.join("log"))?,
            program: program.to_owned(),
            config: folder.join("config.hcl"),
            unseal_key: String::new(),
            token: String::new(),
            stored,
            made: Rc::default(),
        };
        let config = bao.configuration(&folder, audit)?;
        fs::write(&bao.config, config).on("write", &bao.config)?;
        bao.set_up()?;
        bao.fill()?;
        Ok(bao)
    }

    fn configuration(&self, folder: &Path, audit: Audit) -> Result<String, Error> {
        let (folder, address, cluster) = (folder.display(), self.server.address, free_port()?);
        let audit = match audit {
            Audit::Off => String::new(),
            Audit::File => {
                let file = format!("file_path = \"{folder}/audit.log\"");
                format!("audit \"file\" \"bench\" {{\n  options {{\n    {file}\n  }}\n}}\n")
            }
        };
        Ok(format!(
            "storage \"raft\" {{\n  path = \"{folder}/data\"\n  node_id = \"bench\"\n}}\n\
             listener \"tcp\" {{\n  address = \"{address}\"\n  tls_disable = true\n}}\n\
             api_addr = \"http://{address}\"\ncluster_addr = \"http://127.0.0.1:{cluster}\"\n{audit}"
        ))
    }

    /// Initialises it, mounts KV v2, and signs a program in.
    fn set_up(&mut self) -> Result<(), Error> {
        self.server.start(&mut self.command(), |address| {
            Ok(http::ask(address, &http::get("/v1/sys/init", "")).is_ok())
        })?;
        let shares = json!({ "secret_shares": 1, "secret_threshold": 1 });
        let made = self.ask("", "/v1/sys/init", &shares)?;
        self.unseal_key = self.text(&made["keys"][0])?;
        let root = format!("X-Vault-Token: {}", self.text(&made["root_token"])?);
        // Good only where secrets can be written: right after its start it answers nothing but reads.
        self.start_until(&http::get("/v1/sys/health", ""))?;

        let rules = r#"path "secret/*" { capabilities = ["create", "read", "update"] }"#;
        let kv = json!({ "type": "kv", "options": { "version": "2" } });
        self.ask(&root, "/v1/sys/mounts/secret", &kv)?;
        self.ask(&root, "/v1/sys/auth/approle", &json!({ "type": "approle" }))?;
        self.ask(&root, "/v1/sys/policies/acl/bench", &json!({ "policy": rules }))?;
        let role = json!({ "token_policies": ["bench"], "token_ttl": "8h" });
        self.ask(&root, "/v1/auth/approle/role/bench", &role)?;
        let role = self.server.ask(&http::get("/v1/auth/approle/role/bench/role-id", &root))?;
        let role: Value = serde_json::from_str(&role).unwrap_or_default();
        let secret = self.ask(&root, "/v1/auth/approle/role/bench/secret-id", &json!({}))?;
        let login = json!({
            "role_id": role["data"]["role_id"],
            "secret_id": secret["data"]["secret_id"],
        });
        let signed_in = self.ask("", "/v1/auth/approle/login", &login)?;
        self.token = self.text(&signed_in["auth"]["client_token"])?;
        Ok(())
    }

    fn fill(&self) -> Result<(), Error> {
        let limit = Limit { requests: self.stored as usize, time: Duration::MAX };
        let create = self.requests(Task::Create).map(Requests::into_source);
        let load = Load::connect(self.name(), self.address(), FILLING)?;
        create.map_or(Ok(()), |create| load.run(limit, create).map(drop))
    }

    /// Starts and unseals it, until it answers that request well.
    fn start_until(&mut self, request: &[u8]) -> Result<Duration, Error> {
        let key = json!({ "key": self.unseal_key }).to_string();
        let unseal = http::post("/v1/sys/unseal", "", &key);
        let mut unsealed = false;
        self.server.start(&mut self.command(), |address| {
            if !unsealed {
                unsealed = http::ask(address, &unseal).is_ok_and(|(status, _)| status == 200);
            }
            Ok(unsealed && http::ask(address, request).is_ok_and(|(status, _)| status == 200))
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("server").arg("-config").arg(&self.config);
        command
    }

    fn ask(&self, credential: &str, path: &str, body: &Value) -> Result<Value, Error> {
        let answer = self.server.ask(&http::post(path, credential, &body.to_string()))?;
        Ok(serde_json::from_str(&answer).unwrap_or_default())
    }

    fn text(&self, value: &Value) -> Result<String, Error> {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| self.server.failed("it answered something unexpected"))
    }

    fn credential(&self) -> String {
        format!("X-Vault-Token: {}", self.token)
    }

    fn read(&self, number: u32) -> Vec<u8> {
        http::get(&format!("/v1/secret/data/{}", name(number)), &self.credential())
    }
}

impl Side for OpenBao {
    fn name(&self) -> &'static str {
        self.server.who
    }

    fn start(&mut self) -> Result<Duration, Error> {
        self.start_until(&self.read(0))
    }

    fn address(&self) -> SocketAddr {
        self.server.address
    }

    fn meter(&self) -> Result<Meter, Error> {
        self.server.meter(None)
    }

    fn requests(&self, task: Task) -> Option<Requests> {
        match task {
            Task::Read => {
                let hot = hot(self.stored);
                Some(Requests::Cycle(hot.into_iter().map(|number| self.read(number)).collect()))
            }
            Task::Create => {
                let (made, credential) = (Rc::clone(&self.made), self.credential());
                Some(Requests::Fresh(Box::new(move || {
                    let number = made.replace(made.get() + 1);
                    let path = format!("/v1/secret/data/{}", name(number));
                    let body = json!({ "data": values(number) }).to_string();
                    http::post(&path, &credential, &body)
                })))
            }
            Task::Resolve | Task::List => None,
        }
    }
}

pub(crate) const NAME: &str = "openbao";
const AUDITED: &str = "openbao, audited";
