//! `/secrets/:id/automatic`.

use super::words::secret_of_page;
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    error::AppError,
    ui::{
        Breadcrumb, Button, ButtonKind, Card, Checkbox, Notice, NoticeKind, PageHeader,
        SegmentedLinks, SelectField, TextField,
    },
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, RotatorKind, SecretDetail, ValueKind};
use store::StoreError;

/// A rotator for a secret: its kind is chosen first, and decides the fields.
#[component]
pub fn NewRotatorPage() -> impl IntoView {
    let id = secret_of_page();
    let kind = use_query_map().with_untracked(|query| match query.get("kind").as_deref() {
        Some("postgres") => RotatorKind::Postgres,
        Some("webhook") => RotatorKind::Webhook,
        _ => RotatorKind::Generated,
    });
    view! {
        <Title text="Rotate automatically" />
        {drawn_whole(
            move |store, caller| async move { store.secret(&caller, id.ok_or(StoreError::NotFound)?).await },
            move |detail| page(&detail, kind),
        )}
    }
    .into_any()
}

fn page(detail: &SecretDetail, kind: RotatorKind) -> AnyView {
    let viewer = use_viewer();
    let secret = &detail.summary;
    let blocked = (!viewer.may_in(secret.environment, Action::ManageRotators))
        .then(|| AppError::Denied(Action::ManageRotators).to_string());
    let posted = PostedForm::take();
    let here = format!("/secrets/{}", secret.id);
    let page = format!("{here}/automatic");
    let address = |kind| format!("{page}?kind={kind}");
    let kinds = [
        (RotatorKind::Generated, "generated", "Random value"),
        (RotatorKind::Postgres, "postgres", "PostgreSQL password"),
        (RotatorKind::Webhook, "webhook", "A program of yours"),
    ];
    let links = kinds.map(|(_, word, title)| (address(word), title.to_owned()));
    let chosen = kinds.iter().find(|(other, ..)| *other == kind).map_or("", |(_, word, _)| word);
    let name = secret.name.to_string();
    if let Some(signing) = posted.once.first().cloned() {
        return made(name, signing);
    }
    let action = address(chosen);
    let days = typed(&posted, "days", "30");
    let wrong = posted.error_of(Field::Days);
    let fields = match kind {
        RotatorKind::Generated => generated(detail, &posted),
        RotatorKind::Postgres => postgres(detail, &posted),
        RotatorKind::Webhook => webhook(detail, &posted),
    };
    let title = format!("Rotate {name} automatically");
    view! {
        <Breadcrumb items=vec![("/secrets".to_owned(), "Secrets".to_owned()), (here.clone(), name)] current="Rotate automatically" />
        <PageHeader title=title mono=true text="A rotator acts with your rights, for as long as you have them." />
        <div class="stack loose">
            <FormAnswer done=&[] fields=SHOWN />
            <SegmentedLinks label="Where new values come from" items=links.to_vec() current=action.clone() />
            <Card title="The rotator" text=about(kind)>
                <PostForm action=action asks=chosen>
                    {fields}
                    <TextField name="days" label="Every so many days" input="number" value=days error=wrong
                        hint="0: only when somebody asks." required=true />
                    <div class="actions">
                        <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Make the rotator"</Button>
                    </div>
                </PostForm>
            </Card>
        </div>
    }
    .into_any()
}

/// The rotator of a program that was just made, with what the program needs to know that it is us.
fn made(name: String, signing: String) -> AnyView {
    view! {
        <PageHeader title=format!("Rotate {name} automatically") mono=true />
        <div class="stack loose">
            <Notice kind=NoticeKind::Ok title="Made the rotator" />
            <Card title="What requests are signed with" text="Shown only now. Give it to your program, which checks the signature with it.">
                <p><code class="value">{signing}</code></p>
            </Card>
            <p><a href="/rotation/automatic">"All rotators"</a></p>
        </div>
    }
    .into_any()
}

fn generated(detail: &SecretDetail, posted: &PostedForm) -> AnyView {
    let alphabets = [
        ("alphanumeric", "Letters and digits"),
        ("digits", "Digits"),
        ("hex", "Hexadecimal"),
        ("url-safe", "Letters, digits, - and _"),
    ];
    let alphabets = alphabets.map(|(value, title)| (value.to_owned(), title.to_owned())).to_vec();
    view! {
        {keys(detail, posted)}
        <TextField name="length" label="Characters" input="number" value=typed(posted, "length", "32") hint="8 to 512." required=true />
        <SelectField name="alphabet" label="Made of" options=alphabets value=typed(posted, "alphabet", "alphanumeric") />
        <TextField name="format" label="Around them" value=typed(posted, "format", "{}") hint="{} stands for the characters, as in whsec_{}."
            error=posted.error_of(Field::RotatorSettings) mono=true required=true />
    }
    .into_any()
}

