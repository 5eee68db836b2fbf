use std::{
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use leptos::{ev, prelude::*, task::spawn_local};

use super::Toaster;

/// Puts `text` on the clipboard; true once the browser has said that it is there.
///
/// Browsers offer the clipboard on https and on loopback only, and ask that a click came shortly
/// before (a value may be fetched in between).
pub async fn copy(text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        let window = window();
        // Elsewhere `navigator.clipboard` is undefined, which its binding does not expect.
        window.is_secure_context()
            && wasm_bindgen_futures::JsFuture::from(window.navigator().clipboard().write_text(text))
                .await
                .is_ok()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        _ = text;
        false
    }
}

/// Copies a text that says itself what it is.
pub fn copy_name(name: String, toasts: Toaster) {
    spawn_local(async move {
        copy_and_say(&name, &name, toasts).await;
    });
}

/// Copies `text` and announces "Copied `what`", or why not; returns whether it was copied.
pub async fn copy_and_say(text: &str, what: &str, toasts: Toaster) -> bool {
    let copied = copy(text).await;
    count();
    if copied {
        toasts.say(format!("Copied {what}"));
    } else {
        toasts.fail(format!(
            "{what} was not copied: the browser did not allow it. Select the text and copy it by hand."
        ));
    }
    copied
}

/// Clears the clipboard in a minute, if it is sure to hold what was copied just now: a page may not look into it, and so does not
/// know once something else was copied, or the person was elsewhere.
pub fn clear_in_a_minute(what: String, toasts: Toaster) {
    LISTENS.call_once(|| {
        let _ = window_event_listener(ev::blur, |_| count());
        let _ = window_event_listener(ev::copy, |_| count());
        let _ = window_event_listener(ev::cut, |_| count());
    });
    let ours = COPIES.load(Ordering::Relaxed);
    set_timeout(
        move || {
            if COPIES.load(Ordering::Relaxed) == ours {
                spawn_local(async move {
                    if copy("").await {
                        toasts.say(format!("Cleared {what} from the clipboard"));
                    }
                });
            }
        },
        CLEARS_AFTER,
    );
}

fn count() {
    COPIES.fetch_add(1, Ordering::Relaxed);
}

/// How often something was copied, or the page was left.
static COPIES: AtomicU32 = AtomicU32::new(0);
static LISTENS: Once = Once::new();
const CLEARS_AFTER: Duration = Duration::from_mins(1);
