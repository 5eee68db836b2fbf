//! How often one address may ask.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, Method, Request};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use thiserror::Error;

use super::client_ip::{AddressGroup, ClientIp};
use super::door::Door;
use super::refusal::Refusal;

/// The limits by address; `None` switches one off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateLimits {
    /// Requests that show no credential at all.
    pub(crate) anonymous: Option<Quota>,
    /// Signing in and setting up, whatever the request shows.
    pub(crate) auth: Option<Quota>,
}

impl Default for RateLimits {
    fn default() -> Self {
        const TEN: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
        const TWENTY: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
        const FORTY: NonZeroU32 = NonZeroU32::new(40).expect("not zero");
        Self {
            anonymous: Some(Quota::per_second(TWENTY).allow_burst(FORTY)),
            auth: Some(Quota::per_minute(TEN)),
        }
    }
}

/// [`RateLimits`] with what was used of them.
pub(super) struct Rates {
    anonymous: Option<KeyedLimiter<AddressGroup>>,
    auth: Option<KeyedLimiter<AddressGroup>>,
}

impl From<RateLimits> for Rates {
    fn from(limits: RateLimits) -> Self {
        Self {
            anonymous: limits.anonymous.map(KeyedLimiter::new),
            auth: limits.auth.map(KeyedLimiter::new),
        }
    }
}

impl Rates {
    /// Counts a request, unless it is for a static file or a probe: a load balancer that is told
    /// 429 would take the server away.
    pub(super) fn check<B>(
        &self,
        request: &Request<B>,
        door: Door,
        client: ClientIp,
    ) -> Result<(), Refusal> {
        if matches!(door, Door::Static | Door::Health) {
            return Ok(());
        }
        let anonymous = self.anonymous.as_ref().filter(|_| is_anonymous(request.headers()));
        let tries = request.method() == Method::POST && signs_in(request.uri().path());
        let auth = self.auth.as_ref().filter(|_| tries);
        for limiter in [anonymous, auth].into_iter().flatten() {
            limiter
                .check(client.group())
                .map_err(|RetryAfter(retry_after)| Refusal::Rate { retry_after })?;
        }
        Ok(())
    }
}

/// A credential that is shown is not yet a good one; whoever checks it limits the bad ones.
fn is_anonymous(headers: &HeaderMap) -> bool {
    !headers.contains_key(COOKIE)
        && !headers.contains_key(AUTHORIZATION)
        && !headers.contains_key("x-vault-token")
}

/// Whether a password or a setup code can be tried at this path, or strangers leave something in the database.
pub(super) fn signs_in(path: &str) -> bool {
    [
        "/api/v1/login",
        "/fn/session/confirm",
        "/passkeys/challenge",
        "/settings/account",
        "/setup",
        "/sign-in",
        "/sign-in/passkey",
        "/sign-in/second",
        "/sudo",
    ]
    .contains(&path)
}

/// How long to wait for the next try, in whole seconds and at least one, as `Retry-After` counts
/// (RFC 9110 section 10.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many requests, try again in {} seconds", .0.as_secs())]
pub(crate) struct RetryAfter(pub(crate) Duration);

/// A quota for each key, in bounded memory.
///
/// A key is forgotten as soon as it is as good as new. Should more keys than fit be in use at one
/// time (a flood from many networks), they share a fixed number of slots until it is over: then
/// strangers may use up each other's quota, but memory does not grow.
pub(crate) struct KeyedLimiter<K, C = DefaultClock>
where
    K: Hash + Eq + Clone,
    C: Clock,
{
    limiter: Limiter<Slot<K>, C>,
    clock: C,
    keys_at_most: usize,
    is_crowded: AtomicBool,
    checks: AtomicU32,
    hasher: RandomState,
}

type Limiter<K, C> = RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Slot<K> {
    Own(K),
    Shared(u64),
}

impl<K: Hash + Eq + Clone> KeyedLimiter<K> {
    pub(crate) fn new(quota: Quota) -> Self {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> KeyedLimiter<K, C> {
    pub(crate) fn with_clock(quota: Quota, clock: C) -> Self {
        Self {
            limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()),
            clock,
            keys_at_most: KEYS_AT_MOST,
            is_crowded: AtomicBool::new(false),
            checks: AtomicU32::new(0),
            hasher: RandomState::new(),
        }
    }

    /// Uses one of the key's quota, or says when the next will be there.
    pub(crate) fn check(&self, key: K) -> Result<(), RetryAfter> {
        // The first check too, so that a test need not make a thousand.
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECKS_PER_SWEEP) {
            self.sweep();
        }
        self.limiter.check_key(&self.slot(key)).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            let part = u64::from(wait.subsec_nanos() > 0);
            RetryAfter(Duration::from_secs((wait.as_secs() + part).max(1)))
        })
    }

    fn slot(&self, key: K) -> Slot<K> {
        if self.is_crowded.load(Ordering::Relaxed) {
            Slot::Shared(self.hasher.hash_one(key) % SHARED_SLOTS)
        } else {
            Slot::Own(key)
        }
    }

    /// Counting the keys takes every lock of the map, so it is not done at each check.
    fn sweep(&self) {
        if self.limiter.len() >= self.keys_at_most {
            self.limiter.retain_recent();
        }
        self.is_crowded.store(self.limiter.len() >= self.keys_at_most, Ordering::Relaxed);
    }
}

