//! `keyloft sudo`

use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use model::TokenKind;

use super::login;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print;

pub(super) fn run(context: &Context) -> Result {
    let client = context.client()?;
    if client.token_kind() != Some(TokenKind::Cli) {
        return Err(Failure::failed(
            "a service token confirms nothing: it may do what its scopes say. A person signs in with: keyloft login",
        ));
    }
    let before = client.whoami()?.sudo_until;
    let started = client.start_sudo()?;
    login::show(client.address(), &started.code, &started.url, false);
    let patience = started.expires_at.duration_since(Timestamp::now()).as_secs().clamp(60, 1800);
    for _ in 0..patience / 2 {
        thread::sleep(Duration::from_secs(2));
        let until = match client.whoami() {
            Ok(whoami) => whoami.sudo_until,
            Err(error) if error.is_away() => continue,
            Err(error) => return Err(error.into()),
        };
        if let Some(until) = until.filter(|_| until > before) {
            return print::line(format_args!("Confirmed until {}.", print::local(until)));
        }
    }
    Err(Failure::failed("nobody confirmed in time. Try again: keyloft sudo"))
}
