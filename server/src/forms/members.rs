//! The forms about members and invitations.

use app::error::AppError;
use axum::extract::Path;
use axum::response::Response;
use model::{EnvironmentId, Grant, Role, ToRotate, TokenId, UserId};
use store::{MadeInvitation, StoreError};

use super::drawn::{Asking, Done};
use crate::invitations;

/// `POST /members`.
pub(crate) async fn manage_members(asking: Asking) -> Response {
    let outcome = manage(&asking).await;
    asking.answer(outcome).await
}

/// `POST /members/{id}`.
pub(crate) async fn change_member(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = change(&asking, &id).await;
    asking.answer(outcome).await
}

async fn manage(asking: &Asking) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    match asking.one("asks") {
        "invite" => {
            let role = asking.one("role").parse().map_err(|_| AppError::Misunderstood)?;
            let made = store.invite(caller, asking.one("email"), role).await;
            shown(asking, made).await
        }
        "resend" => {
            let id = invitation(asking)?;
            shown(asking, store.resend_invitation(caller, &id).await).await
        }
        "revoke" => {
            let revoked = store.revoke_invitation(caller, &invitation(asking)?).await;
            asking.outcome(revoked, |()| Done::At("/members?done=revoked".into()))
        }
        "remove" => {
            let user: UserId = asking.one("user").parse().map_err(|_| AppError::Misunderstood)?;
            asking.outcome(store.remove_member(caller, user).await, removed)
        }
        _ => Err(AppError::Misunderstood),
    }
}

async fn change(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let user: UserId = id.parse().map_err(|_| AppError::NotFound)?;
    let done = |word: &str| Done::At(format!("/members/{user}?done={word}"));
    match asking.one("asks") {
        "role" => {
            let role: Role = asking.one("role").parse().map_err(|_| AppError::Misunderstood)?;
            let changed = store.change_role(caller, user, role).await;
            asking.outcome(changed, |_| done("role"))
        }
        "grants" => {
            let given =
                asking.all("grant").iter().map(|text| granted(text)).collect::<Option<Vec<_>>>();
            let given = given.ok_or(AppError::Misunderstood)?;
            let limited = asking.one("limited") == "yes";
            let changed = store.change_grants(caller, user, limited, &given).await;
            asking.outcome(changed, |_| done("grants"))
        }
        _ => Err(AppError::Misunderstood),
    }
}

/// The link, and whether it was mailed, for the page.
async fn shown(
    asking: &Asking,
    made: Result<MadeInvitation, StoreError>,
) -> Result<Done, AppError> {
    let mut once = Vec::new();
    if let Ok(made) = &made {
        let (link, mailed) = invitations::send(&asking.state, &asking.caller, made).await;
        once.push(link.dangerously_expose().to_owned());
        once.extend(mailed.then(|| format!("It goes to {} by e-mail too.", made.info.email)));
    }
    asking.outcome(made, |_| Done::Here(once))
}

fn removed(known: Vec<ToRotate>) -> Done {
    if known.is_empty() {
        return Done::At("/members?done=removed".into());
    }
    Done::Here(known.iter().map(|known| format!("{}: {}", known.environment, known.name)).collect())
}

fn granted(text: &str) -> Option<(EnvironmentId, Grant)> {
    let (environment, grant) = text.split_once(':')?;
    Some((environment.parse().ok()?, grant.parse().ok()?))
}

fn invitation(asking: &Asking) -> Result<TokenId, AppError> {
    TokenId::parse(asking.one("id")).map_err(|_| asking.told(StoreError::NotFound))
}
