use leptos::{ev, prelude::*};

use super::Icon;
use crate::keyboard::announced;

/// How much a button stands out. A view has at most one `Primary`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Bordered.
    #[default]
    Default,
    /// Filled: the one thing this view is for.
    Primary,
    /// Without border: toolbars and rows.
    Ghost,
    /// Filled red: destroys something.
    Danger,
}

impl ButtonKind {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Default => "button",
            Self::Primary => "button primary",
            Self::Ghost => "button ghost",
            Self::Danger => "button danger",
        }
    }
}

/// A `<button>`: rest, hover, active, focus, disabled, blocked, busy.
///
/// While `busy` it keeps its width, shows a spinner, swallows clicks and stays focusable
/// (`aria-disabled`), so that nobody loses their place. `blocked` gives the reason why a person may
/// not use it: it stays focusable too and shows the reason as its description. `disabled` is for
/// what a form still lacks. Put `on:click` on the component; without it, use `submit=true`.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    /// Submits the form around it (or `form`); otherwise the button does nothing by itself.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] blocked: Option<String>,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// The id of a form elsewhere on the page that this button submits.
    #[prop(optional, into)]
    form: Option<String>,
    /// Where the form goes instead of its own action.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// The key that presses it, see `keyboard`.
    #[prop(optional)]
    shortcut: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let refuses = blocked.is_some();
    let inert = move || refuses || busy.get();
    view! {
        <button
            class=kind.class()
            type=kind_of(submit)
            name=name
            value=value
            form=form
            formaction=formaction
            disabled=move || disabled.get()
            aria-disabled=move || inert().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            title=blocked
            aria-keyshortcuts=shortcut.and_then(announced)
            on:click:capture=move |event| swallow(untrack(inert), &event)
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span class="button-label">{children()}</span>
        </button>
    }
}

/// A link that looks like a button: it goes somewhere, it does nothing.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<&'static str>,
    /// To a page that the server alone draws: the browser follows it, not the router.
    #[prop(optional)]
    drawn: bool,
    /// The key that follows it, see `keyboard`.
    #[prop(optional)]
    shortcut: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href rel=drawn.then_some("external") aria-keyshortcuts=shortcut.and_then(announced)>
            {icon.map(|name| view! { <Icon name /> })}
            <span class="button-label">{children()}</span>
        </a>
    }
}

/// A square button with a glyph; `label` is its accessible name and its tooltip.
///
/// The label may change ("Show `PGPASSWORD`" to "Hide `PGPASSWORD`"); focus stays where it is.
#[component]
pub fn IconButton(
    #[prop(into)] icon: Signal<&'static str>,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// The id of a form elsewhere on the page that this button submits.
    #[prop(optional, into)]
    form: Option<String>,
    /// Where the form goes instead of its own action.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// The keys that press it, see `keyboard`.
    #[prop(optional)]
    shortcut: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button
            class="button ghost square"
            type=kind_of(submit)
            name=name
            value=value
            form=form
            formaction=formaction
            disabled=move || disabled.get()
            aria-label=move || label.get()
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            title=move || label.get()
            aria-keyshortcuts=shortcut.and_then(announced)
            on:click:capture=move |event| swallow(busy.get_untracked(), &event)
        >
            <span class="button-label">{move || view! { <Icon name=icon.get() /> }}</span>
        </button>
    }
}

const fn kind_of(submit: bool) -> &'static str {
    if submit { "submit" } else { "button" }
}

/// Runs before every other listener of the button, so that none of them sees a click that must not
/// count: nor does a form, whose implicit submission also arrives as a click.
fn swallow(inert: bool, event: &ev::MouseEvent) {
    if inert {
        event.prevent_default();
        event.stop_immediate_propagation();
    }
}
