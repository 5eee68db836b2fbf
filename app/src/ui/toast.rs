#[cfg(feature = "hydrate")]
use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, IconButton, time::now};

/// Says short things at the edge of the window, see [`use_toasts`].
#[derive(Clone, Copy)]
pub struct Toaster {
    toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
    said: RwSignal<Vec<Said>>,
    /// The pointer or the focus rests on them: they wait.
    held: RwSignal<bool>,
}

/// What was said once.
#[derive(Clone, Debug)]
pub struct Said {
    /// The words.
    pub text: String,
    /// When, in unix milliseconds.
    pub at: i64,
    /// Whether something failed.
    pub failed: bool,
}

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    stays: bool,
}

/// Makes [`use_toasts`] work below; the app calls it once, and shows [`Toasts`] once.
pub fn provide_toasts() {
    provide_context(Toaster::new());
}

/// What says short things. Where nobody provided it, words go nowhere.
pub fn use_toasts() -> Toaster {
    use_context().unwrap_or_else(Toaster::new)
}

impl Toaster {
    fn new() -> Self {
        Self {
            toasts: RwSignal::default(),
            next: StoredValue::new(0),
            said: RwSignal::default(),
            held: RwSignal::new(false),
        }
    }

    /// Something finished: "Copied `PGHOST`", "Saved version 8". Gone after 6 seconds.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), false);
    }

    /// Something failed; stays until it is dismissed, and interrupts a screen reader.
    pub fn fail(self, text: impl Into<String>) {
        self.push(text.into(), true);
    }

    /// What was said since the page was loaded, the oldest first.
    pub fn said(self) -> RwSignal<Vec<Said>> {
        self.said
    }

    fn push(self, text: String, stays: bool) {
        let said = Said { text: text.clone(), at: now(), failed: stays };
        self.said.update(|all| push_within(all, said, REMEMBERED));
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.toasts.update(|toasts| push_within(toasts, Toast { id, text, stays }, MOST));
        #[cfg(feature = "hydrate")]
        if !stays {
            self.dismiss_later(id, Duration::from_secs(6));
        }
    }

    #[cfg(feature = "hydrate")]
    fn dismiss_later(self, id: u32, wait: Duration) {
        set_timeout(
            move || {
                if self.held.get_untracked() {
                    self.dismiss_later(id, Duration::from_secs(2));
                } else {
                    self.dismiss(id);
                }
            },
            wait,
        );
    }

    fn dismiss(self, id: u32) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
        // A button that vanishes under the focus does not say that it lost it.
        self.held.set(false);
    }
}

/// The two live regions that toasts appear in: polite, and assertive for failures.
///
/// Both are in the page from the start, because a region that appears with its text is not announced.
/// Toasts wait while the pointer or the focus is on them.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = use_toasts();
    let list = move |stays: bool| {
        let chosen = move || {
            toaster.toasts.get().into_iter().filter(|t| t.stays == stays).collect::<Vec<_>>()
        };
        view! {
            <For each=chosen key=|toast| toast.id let:toast>
                {row(toaster, toast)}
            </For>
        }
    };
    view! {
        <div
            class="toasts"
            on:mouseenter=move |_| toaster.held.set(true)
            on:mouseleave=move |_| toaster.held.set(false)
            on:focusin=move |_| toaster.held.set(true)
            on:focusout=move |_| toaster.held.set(false)
        >
            <div class="toasts-region" role="alert" aria-live="assertive">{list(true)}</div>
            <div class="toasts-region" role="status" aria-live="polite">{list(false)}</div>
        </div>
    }
    .into_any()
}

fn row(toaster: Toaster, toast: Toast) -> impl IntoView {
    let Toast { id, text, stays } = toast;
    view! {
        <div class="toast" class:bad=stays>
            <Icon name=if stays { "circle-alert" } else { "circle-check" } />
            <span class="toast-text">{text}</span>
            <IconButton icon="x" label="Dismiss" on:click=move |_| toaster.dismiss(id) />
        </div>
    }
    .into_any()
}

/// The oldest makes room.
fn push_within<T>(all: &mut Vec<T>, new: T, most: usize) {
    all.push(new);
    if all.len() > most {
        all.remove(0);
    }
}

const MOST: usize = 3;
const REMEMBERED: usize = 20;
