//! The forms about environments.

use app::error::AppError;
use axum::response::Response;
use model::{EnvironmentId, Field, Problem, Problems, Reason};
use store::StoreError;

use super::drawn::{Asking, Done};

/// `POST /environments`.
pub(crate) async fn change_environments(asking: Asking) -> Response {
    let outcome = match asking.one("asks") {
        "create" => create(&asking).await,
        _ => change(&asking).await,
    };
    asking.answer(outcome).await
}

/// All of them or none: what is wrong with one is said with its name.
async fn create(asking: &Asking) -> Result<Done, AppError> {
    let text = asking.one("names");
    let names = text.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Err(Problems::one(Field::Environment, Reason::Missing).into());
    }
    match asking.state.store.create_environments(&asking.caller, &names).await {
        Ok(_) => Ok(done("added")),
        Err(StoreError::Invalid(problems)) if names.len() > 1 => {
            let wrong = problems.iter().map(|problem| {
                let told = Problem::new(Field::Environment, problem.reason);
                match problem.field {
                    Field::Row(index, _) => format!("{}: {told}", names[index as usize]),
                    _ => told.to_string(),
                }
            });
            let wrong = wrong.collect::<Vec<_>>().join(" ");
            Ok(Done::Refused(format!("No environment was added. {wrong}")))
        }
        Err(StoreError::Invalid(problems)) => {
            let reason = problems.iter().next().map_or(Reason::Wrong, |problem| problem.reason);
            Err(Problems::one(Field::Environment, reason).into())
        }
        Err(error) => Err(asking.told(error)),
    }
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let id: EnvironmentId = asking.one("id").parse().map_err(|_| AppError::NotFound)?;
    let (changed, word) = match asking.one("asks") {
        "rename" => (store.rename_environment(caller, id, asking.one("name")).await, "renamed"),
        "protect" => {
            let protected = asking.one("protected") == "true";
            let word = if protected { "protected" } else { "opened" };
            (store.protect_environment(caller, id, protected).await, word)
        }
        "move" => {
            let step = asking.one("step").parse().map_err(|_| AppError::Misunderstood)?;
            (store.move_environment(caller, id, step).await, "moved")
        }
        "delete" => (store.delete_environment(caller, id).await, "deleted"),
        _ => return Err(AppError::Misunderstood),
    };
    asking.outcome(changed, |()| done(word))
}

fn done(word: &str) -> Done {
    Done::At(format!("/environments?done={word}"))
}
