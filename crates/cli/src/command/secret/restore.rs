//! `keyloft secret restore`

use clap::Args;
use model::api::RestoreVersion;
use model::{KeyName, Version};

use super::{NoteOption, SecretOption, parse_keys};
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::print;

#[derive(Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// The version whose contents to go back to
    #[arg(value_name = "VERSION", required_unless_present = "earlier")]
    version: Option<Version>,
    /// The same, as an option
    #[arg(id = "earlier", long = "version", value_name = "VERSION", conflicts_with = "version")]
    earlier: Option<Version>,
    /// Only this key of it, while the others stay as they are; several times for several
    #[arg(short, long = "key", value_name = "KEY")]
    keys: Vec<String>,
    #[command(flatten)]
    note: NoteOption,
}

pub(in crate::command) fn run(context: &Context, args: &RestoreArgs) -> Result {
    let keys = parse_keys(&args.keys)?;
    let version = args.version.or(args.earlier).expect("one of the two is required");
    let place = args.secret.get(context)?;
    let restore = RestoreVersion {
        version,
        keys: keys.iter().map(ToString::to_string).collect(),
        note: args.note.note.clone(),
    };
    let client = context.client()?;
    if !keys.is_empty() {
        let versions = client.versions(&place).map_err(of_secret(&place))?.versions;
        let old = versions.iter().find(|old| old.version == version);
        let has =
            |key: &KeyName| old.is_some_and(|old| old.keys.iter().any(|info| info.name == *key));
        if let Some(missing) = keys.iter().find(|key| !has(key)) {
            return Err(Failure::failed(format!(
                "Version {version} of '{}' has no key {missing}. Nothing was changed",
                place.name
            )));
        }
    }
    let is = client.restore_version(&place, &restore).map_err(of_secret(&place))?;
    let contents = if keys.is_empty() { "the contents".to_owned() } else { print::quoted(&keys) };
    print::line(format_args!(
        "Secret '{}' is at version {}, with {contents} of version {version}",
        place.name, is.version
    ))
}
