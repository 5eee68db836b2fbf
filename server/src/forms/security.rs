use app::error::AppError;
use axum::response::Response;
use model::SecretValue;
use store::{ChangedFactors, FactorRefusal, StoreError};

use super::drawn::{Asking, Done};

/// `POST /settings/security`.
pub(crate) async fn change_factors(asking: Asking) -> Response {
    let outcome = change(&asking).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    let Asking { state, caller, .. } = asking;
    let store = &state.store;
    let (changed, word) = match asking.one("asks") {
        "app-start" => {
            let started = store.start_totp(caller).await;
            return asking.outcome(started, |()| Done::At(PAGE.into()));
        }
        "app-confirm" => {
            let code = SecretValue::new(asking.one("code").to_owned());
            (store.confirm_totp(caller, &code).await, "app")
        }
        "app-remove" => (store.remove_totp(caller).await, "app-removed"),
        "passkey-add" => {
            let answer = asking.one("passkey");
            if answer.is_empty() && caller.has_sudo(state.store.now()) {
                // The password was asked for first; now the browser can be.
                return Ok(Done::At(format!("{PAGE}?done=confirmed")));
            }
            let added = match &state.party {
                Some(party) => store.add_passkey(caller, party, answer, asking.one("name")).await,
                None => Err(FactorRefusal::Passkey.into()),
            };
            (added, "passkey")
        }
        "passkey-remove" => {
            let id = asking.one("id").parse().map_err(|_| AppError::NotFound)?;
            (store.remove_passkey(caller, id).await, "passkey-removed")
        }
        "recovery-codes" => (store.renew_recovery_codes(caller).await, "saved"),
        _ => return Err(AppError::Misunderstood),
    };
    answer(asking, changed, word).await
}

/// Opens the session that goes on, and shows new recovery codes this once.
async fn answer(
    asking: &Asking,
    changed: Result<ChangedFactors, StoreError>,
    word: &str,
) -> Result<Done, AppError> {
    let ChangedFactors { session, recovery_codes } = match changed {
        Ok(changed) => changed,
        Err(error) => return asking.outcome(Err::<(), _>(error), |()| Done::At(PAGE.into())),
    };
    asking.go_on(session).await?;
    if recovery_codes.is_empty() {
        return Ok(Done::At(format!("{PAGE}?done={word}")));
    }
    let shown = recovery_codes.iter().map(|code| code.dangerously_expose().to_owned());
    Ok(Done::Here(shown.collect()))
}

const PAGE: &str = "/settings/security";
