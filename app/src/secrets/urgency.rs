//! Whether a secret's values want to be replaced, in a word.

use crate::ui::{Badge, Tone};
use leptos::prelude::*;
use model::RotationState;

/// A badge for what is due within two weeks, or has been for longer; nothing for all else.
pub(crate) fn urgency_badge(state: RotationState) -> Option<AnyView> {
    let (tone, icon, text) = match state {
        RotationState::Unscheduled | RotationState::Fresh => return None,
        RotationState::Soon => (Tone::Warn, "clock", "Due soon"),
        RotationState::Due => (Tone::Warn, "clock", "Due"),
        RotationState::Overdue => (Tone::Bad, "circle-alert", "Overdue"),
    };
    Some(view! { <Badge tone icon>{text}</Badge> }.into_any())
}
