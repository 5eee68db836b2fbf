//! What `doctor` looks at, from this machine outwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use client::Client;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Health;
use crate::context::{Context, variable};
use crate::credential::{Keep, Keyring};
use crate::failure::Failure;
use crate::print;
use crate::{folders, profile};

/// One thing, and how it stands with it.
#[derive(Serialize)]
pub(super) struct Finding {
    pub(super) what: &'static str,
    pub(super) health: Health,
    pub(super) says: String,
}

impl Finding {
    fn good(what: &'static str, says: impl Into<String>) -> Self {
        Self { what, health: Health::Good, says: says.into() }
    }

    fn note(what: &'static str, says: impl Into<String>) -> Self {
        Self { what, health: Health::Note, says: says.into() }
    }

    fn bad(what: &'static str, says: impl Into<String>) -> Self {
        Self { what, health: Health::Bad, says: says.into() }
    }
}

/// Everything that can be looked at; what needs something that is bad is left out.
pub(super) fn all(context: &Context) -> Vec<Finding> {
    let mut findings = vec![Finding::good("version", env!("CARGO_PKG_VERSION"))];
    findings.push(profiles(context));
    findings.extend(folder());
    findings.push(keyring());
    findings.push(project(context));
    let client = match context.client() {
        Ok(client) => client,
        Err(failure) => {
            findings.push(Finding::bad("credential", failure.to_string()));
            return findings;
        }
    };
    findings.push(credential(context, client));
    findings.extend(server(client));
    if let Ok(environment) = context.environment(None) {
        findings.push(Finding::good("environment", environment.as_str()));
    } else {
        findings.push(Finding::note(
            "environment",
            "none is chosen: each command needs -e, or set KEYLOFT_ENVIRONMENT",
        ));
    }
    findings
}

fn profiles(context: &Context) -> Finding {
    let place = profile::path().map(|path| path.display().to_string()).unwrap_or_default();
    match context.profile() {
        Err(failure) => Finding::bad("profile", failure.to_string()),
        Ok(Some((name, profile))) => {
            Finding::good("profile", format!("'{name}' of {place}, {}", print::plain(&profile.url)))
        }
        Ok(None) => Finding::note(
            "profile",
            format!("none in {place}; KEYLOFT_URL and KEYLOFT_TOKEN do without"),
        ),
    }
}

/// Whether others could read credentials.
fn folder() -> Option<Finding> {
    let folder = folders::data().ok()?.join("credentials");
    let mode = fs::metadata(&folder).ok()?.permissions().mode() & 0o777;
    Some(if mode.trailing_zeros() >= 6 {
        Finding::good("credentials", format!("only you can read {}", folder.display()))
    } else {
        Finding::bad(
            "credentials",
            format!("others can look into {0}: chmod 700 {0}", folder.display()),
        )
    })
}

fn keyring() -> Finding {
    match Keyring::find() {
        Some(keyring) => Finding::good("keyring", format!("by {}", keyring.program().display())),
        None => Finding::note("keyring", "none in this session; tokens are kept in files"),
    }
}

fn project(context: &Context) -> Finding {
    match context.project() {
        Err(failure) => Finding::bad("project", failure.to_string()),
        Ok(Some(project)) => Finding::good("project", project.path.display().to_string()),
        Ok(None) => Finding::note("project", "no keyloft.toml here or above"),
    }
}

fn credential(context: &Context, client: &Client) -> Finding {
    let from = if variable("KEYLOFT_TOKEN").is_some() {
        "from KEYLOFT_TOKEN"
    } else if variable("KEYLOFT_TOKEN_FILE").is_some() {
        "from KEYLOFT_TOKEN_FILE"
    } else if let Ok(Some((_, profile))) = context.profile() {
        match profile.credential {
            Keep::File => "from a file",
            Keep::Keyring => "from the keyring",
        }
    } else {
        "from a profile"
    };
    let id = client.token_id().map(ToString::to_string).unwrap_or_default();
    Finding::good("credential", format!("token {id}, {from}"))
}

fn server(client: &Client) -> Vec<Finding> {
    let begin = Timestamp::now();
    let whoami = match client.whoami() {
        Ok(whoami) => whoami,
        Err(error) => return vec![Finding::bad("server", Failure::from(error).to_string())],
    };
    let took = Timestamp::now().duration_since(begin).as_millis();
    let version = print::plain(&whoami.server_version);
    let mut findings = vec![Finding::good(
        "server",
        format!("{} answers in {took} ms, version {version}", client.address()),
    )];
    if version != env!("CARGO_PKG_VERSION") {
        findings.push(Finding::note(
            "versions",
            "the server and this command are of different versions",
        ));
    }
    findings.push(Finding::good(
        "identity",
        format!(
            "{} <{}>, {} in {}",
            whoami.person, whoami.email, whoami.role, whoami.workspace_name
        ),
    ));
    if let Some(ends) = whoami.expires_at {
        let left = ends.duration_since(Timestamp::now());
        let says = format!("the token ends in {}, at {}", print::ago(left), print::local(ends));
        let soon = left < SignedDuration::from_hours(7 * 24);
        findings.push(if soon {
            Finding::note("token", says)
        } else {
            Finding::good("token", says)
        });
    }
    findings
}
