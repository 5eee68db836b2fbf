//! Whom a change of a secret reaches.

use super::api::recent_readers;
use crate::{ui::listed, viewer::use_viewer};
use leptos::{prelude::*, task::spawn_local};
use model::SecretId;

/// Says who read the secret in the last 30 days: read anew each time that it is asked `when` something is done.
#[component]
pub(super) fn RecentReaders(id: SecretId, when: RwSignal<bool>) -> impl IntoView {
    let workspace = use_viewer().workspace;
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        if when.get() {
            spawn_local(async move {
                let text = match recent_readers(workspace, id).await {
                    Ok(names) => told(&names),
                    Err(error) => format!("Who read it lately is not known: {error}"),
                };
                let _ = said.try_set(text);
            });
        }
    });
    view! { <p class="muted" role="status">{said}</p> }
}

/// The first few by name.
pub(super) fn told(names: &[String]) -> String {
    const NAMED: usize = 4;
    match names {
        [] => "Nobody with access read it in the last 30 days.".to_owned(),
        names if names.len() <= NAMED + 1 => {
            format!("{} read it in the last 30 days.", listed(names))
        }
        names => format!(
            "{} and {} others read it in the last 30 days.",
            names[..NAMED].join(", "),
            names.len() - NAMED
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn names_the_first_and_counts_the_others() {
        let said = |count: usize| {
            told(&["ann", "ben", "cy", "di", "ed", "flo"].map(str::to_owned)[..count])
        };
        assert_eq!(said(0), "Nobody with access read it in the last 30 days.");
        assert_eq!(said(1), "ann read it in the last 30 days.");
        assert_eq!(said(2), "ann and ben read it in the last 30 days.");
        assert_eq!(said(5), "ann, ben, cy, di and ed read it in the last 30 days.");
        assert_eq!(said(6), "ann, ben, cy, di and 2 others read it in the last 30 days.");
    }
}
