//! `keyloft secret unset`

use clap::Args;
use model::api::ChangeSecret;

use super::{NoteOption, SecretOption, parse_keys};
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::print;

#[derive(Args)]
pub(crate) struct UnsetArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// The keys to take away
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
    #[command(flatten)]
    note: NoteOption,
}

pub(super) fn run(context: &Context, args: &UnsetArgs) -> Result {
    let keys = parse_keys(&args.keys)?;
    let place = args.secret.get(context)?;
    let client = context.client()?;
    let before = client.secret(&place).map_err(of_secret(&place))?;
    let missing: Vec<_> =
        keys.iter().filter(|key| !before.keys.iter().any(|info| info.name == **key)).collect();
    if !missing.is_empty() {
        return Err(Failure::failed(format!(
            "Secret '{}' has no key {}. Nothing was changed",
            place.name,
            print::listed(missing)
        )));
    }
    if before.keys.iter().all(|info| keys.contains(&info.name)) {
        return Err(Failure::failed(format!(
            "a secret has at least one key. To delete it: keyloft secret delete {}",
            place.name
        )));
    }
    let change = ChangeSecret {
        remove: keys.iter().map(ToString::to_string).collect(),
        note: args.note.note.clone(),
        ..ChangeSecret::default()
    };
    let after = client.change_secret(&place, before.version, &change).map_err(of_secret(&place))?;
    print::line(format_args!(
        "Secret '{}' is at version {}: removed {}",
        place.name,
        after.version,
        print::quoted(&keys)
    ))
}
