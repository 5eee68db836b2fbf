//! The form of a template, as the server draws it.

use super::form::{Row, TemplateForm, generator_text};
use crate::{
    drawn::PostedForm,
    error::AppError,
    ui::{Button, ButtonKind, Checkbox, Notice, NoticeKind, SelectField, TextArea, TextField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Action, Encoding, Field, Generator, Problems, TEMPLATE_KEYS, TemplatePart, ValueKind};

/// All fields, with what is wrong beside each, and the buttons that rearrange them. They are sent to `action` with `asks=save`.
#[component]
pub(super) fn TemplateFields(
    form: TemplateForm,
    action: String,
    /// The version that the form was drawn from.
    version: String,
    save: &'static str,
) -> impl IntoView {
    let viewer = use_viewer();
    let problems = problems();
    let blocked = (!viewer.may(Action::ManageTemplates, false))
        .then(|| AppError::Denied(Action::ManageTemplates).to_string());
    let of = |part| {
        let problem = problems.as_ref().and_then(|problems| problems.of(Field::Template(part)));
        Signal::stored(problem.map(|problem| problem.to_string()))
    };
    let added = PostedForm::take().value("rearrange") == Some("add");
    let count = form.rows.len();
    let rows = (0..count)
        .map(|index| row(&form, index, problems.as_ref(), added && index + 1 == count))
        .collect_view();
    let kept = form.group_help.into_iter().map(|(label, help)| {
        view! {
            <input type="hidden" name="group" value=label />
            <input type="hidden" name="group_help" value=help />
        }
    });
    view! {
        <form class="form" method="post" action=action novalidate=true>
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="asks" value="save" />
            <input type="hidden" name="version" value=version />
            // What Enter in a field presses: the first button.
            <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true"></button>
            {kept.collect_view()}
            <TextField name="name" label="Name" value=form.name error=of(TemplatePart::Name) autocomplete="off"
                hint="What the service is called. The template's id is made from the first name, and stays." />
            <TextField name="description" label="Description" value=form.description error=of(TemplatePart::Description)
                autocomplete="off" optional=true />
            <TextField name="secret_name" label="Name of a new secret" value=form.secret_name
                error=of(TemplatePart::SecretName) autocomplete="off" optional=true mono=true
                hint="What a secret from this template is called unless its maker changes it." />
            <TextArea name="notes" label="Notes" value=form.notes error=of(TemplatePart::Notes) optional=true
                hint="What is good to know before filling the form, one paragraph a line." />
            {rows}
            <div class="actions">
                {(count < TEMPLATE_KEYS).then(|| view! {
                    <Button submit=true icon="plus" name="rearrange" value="add">"Add a field"</Button>
                })}
            </div>
            <div class="form-foot">
                <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>{save}</Button>
            </div>
        </form>
    }
    .into_any()
}

/// That something is wrong, at the head of the page, and what of it has no field.
pub(super) fn wrong_fields() -> Option<AnyView> {
    let problems = problems()?;
    let whole = [TemplatePart::Keys, TemplatePart::Templates].map(Field::Template);
    let told = problems.iter().filter(|problem| whole.contains(&problem.field));
    let mut told: Vec<_> = told.map(ToString::to_string).collect();
    if told.is_empty() {
        told.push("Nothing was saved. Look at the fields below.".into());
    }
    Some(view! { <Notice kind=NoticeKind::Bad title=told.join(" ") alert=true /> }.into_any())
}

fn problems() -> Option<Problems> {
    PostedForm::take().error.as_ref().and_then(AppError::problems).cloned()
}

fn row(form: &TemplateForm, index: usize, problems: Option<&Problems>, focus: bool) -> AnyView {
    let row = form.rows[index].clone();
    let name = |part| Row::name(part, index);
    let of = |part| {
        Signal::stored(problems.and_then(|problems| form.row_problem(problems, index, part)))
    };
    let title = match (row.label.trim(), row.key.trim()) {
        ("", "") => format!("Field {}", index + 1),
        ("", text) | (text, _) => format!("Field {}: {}", index + 1, shortened(text)),
    };
    let kinds = [
        (ValueKind::Hidden, "Hidden: shown on demand"),
        (ValueKind::Plain, "Plain: whoever sees the secret sees it"),
        (ValueKind::WriteOnly, "Write-only: programs read it, nobody sees it again"),
    ];
    let kinds = kinds.map(|(kind, text)| (kind.as_str().to_owned(), text.to_owned())).to_vec();
    let more = [&row.placeholder, &row.choices, &row.generator].iter().any(|text| !text.is_empty())
        || row.multiline
        || ["placeholder", "choices", "generator"]
            .iter()
            .any(|part| of(part).with_untracked(Option::is_some));
    let last = index + 1 == form.rows.len();
    let button = |verb: &str, text: &'static str| {
        let value = format!("{verb}-{index}");
        let of = format!(" field {}", index + 1);
        view! {
            <Button kind=ButtonKind::Ghost submit=true name="rearrange" value=value>
                {text}<span class="visually-hidden">{of}</span>
            </Button>
        }
    };
    view! {
        <section class="card">
            <h2>{title}</h2>
            <div class="form">
                <div class="form-row">
                    <TextField name=name("key") label="Key" value=row.key error=of("key") autocomplete="off" mono=true
                        autofocus=focus placeholder="BILLING_TOKEN" />
                    <TextField name=name("label") label="Label" value=row.label error=of("label") autocomplete="off"
                        optional=true />
                </div>
                <TextField name=name("help") label="Help" value=row.help error=of("help") autocomplete="off" optional=true />
                <div class="form-row">
                    <SelectField name=name("kind") label="Who sees the value" options=kinds value=row.kind />
                    <TextField name=name("default") label="Default" value=row.default error=of("default") autocomplete="off"
                        optional=true mono=true hint="Of plain keys alone: everybody sees a template." />
                </div>
                <div class="form-row">
                    <TextField name=name("pattern") label="Pattern" value=row.pattern error=of("pattern") autocomplete="off"
                        optional=true mono=true hint="A regular expression, such as ^bill_. It warns and never blocks." />
                    <TextField name=name("groups") label="Either-or groups" value=row.groups error=of("groups")
                        autocomplete="off" optional=true
                        hint="One group of a template has to be filled. Several are divided by semicolons." />
                </div>
                <Checkbox name=name("required") label="Required" checked=row.required
                    hint="A secret without it does not match. In a group: the group needs it." />
                <details open=more>
                    <summary>"More"</summary>
                    <div class="form">
                        <TextField name=name("placeholder") label="What a value looks like" value=row.placeholder
                            error=of("placeholder") autocomplete="off" optional=true mono=true />
                        <TextArea name=name("choices") label="Choices" value=row.choices error=of("choices") optional=true
                            mono=true hint="The only values that there are, one a line." />
                        <SelectField name=name("generator") label="Values that the form makes"
                            options=generators(&row.generator) value=row.generator error=of("generator") />
                        <Checkbox name=name("multiline") label="Values have several lines" checked=row.multiline />
                    </div>
                </details>
                <div class="actions">
                    {(index > 0).then(|| button("up", "Move up"))}
                    {(!last).then(|| button("down", "Move down"))}
                    {button("remove", "Remove")}
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// The usual ones, and the one that is there.
fn generators(present: &str) -> Vec<(String, String)> {
    let bytes = |encoding| Generator::Bytes { count: 32, encoding, prefix: String::new() };
    let usual = [
        (generator_text(&Generator::Password { length: 32 }), "A password of 32 characters"),
        (generator_text(&bytes(Encoding::Hex)), "32 random bytes, hexadecimal"),
        (generator_text(&bytes(Encoding::Base64)), "32 random bytes, base64"),
        (generator_text(&bytes(Encoding::Base64url)), "32 random bytes, base64url"),
    ];
    let mut options = vec![(String::new(), "None".to_owned())];
    if !present.is_empty() && usual.iter().all(|(text, _)| text != present) {
        options.push((present.to_owned(), "As it is now".to_owned()));
    }
    options.extend(usual.map(|(text, words)| (text, words.to_owned())));
    options
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
