//! `/settings/security`: one's second factors.

use super::passkey::{Passkey, party};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    ui::{
        Badge, Button, ButtonKind, Card, Notice, NoticeKind, PageHeader, Table, TextField, Time,
        Tone,
    },
};
use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Field;
use std::fmt::Write as _;
use store::{Factors, PasskeyInfo, PendingTotp, TotpInfo};

const PAGE: &str = "/settings/security";
const ENDED: &str = "Your other sessions and command lines ended.";
const DONE: [(&str, &str); 6] = [
    ("app", "Your app counts now. Your other sessions and command lines ended."),
    ("app-removed", "Removed the app. Your other sessions and command lines ended."),
    ("confirmed", "Confirmed. Go on within five minutes."),
    ("passkey", "Added the passkey. Your other sessions and command lines ended."),
    ("passkey-removed", "Removed the passkey. Your other sessions and command lines ended."),
    ("saved", "Saved."),
];

/// The page: an app, passkeys and recovery codes.
#[component]
pub fn SecurityPage() -> impl IntoView {
    let required = crate::context::signed_in().is_some_and(|caller| caller.factor_required);
    let content = drawn(
        |store, caller| async move { store.factors(&caller).await },
        move |factors| view! { <Content factors required /> }.into_any(),
    );
    view! {
        <Title text="Second factor" />
        <PageHeader
            title="Second factor"
            text="What you show beside your password, so that whoever learns it cannot sign in."
        />
        <div class="stack loose">
            <FormAnswer done=&DONE fields=&[Field::SecondFactor, Field::PasskeyName] />
            {content}
            <p><a href="/settings/account">"Back to your account"</a></p>
        </div>
    }
    .into_any()
}

#[component]
fn Content(factors: Factors, required: bool) -> impl IntoView {
    let codes = PostedForm::take().once;
    let any = factors.any();
    let asked = (required && !any).then(|| {
        view! {
            <Notice kind=NoticeKind::Warn title="This workspace asks you for a second factor">
                "Until you have one, this page is all that you can open. Set up an app or a passkey below."
            </Notice>
        }
    });
    view! {
        {asked}
        {(!codes.is_empty()).then(|| view! { <NewCodes codes /> })}
        <App totp=factors.totp pending=factors.pending />
        <Passkeys passkeys=factors.passkeys />
        {any.then(|| view! { <Recovery left=factors.recovery_left /> })}
    }
    .into_any()
}

/// Recovery codes that were just made.
#[component]
fn NewCodes(codes: Vec<String>) -> impl IntoView {
    let rows = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    view! {
        <Card title="Your recovery codes" text="Each signs you in once, in the place of your app or passkey. They are shown this once.">
            <Notice kind=NoticeKind::Ok title="Keep them where your device is not: on paper, or in a password manager.">
                {ENDED}
            </Notice>
            <ul id="recovery-codes">{rows}</ul>
            <p><a class="button" href=PAGE>"I kept them"</a></p>
        </Card>
    }
    .into_any()
}

#[component]
fn App(totp: Option<TotpInfo>, pending: Option<PendingTotp>) -> impl IntoView {
    let has_app = totp.is_some();
    let state = totp.map(|totp| {
        view! {
            <p>
                <Badge tone=Tone::Ok icon="check">"Set up"</Badge>
                " " <Time ms=totp.created_at /> ", " {used(totp.last_used_at)}
            </p>
        }
    });
    let form = match pending {
        Some(pending) => view! { <Confirm pending /> }.into_any(),
        None => view! {
            <div class="row">
                <PostForm action=PAGE asks="app-start" class="row">
                    <Button submit=true>{if has_app { "Set up another app in its place" } else { "Set up an app" }}</Button>
                </PostForm>
                {has_app.then(|| view! {
                    <PostForm action=PAGE asks="app-remove" class="row">
                        <Button submit=true>"Remove the app"</Button>
                    </PostForm>
                })}
            </div>
        }
        .into_any(),
    };
    view! {
        <Card title="App" text="An authenticator app makes a code of six digits every 30 seconds.">
            {state}
            {form}
        </Card>
    }
    .into_any()
}

