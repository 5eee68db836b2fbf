//! `keyloft logout`

use model::TokenKind;

use crate::context::{self, Context};
use crate::credential;
use crate::failure::{Failure, Result};
use crate::print;
use crate::profile::Profiles;
use crate::run::{self, cache};

pub(super) fn run(context: &Context) -> Result {
    let mut profiles = Profiles::load()?;
    let Some((name, profile)) = profiles.find(context.wanted_profile())? else {
        return Err(Failure::failed("not signed in anywhere"));
    };
    let (name, profile) = (name.to_owned(), profile.clone());
    let address = context::parse_address(&profile.url)?;
    // What cannot be read any more is forgotten all the same.
    let token = credential::load(&name, &address, profile.credential).unwrap_or_default();
    if let Some(token) = token {
        let kind = token.kind();
        let folder = cache::folder(&token)?;
        let client = context::open(address, Some(token))?;
        run::report(&client, &folder);
        cache::forget(&folder)?;
        if kind == TokenKind::Cli {
            match client.sign_out() {
                Ok(()) => {}
                Err(error) if error.code().is_some() => {}
                Err(error) => print::hint(format_args!(
                    "the server was not told ({error}): end this sign-in in the dashboard, or the token works until its end"
                )),
            }
        } else {
            print::hint("a service token works on elsewhere. To end it: keyloft token revoke");
        }
    }
    credential::forget(&name, &profile.url, profile.credential)?;
    profiles.profiles.remove(&name);
    if profiles.current.as_deref() == Some(&name) {
        profiles.current = profiles.profiles.keys().next().cloned();
    }
    profiles.save()?;
    print::line(format_args!("Signed out of {}.", profile.url))
}
