#[cfg(feature = "hydrate")]
use leptos::prelude::window;

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

/// Copies `text` and announces "Copied `what`", or why not; returns whether it was copied.
pub async fn copy_and_say(text: &str, what: &str, toasts: Toaster) -> bool {
    let copied = copy(text).await;
    if copied {
        toasts.say(format!("Copied {what}"));
    } else {
        toasts.fail(format!(
            "{what} was not copied: the browser did not allow it. Select the text and copy it by hand."
        ));
    }
    copied
}
