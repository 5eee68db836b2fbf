//! Where a new secret shall live.

use crate::{
    ui::{Checkbox, FieldGroup},
    viewer::Viewer,
};
use leptos::prelude::*;
use model::{Action, Environment, EnvironmentId, Problem, Reason};

/// Where this person may make secrets.
pub(super) fn writable(viewer: &Viewer) -> Vec<Environment> {
    let writes = |one: &&Environment| viewer.may_in(one.id, Action::WriteSecrets);
    viewer.environments.iter().filter(writes).cloned().collect()
}

/// A box for each of these environments: a secret is made in each that is ticked, and goes its own way from then on.
#[component]
pub(super) fn Environments(
    /// How the ticked ones are sent.
    name: &'static str,
    of: Vec<Environment>,
    /// Those that are ticked.
    chosen: Vec<EnvironmentId>,
    #[prop(into)] problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let boxes = of.iter().map(|one| {
        let checked = chosen.contains(&one.id);
        view! { <Checkbox name label=one.name.to_string() value=one.id.to_string() checked /> }
    });
    let boxes = boxes.collect_view();
    let error = Signal::derive(move || {
        let problem = problem.get()?;
        let Reason::TakenIn(id) = problem.reason else { return Some(problem.to_string()) };
        let place = of.iter().find(|one| one.id == id)?;
        Some(format!(
            "In {} another secret has this name. Leave it out, or choose another name.",
            place.name
        ))
    });
    let hint = "Each gets a secret of its own, with these values.";
    view! {
        <FieldGroup id="environments" legend="Environments" hint error>
            <div class="choices">{boxes}</div>
        </FieldGroup>
    }
    .into_any()
}
