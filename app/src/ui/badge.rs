use leptos::prelude::*;

use super::Icon;

/// The ground colour of a [`Badge`]; the words say what it means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Grey: a plain fact.
    #[default]
    Neutral,
    /// Green: fresh, saved, valid.
    Ok,
    /// Amber: due soon.
    Warn,
    /// Red: overdue, failed.
    Bad,
    /// Blue: environments.
    Info,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Ok => "badge ok",
            Self::Warn => "badge warn",
            Self::Bad => "badge bad",
            Self::Info => "badge info",
        }
    }
}

/// A short fact in a pill: words, and perhaps a glyph; never colour alone.
#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <span class=tone.class()>
            {icon.map(|name| view! { <Icon name /> })}
            {children()}
        </span>
    }
}
