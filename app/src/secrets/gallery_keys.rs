//! Arrows among the tiles of the gallery, of which Tab reaches one alone (ARIA Authoring Practices, "Developing a Keyboard Interface").

use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use web_sys::{HtmlElement, HtmlUListElement};

/// Lets Tab reach the first tile only.
pub(super) fn rove(gallery: &HtmlUListElement) {
    reach(&tiles(gallery), 0);
}

/// Tiles that stay in the page from one search to the next are set as they were.
fn reach(tiles: &[HtmlElement], one: usize) {
    for (place, tile) in tiles.iter().enumerate() {
        tile.set_tab_index(if place == one { 0 } else { -1 });
    }
}

/// Goes to the tile beside, above or below the one with the focus, as they are laid out; to the first or the last.
pub(super) fn press(event: &ev::KeyboardEvent, gallery: &HtmlUListElement) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
        return;
    }
    let tiles = tiles(gallery);
    let focused = document().active_element();
    let Some(here) = tiles.iter().position(|tile| Some(&**tile) == focused.as_ref()) else {
        return;
    };
    let top = tiles[0].offset_top();
    let columns = tiles.iter().take_while(|tile| tile.offset_top() == top).count();
    let last = tiles.len() - 1;
    let to = match event.key().as_str() {
        "ArrowRight" => (here + 1).min(last),
        "ArrowLeft" => here.saturating_sub(1),
        "ArrowDown" if here + columns <= last => here + columns,
        "ArrowUp" if here >= columns => here - columns,
        "ArrowDown" | "ArrowUp" => here,
        "Home" => 0,
        "End" => last,
        _ => return,
    };
    event.prevent_default();
    reach(&tiles, to);
    let _ = tiles[to].focus();
}

fn tiles(gallery: &HtmlUListElement) -> Vec<HtmlElement> {
    let Ok(found) = gallery.query_selector_all(".tile") else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect()
}
