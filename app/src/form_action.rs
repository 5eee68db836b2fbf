//! Forms that scripts send in place of the browser.

use crate::error::AppError;
use leptos::{ev::SubmitEvent, html, prelude::*};
#[cfg(feature = "hydrate")]
use leptos::{form::form_data_from_event, task::spawn_local};
use server_fn::{ServerFn, error::ServerFnUrlError};

/// What a server function answers to a form.
pub(crate) type FormAnswer = Result<(), AppError>;

/// Sends the forms of one server function, and knows what was answered.
///
/// What was typed goes to the server as it stands in the form, which is also how it goes without scripts. Only the server reads it: the
/// browser's half holds no code for the fields of each form.
#[derive(Clone, Copy)]
pub(crate) struct FormAction {
    url: &'static str,
    answer: RwSignal<Option<FormAnswer>>,
    answers: RwSignal<u32>,
    pending: RwSignal<bool>,
}

impl FormAction {
    /// For the forms of `S`. At first it says what the address says of one that was sent without scripts.
    pub(crate) fn of<S>() -> Self
    where
        S: ServerFn<Output = (), Error = AppError>,
    {
        let failed = use_context::<ServerActionError>().filter(|error| error.path() == S::PATH);
        let answer = failed.map(|error| Err(ServerFnUrlError::<AppError>::decode_err(error.err())));
        Self {
            url: S::url(),
            answer: RwSignal::new(answer),
            answers: RwSignal::new(0),
            pending: RwSignal::new(false),
        }
    }

    /// What was answered last.
    pub(crate) const fn answer(self) -> RwSignal<Option<FormAnswer>> {
        self.answer
    }

    /// How many forms were answered since the page was drawn.
    pub(crate) const fn answers(self) -> RwSignal<u32> {
        self.answers
    }

    /// Whether an answer is awaited.
    pub(crate) const fn pending(self) -> RwSignal<bool> {
        self.pending
    }

    /// Forgets what was answered.
    pub(crate) fn clear(self) {
        self.answer.set(None);
    }

    #[cfg(feature = "hydrate")]
    fn submit(self, event: &SubmitEvent) {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        self.post_data(&form_data_from_event(event).expect("the event is of a form"));
    }

    /// Sends what stands in a form.
    #[cfg(feature = "hydrate")]
    pub(crate) fn send_form(self, form: &web_sys::HtmlFormElement) {
        if let Ok(data) = web_sys::FormData::new_with_form(form) {
            self.post_data(&data);
        }
    }

    #[cfg(feature = "hydrate")]
    fn post_data(self, form: &web_sys::FormData) {
        let query = web_sys::UrlSearchParams::new_with_str_sequence_sequence(form)
            .expect("a form without files is a list of pairs");
        self.post(query.to_string().into());
    }

    #[cfg(feature = "hydrate")]
    fn post(self, body: String) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        spawn_local(async move {
            let answer = exchange(self.url, body).await;
            // The answer may have led to another page, which has none of these.
            let _ = self.pending.try_set(false);
            let _ = self.answers.try_update(|answers| *answers += 1);
            let _ = self.answer.try_set(Some(answer));
        });
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "the server draws forms, and sends none")]
    fn submit(self, _: &SubmitEvent) {}
}

/// Does what `server_fn` does for a typed call: the error is in the body, and where to go in the head.
#[cfg(feature = "hydrate")]
async fn exchange(url: &str, body: String) -> FormAnswer {
    use server_fn::{
        client::{Client, browser::BrowserClient},
        error::FromServerFnError,
        redirect::call_redirect_hook,
        request::{ClientReq, browser::BrowserRequest},
        response::{ClientRes, browser::BrowserResponse},
    };
    let request = <BrowserRequest as ClientReq<AppError>>::try_new_post(
        url,
        "application/x-www-form-urlencoded",
        "application/json",
        body,
    )?;
    let response: BrowserResponse = <BrowserClient as Client<AppError>>::send(request).await?;
    let status = <BrowserResponse as ClientRes<AppError>>::status(&response);
    let place = <BrowserResponse as ClientRes<AppError>>::location(&response);
    let leads = <BrowserResponse as ClientRes<AppError>>::has_redirect(&response);
    if status >= 400 {
        let body = <BrowserResponse as ClientRes<AppError>>::try_into_bytes(response).await?;
        return Err(AppError::de(body));
    }
    if leads {
        call_redirect_hook(&place);
    }
    Ok(())
}

/// A form of a server function, which the browser sends where scripts do not.
#[component]
pub(crate) fn ActionForm(
    action: FormAction,
    #[prop(optional)] class: Option<&'static str>,
    #[prop(optional)] id: Option<&'static str>,
    #[prop(optional)] node_ref: NodeRef<html::Form>,
    children: Children,
) -> impl IntoView {
    view! {
        <form node_ref=node_ref method="post" action=action.url class=class id=id on:submit=move |event| action.submit(&event)>
            {children()}
        </form>
    }
    .into_any()
}
