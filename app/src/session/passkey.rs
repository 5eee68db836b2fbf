//! Buttons for passkeys, which need a script of their own: `public/passkey.js`, and nothing else on the page does. Without it the buttons
//! are not shown.

use crate::ui::TextField;
use leptos::prelude::*;
use store::RelyingParty;

/// Whether this server has a name that passkeys can be bound to.
pub fn passkeys_work() -> bool {
    party().is_some()
}

/// Where passkeys work, if anywhere.
pub(super) fn party() -> Option<RelyingParty> {
    use_context::<Option<RelyingParty>>().flatten()
}

/// A button that asks the browser for a passkey and sends the form around it, with the answer in a hidden field.
#[component]
pub fn Passkey(
    /// What for: `add`, `confirm`, `sign-in`.
    asks: &'static str,
    label: &'static str,
    /// The name of the hidden field.
    #[prop(default = "passkey")]
    field: &'static str,
) -> impl IntoView {
    let origin = party().map(|party| party.origin());
    view! {
        <div class="stack" data-passkey=asks data-origin=origin>
            <input type="hidden" name=field />
            <div class="actions">
                <button class="button" type="button">{label}</button>
            </div>
            <p class="muted" role="alert"></p>
        </div>
        <script type="module" src="/passkey.js"></script>
    }
    .into_any()
}

/// What whoever has a second factor confirms with beside the password; or a passkey in the place of both.
#[component]
pub fn SecondFields(
    /// The name of the field for a code.
    code: &'static str,
    /// The name of the hidden field for a passkey's answer.
    passkey: &'static str,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let by_passkey = passkeys_work().then(|| {
        view! { <Passkey asks="confirm" label="Use a passkey instead" field=passkey /> }
    });
    view! {
        <TextField
            name=code
            label="Code"
            hint="Six digits from your app, or a recovery code."
            autocomplete="one-time-code"
            error
            mono=true
        />
        {by_passkey}
    }
    .into_any()
}
