//! A token's text, shown once.

use super::{
    api::Made,
    words::{environments, secrets},
};
use crate::{
    ui::{ButtonKind, ButtonLink, Notice, NoticeKind, Snippet},
    viewer::use_viewer,
};
use leptos::{html, prelude::*};
use model::Scope;

/// The text with the commands that use it, in the place of the form.
#[component]
pub(super) fn ShownOnce(made: Made, title: String) -> impl IntoView {
    let viewer = use_viewer();
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            _ = heading.focus();
        }
    });
    let Made { text, info } = made;
    let text = text.dangerously_expose();
    let export = format!("export KEYLOFT_URL={} KEYLOFT_TOKEN={text}", server());
    let commands = info.scopes.contains(&Scope::Read).then(|| {
        let environment = environments(&viewer, &info)
            .into_iter()
            .next()
            .or_else(|| Some(viewer.environments.first()?.name.to_string()))
            .unwrap_or_default();
        let name = secrets(&info)
            .into_iter()
            .find(|name| !name.ends_with('*'))
            .unwrap_or_else(|| "NAME".to_owned());
        let run = format!("keyloft run -e {environment} -s {name} -- command");
        let curl = format!(
            "curl -sS -H \"Authorization: Bearer $KEYLOFT_TOKEN\" \\\n  \"$KEYLOFT_URL/api/v1/secrets/{environment}/{name}/values\""
        );
        view! {
            <Snippet title="Run a program with a secret" code=run />
            <Snippet title="The same by curl" code=curl />
        }
    });
    view! {
        <section class="card" aria-labelledby="made">
            <h2 id="made" tabindex="-1" node_ref=heading>{title}</h2>
            <Notice kind=NoticeKind::Warn title="This is the only time the token is shown.">
                "Put it where the program finds it now. Keyloft keeps no copy: a lost token is replaced."
            </Notice>
            <Snippet title="Token" code=text.to_owned() />
            <Snippet title="Environment of the program" code=export />
            {commands}
            <div class="actions">
                <ButtonLink href="/tokens" kind=ButtonKind::Primary>"Done"</ButtonLink>
            </div>
        </section>
    }
    .into_any()
}

/// The address of this server, as programs ask for it.
fn server() -> String {
    #[cfg(feature = "hydrate")]
    {
        window().location().origin().unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        use_context::<super::PostedForm>().map(|form| form.server).unwrap_or_default()
    }
}