/// About 10 MiB of addresses.
const KEYS_AT_MOST: usize = 100_000;
const SHARED_SLOTS: u64 = 4096;
const CHECKS_PER_SWEEP: u32 = 1024;

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn per_minute(count: u32) -> Quota {
        Quota::per_minute(NonZeroU32::new(count).unwrap())
    }

    #[test]
    fn a_key_waits_for_its_next_turn_and_others_do_not() {
        let clock = FakeRelativeClock::default();
        let limiter = KeyedLimiter::with_clock(per_minute(2), clock.clone());
        assert_eq!(limiter.check("a"), Ok(()));
        assert_eq!(limiter.check("a"), Ok(()));
        assert_eq!(limiter.check("a"), Err(RetryAfter(Duration::from_secs(30))));
        assert_eq!(limiter.check("b"), Ok(()));

        clock.advance(Duration::from_millis(29_500));
        assert_eq!(limiter.check("a"), Err(RetryAfter(Duration::from_secs(1))));
        clock.advance(Duration::from_millis(500));
        assert_eq!(limiter.check("a"), Ok(()));
    }

    #[test]
    fn keys_are_forgotten_when_they_are_as_good_as_new() {
        let clock = FakeRelativeClock::default();
        let mut limiter = KeyedLimiter::with_clock(per_minute(2), clock.clone());
        limiter.keys_at_most = 100;
        for key in 0..CHECKS_PER_SWEEP {
            limiter.check(key).unwrap();
        }
        clock.advance(Duration::from_mins(2));
        limiter.check(0).unwrap();
        assert_eq!(limiter.limiter.len(), 1);
    }

    #[test]
    fn a_flood_of_keys_shares_slots_and_is_still_limited() {
        let clock = FakeRelativeClock::default();
        let mut limiter = KeyedLimiter::with_clock(per_minute(2), clock.clone());
        limiter.keys_at_most = 100;
        let most = u32::try_from(SHARED_SLOTS).unwrap() + CHECKS_PER_SWEEP;
        let refused = (0..20 * most).filter(|key| limiter.check(*key).is_err()).count();
        assert!(refused > 0, "shared slots are limited");
        assert!(limiter.limiter.len() <= most as usize, "memory is bounded");

        clock.advance(Duration::from_mins(2));
        limiter.sweep();
        let key = u32::MAX;
        assert!(limiter.slot(key) == Slot::Own(key), "each has its own again");
    }

    #[test]
    fn only_strangers_and_sign_ins_are_counted() {
        let quota = Some(per_minute(1));
        let stranger: &[(&str, &str)] = &[];
        let member: &[(&str, &str)] = &[("cookie", "sid=x")];
        for (path, headers, counted) in [
            ("/secrets", stranger, true),
            ("/secrets", member, false),
            ("/api/v1/secrets", stranger, true),
            ("/api/v1/secrets", &[("authorization", "Bearer x")], false),
            ("/v1/secret/data/x", &[("x-vault-token", "x")], false),
            ("/sign-in", member, true),
            ("/setup", member, true),
            ("/fn/session/confirm", member, true),
            ("/settings/account", member, true),
            ("/fn/secrets/list", member, false),
            ("/pkg/app.wasm", stranger, false),
            ("/readyz", stranger, false),
        ] {
            let rates = Rates::from(RateLimits { anonymous: quota, auth: quota });
            let mut request = Request::post(path).body(()).unwrap();
            for (name, value) in headers {
                request.headers_mut().insert(*name, value.parse().unwrap());
            }
            let check = |client: &str| {
                let client = ClientIp(client.parse().unwrap());
                rates.check(&request, Door::of(path), client)
            };
            assert_eq!(check("2001:db8::1"), Ok(()));
            assert_eq!(check("2001:db8::2").is_err(), counted, "{path} {headers:?}");
            assert_eq!(check("2001:db8:0:1::1"), Ok(()));
        }
    }
}
