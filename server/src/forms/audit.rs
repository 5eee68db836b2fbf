use app::audit::asked_filter;
use app::error::AppError;
use axum::response::Response;
use model::api::ChangeRetention;
use model::{AuditClass, AuditFormat, Field, Problems, Reason};

use super::drawn::{Asking, Done};
use crate::api::audit::attachment;

/// `POST /audit`: an export.
pub(crate) async fn export_audit(asking: Asking) -> Response {
    match export(&asking).await {
        Ok(answer) => answer,
        Err(error) => asking.answer(Err(error)).await,
    }
}

async fn export(asking: &Asking) -> Result<Response, AppError> {
    let known = [AuditFormat::Csv, AuditFormat::Jsonl];
    let format = known.into_iter().find(|format| format.as_str() == asking.one("format"));
    let format =
        format.filter(|_| asking.one("asks") == "export").ok_or(AppError::Misunderstood)?;
    let filter = asked_filter(|name| Some(asking.one(name).to_owned()))
        .map_err(|_| AppError::Misunderstood)?;
    let export = asking.state.store.export_audit(&asking.caller, filter, format).await;
    Ok(attachment(export.map_err(|error| asking.told(error))?, format))
}

/// `POST /audit/retention`.
pub(crate) async fn change_audit_retention(asking: Asking) -> Response {
    let outcome = retain(&asking).await;
    asking.answer(outcome).await
}

async fn retain(asking: &Asking) -> Result<Done, AppError> {
    if asking.one("asks") != "retention" {
        return Err(AppError::Misunderstood);
    }
    let mut change = ChangeRetention::default();
    for class in AuditClass::ALL {
        let days = match asking.one(class.as_str()).trim() {
            "" => Ok(0),
            days => days.parse(),
        };
        let wrong = || AppError::from(Problems::one(Field::Days, Reason::Wrong));
        *change.days_mut(class) = Some(days.map_err(|_| wrong())?);
    }
    let changed = asking.state.store.set_audit_retention(&asking.caller, &change).await;
    asking.outcome(changed, |_| Done::At("/audit/retention?done=kept".into()))
}
