//! What the keyboard does on every page that scripts run: keys that press what the page offers, the palette, and the sheet that
//! lists them.

mod keys;
mod palette;
mod places;
mod rank;
mod sheet;

use self::{palette::Palette, sheet::Sheet};
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
pub(crate) use keys::{is_free, letters_count};
pub use sheet::Shortcuts;

/// Listens for keys, and holds what they open.
#[component]
pub(crate) fn Keyboard() -> impl IntoView {
    let palette = RwSignal::new(false);
    let sheet = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    keys::listen(palette, sheet);
    view! {
        <Palette open=palette />
        <Sheet open=sheet />
    }
    .into_any()
}