fn postgres(detail: &SecretDetail, posted: &PostedForm) -> AnyView {
    let named: Vec<(String, String)> =
        detail.keys.iter().map(|key| (key.name.to_string(), key.name.to_string())).collect();
    let or_none = |mut options: Vec<(String, String)>| {
        options.insert(0, (String::new(), "None".to_owned()));
        options
    };
    let first = |kind: ValueKind| {
        let found = detail.keys.iter().find(|key| key.kind == kind);
        found.map(|key| key.name.to_string()).unwrap_or_default()
    };
    view! {
        <SelectField name="key" label="Key with the password" options=named.clone() value=typed(posted, "key", &first(ValueKind::Hidden)) />
        <SelectField name="user_key" label="Key with the role's name" options=or_none(named.clone()) value=typed(posted, "user_key", "")
            hint="It changes where two roles take turns." />
        <SelectField name="url_key" label="Key with a connection URL" options=or_none(named) value=typed(posted, "url_key", "") />
        <TextField name="role" label="Role" value=typed(posted, "role", "") hint="Whose password is replaced." autocomplete="off" mono=true required=true />
        <TextField name="other_role" label="Other role" value=typed(posted, "other_role", "") autocomplete="off" mono=true optional=true
            hint="Takes turns with it, so that the old password works on. With one role, programs log in wrongly from the change until they read again." />
        <TextField name="admin_environment" label="Environment of the administrator's secret" value=typed(posted, "admin_environment", "") autocomplete="off" required=true />
        <TextField name="admin_secret" label="Administrator's secret" value=typed(posted, "admin_secret", "") autocomplete="off" mono=true required=true />
        <TextField name="admin_key" label="Key in it" value=typed(posted, "admin_key", "DATABASE_URL") error=posted.error_of(Field::RotatorAdmin)
            hint="With the URL of somebody who may change passwords." autocomplete="off" mono=true required=true />
        {overlap(posted)}
    }
    .into_any()
}

fn webhook(detail: &SecretDetail, posted: &PostedForm) -> AnyView {
    view! {
        {keys(detail, posted)}
        <TextField name="url" label="Address" input="url" value=typed(posted, "url", "") error=posted.error_of(Field::RotatorSettings)
            hint="Is asked for the new values, with a signed request. What signs it is shown once, when the rotator is made." required=true />
        {overlap(posted)}
    }
    .into_any()
}

fn overlap(posted: &PostedForm) -> AnyView {
    view! {
        <TextField name="overlap" label="Minutes that the old value works on" input="number" value=typed(posted, "overlap", "60")
            error=posted.error_of(Field::OverlapMinutes) hint="Longer than every program takes to read again." required=true />
    }
    .into_any()
}

fn keys(detail: &SecretDetail, posted: &PostedForm) -> AnyView {
    let chosen = |name: &str, kind| {
        if posted.fields.is_empty() {
            kind != ValueKind::Plain
        } else {
            posted.fields.iter().any(|(field, value)| field == "key" && value == name)
        }
    };
    let boxes = detail
        .keys
        .iter()
        .map(|key| {
            let name = key.name.to_string();
            let checked = chosen(&name, key.kind);
            view! { <Checkbox name="key" value=name.clone() label=name checked /> }
        })
        .collect_view();
    let wrong = posted.error_of(Field::RotatorKeys).get_untracked();
    view! {
        <fieldset class="stack">
            <legend>"Keys to replace"</legend>
            {boxes}
            {wrong.map(|text| view! { <p class="field-error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

fn typed(posted: &PostedForm, name: &str, otherwise: &str) -> String {
    posted.value(name).unwrap_or(otherwise).to_owned()
}

const fn about(kind: RotatorKind) -> &'static str {
    match kind {
        RotatorKind::Generated => {
            "Makes random characters. Nobody else is told: programs that share the value read it from Keyloft."
        }
        RotatorKind::Postgres => {
            "Gives a role of a PostgreSQL server another password, tries it, and stores it. The server is sent a verifier, never the password."
        }
        RotatorKind::Webhook => {
            "Asks a program of yours for new values, and tells it when the old ones are at their end."
        }
    }
}

/// Fields that show themselves what is wrong with them.
const SHOWN: &[Field] = &[
    Field::Days,
    Field::OverlapMinutes,
    Field::RotatorAdmin,
    Field::RotatorKeys,
    Field::RotatorSettings,
];
