//! How many connections there are, in all and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::security::{AddressGroup, Network};

use super::ConnectionLimits;

/// The places for connections, some of them taken.
pub(super) struct Places {
    total: usize,
    per_address: usize,
    uncounted: Vec<Network>,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    total: usize,
    by_address: HashMap<AddressGroup, usize>,
}

impl Places {
    pub(super) fn new(limits: &ConnectionLimits) -> Self {
        Self {
            total: limits.total,
            per_address: limits.per_address,
            uncounted: limits.uncounted.clone(),
            taken: Arc::default(),
        }
    }

    /// A place until it is dropped, unless all are taken.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Place> {
        let is_counted = !self.uncounted.iter().any(|network| network.contains(peer));
        let address = is_counted.then(|| AddressGroup::of(peer));

        let mut taken = lock(&self.taken);
        if taken.total >= self.total {
            return None;
        }
        if let Some(address) = address {
            let count = taken.by_address.entry(address).or_default();
            if *count >= self.per_address {
                return None;
            }
            *count += 1;
        }
        taken.total += 1;
        Some(Place { address, taken: self.taken.clone() })
    }
}

/// One connection's place.
pub(super) struct Place {
    address: Option<AddressGroup>,
    taken: Arc<Mutex<Taken>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.total -= 1;
        let Some(address) = self.address else { return };
        if let Some(count) = taken.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

/// Nothing panics while the numbers are between two states.
fn lock(taken: &Mutex<Taken>) -> std::sync::MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(total: usize, per_address: usize) -> Places {
        Places::new(&ConnectionLimits { total, per_address, ..ConnectionLimits::default() })
    }

    #[test]
    fn an_address_has_its_places_and_gets_them_back() {
        let places = places(100, 2);
        let take = |peer: &str| places.take(peer.parse().unwrap());
        let first = take("2001:db8::1");
        let second = take("2001:db8::2");
        assert!(first.is_some() && second.is_some());
        assert!(take("2001:db8::3").is_none());
        assert!(take("2001:db8:0:1::1").is_some());
        drop(first);
        assert!(take("2001:db8::3").is_some());
        drop(second);
        assert!(lock(&places.taken).by_address.is_empty());
        assert_eq!(lock(&places.taken).total, 0);
    }

    #[test]
    fn the_total_holds_for_everybody_and_the_rest_not_for_a_local_proxy() {
        let places = places(3, 1);
        let take = |peer: &str| places.take(peer.parse().unwrap());
        let taken = [take("127.0.0.1"), take("127.0.0.1"), take("::1")];
        assert!(taken.iter().all(Option::is_some));
        assert!(take("127.0.0.1").is_none());
        assert!(take("203.0.113.1").is_none());
    }
}
