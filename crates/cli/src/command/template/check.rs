use super::of_template;
use crate::command::JsonOption;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, note};
use model::api::MismatchView;

pub(super) fn run(context: &Context, id: &str, option: &JsonOption) -> Result {
    let found = context.client()?.template_mismatches(id).map_err(of_template(id))?;
    if option.json {
        print::json(&found)?;
    }
    if found.mismatches.is_empty() {
        if !option.json {
            print::line(format_args!(
                "{id}: {} made from it, and none lacks a required key",
                print::count(usize::try_from(found.secrets).unwrap_or(usize::MAX), "secret")
            ))?;
        }
        return Ok(());
    }
    for one in &found.mismatches {
        note(format_args!("{}/{}: missing {}", one.environment, one.name, lacks(one)));
    }
    Err(Failure::Differs)
}

fn lacks(one: &MismatchView) -> String {
    let alternative = |alternative: &model::api::MissingAlternative| {
        format!("{} ({})", print::plain(&alternative.label), print::listed(&alternative.keys))
    };
    let alternatives: Vec<_> = one.alternatives.iter().map(alternative).collect();
    let mut parts: Vec<_> = one.missing.iter().map(ToString::to_string).collect();
    if !alternatives.is_empty() {
        parts.push(alternatives.join(" or "));
    }
    parts.join(", ")
}
