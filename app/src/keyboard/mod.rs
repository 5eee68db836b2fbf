//! What the keyboard does on every page that scripts run: keys that press what the page offers, the palette, and the sheet that
//! lists them.

mod keys;
mod letters;
mod palette;
mod places;
mod rank;
mod sheet;

use self::{palette::Palette, sheet::Sheet};
use crate::lazy::{Later, Loaded};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

#[cfg(feature = "ssr")]
pub use keys::changeable;
#[cfg(feature = "hydrate")]
pub(crate) use keys::is_free;
pub use letters::Letters;
#[cfg(feature = "ssr")]
pub use letters::LettersFault;
pub(crate) use letters::announced;
pub use sheet::Shortcuts;

/// Listens for keys, and holds what they open.
#[component]
pub(crate) fn Keyboard() -> impl IntoView {
    let palette = RwSignal::new(false);
    let sheet = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    {
        keys::listen(palette, sheet);
        palette.set(palette::is_sent());
    }
    view! {
        <Later wanted=palette.into() load=load_palette about=palette give_up=move || palette.set(false) />
        <Later wanted=sheet.into() load=load_sheet about=sheet give_up=move || sheet.set(false) />
    }
    .into_any()
}

#[wasm_split(later, fallible)]
fn load_palette() -> Loaded<RwSignal<bool>> {
    Ok(|open| view! { <Palette open /> }.into_any())
}

#[wasm_split(later, fallible)]
fn load_sheet() -> Loaded<RwSignal<bool>> {
    Ok(|open| view! { <Sheet open /> }.into_any())
}
