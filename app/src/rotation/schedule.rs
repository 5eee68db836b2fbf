//! `/secrets/:id/schedule`.

use super::words::{schedule, secret_of_page};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    error::AppError,
    secrets::head::{SecretHead, SecretPage},
    ui::{Button, ButtonKind, Card, TextField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Action, Day, Field, Schedule, SecretDetail};
use store::StoreError;

/// When the values of a secret are to be replaced, and when its credential ends.
#[component]
pub fn SchedulePage() -> impl IntoView {
    let id = secret_of_page();
    drawn_whole(
        move |store, caller| async move { store.secret(&caller, id.ok_or(StoreError::NotFound)?).await },
        page,
    )
}

fn page(detail: SecretDetail) -> AnyView {
    let viewer = use_viewer();
    let SecretDetail { summary: secret, rotation: info, .. } = detail;
    let blocked = (!viewer.may_in(secret.environment, Action::WriteSecrets))
        .then(|| AppError::Denied(Action::WriteSecrets).to_string());
    let (days, on) = match info.schedule.filter(|_| !info.of_template) {
        Some(Schedule::Every(days)) => (days.to_string(), String::new()),
        Some(Schedule::On(ms)) => (String::new(), Day::of(ms).to_string()),
        None => (String::new(), String::new()),
    };
    let expires = info.expires_at.map(|ms| Day::of(ms).to_string()).unwrap_or_default();
    let posted = PostedForm::take();
    let typed = |name, saved: String| posted.value(name).map_or(saved, str::to_owned);
    let (days, on) = (typed("days", days), typed("on", on));
    let expires = typed("expires", expires);
    let wrong = posted.error_of(Field::Days);
    let action = format!("/secrets/{}/schedule", secret.id);
    let now = format!("Now: {}.", schedule(&info).to_lowercase());
    view! {
        <SecretHead secret page=SecretPage::Schedule />
        <div class="stack loose">
            <FormAnswer done=&[("saved", "Saved. Rotation shows what is due within two weeks.")] fields=&[Field::Days] />
            <Card title="When its values are to be replaced" text=now>
                <PostForm action=action asks="schedule">
                    <TextField name="days" label="Every so many days" input="number" value=days error=wrong
                        hint="Counted from the last rotation." optional=true />
                    <TextField name="on" label="Or on a day" input="date" value=on
                        hint="Without either, the schedule of its template counts, if that has one." optional=true />
                    <TextField name="expires" label="The credential itself ends on" input="date" value=expires
                        hint="As whoever issued it says. It stays when the values are rotated: change it then." optional=true />
                    <div class="actions">
                        <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Save"</Button>
                    </div>
                </PostForm>
            </Card>
        </div>
    }
    .into_any()
}
