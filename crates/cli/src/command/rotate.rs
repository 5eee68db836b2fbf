//! `keyloft rotate`

use clap::Args;
use model::api::{NewValueView, Rotate, RotateAnswer, SecretView, ValueMap};
use model::{KeyName, ValueKind, WireValue};

use super::JsonOption;
use super::secret::{NoteOption, SecretOption, parse_keys};
use crate::ask;
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::pairs::Sources;
use crate::print;

#[derive(Args)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    secret: SecretOption,
    #[command(flatten)]
    sources: Sources,
    /// A key to give another value; several times for several [default: all that are not plain]
    #[arg(short, long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// Have the server make the values that are not given, as the secret's template says
    #[arg(short, long)]
    generate: bool,
    #[command(flatten)]
    note: NoteOption,
    #[command(flatten)]
    json: JsonOption,
}

pub(super) fn run(context: &Context, args: &RotateArgs) -> Result {
    args.secret.parse_name()?;
    let chosen = parse_keys(&args.keys)?;
    let given = args.sources.gather()?;
    let place = args.secret.get(context)?;
    let client = context.client()?;
    let before = client.secret(&place).map_err(of_secret(&place))?;
    let has = |key: &KeyName| before.keys.iter().any(|info| info.name == *key);
    if let Some(missing) = chosen.iter().chain(given.keys()).find(|key| !has(key)) {
        return Err(Failure::failed(format!(
            "Secret '{}' has no key {missing}. Nothing was changed",
            place.name
        )));
    }
    let mut values = texts(given.into_wire(None));
    if !args.generate {
        ask_for(&before, &chosen, &mut values)?;
    }
    let rotate = Rotate {
        keys: chosen.iter().map(ToString::to_string).collect(),
        values: ValueMap(values),
        generate: args.generate,
        note: args.note.text().to_owned(),
    };
    let rotated =
        client.rotate_secret(&place, before.version, &rotate).map_err(of_secret(&place))?;
    if args.json.json {
        return print::json(&rotated);
    }
    tell(&place.name, &rotated)
}

/// The values of the chosen keys, or of all that are not plain, from whoever sits at the terminal.
fn ask_for(
    secret: &SecretView,
    chosen: &[KeyName],
    values: &mut Vec<(String, WireValue)>,
) -> Result {
    let by_default = chosen.is_empty() && values.is_empty();
    let wanted: Vec<_> = secret
        .keys
        .iter()
        .filter(|key| by_default && key.kind != ValueKind::Plain || chosen.contains(&key.name))
        .filter(|key| !values.iter().any(|(given, _)| given == key.name.as_str()))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    if !ask::is_interactive() {
        let names = print::listed(wanted.iter().map(|key| &key.name));
        return Err(Failure::usage(format!(
            "no new value for {names}. Give values as KEY=- or KEY=@FILE, or have the server make them with --generate"
        )));
    }
    for key in wanted {
        let value = ask::hidden(format_args!("New value of {}", key.name))?;
        values.push((key.name.to_string(), value));
    }
    Ok(())
}

fn tell(name: &model::SecretName, rotated: &RotateAnswer) -> Result {
    print::line(format_args!(
        "Rotated '{name}': version {} has other values for {}",
        rotated.version,
        print::quoted(&rotated.keys)
    ))?;
    if !rotated.generated.is_empty() {
        print::line(format_args!("Made by the server: {}", print::listed(&rotated.generated)))?;
    }
    let readers: Vec<_> = rotated.readers.iter().filter(|reader| !reader.gone).collect();
    if readers.is_empty() {
        return print::line("Nobody read it in the last 30 days");
    }
    print::line(format_args!(
        "Who read it in the last 30 days will notice: {}",
        print::quoted(readers.iter().map(|reader| print::plain(&reader.name)))
    ))?;
    print::line(format_args!("Who still has the old values: keyloft secret readers {name}"))
}

fn texts(values: ValueMap<String, NewValueView>) -> Vec<(String, WireValue)> {
    let text = |(key, value)| match value {
        NewValueView::Text(value) | NewValueView::WithKind { value, .. } => (key, value),
    };
    values.0.into_iter().map(text).collect()
}
