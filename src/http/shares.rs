//! What callers share: so much for all together, and of that so much for each address, so that nobody takes all of it.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// What is shared.
pub struct Shares {
    all: usize,
    one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// What is counted of an address: of the sixth version the network, for whoever has one has all of it.
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

impl Shares {
    /// So much for all, and so much of it for each address.
    #[must_use]
    pub fn new(all: usize, one: usize) -> Arc<Self> {
        Arc::new(Self { all, one, taken: Mutex::default() })
    }

    /// A share, where there is one left for an address; without an address, for all.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: Option<IpAddr>, amount: usize) -> Option<Share> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let address = address.map(counted);
        let own = address.map_or(0, |address| taken.by.get(&address).copied().unwrap_or_default());
        if taken.all.saturating_add(amount) > self.all || own.saturating_add(amount) > self.one {
            return None;
        }
        taken.all += amount;
        if let Some(address) = address {
            taken.by.insert(address, own + amount);
        }
        drop(taken);
        Some(Share { shares: Arc::clone(self), address, amount })
    }
}

/// A share, given back when it is dropped.
pub struct Share {
    shares: Arc<Shares>,
    address: Option<IpAddr>,
    amount: usize,
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.shares.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(self.amount);
        let Some(address) = self.address else { return };
        if let Some(own) = taken.by.get_mut(&address) {
            *own = own.saturating_sub(self.amount);
            if *own == 0 {
                taken.by.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::Shares;

    #[test]
    fn nobody_takes_all_and_what_is_given_back_is_there_again() {
        let shares = Shares::new(10, 4);
        let [one, two, three] =
            ["10.0.0.1", "2001:db8::1", "10.0.0.3"].map(|text| text.parse::<IpAddr>().ok());
        let first = shares.take(one, 4);
        assert!(first.is_some() && shares.take(one, 1).is_none());
        // Another address of the same network, and the same one written otherwise.
        let second = shares.take(two, 4);
        assert!(second.is_some() && shares.take("2001:db8::2".parse().ok(), 1).is_none());
        assert!(shares.take("::ffff:10.0.0.1".parse().ok(), 1).is_none());
        let third = shares.take(three, 2);
        assert!(third.is_some() && shares.take(three, 1).is_none() && shares.take(None, 1).is_none());
        drop(first);
        assert!(shares.take(one, 4).is_some() && shares.take(None, 4).is_some());
        drop((second, third));
        assert!(shares.taken.lock().is_ok_and(|taken| taken.all == 0 && taken.by.is_empty()));
    }
}
