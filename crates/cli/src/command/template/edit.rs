use super::{definition, find, of_template, read};
use crate::ask;
use crate::command::secret::Draft;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, note};

pub(super) fn run(context: &Context, id: &str) -> Result {
    let client = context.client()?;
    let before = find(client, id)?;
    let Some(version) = before.version else {
        return Err(Failure::usage(format!(
            "'{id}' is built in and does not change. Copy it with: keyloft template create --from {id}"
        )));
    };
    let known = definition(&before)?;
    let mut text = serde_json::to_string_pretty(&known).expect("a template has text keys");
    text.push('\n');
    let draft = Draft::new("template.json", &text)?;
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
    if edited == known {
        return print::line("No change");
    }
    let after = client.change_template(id, version, &edited).map_err(of_template(id))?;
    let version = after.version.unwrap_or(version);
    print::line(format_args!("Template '{id}' is at version {version}"))
}
