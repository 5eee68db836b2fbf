//! Keys that a service's template wants and nobody gave yet.

use client::Client;
use model::api::{ProblemCode, TemplateKeyView};
use model::{ValueKind, WireValue};

use crate::ask;
use crate::failure::{Failure, Result};
use crate::pairs::Pairs;
use crate::print::{self, note};

/// Asks for what is missing. Without a terminal defaults are taken, and required keys without one are all named.
pub(super) fn complete(client: &Client, id: &str, pairs: &mut Pairs) -> Result {
    let template = client.template(id).map_err(|error| match error.code() {
        Some(ProblemCode::NotFound) => Failure::usage(format!(
            "there is no template '{}'. The dashboard's gallery shows them, and so does GET /api/v1/templates",
            print::plain(id)
        )),
        _ => error.into(),
    })?;
    let wanted: Vec<_> = template.keys.iter().filter(|wanted| !pairs.has(&wanted.key)).collect();
    let mut missing = Vec::new();
    let interactive = ask::is_interactive();
    if interactive && !wanted.is_empty() {
        note(format_args!(
            "{}: an empty answer takes the default, or leaves out what is optional.",
            print::plain(&template.name)
        ));
    }
    for wanted in wanted {
        let given = if interactive { answer(wanted)? } else { None };
        match given.or_else(|| wanted.default.clone().map(WireValue::new)) {
            Some(value) => drop(pairs.add([(wanted.key.clone(), value)])),
            None if wanted.required => missing.push(wanted.key.clone()),
            None => {}
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the template '{}' requires: {}",
        print::plain(id),
        print::listed(&missing)
    )))
}

fn answer(wanted: &TemplateKeyView) -> Result<Option<WireValue>> {
    let label = print::plain(&wanted.label);
    let question = match (&wanted.default, wanted.required) {
        (Some(default), _) => format!("{} ({label}) [{}]", wanted.key, print::plain(default)),
        (None, true) => format!("{} ({label})", wanted.key),
        (None, false) => format!("{} ({label}, optional)", wanted.key),
    };
    let value = if wanted.kind == ValueKind::Plain {
        WireValue::new(ask::text(question)?)
    } else {
        ask::hidden(question)?
    };
    Ok((!value.dangerously_expose().is_empty()).then_some(value))
}
