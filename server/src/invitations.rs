//! The link of an invitation, on its way to whom it is for.

use model::WireValue;
use store::MadeInvitation;

use crate::state::AppState;

/// The link, for whoever invites to pass on. Every door that makes an invitation asks here: whatever else shall carry links, such as
/// mail, joins in this place.
pub(crate) fn link(state: &AppState, made: &MadeInvitation) -> WireValue {
    let token = made.token.text();
    let server = state.public_url.to_string();
    let server = server.trim_end_matches('/');
    WireValue::new(format!("{server}/invitation/{}", token.dangerously_expose()))
}
