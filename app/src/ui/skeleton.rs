use leptos::prelude::*;

/// Grey rows in the place of rows that are on their way, of the same height so that nothing jumps.
///
/// They show after a short delay, are hidden from assistive technology, and stand still under
/// reduced motion. The region around them carries `aria-busy="true"`.
#[component]
pub fn Skeleton(#[prop(default = 3)] rows: usize) -> impl IntoView {
    let rows = (0..rows).map(|_| view! { <span></span> }).collect_view();
    view! { <div class="skeleton" aria-hidden="true">{rows}</div> }
}
