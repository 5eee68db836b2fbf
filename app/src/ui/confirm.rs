use leptos::prelude::*;

use super::{Button, ButtonKind, Dialog, DialogFoot};

/// Asks before something that hurts: the title is the question, `verb` repeats it on the button.
///
/// `children` say what will happen and what stops working. The button submits the form with the id
/// `form`; with `on_confirm` it calls that instead.
#[component]
pub fn Confirm(
    id: &'static str,
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    verb: &'static str,
    #[prop(optional)] kind: Option<ButtonKind>,
    #[prop(optional, into)] form: Option<String>,
    #[prop(optional, into)] on_confirm: Option<Callback<()>>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
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
            </div>
            <DialogFoot dialog=id open>
                <Button
                    kind=kind.unwrap_or(ButtonKind::Danger)
                    submit=on_confirm.is_none()
                    nostrip:form=form
                    busy
                    disabled
                    on:click=confirm
                >
                    {verb}
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}
