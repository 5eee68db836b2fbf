//! `/settings/shortcuts`.

use crate::{
    drawn::{FormAnswer, PostForm, PostedForm},
    keyboard::{Letters, Shortcuts, changeable},
    ui::{Button, ButtonKind, Card, Checkbox, PageHeader, TextField},
};
use leptos::prelude::*;
use leptos_meta::Title;

const PAGE: &str = "/settings/shortcuts";

/// Other keys of one character than the usual ones, or none.
#[component]
pub fn ShortcutsPage() -> impl IntoView {
    view! {
        <Title text="Keyboard" />
        <PageHeader title="Keyboard" back=("/settings/account", "Account") text="Which key does what, in this browser." />
        <div class="stack loose">
            <FormAnswer done=&[
                ("saved", "Saved your keys."),
                ("usual", "The keys are the usual ones again."),
            ] />
            <LettersForm />
            <Card title="All keys"><Shortcuts /></Card>
        </div>
    }
    .into_any()
}

#[component]
fn LettersForm() -> impl IntoView {
    let mut letters: Letters = expect_context();
    let posted = PostedForm::take_of("letters");
    let counts =
        if posted.fields.is_empty() { !letters.off } else { posted.value("count").is_some() };
    letters.off = false;
    let typed = |meant| posted.value(&field_of(meant)).unwrap_or_default().to_owned();
    let fault = Letters::choose(false, typed).err();
    let fields = changeable().map(|(meant, does)| {
        let name = field_of(meant);
        let saved = letters.pressed_for(&meant.to_string()).unwrap_or_default();
        let value = posted.value(&name).map_or(saved, str::to_owned);
        let error = fault.as_ref().filter(|fault| fault.is_of(meant)).map(ToString::to_string);
        view! { <TextField name label=does value error=Signal::stored(error) maxlength=2 autocomplete="off" mono=true /> }
    });
    let fields = fields.collect_view();
    view! {
        <Card title="Letters and signs" text="They count outside of fields. Whoever speaks to the computer, or has no key for one of them, gives it another, or switches all of them off.">
            <PostForm action=PAGE asks="letters">
                <Checkbox name="count" label="Letters and signs count" checked=counts />
                <div class="letters">{fields}</div>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Save"</Button>
                </div>
            </PostForm>
            <PostForm action=PAGE asks="usual">
                <div class="actions"><Button submit=true icon="undo-2">"Use the usual keys"</Button></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// The field of a key: by its number, as some keys mean something in a field's name.
pub fn field_of(meant: char) -> String {
    format!("key-{:x}", u32::from(meant))
}
