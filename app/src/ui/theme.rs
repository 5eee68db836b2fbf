use leptos::{ev, prelude::*};

use super::Icon;

/// The colours a person chose; kept in a cookie, so that the server draws the first page right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
    /// What the operating system says.
    #[default]
    System,
}

impl Theme {
    /// Reads what [`as_str`](Self::as_str) wrote; anything else is `System`.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value of the form field, and of the cookie.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }

    /// The `data-theme` attribute of `<html>`; the system's choice has none.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::System => None,
        }
    }
}

/// Light, dark, or as the system: a form that posts `theme=…` to `/theme`.
///
/// With scripts the page changes at once and the choice is sent beside it, so that a half-filled
/// form survives.
#[component]
pub fn ThemeSwitch(#[prop(optional)] current: Theme) -> impl IntoView {
    let chosen = RwSignal::new(current);
    let button = move |theme: Theme, icon, label| {
        view! {
            <button
                name="theme"
                value=theme.as_str()
                title=label
                aria-label=label
                aria-pressed=move || if chosen.get() == theme { "true" } else { "false" }
                on:click=move |event| {
                    if apply(theme, &event) {
                        chosen.set(theme);
                    }
                }
            >
                <Icon name=icon />
            </button>
        }
    };
    view! {
        <form method="post" action="/theme">
            <div class="theme-switch" role="group" aria-label="Colours">
                {button(Theme::Light, "sun", "Light colours")}
                {button(Theme::Dark, "moon", "Dark colours")}
                {button(Theme::System, "monitor", "Colours of the system")}
            </div>
        </form>
    }
    .into_any()
}

/// Changes the page and tells the server; false if the browser should send the form instead.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers click"))]
fn apply(theme: Theme, event: &ev::MouseEvent) -> bool {
    #[cfg(feature = "hydrate")]
    {
        let body = web_sys::UrlSearchParams::new().and_then(|body| {
            body.append("theme", theme.as_str());
            window().navigator().send_beacon_with_opt_url_search_params("/theme", Some(&body))
        });
        if let (Ok(true), Some(page)) = (body, document().document_element()) {
            event.prevent_default();
            return match theme.attribute() {
                Some(value) => page.set_attribute("data-theme", value),
                None => page.remove_attribute("data-theme"),
            }
            .is_ok();
        }
    }
    false
}
