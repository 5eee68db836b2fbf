//! What every command may ask for: the server, the token, the environment.

use std::cell::OnceCell;
use std::time::Duration;

use client::{Address, Client};
use jiff::Timestamp;
use model::api::Resolve;
use model::{BearerToken, EnvironmentName, NameFault, SecretName};

use crate::credential;
use crate::failure::{Failure, Result};
use crate::folders;
use crate::print;
use crate::profile::{Profile, Profiles};
use crate::project::Project;
use crate::run::cache::{Cache, CacheKey};

/// Where settings come from, in this order: options, environment variables, `keyloft.toml`, the profile.
pub(crate) struct Context {
    profile: Option<String>,
    profiles: OnceCell<Profiles>,
    project: OnceCell<Option<Project>>,
    client: OnceCell<Client>,
    cache_key: OnceCell<CacheKey>,
}

/// A profile with its name.
pub(crate) type Named<'a> = (&'a str, &'a Profile);

impl Context {
    pub(crate) fn new(profile: Option<String>) -> Self {
        Self {
            profile: profile.or_else(|| variable("KEYLOFT_PROFILE")),
            profiles: OnceCell::new(),
            project: OnceCell::new(),
            client: OnceCell::new(),
            cache_key: OnceCell::new(),
        }
    }

    /// The profile that was asked for by name.
    pub(crate) fn wanted_profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    pub(crate) fn profiles(&self) -> Result<&Profiles> {
        remember(&self.profiles, Profiles::load)
    }

    /// The profile in use, if there is one.
    pub(crate) fn profile(&self) -> Result<Option<Named<'_>>> {
        self.profiles()?.find(self.profile.as_deref())
    }

    /// The project that the working directory belongs to.
    pub(crate) fn project(&self) -> Result<Option<&Project>> {
        remember(&self.project, Project::find).map(Option::as_ref)
    }

    /// The server's address.
    pub(crate) fn address(&self) -> Result<Address> {
        if let Some(url) = variable("KEYLOFT_URL") {
            return parse_address(&url).map_err(|failure| from_place("KEYLOFT_URL", &failure));
        }
        match self.profile()? {
            Some((name, profile)) => parse_address(&profile.url)
                .map_err(|failure| from_place(&format!("profile '{name}'"), &failure)),
            None => Err(Failure::failed(
                "no server is chosen. Sign in with: keyloft login https://keyloft.example.org (or set KEYLOFT_URL and KEYLOFT_TOKEN)",
            )),
        }
    }

    /// The token to ask that server with.
    pub(crate) fn token(&self, address: &Address) -> Result<Option<BearerToken>> {
        if let Some(token) = variable("KEYLOFT_TOKEN") {
            return parse_token("KEYLOFT_TOKEN", &token).map(Some);
        }
        if let Some(file) = variable("KEYLOFT_TOKEN_FILE") {
            let text = folders::read(file.as_ref())?.map(zeroize::Zeroizing::new);
            let text = text.ok_or_else(|| {
                Failure::failed(format!("KEYLOFT_TOKEN_FILE: there is no file {file}"))
            })?;
            return parse_token("KEYLOFT_TOKEN_FILE", &text).map(Some);
        }
        match self.profiles()?.of(address, self.profile.as_deref())? {
            Some((name, profile)) => credential::load(name, address, profile.credential),
            None => Ok(None),
        }
    }

    /// The server, to be asked with a token.
    pub(crate) fn client(&self) -> Result<&Client> {
        remember(&self.client, || {
            let address = self.address()?;
            let token = self.present_token(&address)?;
            // Derived while the token is at hand; an error only means that there will be no copies.
            let _set = CacheKey::of(&token).map(|key| self.cache_key.set(key));
            open(address, Some(token))
        })
    }

    /// One more client of the same server, for another thread.
    pub(crate) fn another_client(&self) -> Result<Client> {
        let address = self.address()?;
        let token = self.present_token(&address)?;
        open(address, Some(token))
    }

    /// Where the copy of the answer to this question is.
    pub(crate) fn cache(&self, question: &Resolve) -> Result<Cache> {
        let server = self.client()?.address();
        match self.cache_key.get() {
            Some(key) => Ok(key.cache(server.as_str(), question)),
            None => CacheKey::of(&self.present_token(server)?)
                .map(|key| key.cache(server.as_str(), question)),
        }
    }

    fn present_token(&self, address: &Address) -> Result<BearerToken> {
        self.token(address)?.ok_or_else(|| {
            Failure::failed(format!(
                "not signed in to {address}. Sign in with: keyloft login {address}"
            ))
        })
    }

    /// The environment to work in.
    pub(crate) fn environment(&self, option: Option<&str>) -> Result<EnvironmentName> {
        if let Some(name) = option {
            return parse_environment(name);
        }
        if let Some(name) = variable("KEYLOFT_ENVIRONMENT") {
            return parse_environment(&name)
                .map_err(|failure| from_place("KEYLOFT_ENVIRONMENT", &failure));
        }
        if let Some(name) = self.project()?.and_then(|project| project.environment.clone()) {
            return Ok(name);
        }
        let profile = self.profile()?.and_then(|(_, profile)| profile.environment.as_deref());
        if let Some(name) = profile {
            return parse_environment(name);
        }
        let mut all = self.client()?.environments()?.environments;
        match all.len() {
            1 => Ok(all.remove(0).name),
            0 => Err(Failure::failed("this token reaches no environment")),
            _ => Err(Failure::usage(format!(
                "no environment is chosen: add -e NAME, or set KEYLOFT_ENVIRONMENT. There are: {}",
                print::listed(all.iter().map(|environment| &environment.name))
            ))),
        }
    }

    /// Says quietly that the token ends soon, if the server said so.
    pub(crate) fn say_when_the_token_ends(&self) {
        if let Some(ends) = self.client.get().and_then(Client::token_ends) {
            let left = ends.duration_since(Timestamp::now());
            if left.is_positive() {
                print::hint(format_args!(
                    "this token ends in {}, at {}",
                    print::ago(left),
                    print::local(ends)
                ));
            }
        }
    }
}

