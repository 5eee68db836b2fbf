//! The link of an invitation, on its way to whom it is for.

use model::WireValue;
use store::{Caller, MadeInvitation};

use crate::state::AppState;

/// The link, for whoever invites to pass on, and whether it goes out by mail too. Every door that makes an invitation asks here.
pub(crate) async fn send(
    state: &AppState,
    caller: &Caller,
    made: &MadeInvitation,
) -> (WireValue, bool) {
    let link = link(state, made);
    if !state.offers.mail {
        return (link, false);
    }
    // The invitation stands, and whoever invites has the link.
    let queued = state.store.mail_invitation(caller, made, link.dangerously_expose()).await;
    let queued =
        queued.inspect_err(|error| tracing::error!(%error, "an invitation was not mailed"));
    (link, queued.unwrap_or(false))
}

fn link(state: &AppState, made: &MadeInvitation) -> WireValue {
    let token = made.token.text();
    let server = state.public_url.to_string();
    let server = server.trim_end_matches('/');
    WireValue::new(format!("{server}/invitation/{}", token.dangerously_expose()))
}
