//! `keyloft secret create`

mod template;

use clap::Args;
use client::{Client, Place};
use model::KeyName;
use model::api::{MakeSecret, ProblemCode, ReplaceSecret, SecretView};

use super::NoteOption;
use crate::command::EnvironmentOption;
use crate::context::{Context, parse_name};
use crate::failure::{Failure, Result};
use crate::pairs::{KindOption, Pairs, Sources};
use crate::print;

#[derive(Args)]
pub(crate) struct CreateArgs {
    /// The secret's name
    #[arg(value_name = "SECRET_NAME")]
    name: String,
    #[command(flatten)]
    sources: Sources,
    /// The template of a service, such as postgres: its keys are asked for, and say who sees which value
    #[arg(long, value_name = "TEMPLATE")]
    template: Option<String>,
    /// Replace the secret if it exists; its old version is kept
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    kind: KindOption,
    #[command(flatten)]
    note: NoteOption,
    #[command(flatten)]
    environment: EnvironmentOption,
}

pub(super) fn run(context: &Context, args: &CreateArgs) -> Result {
    let name = parse_name(&args.name)?;
    let mut pairs = args.sources.gather()?;
    if args.template.is_none() {
        pairs = pairs.not_empty()?;
    }
    let place = Place::new(args.environment.get(context)?, name);
    let client = context.client()?;
    if let Some(id) = &args.template {
        template::complete(client, id, &mut pairs)?;
        pairs = pairs.not_empty()?;
    }

    if args.force
        && let Some(before) = find(client, &place)?
    {
        return replace(client, &place, &before, pairs, args);
    }
    let keys: Vec<_> = pairs.keys().cloned().collect();
    let new = MakeSecret {
        environment: place.environment.to_string(),
        name: place.name.to_string(),
        template: args.template.clone(),
        values: pairs.into_wire(args.kind.kind),
        tags: Vec::new(),
        note: args.note.note.clone(),
    };
    client.make_secret(&new).map_err(|error| match error.code() {
        Some(ProblemCode::AlreadyExists) => Failure::failed(format!(
            "Secret '{}' already exists in environment '{}'. Rerun with --force to replace it; its old version is kept",
            place.name, place.environment
        )),
        _ => error.into(),
    })?;
    print::line(format_args!(
        "Created a new secret '{}' with the key(s) {}",
        place.name,
        print::quoted(&keys)
    ))?;
    sample(&place, &keys)
}

fn find(client: &Client, place: &Place) -> Result<Option<SecretView>> {
    match client.secret(place) {
        Ok(view) => Ok(Some(view)),
        Err(error) if error.code() == Some(ProblemCode::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn replace(
    client: &Client,
    place: &Place,
    before: &SecretView,
    pairs: Pairs,
    args: &CreateArgs,
) -> Result {
    let keys: Vec<_> = pairs.keys().cloned().collect();
    let new = ReplaceSecret {
        values: pairs.into_wire(args.kind.kind),
        tags: None,
        note: args.note.note.clone(),
    };
    let after = client.replace_secret(place, before.version, &new)?;
    print::line(format_args!(
        "Replaced the secret '{}', version {} by version {}",
        place.name, before.version, after.version
    ))?;
    for (mark, key) in changes(before, &keys) {
        print::line(format_args!("  {mark} {key}"))?;
    }
    print::line(format_args!(
        "To go back: keyloft secret restore -e {} {} {}",
        place.environment, place.name, before.version
    ))
}

/// `+` for a new key, `~` for one that has been given a value again, `-` for one that is gone.
fn changes(before: &SecretView, keys: &[KeyName]) -> Vec<(char, KeyName)> {
    let had = |key: &KeyName| before.keys.iter().any(|info| info.name == *key);
    let now = keys.iter().map(|key| (if had(key) { '~' } else { '+' }, key.clone()));
    let gone = before.keys.iter().filter(|info| !keys.contains(&info.name));
    now.chain(gone.map(|info| ('-', info.name.clone()))).collect()
}

/// How programs get it, to be copied.
fn sample(place: &Place, keys: &[KeyName]) -> Result {
    let Place { environment, name } = place;
    let key = keys.first().map_or("KEY", KeyName::as_str);
    print::line(format_args!(
        "\nUse it in a shell:\n\n    keyloft run -e {environment} -s {name} -- python train.py\n\n\
         Use it in Python:\n\n    import os\n\n    import keyloft\n\n    \
         keyloft.Secret.from_name(\"{name}\", environment_name=\"{environment}\").load()\n    value = os.environ[\"{key}\"]"
    ))
}
