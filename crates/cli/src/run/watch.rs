//! Notices that a secret has changed.

use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use client::{Client, Place, Since};
use model::Version;
use model::api::{ProblemCode, ResolveAnswer};

use super::selection::Selection;
use super::supervise::Event;
use crate::context::Context;
use crate::failure::Result;
use crate::print::note;

/// The secrets to look at, and what was seen of them.
pub(super) struct Watch {
    client: Client,
    selection: Selection,
    seen: Vec<(Place, Version)>,
}

impl Watch {
    pub(super) fn new(
        context: &Context,
        selection: &Selection,
        answer: &ResolveAnswer,
    ) -> Result<Self> {
        let place =
            |name: &model::SecretName| Place::new(selection.environment.clone(), name.clone());
        let seen =
            answer.secrets.iter().map(|secret| (place(&secret.name), secret.version)).collect();
        Ok(Self { client: context.another_client()?, selection: selection.clone(), seen })
    }

    /// Looks every two seconds, and sends the values when they are others. While the server is away nothing happens.
    pub(super) fn start(mut self, changed: Sender<Event>) {
        thread::spawn(move || {
            let mut away = false;
            let mut pause = INTERVAL;
            loop {
                thread::sleep(pause);
                match self.look() {
                    Ok(true) => match self
                        .selection
                        .ask(&self.client)
                        .and_then(|answer| self.selection.values(&answer))
                    {
                        Ok(values) => {
                            if changed.send(Event::Changed(values)).is_err() {
                                return;
                            }
                        }
                        Err(failure) => note(format_args!(
                            "keyloft: a secret changed, and the program goes on with what it has: {failure}"
                        )),
                    },
                    Ok(false) => {}
                    Err(error) if error.is_away() => {
                        if !away {
                            note(format_args!(
                                "keyloft: {error}; the program goes on with what it has"
                            ));
                        }
                        away = true;
                        pause = (pause * 2).min(LONGEST);
                        continue;
                    }
                    Err(error) if error.code() == Some(ProblemCode::NotFound) => {
                        if !away {
                            note("keyloft: a secret is gone; the program goes on with what it has");
                        }
                        away = true;
                        continue;
                    }
                    Err(error) => {
                        note(format_args!(
                            "keyloft: changes are not watched for any more: {error}"
                        ));
                        return;
                    }
                }
                if away {
                    note("keyloft: the server answers again");
                }
                away = false;
                pause = INTERVAL;
            }
        });
    }

    /// Whether a secret has another version than was seen.
    fn look(&mut self) -> client::Result<bool> {
        let mut changed = false;
        for (place, seen) in &mut self.seen {
            if let Since::Changed(secret) = self.client.secret_since(place, *seen)? {
                changed |= secret.version != *seen;
                *seen = secret.version;
            }
        }
        Ok(changed)
    }
}

const INTERVAL: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(30);
