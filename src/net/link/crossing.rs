//! A question that somebody waits for the answer of: both are on their way over the link.

use std::time::{Duration, Instant};

use super::{Link, road};

/// The request for a connection and the peer's consent, or a name and its address. Under new conditions the answer
/// does not arrive later than it would have.
#[derive(Debug)]
pub(in crate::net) struct Crossing {
    due: Instant,
    /// The conditions of the time.
    version: u64,
}

impl Crossing {
    /// The question is asked now.
    pub fn begin(link: &Link) -> Self {
        let (version, time) = round_trip(link);
        Crossing { due: link.time.now() + time, version }
    }

    /// How long it takes until the answer is there; zero once it is.
    pub fn time_left(&mut self, link: &Link) -> Duration {
        let now = link.time.now();
        if link.is_transparent() {
            self.due = self.due.min(now);
        } else if link.state().version != self.version {
            let (version, time) = round_trip(link);
            *self = Crossing { due: self.due.min(now + time), version };
        }
        self.due.saturating_duration_since(now)
    }

    /// When the answer is there under the conditions that were there when it was last asked for.
    pub fn due(&self) -> Instant {
        self.due
    }
}

/// The present conditions, and how long a question and its answer are on their way under them, with what is lost
/// sent again.
fn round_trip(link: &Link) -> (u64, Duration) {
    let (conditions, version) = {
        let state = link.state();
        (state.conditions, state.version)
    };
    (version, road::round_trip(&conditions, &mut rand::random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::conditions::Conditions;

    fn with_latency(seconds: u64) -> Conditions {
        Conditions { latency: Duration::from_secs(seconds), ..Conditions::default() }
    }

    #[test]
    fn better_conditions_bring_the_answer_sooner_and_worse_ones_not_later() {
        let link = Link::default();
        link.set(with_latency(600));
        let mut crossing = Crossing::begin(&link);
        assert!(crossing.time_left(&link) > Duration::from_secs(1100));
        link.set(with_latency(60));
        let left = crossing.time_left(&link);
        assert!(left > Duration::from_secs(20) && left <= Duration::from_secs(120), "{left:?}");
        link.set(with_latency(600));
        assert!(crossing.time_left(&link) <= left);
        link.set(Conditions::default());
        assert!(crossing.time_left(&link).is_zero() && crossing.due() <= Instant::now());
    }
}
