//! `/device`.

use super::api::{AnswerRequest, DeviceRequest, load_request};
use crate::{
    answer::{Refusal, again_after_sudo, error_of},
    error::AppError,
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    ui::{
        Button, ButtonKind, Card, Facts, Notice, NoticeKind, PageHeader, Skeleton, TextField, Time,
    },
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};

/// Answers the command line whose code the address has, or asks for the code.
#[component]
pub fn DevicePage() -> impl IntoView {
    let workspace = use_viewer().workspace;
    let query = use_query_map();
    let param =
        move |name| Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()));
    let (code, answer) = (param("code"), param("answer"));
    let request = page_data(
        move || code.get(),
        move |code| async move {
            if code.is_empty() { Ok(None) } else { load_request(workspace, code).await.map(Some) }
        },
    );
    view! {
        <Title text="Command line" />
        <PageHeader title="Command line" text="A terminal asks for your consent here, where your password is known." />
        <div class="stack">
            {move || answer.with(|answer| told(answer))}
            <Transition fallback=|| view! { <Skeleton rows=4 /> }>
                {move || Suspend::new(async move {
                    match request.await {
                        Ok(Some(request)) => view! { <Request request /> }.into_any(),
                        Ok(None) if answer.with(|answer| told(answer).is_some()) => ().into_any(),
                        Ok(None) => view! { <CodeForm /> }.into_any(),
                        Err(AppError::NotFound) => view! { {unknown()} <CodeForm /> }.into_any(),
                        Err(error) => view! { <Failure error /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

/// What was answered, as the address says.
fn told(answer: &str) -> Option<AnyView> {
    let (kind, title, text) = match answer {
        "approved" => (NoticeKind::Ok, "Approved", "You can return to your terminal."),
        "denied" => (
            NoticeKind::Info,
            "Denied",
            "Nothing was signed in. You can return to your terminal, if it was yours that asked.",
        ),
        _ => return None,
    };
    Some(view! { <Notice kind title>{text}</Notice> }.into_any())
}

fn unknown() -> impl IntoView {
    view! {
        <Notice kind=NoticeKind::Bad title="No command line waits under this code">
            "A code counts for ten minutes and for one answer. Start again in your terminal, or compare what you typed with what it shows."
        </Notice>
    }
    .into_any()
}

#[component]
fn CodeForm() -> impl IntoView {
    view! {
        <Card title="Which one?" text="Your terminal shows a code of eight letters and digits.">
            <Form action="/device" method="GET" attr:class="form">
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
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Request(request: DeviceRequest) -> impl IntoView {
    let viewer = use_viewer();
    let answer = FormAction::of::<AnswerRequest>();
    again_after_sudo(answer);
    let DeviceRequest { code, machine, ip, created_at, confirms } = request;
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
    let page = format!("/device?code={code}");
    view! {
        <Card title>
            <p class="code">{code.clone()}</p>
            <Notice kind=NoticeKind::Warn title="Approve only if you started this yourself">
                "Your terminal must show the same code. If you got this link from somebody, deny."
            </Notice>
            <Facts items across=true />
            <p class="muted">{effect}</p>
            <Refusal error=error_of(answer) page />
            <ActionForm action=answer class="actions">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <input type="hidden" name="code" value=code />
                <Button submit=true name="approve" value="false" busy=answer.pending()>"Deny"</Button>
                <Button kind=ButtonKind::Primary submit=true name="approve" value="true" busy=answer.pending()>
                    "Approve"
                </Button>
            </ActionForm>
        </Card>
    }
    .into_any()
}
