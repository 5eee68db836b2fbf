use leptos::prelude::*;

use super::{Icon, Theme, ThemeSwitch, Toasts};
use crate::keyboard::announced;
use model::Action;

/// One place of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NavItem {
    pub href: &'static str,
    pub icon: &'static str,
    pub label: &'static str,
    /// The letter that leads there after G, if one does.
    pub letter: Option<&'static str>,
    /// Whether the server alone draws it, so that scripts leave the link to the browser.
    pub drawn: bool,
    /// Whether it has its place in the bar of a narrow screen; the others are listed under "More" there.
    pub in_bar: bool,
    /// What one must be allowed to do there; nothing for what everybody may open.
    pub needs: Option<Action>,
}

/// The frame of every page behind sign-in: skip link, navigation, main column, live regions.
///
/// On narrow screens the navigation is a bar at the bottom, and its foot moves into the page's end.
/// `path` decides which place is current: the one that the path begins with.
#[component]
pub fn Frame(
    #[prop(into)] workspace: Signal<String>,
    #[prop(into)] user: Signal<String>,
    nav: Vec<NavItem>,
    /// Where something waits, how much, and what that is.
    #[prop(optional)]
    waits: (&'static str, u32, &'static str),
    #[prop(into)] path: Signal<String>,
    #[prop(optional)] theme: Theme,
    /// What shows again what was said.
    #[prop(optional, into)]
    messages: ViewFnOnce,
    /// What signs out: a form with one button of the class `nav-item`.
    #[prop(into)]
    sign_out: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let more = nav.iter().filter(|item| !item.in_bar).map(|item| other_place(*item, path));
    let more = more.collect_view();
    view! {
        <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
        <div class="frame">
            <header class="sidebar">
                <a class="brand" href="/secrets">
                    <Mark />
                    <span class="brand-name">{move || workspace.get()}</span>
                </a>
                <nav class="nav" aria-label="Main" data-go=announced("G") data-keys=announced("?")>
                    <ul>
                        {nav.into_iter().map(|item| place(item, path, waits)).collect_view()}
                        <li class="nav-more">
                            <button class="nav-item" type="button" popovertarget="nav-more">
                                <Icon name="ellipsis" />
                                <span class="nav-label">"More"</span>
                            </button>
                            <div class="menu-list" id="nav-more" popover="auto">{more}</div>
                        </li>
                    </ul>
                </nav>
                <div class="sidebar-foot">
                    <div class="who">
                        <Icon name="circle-user" />
                        <span class="who-name">{move || user.get()}</span>
                    </div>
                    {messages.run()}
                    <a class="nav-item" href="/workspaces" rel="external">
                        <Icon name="building-2" />
                        <span class="nav-label">"Workspaces"</span>
                    </a>
                    <a class="nav-item" href="/help" rel="external">
                        <Icon name="info" />
                        <span class="nav-label">"Help"</span>
                    </a>
                    <div class="foot-row">
                        <ThemeSwitch current=theme />
                        {sign_out.run()}
                    </div>
                </div>
            </header>
            <main class="main" id="main" tabindex="-1">{children()}</main>
        </div>
        <Toasts />
    }
    .into_any()
}

fn place(
    item: NavItem,
    path: Signal<String>,
    (where_to, count, what): (&'static str, u32, &'static str),
) -> impl IntoView {
    let NavItem { href, icon, label, letter, drawn, in_bar, .. } = item;
    let letter = letter.map(str::to_ascii_lowercase);
    let current = move || path.with(|path| is_under(path, href)).then_some("page");
    view! {
        <li class=(!in_bar).then_some("nav-aside")>
            <a class="nav-item" href=href rel=drawn.then_some("external") aria-current=current data-letter=letter>
                <Icon name=icon />
                <span class="nav-label">{label}</span>
                {(href == where_to && count > 0).then(|| view! {
                    <span class="badge bad">{count}<span class="visually-hidden">{what}</span></span>
                })}
            </a>
        </li>
    }
}

/// A place that a narrow screen has no room for beside the others.
fn other_place(item: NavItem, path: Signal<String>) -> impl IntoView {
    let NavItem { href, icon, label, drawn, .. } = item;
    let current = move || path.with(|path| is_under(path, href)).then_some("page");
    view! {
        <a class="menu-item" href=href rel=drawn.then_some("external") aria-current=current>
            <Icon name=icon />
            {label}
        </a>
    }
}

fn is_under(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A page in front of sign-in: one card in the middle, no navigation, no scripts needed.
#[component]
pub fn CentredPage(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <main class="centred" id="main">
            <div class="centred-brand">
                <Mark />
                "Keyloft"
            </div>
            <section class="card">
                <h1 class="centred-title" tabindex="-1">{title}</h1>
                {text.map(|text| view! { <p class="card-text">{text}</p> })}
                {children()}
            </section>
        </main>
    }
    .into_any()
}

/// Our mark, drawn like the favicon.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" width="24" height="24" aria-hidden="true">
            <use href="/icons.svg#mark"></use>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_current_for_what_lies_under_it() {
        assert!(is_under("/secrets", "/secrets"));
        assert!(is_under("/secrets/new", "/secrets"));
        assert!(!is_under("/secrets-old", "/secrets"));
        assert!(!is_under("/settings", "/secrets"));
    }
}
