//! `keyloft login`

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use clap::Args;
use client::{Address, Client};
use jiff::Timestamp;
use model::api::{LoginAnswer, LoginStarted, Whoami};
use model::{BearerToken, TokenKind, WireValue};
use zeroize::Zeroizing;

use crate::context::{self, Context};
use crate::credential::{self, Keep};
use crate::failure::{Failure, Result};
use crate::print::{self, note};
use crate::profile::{self, Profile, Profiles};

#[derive(Args)]
pub(crate) struct LoginArgs {
    /// The server's address [default: `KEYLOFT_URL`, or that of the profile]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Read a token from standard input in place of asking in the dashboard
    #[arg(long)]
    token_stdin: bool,
    /// The environment to work in unless another is named
    #[arg(short = 'e', long = "env", value_name = "ENVIRONMENT")]
    environment: Option<String>,
    /// Where to keep the token [default: the keyring if there is one, else a file]
    #[arg(long, value_name = "PLACE", value_enum)]
    store: Option<Keep>,
    /// Do not open a browser
    #[arg(long)]
    no_browser: bool,
}

pub(super) fn run(context: &Context, args: &LoginArgs) -> Result {
    let address = match &args.url {
        Some(url) => context::parse_address(url)?,
        None => context.address()?,
    };
    if let Some(name) = &args.environment {
        context::parse_environment(name)?;
    }
    let mut profiles = Profiles::load()?;
    let name = profile_name(context, &profiles, &address)?;

    let token = if args.token_stdin { from_stdin()? } else { approved(&address, args.no_browser)? };
    let parsed = parse(&token)?;
    let client = context::open(address.clone(), Some(parsed))?;
    let whoami = client.whoami()?;

    sign_out_before(&profiles, &name);
    let kept = credential::store(&name, &address, &token, args.store)?;
    let before = profiles.profiles.get(&name).and_then(|profile| profile.environment.clone());
    let profile = Profile {
        url: address.to_string(),
        environment: args.environment.clone().or(before),
        credential: kept,
    };
    profiles.profiles.insert(name.clone(), profile);
    profiles.current = Some(name.clone());
    profiles.save()?;
    welcome(&whoami, &address, &name, kept)
}

/// The name that was asked for, or the profile of this server, or one for a new server.
fn profile_name(context: &Context, profiles: &Profiles, address: &Address) -> Result<String> {
    if let Some(name) = context.wanted_profile() {
        return profile::check_name(name).map(str::to_owned);
    }
    if let Some((name, _)) = profiles.of(address, None)? {
        return Ok(name.to_owned());
    }
    if profiles.profiles.is_empty() {
        return Ok("default".to_owned());
    }
    let host = address.as_str().split("://").last().unwrap_or_default();
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let name: String = host.chars().map(legal).take(64).collect();
    Ok(name.trim_start_matches('.').to_owned())
}

fn from_stdin() -> Result<WireValue> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    std::io::stdin()
        .lock()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| Failure::failed(format!("cannot read standard input: {error}")))?;
    Ok(WireValue::new(text.trim().to_owned()))
}

fn parse(token: &WireValue) -> Result<BearerToken> {
    let parsed = BearerToken::parse(token.dangerously_expose());
    let parsed = parsed.map_err(|fault| Failure::failed(fault.to_string()))?;
    if parsed.kind() == TokenKind::Login {
        return Err(Failure::failed(
            "this is not a token to sign in with: those begin with kl_st_ or kl_cli_",
        ));
    }
    Ok(parsed)
}

/// The token that a person gives this command line in the dashboard.
fn approved(address: &Address, no_browser: bool) -> Result<WireValue> {
    let client = context::open(address.clone(), None)?;
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let started = client.start_login(&machine)?;
    show(address, &started.code, &started.url, no_browser);
    wait(&client, &started)
}

/// Tells the person where to go, and goes there if there is a screen.
pub(super) fn show(address: &Address, code: &str, url: &str, no_browser: bool) {
    note(format_args!(
        "Open this page in a browser, on any machine:\n\n    {}\n",
        print::plain(url)
    ));
    note(format_args!("and compare the code it shows:\n\n    {}\n", print::plain(code)));
    if no_browser || !address.serves(url) {
        return;
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        "xdg-open"
    } else {
        return;
    };
    let quiet = || Stdio::null();
    // The page can be opened by hand, so that nothing is lost without it.
    let _unopened =
        Command::new(program).arg(url).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}

fn wait(client: &Client, started: &LoginStarted) -> Result<WireValue> {
    let patience = started.expires_at.duration_since(Timestamp::now()).as_secs().clamp(60, 1800);
    let mut failures = 0;
    for _ in 0..patience / 2 {
        thread::sleep(POLL);
        match client.poll_login(&started.poll) {
            Ok(LoginAnswer::Approved { token }) => return Ok(token),
            Ok(LoginAnswer::Denied) => {
                return Err(Failure::failed("the request was denied in the dashboard"));
            }
            Ok(LoginAnswer::Expired) => break,
            Ok(LoginAnswer::Pending) => failures = 0,
            Err(error) if error.is_away() && failures < PATIENCE => failures += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::failed("nobody approved the request in time. Try again: keyloft login"))
}

/// The token that this one takes the place of would work on for nobody.
fn sign_out_before(profiles: &Profiles, name: &str) {
    let Some(before) = profiles.profiles.get(name) else { return };
    let Ok(address) = context::parse_address(&before.url) else { return };
    let Ok(Some(token)) = credential::load(name, &address, before.credential) else { return };
    if token.kind() == TokenKind::Cli
        && let Ok(client) = context::open(address, Some(token))
    {
        // It may have ended already.
        let _ended = client.sign_out();
    }
}

fn welcome(whoami: &Whoami, address: &Address, name: &str, kept: Keep) -> Result {
    let who = match whoami.kind {
        TokenKind::Service => format!("token '{}'", print::plain(&whoami.token_name)),
        TokenKind::Cli | TokenKind::Invitation | TokenKind::Login => whoami.person.to_string(),
    };
    print::line(format_args!("Signed in to {} at {address} as {who}.", whoami.workspace_name))?;
    let place = match kept {
        Keep::Keyring => "the system's keyring".to_owned(),
        Keep::File => credential::path(name)?.display().to_string(),
    };
    print::line(format_args!("Profile '{name}'; the token is in {place}."))
}

const POLL: Duration = Duration::from_secs(2);
/// So often in a row the server may be away.
const PATIENCE: u32 = 5;
