//! What one is called, and signs in with.

use super::{super::api::ChangeProfile, PAGE};
use crate::{
    answer::{Refusal, again_after_sudo, error_of, on_success, problem_of},
    form_action::{ActionForm, FormAction},
    ui::{Button, ButtonKind, Card, TextField},
    viewer::{CurrentViewer, use_viewer},
};
use leptos::prelude::*;
use model::Field;

/// Changes name and e-mail address.
#[component]
pub(super) fn ProfileForm() -> impl IntoView {
    let viewer = use_viewer();
    let resource = expect_context::<CurrentViewer>();
    let change = FormAction::of::<ChangeProfile>();
    let error = error_of(change);
    again_after_sudo(change);
    on_success(change, move || resource.refetch());
    view! {
        <Card title="Profile">
            <Refusal error fields=&[Field::PersonName, Field::Email] page=PAGE />
            <ActionForm action=change class="form">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <TextField
                    name="name"
                    label="Name"
                    value=viewer.name.to_string()
                    autocomplete="name"
                    hint="Your team sees it beside what you change."
                    error=problem_of(error, Field::PersonName)
                    required=true
                />
                <TextField
                    name="email"
                    label="E-mail"
                    input="email"
                    value=viewer.email.to_string()
                    autocomplete="email"
                    hint="You sign in with it. Another one needs your password again, and ends your other sessions."
                    error=problem_of(error, Field::Email)
                    required=true
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=change.pending()>"Save profile"</Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
