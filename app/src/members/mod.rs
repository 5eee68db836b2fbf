//! People of the workspace: who they are, what they may, and how they come and go.

mod invitation;
mod one;
mod page;
mod roles;

pub use invitation::InvitationPage;
pub use one::MemberPage;
pub use page::MembersPage;
pub use roles::RolesPage;

use leptos::prelude::*;
use model::Role;

/// The roles that somebody of this role may give, for a select.
fn given_by(role: Role) -> Vec<(String, String)> {
    let given = Role::ALL.into_iter().filter(|given| role.may_give(*given));
    given.map(|given| (given.to_string(), capitalized(given.as_str()))).collect()
}

pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What is shown this once, with a word about it.
fn shown_once(title: &'static str, lines: Vec<String>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let lines = lines.into_iter().map(|line| view! { <li><code>{line}</code></li> }).collect_view();
    view! {
        <crate::ui::Notice kind=crate::ui::NoticeKind::Ok title>
            <ul>{lines}</ul>
        </crate::ui::Notice>
    }
    .into_any()
}
