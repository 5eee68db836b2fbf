//! `keyloft secret edit`

mod editor;

use cli::export;
use client::Place;
use model::api::{ChangeSecret, NewValueView, SecretView, ValueMap};
use model::{KeyName, ValueKind, WireValue};
use zeroize::Zeroizing;

pub(in crate::command) use self::editor::Draft;
use super::{NoteOption, SecretOption};
use crate::ask;
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::print::{self, note};

#[derive(clap::Args)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    secret: SecretOption,
    #[command(flatten)]
    note: NoteOption,
}

type Values = Vec<(KeyName, WireValue)>;

pub(super) fn run(context: &Context, args: &EditArgs) -> Result {
    let place = args.secret.get(context)?;
    let client = context.client()?;
    let before = client.secret(&place).map_err(of_secret(&place))?;
    let answer = client.values(&place, Some(before.version), &[]).map_err(of_secret(&place))?;
    let values = answer.values.0;
    let text = Zeroizing::new(format!("{}{}", head(&place, &before), *write(&values)?));

    let draft = Draft::new("secret.env", &text)?;
    let edited = loop {
        draft.edit()?;
        match read(&draft.contents()?) {
            Ok(edited) => break edited,
            Err(wrong) if ask::is_interactive() => {
                note(wrong);
                ask::text("Press Enter to go on editing, or Ctrl-C to drop the changes")?;
            }
            Err(wrong) => return Err(Failure::Failed(format!("{wrong}\nNothing was changed"))),
        }
    };
    let Some(change) = difference(&values, edited, &args.note.note) else {
        return print::line("No change");
    };
    let keys: Vec<_> = change.set.0.iter().map(|(key, _)| format!("'{key}'")).collect();
    let removed = print::quoted(&change.remove);
    let after = client.change_secret(&place, before.version, &change).map_err(of_secret(&place))?;
    print::line(format_args!("Secret '{}' is at version {}", place.name, after.version))?;
    if !keys.is_empty() {
        print::line(format_args!("  set {}", keys.join(", ")))?;
    }
    if !removed.is_empty() {
        print::line(format_args!("  removed {removed}"))?;
    }
    Ok(())
}

/// Comments that say what is not in the file.
fn head(place: &Place, secret: &SecretView) -> String {
    let mut text = format!(
        "# {place}, version {}. Save and close to change it; a key without its line is removed.\n",
        secret.version
    );
    for key in secret.keys.iter().filter(|key| key.kind == ValueKind::WriteOnly) {
        text.push_str("# ");
        text.push_str(key.name.as_str());
        text.push_str("= is write-only and stays as it is. Add a line to replace it.\n");
    }
    text.push('\n');
    text
}

fn write(values: &Values) -> Result<Zeroizing<String>> {
    export::dotenv(values).map_err(|refused| {
        Failure::Failed(format!(
            "{refused}\nChange such keys with: keyloft secret set NAME KEY=@FILE"
        ))
    })
}

fn read(file: &[u8]) -> std::result::Result<Values, String> {
    let parsed = envfile::parse(file).map_err(|error| error.to_string())?;
    if parsed.faults.is_empty() {
        return Ok(parsed.entries.into_iter().map(|entry| (entry.key, entry.value)).collect());
    }
    Err(parsed.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// What is other than it was. Keys whose values were not shown stay.
fn difference(before: &Values, after: Values, note: &str) -> Option<ChangeSecret> {
    let remove: Vec<_> = before
        .iter()
        .filter(|(key, _)| !after.iter().any(|(name, _)| name == key))
        .map(|(key, _)| key.to_string())
        .collect();
    let set: Vec<_> = after
        .into_iter()
        .filter(|pair| !before.contains(pair))
        .map(|(key, value)| (key.to_string(), NewValueView::Text(value)))
        .collect();
    if remove.is_empty() && set.is_empty() {
        return None;
    }
    Some(ChangeSecret {
        set: ValueMap(set),
        remove,
        note: note.to_owned(),
        ..ChangeSecret::default()
    })
}
