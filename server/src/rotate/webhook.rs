//! New values from a program of the team's own.
//!
//! It is asked twice: to make the values, and to end the old ones after the overlap. Both requests are signed, and carry the id of
//! the rotation: a request that is repeated, because its answer was lost, is answered with the same values.

use std::collections::BTreeMap;

use model::{RotatorState, WireValue};
use outbound::{HttpUrl, signature};
use serde::{Deserialize, Serialize};
use store::{Pending, RotationStep, RotatorWork};

use super::{Outcome, Rotators, Trouble};

#[derive(Serialize)]
struct Asking<'a> {
    step: &'static str,
    rotator: String,
    run: String,
    keys: &'a [model::KeyName],
}

#[derive(Deserialize)]
struct Answered {
    values: BTreeMap<String, WireValue>,
}

impl Rotators {
    pub(super) async fn webhook_step(&self, work: &RotatorWork, url: &str) -> Outcome {
        match work.state {
            RotatorState::Idle => {
                let body = self.ask(work, url, "make").await?;
                let answered: Answered = serde_json::from_slice(&body)
                    .map_err(|_| r#"The answer is not {"values": {"KEY": "…"}}."#)?;
                pending(work, answered).map(RotationStep::Made)
            }
            RotatorState::Made => Ok(RotationStep::Applied),
            RotatorState::Applied | RotatorState::Verified => Ok(RotationStep::Verified),
            RotatorState::Overlap => {
                self.ask(work, url, "retire").await?;
                Ok(RotationStep::Retired("The program was told to end the old value.".into()))
            }
        }
    }

    async fn ask(
        &self,
        work: &RotatorWork,
        url: &str,
        step: &'static str,
    ) -> Result<Vec<u8>, Trouble> {
        let url = HttpUrl::parse(url).map_err(|bad| format!("The URL is wrong: {bad}."))?;
        let secret = work.signing_secret.as_ref().ok_or("The signing secret is gone.")?;
        let asking = Asking {
            step,
            rotator: work.rotator.to_string(),
            run: work.run.to_string(),
            keys: &work.keys,
        };
        let body = serde_json::to_vec(&asking).expect("a request is text");
        let seconds = self.store.now() / 1000;
        let signed = signature(secret.dangerously_expose().as_bytes(), seconds, &body);
        let answer = self
            .outbound
            .post(&url, &[("keyloft-signature", signed)], body)
            .await
            .map_err(|failure| format!("The program could not be asked: {failure}."))?;
        Ok(answer.body)
    }
}

/// Exactly the rotator's keys, each with a value that a secret can hold.
fn pending(work: &RotatorWork, mut answered: Answered) -> Result<Pending, Trouble> {
    let mut values = Vec::with_capacity(work.keys.len());
    for key in &work.keys {
        let value = answered
            .values
            .remove(key.as_str())
            .ok_or_else(|| format!("The answer has no value for the key {key}."))?;
        let text = value.dangerously_expose();
        if text.contains('\0') || text.len() > model::VALUE_BYTES {
            return Err(
                format!("The value for the key {key} has a NUL byte or is too long.").into()
            );
        }
        values.push((key.clone(), value));
    }
    if !answered.values.is_empty() {
        return Err("The answer has values for keys that were not asked for.".into());
    }
    Ok(Pending { values, role: None })
}
