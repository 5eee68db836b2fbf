//! `keyloft secret set`

use clap::Args;
use model::KeyName;
use model::api::ChangeSecret;

use super::{NoteOption, SecretOption};
use crate::context::Context;
use crate::failure::{Result, of_secret};
use crate::pairs::{KindOption, Sources};
use crate::print;

#[derive(Args)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    secret: SecretOption,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    kind: KindOption,
    #[command(flatten)]
    note: NoteOption,
}

pub(super) fn run(context: &Context, args: &SetArgs) -> Result {
    crate::context::parse_name(&args.secret.name)?;
    let pairs = args.sources.gather()?.not_empty()?;
    let place = args.secret.get(context)?;
    let client = context.client()?;
    let before = client.secret(&place).map_err(of_secret(&place))?;
    let had = |key: &KeyName| before.keys.iter().any(|info| info.name == *key);
    let (changed, added): (Vec<_>, Vec<_>) = pairs.keys().cloned().partition(had);
    let change = ChangeSecret {
        set: pairs.into_wire(args.kind.kind),
        note: args.note.note.clone(),
        ..ChangeSecret::default()
    };
    let after = client.change_secret(&place, before.version, &change).map_err(of_secret(&place))?;
    let mut done = Vec::new();
    if !changed.is_empty() {
        done.push(format!("changed {}", print::quoted(&changed)));
    }
    if !added.is_empty() {
        done.push(format!("added {}", print::quoted(&added)));
    }
    print::line(format_args!(
        "Secret '{}' is at version {}: {}",
        place.name,
        after.version,
        done.join(", ")
    ))
}
