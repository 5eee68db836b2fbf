//! One value on a secret's page: masked, shown for half a minute, copied.

use super::{api::reveal_value, plain_values::PlainValues};
use crate::{
    error::AppError,
    session::{SudoPrompt, use_sudo},
    ui::{IconButton, clear_in_a_minute, copy_and_say, time::now, use_toasts},
    viewer::{Viewer, use_viewer},
};
use leptos::{prelude::*, task::spawn_local};
use model::{Action, EnvironmentId, KeyInfo, KeyName, SecretId, ValueKind, WireValue, WorkspaceId};
use std::time::Duration;

/// What the cell shows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    Masked,
    Loading,
    Value(WireValue),
    Failed(String),
}

/// The value and its buttons.
#[component]
pub(super) fn ValueCell(
    id: SecretId,
    info: KeyInfo,
    environment: EnvironmentId,
    plain: PlainValues,
    one: OneShown,
) -> impl IntoView {
    let viewer = use_viewer();
    let key = StoredValue::new(info.name.clone());
    let shown = RwSignal::new(Shown::Masked);
    let hides = RwSignal::new(None);
    let is_plain = info.kind == ValueKind::Plain;
    let fetched = Memo::new(move |_| key.with_value(|key| plain.of(key.as_str())));
    let value = move || match shown.get() {
        Shown::Value(value) => Some(value),
        _ if is_plain => fetched.get(),
        _ => None,
    };
    let blocked = refusal(&viewer, info.kind, environment);
    let copies = blocked.is_none();
    let reveal = Reveal { id, key, shown, hides, shown_for: viewer.shown_for, one };
    #[cfg(feature = "hydrate")]
    if !is_plain {
        reveal.hide_behind_others();
    }
    let toggle = reveal.toggle();
    let copy = reveal.copy(fetched, is_plain);
    let text = move || {
        key.with_value(|name| match (value(), shown.get()) {
            (Some(value), _) if value.dangerously_expose().is_empty() => {
                view! { <output class="value blank">"(empty)"</output> }.into_any()
            }
            (Some(value), _) => {
                let value = value.dangerously_expose();
                let is_padded = value.trim() != value;
                view! {
                    <output class="value">{value.to_owned()}</output>
                    {is_padded.then(|| view! { <span class="muted">" Begins or ends with a space or a line break."</span> })}
                }
                .into_any()
            }
            (None, Shown::Failed(why)) => view! { <span class="field-error" role="alert">{why}</span> }.into_any(),
            (None, Shown::Loading) => view! { <span class="value masked" aria-busy="true">"Loading"</span> }.into_any(),
            (None, _) => mask(name.as_str()).into_any(),
        })
    };
    view! {
        <td class="cell-value">{text}{move || hides.get().map(|(_, left)| view! { <span class="muted" aria-hidden="true">{format!(" Hides in {left} s")}</span> })}</td>
        <td class="cell-meta">{info.kind.label()}</td>
        <td class="cell-meta" title="The version that the value came with">{format!("v{}", info.since)}</td>
        <td class="cell-actions">
            {blocked.map(|why| view! { <span class="muted">{why}</span> })}
            {copies.then(|| {
                let show = (!is_plain).then(|| view! {
                    <IconButton
                        icon=Signal::derive(move || if matches!(shown.get(), Shown::Value(_)) { "eye-off" } else { "eye" })
                        label=Signal::derive(move || {
                            let verb = if matches!(shown.get(), Shown::Value(_)) { "Hide" } else { "Show" };
                            key.with_value(|key| format!("{verb} {key}"))
                        })
                        shortcut="V"
                        on:click=move |_| toggle()
                    />
                });
                view! {
                    <span class="needs-scripts">
                        {show}
                        <IconButton icon="copy" label=key.with_value(|key| format!("Copy {key}")) shortcut="Control+C Meta+C" on:click=move |_| copy() />
                    </span>
                }
            })}
        </td>
    }
    .into_any()
}

/// Fetches one value when it is asked for.
#[derive(Clone, Copy)]
struct Reveal {
    id: SecretId,
    key: StoredValue<KeyName>,
    shown: RwSignal<Shown>,
    /// When it hides, and in how many seconds that is; nothing while it is hidden.
    hides: RwSignal<Option<(i64, u32)>>,
    /// After how many seconds it does, if it does.
    shown_for: Option<u32>,
    one: OneShown,
}

/// The hidden value of a page that is shown: another takes its place.
#[derive(Clone, Copy, Default)]
pub(super) struct OneShown(StoredValue<Option<Reveal>>);

