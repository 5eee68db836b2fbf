//! What one is called, and signs in with.

use super::PAGE;
use crate::{
    drawn::{PostForm, PostedForm},
    ui::{Button, ButtonKind, Card, TextField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::Field;

/// Changes name and e-mail address.
pub(super) fn profile() -> AnyView {
    let viewer = use_viewer();
    let posted = PostedForm::take_of("profile");
    let typed = |field| posted.value(field).map(str::to_owned);
    let name = typed("name").unwrap_or_else(|| viewer.name.to_string());
    let email = typed("email").unwrap_or_else(|| viewer.email.to_string());
    view! {
        <Card title="Profile">
            <PostForm action=PAGE asks="profile">
                <TextField
                    name="name"
                    label="Name"
                    value=name
                    autocomplete="name"
                    hint="Your team sees it beside what you change."
                    error=posted.error_of(Field::PersonName)
                    required=true
                />
                <TextField
                    name="email"
                    label="E-mail"
                    input="email"
                    value=email
                    autocomplete="email"
                    hint="You sign in with it. Another one needs your password again, and ends your other sessions."
                    error=posted.error_of(Field::Email)
                    required=true
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Save profile"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