/// The key, to be read by the app, and the field for the first code.
#[component]
fn Confirm(pending: PendingTotp) -> impl IntoView {
    let posted = PostedForm::take();
    let groups = pending.key.as_bytes().chunks(4);
    let key = groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    view! {
        <p>"Read this with your app, or type the key into it:"</p>
        {square(&pending.uri)}
        <p><code id="app-key">{key}</code></p>
        <PostForm action=PAGE asks="app-confirm">
            <TextField
                name="code"
                label="The code that the app shows"
                hint="Six digits without spaces."
                autocomplete="one-time-code"
                error=posted.error_of(Field::SecondFactor)
                mono=true
                required=true
            />
            <div class="actions">
                <Button kind=ButtonKind::Primary submit=true>"Confirm the app"</Button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// A QR code as a picture of one path, black on white whatever the colours of the page: phones read nothing else. It is drawn here,
/// and no other server sees the key.
fn square(text: &str) -> impl IntoView {
    let code = QRBuilder::new(text).ecl(ECL::M).build().expect("an address of our own fits");
    let mut path = String::new();
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                let (x, y) = (x + QUIET, y + QUIET);
                write!(path, "M{x} {y}h1v1h-1z").expect("a String takes any text");
            }
        }
    }
    let size = code.size + 2 * QUIET;
    view! {
        <svg width="224" height="224" viewBox=format!("0 0 {size} {size}") role="img" aria-label="QR code of the key"
            shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
}

/// White modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

#[component]
fn Passkeys(passkeys: Vec<PasskeyInfo>) -> impl IntoView {
    let has_some = !passkeys.is_empty();
    let rows = passkeys
        .into_iter()
        .map(|passkey| {
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{passkey.name}</th>
                    <td data-unit="added"><Time ms=passkey.created_at /></td>
                    <td data-unit="used">{used(passkey.last_used_at)}</td>
                    <td>
                        <PostForm action=PAGE asks="passkey-remove" class="row">
                            <input type="hidden" name="id" value=passkey.id.to_string() />
                            <Button submit=true>"Remove"</Button>
                        </PostForm>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let table = has_some.then(|| {
        view! {
            <Table label="Your passkeys" columns=["Name", "Added", "Used"] actions=true>
                {rows}
            </Table>
        }
    });
    let add = match party() {
        Some(party) => view! { <AddPasskey origin=party.origin() /> }.into_any(),
        None => view! {
            <p class="muted">
                "Passkeys are bound to a name, and this server goes by a number. Use an app, or ask whoever runs it for a name."
            </p>
        }
        .into_any(),
    };
    view! {
        <Card title="Passkeys" text="Your device asks for your finger, face or PIN, and signs you in without a password.">
            {table}
            {add}
        </Card>
    }
    .into_any()
}

#[component]
fn AddPasskey(origin: String) -> impl IntoView {
    let posted = PostedForm::take();
    let name = posted.value("name").unwrap_or_default().to_owned();
    view! {
        <PostForm action=PAGE asks="passkey-add">
            <TextField
                name="name"
                label="Name of the new passkey"
                hint="Tells it from your others: the laptop, say."
                value=name
                error=posted.error_of(Field::PasskeyName)
                autocomplete="off"
                required=true
            />
            <Passkey asks="add" label="Add a passkey" />
            <noscript><p class="muted">"Passkeys need scripts, at " {origin} ". An app does not."</p></noscript>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Recovery(left: u32) -> impl IntoView {
    view! {
        <Card title="Recovery codes" text="For the day when your device is lost. Each works once.">
            <p>{format!("{left} of {} were not used.", model::RECOVERY_CODES)}</p>
            <PostForm action=PAGE asks="recovery-codes" class="row">
                <Button submit=true>"Make new codes"</Button>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn used(at: Option<i64>) -> AnyView {
    match at {
        Some(at) => view! { "used " <Time ms=at /> }.into_any(),
        None => view! { "not used yet" }.into_any(),
    }
}
