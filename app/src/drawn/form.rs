use crate::{
    error::AppError,
    session::passkey::SecondFields,
    ui::{Button, ButtonKind, Card, Notice, NoticeKind, PasswordField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Field;

/// A form of such a page that was posted, and is answered by the page itself.
#[derive(Clone, Debug, Default)]
pub struct PostedForm {
    /// Where it was posted to.
    pub path: String,
    /// What was typed, in the form's order, passwords apart.
    pub fields: Vec<(String, String)>,
    /// Why it was not done.
    pub error: Option<AppError>,
    /// Whether it is what should confirm the form that was not right.
    pub unconfirmed: bool,
    /// Why it was not done, where only this page's form is refused so.
    pub refused: Option<String>,
    /// What came of it and is shown this once: a link, codes.
    pub once: Vec<String>,
}

impl PostedForm {
    /// The form that this request posted, or an empty one.
    pub fn take() -> Self {
        use_context().unwrap_or_default()
    }

    /// The same if it is the one that asks for this, or an empty one: for pages that have several.
    pub fn take_of(asks: &str) -> Self {
        let posted = Self::take();
        if posted.value("asks") == Some(asks) { posted } else { Self::default() }
    }

    /// Whether the page asks for what shall confirm it.
    pub fn asks_to_confirm(&self) -> bool {
        let confirms = |field| matches!(field, Field::CurrentPassword | Field::SecondFactor);
        match &self.error {
            Some(AppError::SudoNeeded) => true,
            Some(AppError::Invalid(problems)) if self.unconfirmed => {
                problems.iter().any(|problem| confirms(problem.field))
            }
            _ => false,
        }
    }

    /// What was typed into a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        let typed = self.fields.iter().rfind(|(field, _)| field == name);
        typed.map(|(_, value)| value.as_str())
    }

    /// All that stands under a name.
    pub fn all(&self, name: &str) -> Vec<String> {
        let typed = self.fields.iter().filter(|(field, _)| field == name);
        typed.map(|(_, value)| value.clone()).collect()
    }

    /// What is wrong with a field, in words.
    pub fn error_of(&self, field: Field) -> Signal<Option<String>> {
        let problems = self.error.as_ref().and_then(AppError::problems);
        Signal::stored(problems.and_then(|problems| problems.of(field)).map(|p| p.to_string()))
    }
}

/// What came of a form, at the head of its page: what was done (`done` says it for each word that the address may have after
/// `?done=`), why it was not, or the question for the password that it needs.
#[component]
pub fn FormAnswer(
    /// Pairs of a word and what it says.
    done: &'static [(&'static str, &'static str)],
    /// Fields that show themselves what is wrong with them.
    #[prop(optional)]
    fields: &'static [Field],
) -> impl IntoView {
    let posted = PostedForm::take();
    match &posted.error {
        Some(_) if posted.asks_to_confirm() => view! { <Confirmation posted /> }.into_any(),
        Some(error) => {
            let told = error.problems().map_or_else(
                || vec![error.to_string()],
                |problems| {
                    let elsewhere =
                        problems.iter().filter(|problem| !fields.contains(&problem.field));
                    elsewhere.map(ToString::to_string).collect()
                },
            );
            let title = if told.is_empty() {
                "Look at the fields below.".to_owned()
            } else {
                told.join(" ")
            };
            view! { <Notice kind=NoticeKind::Bad title alert=true /> }.into_any()
        }
        None if posted.refused.is_some() => {
            let title = posted.refused.clone().unwrap_or_default();
            view! { <Notice kind=NoticeKind::Bad title alert=true /> }.into_any()
        }
        None => {
            let word = use_query_map().with_untracked(|query| query.get("done"));
            let said = done.iter().find(|(known, _)| Some(*known) == word.as_deref());
            said.map(|(_, title)| view! { <Notice kind=NoticeKind::Ok title=*title /> }).into_any()
        }
    }
}

/// The same form once more with the password, and a code or passkey of whoever has a second factor: then it is done.
#[component]
fn Confirmation(posted: PostedForm) -> impl IntoView {
    let viewer = use_viewer();
    let mistyped = posted.error_of(Field::CurrentPassword);
    let wrong_code = posted.error_of(Field::SecondFactor);
    let second = viewer.has_factor.then(|| {
        view! { <SecondFields code="confirm_code" passkey="confirm_passkey" error=wrong_code /> }
    });
    let hidden = posted
        .fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <Card title="Confirm with your password" text="This needs your password again. It then counts for five minutes.">
            <form class="form" method="post" action=posted.path>
                {hidden}
                <input class="visually-hidden" type="text" autocomplete="username" value=viewer.email.to_string()
                    tabindex="-1" aria-hidden="true" readonly=true />
                <PasswordField name="confirm_password" label="Password" error=mistyped required=true autofocus=true />
                {second}
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Confirm"</Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

/// A form that is posted to its page. `asks` says what for, where a page has several.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    asks: &'static str,
    #[prop(default = "form")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let workspace = use_viewer().workspace.to_string();
    view! {
        <form class=class method="post" action=action>
            <input type="hidden" name="workspace" value=workspace />
            <input type="hidden" name="asks" value=asks />
            {children()}
        </form>
    }
    .into_any()
}