/// A client with the time-out that is set.
pub(crate) fn open(address: Address, token: Option<BearerToken>) -> Result<Client> {
    let Some(seconds) = variable("KEYLOFT_TIMEOUT") else { return Ok(Client::new(address, token)) };
    let seconds =
        seconds.parse().ok().filter(|seconds| (1..=600).contains(seconds)).ok_or_else(|| {
            Failure::usage("KEYLOFT_TIMEOUT is a number of seconds, from 1 to 600")
        })?;
    Ok(Client::with_timeout(address, token, Duration::from_secs(seconds)))
}

/// An address that a token may be sent to.
pub(crate) fn parse_address(text: &str) -> Result<Address> {
    if text.trim_start().starts_with("kl_") {
        return Err(Failure::usage(
            "this is a token, not an address. It now stands in your shell's history: rotate it, and give tokens with \
             keyloft login URL --token-stdin",
        ));
    }
    let insecure = variable("KEYLOFT_INSECURE_HTTP").is_some_and(|value| value == "1");
    let parsed = if insecure { Address::parse_insecure(text) } else { Address::parse(text) };
    parsed.map_err(|error| Failure::usage(error.to_string()))
}

pub(crate) fn parse_environment(text: &str) -> Result<EnvironmentName> {
    EnvironmentName::parse(text).map_err(|_| {
        Failure::usage(
            "that is no name of an environment: they have letters, digits, dots, dashes and underscores, at most 64, and \
             begin with a letter or digit",
        )
    })
}

/// A secret's name. The message is Modal's, but for what could be a value.
pub(crate) fn parse_name(text: &str) -> Result<SecretName> {
    if let Some((key, _)) = text.split_once('=') {
        return Err(Failure::usage(format!(
            "the name of the secret is missing: it comes before '{key}=…'"
        )));
    }
    SecretName::parse(text).map_err(|fault| {
        let what = match fault {
            NameFault::TooLong { actual, .. } => format!("it has {actual} characters"),
            _ => format!("'{}'", print::plain(text)),
        };
        Failure::usage(format!(
            "Invalid Secret name: {what}.\n\nNames may contain only alphanumeric characters, dashes, periods, and underscores, \
             at most 64 of them, and not only periods."
        ))
    })
}

/// An environment variable that is set to something.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn parse_token(place: &str, text: &str) -> Result<BearerToken> {
    BearerToken::parse(text).map_err(|fault| Failure::failed(format!("{place}: {fault}")))
}

fn from_place(place: &str, failure: &Failure) -> Failure {
    Failure::usage(format!("{place}: {failure}"))
}

fn remember<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if cell.get().is_none() {
        // It was empty a line ago, and nothing else runs.
        let _set = cell.set(make()?);
    }
    Ok(cell.get().expect("it has been set"))
}
