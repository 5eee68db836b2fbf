//! The server's answer, or the copy of an earlier one while the server is away.

use jiff::{SignedDuration, Timestamp};
use model::api::{ResolveAnswer, StoredRead};

use super::cache::{Cache, Stored};
use super::selection::Selection;
use super::{RunArgs, reads};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, note};

pub(super) fn fetch(
    context: &Context,
    selection: &Selection,
    args: &RunArgs,
) -> Result<ResolveAnswer> {
    let client = context.client()?;
    if args.no_cache {
        return selection.ask(client);
    }
    let cache = context.cache(&selection.to_wire())?;
    if args.offline {
        let stored = stored(&cache, args, None)?;
        return Ok(taken(&cache, stored, "--offline"));
    }
    match client.resolve(&selection.to_wire()) {
        Ok(answer) => {
            // A copy that cannot be kept is missed when it is needed, not now.
            let _unkept =
                cache.keep(&Stored { fetched_at: Timestamp::now(), answer: answer.clone() });
            reads::report(client, cache.folder());
            Ok(answer)
        }
        Err(error) if error.is_away() => {
            let why = error.to_string();
            let stored = stored(&cache, args, Some(&why))?;
            Ok(taken(&cache, stored, &why))
        }
        Err(error) => Err(selection.told(error)),
    }
}

/// The copy, if it is young enough.
fn stored(cache: &Cache, args: &RunArgs, away: Option<&str>) -> Result<Stored> {
    let away = away.map(|why| format!("{why}; ")).unwrap_or_default();
    let stored = cache.load().ok_or_else(|| {
        Failure::failed(format!("{away}there is no stored copy of these secrets for this token"))
    })?;
    let age = age(&stored);
    let limit = SignedDuration::try_from(args.max_age).unwrap_or(SignedDuration::MAX);
    if age > limit {
        return Err(Failure::failed(format!(
            "{away}the stored copy is {} old, and at most {} are allowed (--max-age)",
            print::ago(age),
            print::ago(limit)
        )));
    }
    Ok(stored)
}

/// Says that the copy is used, and notes the reads for the audit log.
fn taken(cache: &Cache, stored: Stored, why: &str) -> ResolveAnswer {
    note(format_args!(
        "keyloft: {why}; using the stored copy, which is {} old",
        print::ago(age(&stored))
    ));
    let at = Timestamp::now();
    let secrets = stored.answer.secrets.iter();
    let read: Vec<_> = secrets
        .map(|secret| StoredRead { secret: secret.id, version: secret.version, at })
        .collect();
    reads::remember(cache.folder(), &read);
    stored.answer
}

fn age(stored: &Stored) -> SignedDuration {
    Timestamp::now().duration_since(stored.fetched_at).max(SignedDuration::ZERO)
}
