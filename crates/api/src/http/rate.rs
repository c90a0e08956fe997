//! How often one client may ask. A client is an IPv4 address, or the 64 bits of an IPv6 address that name its network.
//!
//! Clients that have been quiet for long enough are forgotten, so the memory follows those that ask.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::Refused;
use crate::config::Http;
use crate::error::Fault;

/// After how many requests the quiet clients are looked for.
const FORGET_EVERY: u32 = 4_096;

/// The rates of all clients; none when the settings set no rate.
pub struct Rates(Option<(DefaultKeyedRateLimiter<IpAddr>, AtomicU32)>);

impl Rates {
    /// The rates of the settings.
    pub fn new(settings: &Http) -> Self {
        let quota = NonZeroU32::new(settings.rate_per_second).map(Quota::per_second);
        let burst = NonZeroU32::new(settings.rate_burst);
        let quota = quota.map(|quota| burst.map_or(quota, |burst| quota.allow_burst(burst)));
        Self(quota.map(|quota| (RateLimiter::keyed(quota), AtomicU32::new(1))))
    }

    /// Counts a request of a client.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn ask(&self, client: IpAddr) -> Result<(), Refused> {
        let Some((limiter, asked)) = &self.0 else { return Ok(()) };
        if asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(FORGET_EVERY) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter
            .check_key(&network(client))
            .map_err(|_| Refused::new(Fault::RateLimited, "this client asks more often than it may"))
    }
}

fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_refused_past_its_burst_and_others_are_not() {
        let rates = Rates::new(&Http { rate_per_second: 1, rate_burst: 3, ..Http::default() });
        let ask = |client: &str| rates.ask(client.parse().unwrap()).is_ok();
        assert_eq!([(); 4].map(|()| ask("10.0.0.1")), [true, true, true, false]);
        assert!(ask("10.0.0.2") && !ask("::ffff:10.0.0.1"));
        let of_one_network = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:0:ffff::"];
        assert_eq!(of_one_network.map(ask), [true, true, true, false]);
        assert!(ask("2001:db8:0:1::1"));
        let none = Rates::new(&Http::default());
        assert!((0..1_000).all(|_| none.ask("10.0.0.1".parse().unwrap()).is_ok()));
    }
}
