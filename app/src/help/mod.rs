//! `/help`: from nothing to a program that has its secret, and what the words mean.

use crate::{
    drawn::drawn,
    keyboard::Shortcuts,
    ui::{Badge, ButtonKind, ButtonLink, Card, Facts, PageHeader, Tone},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{ListQuery, SecretSummary, TokenInfo, TokenKind};

/// The address of this server, as programs ask for it.
#[derive(Clone, Debug)]
pub struct ServerAddress(pub String);

/// The first steps, with those that are done already, and the words.
#[component]
pub fn HelpPage() -> impl IntoView {
    // Whoever has just set the server up.
    let is_new = use_query_map().with_untracked(|query| query.get("welcome").is_some());
    let title = if is_new { "Welcome to Keyloft" } else { "Help" };
    view! {
        <Title text=title />
        <PageHeader title=title text="From nothing to a program that has its secret, in a few minutes." />
        <div class="stack loose">
            {drawn(
                |store, caller| async move {
                    let secrets = store.list_secrets(&caller, &ListQuery::default()).await?.rows;
                    let tokens = store.list_tokens(&caller).await?;
                    Ok((secrets, tokens))
                },
                |(secrets, tokens)| steps(&secrets, &tokens),
            )}
            <Card title="What the words mean">
                <Facts items=words() />
            </Card>
            <div id="keyboard">
                <Card title="Keyboard" text="Letters and signs count outside of fields, on the pages that have what they do.">
                    <Shortcuts />
                    <p><a href="/settings/shortcuts">"Change keys, or switch letters off"</a></p>
                </Card>
            </div>
        </div>
    }
    .into_any()
}

fn steps(secrets: &[SecretSummary], tokens: &[TokenInfo]) -> AnyView {
    let viewer = use_viewer();
    let ServerAddress(server) = expect_context();
    let secret = secrets.first();
    let name = secret.map_or_else(|| "NAME".to_owned(), |secret| secret.name.to_string());
    let environment = secret
        .and_then(|secret| viewer.environment(secret.environment))
        .or(viewer.environments.first())
        .map_or_else(|| "dev".to_owned(), |environment| environment.name.to_string());
    let kept = secret.is_some();
    let signed_in = tokens.iter().any(|token| token.kind == TokenKind::Cli);
    let login = format!("keyloft login {server} -e {environment}");
    let run = format!("keyloft run -e {environment} -s {name} -- python train.py");
    let python = format!(
        "import keyloft\n\nkeyloft.Secret.from_name(\"{name}\", environment_name=\"{environment}\").load()"
    );
    view! {
        <Card title="1. Keep a secret" text="Pick the template of a service and fill its keys, or import the .env file that you have.">
            {done(kept)}
            <div class="actions">
                <ButtonLink href="/secrets/new" kind=ButtonKind::Primary icon="plus">"New secret"</ButtonLink>
                <ButtonLink href="/secrets/import" icon="upload">"Import a .env file"</ButtonLink>
            </div>
        </Card>
        <Card title="2. Sign in where your program runs" text="On your computer, this opens a page here that you approve. For a server or CI, make a service token.">
            {done(signed_in)}
            {code("Shell command", login)}
            <div class="actions"><ButtonLink href="/tokens/new" icon="bot">"New token"</ButtonLink></div>
        </Card>
        <Card title="3. Run it" text="Every key of the secret becomes an environment variable of the program, and of nothing else.">
            {code("Shell command", run)}
            {code("Python", python)}
        </Card>
        <Card title="4. See who read it" text="Each time a person or a program reads a value, a row is written that nobody can change unseen.">
            <div class="actions"><ButtonLink href="/audit" icon="scroll-text">"Audit"</ButtonLink></div>
        </Card>
    }
    .into_any()
}

fn done(is_done: bool) -> Option<AnyView> {
    is_done.then(|| view! { <p><Badge tone=Tone::Ok icon="check">"Done"</Badge></p> }.into_any())
}

/// Code without the button that copies it, which needs scripts.
fn code(title: &'static str, text: String) -> AnyView {
    view! {
        <figure class="snippet">
            <figcaption class="snippet-head">{title}</figcaption>
            <pre tabindex="0"><code>{text}</code></pre>
        </figure>
    }
    .into_any()
}

fn words() -> Vec<(&'static str, AnyView)> {
    let words = [
        (
            "Secret",
            "A named set of keys with values, in one environment. Programs ask for it by its name and get all its keys.",
        ),
        (
            "Template",
            "What Keyloft knows of a service: which keys its programs want, and how their values look. It fills the form; afterwards the keys are yours.",
        ),
        (
            "Environment",
            "A place like dev or prod, in which each secret has values of its own. In a protected one, changes and reveals ask for your password again.",
        ),
        (
            "Version",
            "Each save makes the next one and keeps those before. Any of them can be looked at, compared and restored.",
        ),
        (
            "Hidden, plain, write-only",
            "A hidden value is shown when someone asks, and that is written down; a plain one is seen by whoever sees the secret. A write-only one is for programs alone: it can be used and replaced, never shown again.",
        ),
        (
            "Token",
            "What a program signs in with. It reaches only the environments and secrets that you give it, and ends on a day.",
        ),
        (
            "Rotation",
            "Giving a key another value, by a schedule or at once. Whoever read the old one is named before.",
        ),
        (
            "Trash",
            "Where deleted secrets stay for 30 days. Until then they can be restored with all their versions.",
        ),
    ];
    words.into_iter().map(|(word, text)| (word, text.into_any())).collect()
}
