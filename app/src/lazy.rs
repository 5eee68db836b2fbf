//! What the browser loads when it is first needed: whoever opens the list needs no editor yet, and nobody needs a dialog before it opens.
//!
//! `cargo xtask build` takes what only functions marked with `wasm_split` reach out of the module with which every page starts, into a
//! second one.

use crate::{
    error::AppError,
    frame::Failure,
    secrets::{DetailPage, EditPage, GalleryPage, NewPage},
    ui::use_toasts,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::ChooseView;
use std::future::Future;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// What the second module draws a view with.
pub(crate) type Draw<T> = fn(T) -> AnyView;
/// The same, which may not have been loaded.
pub(crate) type Loaded<T> = Result<Draw<T>, SplitLoaderError>;

/// A page of the second module.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LazyPage {
    Detail,
    Edit,
    Gallery,
    New,
}

impl ChooseView for LazyPage {
    async fn choose(self) -> AnyView {
        match pages().await {
            Ok(draw) => draw(self),
            Err(_) => view! { <Failure error=AppError::Transport whole=true /> }.into_any(),
        }
    }

    async fn preload(&self) {
        // `choose` tries again, and tells.
        _ = load().await;
    }
}

#[wasm_split(later, fallible, preload(load))]
fn pages() -> Loaded<LazyPage> {
    Ok(|page| match page {
        LazyPage::Detail => view! { <DetailPage /> }.into_any(),
        LazyPage::Edit => view! { <EditPage /> }.into_any(),
        LazyPage::Gallery => view! { <GalleryPage /> }.into_any(),
        LazyPage::New => view! { <NewPage /> }.into_any(),
    })
}

/// Whether the first module draws the page at this path by itself.
pub fn is_first(path: &str) -> bool {
    path == "/secrets"
}

/// Loads the second module if the page at this path needs it.
#[cfg(feature = "hydrate")]
pub(crate) async fn load_for(path: &str) -> Result<(), SplitLoaderError> {
    if is_first(path) { Ok(()) } else { load().await }
}

/// Loads the second module at the first sign of somebody who may soon need it.
#[cfg(feature = "hydrate")]
pub(crate) fn load_ahead() {
    use leptos::ev;
    use std::{mem, time::Duration};

    let begun = StoredValue::new(false);
    let load_once = move || {
        if begun.try_update_value(|begun| mem::replace(begun, true)) == Some(false) {
            spawn_local(async {
                // Whoever needs it is told.
                _ = load().await;
            });
        }
    };
    let listeners = [
        window_event_listener(ev::pointerover, move |_| load_once()),
        // What the key does comes first.
        window_event_listener(ev::keydown, move |_| {
            set_timeout(load_once, Duration::from_millis(300));
        }),
    ];
    on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
}

/// Draws a dialog or a menu from the first time on that it is wanted.
#[component]
pub(crate) fn Later<T, F>(
    wanted: Signal<bool>,
    load: fn() -> F,
    /// What it is about.
    about: T,
    /// When it cannot be had.
    give_up: impl Fn() + Copy + 'static,
) -> impl IntoView
where
    T: Copy + Send + 'static,
    F: Future<Output = Loaded<T>> + 'static,
{
    let toasts = use_toasts();
    let draw = RwSignal::new(None::<Draw<T>>);
    Effect::new(move |_| {
        if !wanted.get() || draw.with_untracked(Option::is_some) {
            return;
        }
        spawn_local(async move {
            if let Ok(loaded) = load().await {
                draw.set(Some(loaded));
            } else {
                give_up();
                toasts.fail(AppError::Transport.to_string());
            }
        });
    });
    move || draw.get().map(|draw| draw(about))
}
