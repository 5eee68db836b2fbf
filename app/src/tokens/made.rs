//! A token's text, shown once.

use super::{
    PAGE,
    words::{environments, secrets},
};
use crate::{
    drawn::drawn,
    help::ServerAddress,
    ui::{ButtonKind, ButtonLink, Notice, NoticeKind, Snippet},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Scope, TokenId, TokenInfo};
use store::StoreError;

/// The text with the commands that use it, in the place of the form that made it. `title` says of what token it is the text.
pub(super) fn shown_once(
    id: &str,
    text: &str,
    title: impl FnOnce(&TokenInfo) -> String + Send + 'static,
) -> AnyView {
    let id = TokenId::parse(id).map_err(|_| StoreError::NotFound);
    let text = text.to_owned();
    drawn(
        |store, caller| async move { store.token(&caller, &id?).await },
        move |info| {
            let title = title(&info);
            view! { <ShownOnce info text title /> }.into_any()
        },
    )
}

#[component]
fn ShownOnce(info: TokenInfo, text: String, title: String) -> impl IntoView {
    let viewer = use_viewer();
    let ServerAddress(server) = expect_context();
    let export = format!("export KEYLOFT_URL={server} KEYLOFT_TOKEN={text}");
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
            <h2 id="made" tabindex="-1" autofocus=true>{title}</h2>
            <Notice kind=NoticeKind::Warn title="This is the only time the token is shown.">
                "Put it where the program finds it now. Keyloft keeps no copy: a lost token is replaced."
            </Notice>
            <Snippet title="Token" code=text />
            <Snippet title="Environment of the program" code=export />
            {commands}
            <div class="actions">
                <ButtonLink href=PAGE kind=ButtonKind::Primary>"Done"</ButtonLink>
            </div>
            <script type="module" src="/copy.js"></script>
        </section>
    }
    .into_any()
}
