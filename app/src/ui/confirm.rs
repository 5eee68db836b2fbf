use leptos::prelude::*;

use super::{Button, ButtonKind, Dialog, DialogFoot, TextField, hydrated};

/// Asks before something that hurts: the title is the question, `verb` repeats it on the button.
///
/// `children` say what will happen and what stops working. With `typed` the button waits until that
/// name stands in the field (pasting is fine); without scripts the browser's own check does that, and
/// the server checks anyway. The button submits the form with the id `form`; with `on_confirm`
/// it calls that instead.
#[component]
pub fn Confirm(
    id: &'static str,
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    verb: &'static str,
    #[prop(optional)] kind: Option<ButtonKind>,
    #[prop(optional, into)] typed: Option<String>,
    #[prop(optional, into)] form: Option<String>,
    #[prop(optional, into)] on_confirm: Option<Callback<()>>,
    #[prop(optional, into)] busy: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let entry = RwSignal::new(String::new());
    let ready = hydrated();
    let expected = typed.clone();
    let waits = Signal::derive(move || {
        ready.get() && expected.as_ref().is_some_and(|name| entry.with(|entry| entry != name))
    });
    // A second opening starts with an empty field.
    Effect::new(move |_| {
        if open.get() {
            entry.set(String::new());
        }
    });
    let confirm = move |_| {
        if let Some(callback) = on_confirm {
            callback.run(());
            open.set(false);
        }
    };
    view! {
        <Dialog id open title>
            <div class="dialog-body">
                {children()}
                {typed.map(|name| typed_name(id, form.clone(), &name, entry))}
            </div>
            <DialogFoot dialog=id open>
                <Button
                    kind=kind.unwrap_or(ButtonKind::Danger)
                    submit=on_confirm.is_none()
                    nostrip:form=form.clone()
                    disabled=waits
                    busy
                    on:click=confirm
                >
                    {verb}
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}

fn typed_name(
    dialog: &str,
    form: Option<String>,
    name: &str,
    entry: RwSignal<String>,
) -> impl IntoView + use<> {
    let field = format!("{dialog}-confirm");
    let label = format!("Type {name} to confirm");
    view! {
        <TextField
            name=field
            label=label.clone()
            title=label
            pattern=literal(name)
            bind=entry
            nostrip:form=form
            autocomplete="off"
            required=true
            autofocus=true
            mono=true
        />
    }
}

/// A regular expression for exactly `text`, in the browser's `v` flavour, which rejects escapes of
/// characters that need none.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_matches_itself_only() {
        assert_eq!(literal("prod-postgres_1.v2"), r"prod-postgres_1\.v2");
        assert_eq!(literal("a/b (c)"), r"a\/b \(c\)");
    }
}
