use leptos::prelude::*;

use super::Icon;

/// How grave a [`Notice`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    #[default]
    Info,
    /// It worked.
    Ok,
    /// It will work until something happens.
    Warn,
    /// It did not work.
    Bad,
}

impl NoticeKind {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Info => "notice info",
            Self::Ok => "notice ok",
            Self::Warn => "notice warn",
            Self::Bad => "notice bad",
        }
    }

    pub(super) const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ok => "circle-check",
            Self::Warn => "triangle-alert",
            Self::Bad => "circle-alert",
        }
    }
}

/// A message inside the page: what happened, and what to do next.
///
/// It is read where it stands. With `alert` it is announced when it appears, for what a person did
/// not expect at that moment.
#[component]
pub fn Notice(
    #[prop(optional)] kind: NoticeKind,
    #[prop(into)] title: String,
    #[prop(optional)] alert: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=kind.class() role=alert.then_some("alert")>
            <Icon name=kind.icon() />
            <div class="notice-body">
                <p class="notice-title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}
