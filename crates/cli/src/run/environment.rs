//! What a program finds in its environment.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use cli::export::Pairs;
use model::{KeyName, RiskyKey, WireValue};

use super::{RunArgs, Selection};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print;

/// The rules for it; the values come with each start.
pub(super) struct Environment {
    clean: bool,
    allowed: Vec<KeyName>,
    passed: Vec<(&'static str, WireValue)>,
}

impl Environment {
    pub(super) fn new(args: &RunArgs) -> Result<Self> {
        let parse = |text: &String| {
            KeyName::parse(text)
                .map_err(|_| Failure::usage("--allow-env takes the name of one key, such as PATH"))
        };
        let allowed = args.allowed.iter().map(parse).collect::<Result<_>>()?;
        Ok(Self { clean: args.clean_env, allowed, passed: Vec::new() })
    }

    /// Refuses keys that make programs run other code, all of them at once, unless each is allowed by name.
    pub(super) fn check(&self, values: &Pairs) -> Result {
        let refused: Vec<_> = values
            .iter()
            .map(|(key, _)| key)
            .filter(|key| key.risk() == Some(RiskyKey::RunsCode) && !self.allowed.contains(key))
            .collect();
        if refused.is_empty() {
            return Ok(());
        }
        let allow: Vec<_> = refused.iter().map(|key| format!("--allow-env {key}")).collect();
        Err(Failure::failed(format!(
            "keys that can make programs run other code are not set unless allowed by name: {}. To allow: {}",
            print::listed(&refused),
            allow.join(" ")
        )))
    }

    /// Gives the program what it takes to ask the server itself.
    pub(super) fn pass_token(&mut self, context: &Context, selection: &Selection) -> Result {
        let address = context.address()?;
        if let Some(token) = context.token(&address)? {
            self.passed = vec![
                ("KEYLOFT_URL", WireValue::new(address.to_string())),
                ("KEYLOFT_TOKEN", token.text()),
                ("KEYLOFT_ENVIRONMENT", WireValue::new(selection.environment.to_string())),
            ];
        }
        Ok(())
    }

    /// Sets it all up.
    pub(super) fn apply(&self, command: &mut Command, values: &Pairs) {
        if self.clean {
            command.env_clear();
            command.envs(std::env::vars_os().filter(|(name, _)| is_basic(name)));
        }
        for name in OURS {
            command.env_remove(name);
        }
        for (name, value) in &self.passed {
            command.env(name, value.dangerously_expose());
        }
        for (key, value) in values {
            command.env(key.as_str(), value.dangerously_expose());
        }
    }
}

/// What programs cannot do without, or look wrong without.
fn is_basic(name: &OsString) -> bool {
    let name: &OsStr = name;
    BASIC.iter().any(|basic| name == *basic) || name.as_encoded_bytes().starts_with(b"LC_")
}

/// A program gets secrets, not the means to get more.
const OURS: [&str; 2] = ["KEYLOFT_TOKEN", "KEYLOFT_TOKEN_FILE"];
const BASIC: [&str; 11] = [
    "HOME",
    "LANG",
    "LOGNAME",
    "PATH",
    "PWD",
    "SHELL",
    "TERM",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_RUNTIME_DIR",
];
