use leptos::{ev, html, prelude::*};

use super::{ButtonKind, Icon};

/// A `<dialog>` that opens while `open` is true: modal, unless it lies beside the page and there is room.
///
/// The browser keeps the focus inside and gives it back when the dialog closes: by Esc, the cross,
/// a click on the backdrop, or `open.set(false)`. Put `autofocus` on the first field. The content is
/// in the page from the start, so a [`DialogButton`] can open it before the scripts arrive.
#[component]
pub fn Dialog(
    /// Unique on the page; names the dialog for a [`DialogButton`].
    id: &'static str,
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// For what must not be lost by a stray key or click: closes only by its own buttons.
    #[prop(optional)]
    stay: bool,
    /// At the window's edge, as high as it: what lies beside the page rather than over it.
    #[prop(optional)]
    side: bool,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |seen: Option<bool>| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return false };
        if wanted && !dialog.open() {
            if side && is_wide() {
                dialog.show();
            } else {
                // Fails only for a dialog that is not in the page, and that one cannot be wanted.
                _ = dialog.show_modal();
            }
        } else if !wanted && dialog.open() {
            if seen == Some(true) {
                dialog.close();
            } else {
                // Somebody opened it before the scripts arrived.
                open.set(true);
            }
        }
        true
    });
    let close_on_backdrop = move |event: ev::MouseEvent| {
        // The content fills the dialog's box, so the dialog itself is hit outside of it only.
        if !stay && event.target() == event.current_target() {
            open.set(false);
        }
    };
    view! {
        <dialog
            class=if side { "dialog side" } else { "dialog" }
            id=id
            node_ref=dialog
            aria-label=move || title.get()
            on:close=move |_| open.set(false)
            on:cancel=move |event: ev::Event| {
                if stay {
                    event.prevent_default();
                }
            }
            on:click=close_on_backdrop
        >
            <div class="dialog-box">
                <div class="dialog-head">
                    <h2 class="dialog-title">{move || title.get()}</h2>
                    {(!stay)
                        .then(|| {
                            view! {
                                <form method="dialog">
                                    <button class="button ghost square" aria-label="Close">
                                        <Icon name="x" />
                                    </button>
                                </form>
                            }
                        })}
                </div>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}

/// Whether the page can be used beside a dialog at the window's edge.
#[cfg(feature = "hydrate")]
fn is_wide() -> bool {
    let wide = window().match_media("(width >= 80rem)");
    wide.ok().flatten().is_some_and(|query| query.matches())
}

/// The button that opens the [`Dialog`] named `dialog`.
///
/// `command` opens it without scripts where the browser knows that attribute; the click does it in
/// the others.
#[component]
pub fn DialogButton(
    dialog: &'static str,
    open: RwSignal<bool>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=kind.class()
            type="button"
            aria-haspopup="dialog"
            command="show-modal"
            commandfor=dialog
            on:click=move |event| {
                // Or the command would open it a second time.
                event.prevent_default();
                open.set(true);
            }
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span class="button-label">{children()}</span>
        </button>
    }
}

/// The buttons of a [`Dialog`], at its foot: Cancel first, then `children`.
#[component]
pub fn DialogFoot(
    dialog: &'static str,
    open: RwSignal<bool>,
    #[prop(default = "Cancel")] cancel: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="dialog-foot">
            <button
                class="button"
                type="button"
                command="close"
                commandfor=dialog
                on:click=move |event| {
                    event.prevent_default();
                    open.set(false);
                }
            >
                {cancel}
            </button>
            {children()}
        </div>
    }
    .into_any()
}
