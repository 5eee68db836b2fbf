//! `/device`.

use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{Button, ButtonKind, Card, Facts, Notice, NoticeKind, PageHeader, TextField, Time},
};
use http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use store::{LoginRequest, StoreError};

const PAGE: &str = "/device";

/// Answers the command line whose code the address has, or asks for the code.
#[component]
pub fn DevicePage() -> impl IntoView {
    let posted = PostedForm::take();
    let param = |name| use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default();
    let code = posted.value("code").map_or_else(|| param("code"), str::to_owned);
    let done = param("done");
    let body = match code.as_str() {
        "" if DONE.iter().any(|(word, _)| *word == done) => ().into_any(),
        "" => code_form(),
        _ => asked(code),
    };
    // The page says itself that nothing waits under the code.
    let answer = (posted.error != Some(AppError::NotFound)).then(|| {
        view! { <FormAnswer done=DONE /> }
    });
    view! {
        <Title text="Command line" />
        <PageHeader title="Command line" text="A terminal asks for your consent here, where your password is known." />
        <div class="stack">
            {answer}
            {body}
        </div>
    }
    .into_any()
}

/// What waits under a code.
fn asked(code: String) -> AnyView {
    drawn(
        |store, caller| async move {
            match store.login_request(&caller, &code).await {
                Ok(request) => Ok(Some(request)),
                Err(StoreError::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        },
        |found| found.map_or_else(unknown, request),
    )
}

fn unknown() -> AnyView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::NOT_FOUND);
    }
    view! {
        <Notice kind=NoticeKind::Bad title="No command line waits under this code">
            "A code counts for ten minutes and for one answer. Start again in your terminal, or compare what you typed with what it shows."
        </Notice>
        {code_form()}
    }
    .into_any()
}

fn code_form() -> AnyView {
    view! {
        <Card title="Which one?" text="Your terminal shows a code of eight letters and digits.">
            <form class="form" action=PAGE method="get">
                <TextField
                    name="code"
                    label="Code"
                    placeholder="ABCD-EFGH"
                    maxlength=12
                    required=true
                    autocomplete="off"
                    mono=true
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Go on"</Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

fn request(request: LoginRequest) -> AnyView {
    let LoginRequest { code, machine, ip, created_at, confirms } = request;
    let (title, effect) = if confirms {
        (
            format!("Confirm your password for {machine}?"),
            "For five minutes, it may do what needs your password, as if you had just typed it here.",
        )
    } else {
        (
            format!("Sign in on {machine}?"),
            "It may then do all that you may, and stays signed in for 90 days. You end that under Tokens.",
        )
    };
    let wants = if confirms { "Your password confirmed" } else { "To be signed in as you" };
    let items = vec![
        ("Machine, as it calls itself", machine.into_any()),
        ("Address", ip.into_any()),
        ("Asked", view! { <Time ms=created_at /> }.into_any()),
        ("Wants", wants.into_any()),
    ];
    view! {
        <Card title>
            <p class="code">{code.clone()}</p>
            <Notice kind=NoticeKind::Warn title="Approve only if you started this yourself">
                "Your terminal must show the same code. If you got this link from somebody, deny."
            </Notice>
            <Facts items across=true />
            <p class="muted">{effect}</p>
            <PostForm action=PAGE asks="answer" class="actions">
                <input type="hidden" name="code" value=code />
                <Button submit=true name="approve" value="false">"Deny"</Button>
                <Button kind=ButtonKind::Primary submit=true name="approve" value="true">"Approve"</Button>
            </PostForm>
        </Card>
    }
    .into_any()
}

const DONE: &[(&str, &str)] = &[
    ("approved", "Approved. You can return to your terminal."),
    (
        "denied",
        "Denied. Nothing was signed in. You can return to your terminal, if it was yours that asked.",
    ),
];