impl OneShown {
    fn becomes(self, shown: Reveal) {
        if let Some(before) = self.0.try_update_value(|one| one.replace(shown)).flatten() {
            before.hide();
        }
    }
}

impl Reveal {
    /// Shows the value, or hides it again.
    fn toggle(self) -> impl Fn() + Clone + Send + Sync + 'static {
        let (viewer, sudo) = (use_viewer(), use_sudo());
        move || {
            if matches!(self.shown.get_untracked(), Shown::Value(_)) {
                self.hide();
                return;
            }
            self.reveal(viewer.workspace, sudo);
        }
    }

    /// Fetches the value, once more after the password was given if that is wanted.
    fn reveal(self, workspace: WorkspaceId, sudo: SudoPrompt) {
        self.shown.set(Shown::Loading);
        spawn_local(async move {
            match reveal_value(workspace, self.id, self.key.get_value()).await {
                Ok(value) => self.show_for_a_while(value),
                Err(AppError::SudoNeeded) => {
                    self.shown.set(Shown::Masked);
                    sudo.ask(move || self.reveal(workspace, sudo));
                }
                Err(error) => self.shown.set(Shown::Failed(error.to_string())),
            }
        });
    }

    /// Copies the value without showing it. A plain one is here already.
    fn copy(
        self,
        fetched: Memo<Option<WireValue>>,
        is_plain: bool,
    ) -> impl Fn() + Clone + Send + Sync + 'static {
        let (viewer, sudo, toasts) = (use_viewer(), use_sudo(), use_toasts());
        move || {
            let here = match self.shown.get_untracked() {
                Shown::Value(value) => Some(value),
                _ if is_plain => fetched.get_untracked(),
                _ => None,
            };
            spawn_local(async move {
                let name = self.key.with_value(ToString::to_string);
                let value = match here {
                    Some(value) => Ok(value),
                    None => reveal_value(viewer.workspace, self.id, self.key.get_value()).await,
                };
                match value {
                    Ok(value) => {
                        let copied = copy_and_say(value.dangerously_expose(), &name, toasts).await;
                        if copied && !is_plain {
                            clear_in_a_minute(name, toasts);
                        }
                    }
                    Err(AppError::SudoNeeded) => {
                        // The browser only copies shortly after a click, which the dialog uses up.
                        sudo.ask(move || toasts.say(format!("Confirmed. Copy {name} now.")));
                    }
                    Err(error) => toasts.fail(error.to_string()),
                }
            });
        }
    }

    fn show_for_a_while(self, value: WireValue) {
        self.one.becomes(self);
        self.shown.set(Shown::Value(value));
        if let Some(seconds) = self.shown_for {
            self.count_down(now() + i64::from(seconds) * 1_000, seconds);
        }
    }

    /// Says each second how long it is until then, by the clock: a page in the background is woken less often.
    fn count_down(self, until: i64, left: u32) {
        self.hides.set(Some((until, left)));
        set_timeout(
            move || {
                // The page may be gone by then, or the value be hidden, and shown again since.
                let ours = self.hides.try_get_untracked().flatten().filter(|(of, _)| *of == until);
                if ours.is_none() {
                    return;
                }
                let left = u32::try_from((until - now() + 999).div_euclid(1_000)).unwrap_or(0);
                if until > now() { self.count_down(until, left) } else { self.hide() }
            },
            Duration::from_secs(1),
        );
    }

    /// Nobody looks at a page that another covers; unless it is to be shown until somebody hides it.
    #[cfg(feature = "hydrate")]
    fn hide_behind_others(self) {
        if self.shown_for.is_none() {
            return;
        }
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() && self.hides.with_untracked(Option::is_some) {
                self.hide();
            }
        });
        on_cleanup(move || listener.remove());
    }

    fn hide(self) {
        self.hides.set(None);
        self.shown.set(Shown::Masked);
    }
}

/// What stands in for a value that is not shown, whatever its length.
pub(super) fn mask(name: &str) -> impl IntoView + use<> {
    view! { <span class="value masked" role="img" aria-label=format!("{name}, hidden")>{DOTS}</span> }
}

/// Why this person cannot see the value, if so.
fn refusal(viewer: &Viewer, kind: ValueKind, environment: EnvironmentId) -> Option<&'static str> {
    match kind {
        ValueKind::WriteOnly => Some("Programs only"),
        ValueKind::Plain if !viewer.may_in(environment, Action::ReadPlainValues) => {
            Some("Your role sees names only")
        }
        ValueKind::Hidden if !viewer.may_in(environment, Action::RevealValues) => {
            Some("Your role may not reveal it")
        }
        _ => None,
    }
}

const DOTS: &str = "••••••••••••";
