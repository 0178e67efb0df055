//! How good the device's way to its peers is.

use std::{num::NonZeroU64, time::Duration};

/// What the network does to the bytes that pass through it. The default is a network that one does not notice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// How long bytes are on their way, in each direction.
    pub latency: Duration,
    /// How much shorter or longer that may be, at random.
    pub jitter: Duration,
    /// Bytes per second in each direction, for all connections together; `None` for no limit.
    pub rate: Option<NonZeroU64>,
    /// Share of the packets that get lost, 0 to 1.
    pub loss: f64,
    /// Whether a name server answers.
    pub dns: bool,
}

impl Default for Conditions {
    fn default() -> Self {
        Conditions { latency: Duration::ZERO, jitter: Duration::ZERO, rate: None, loss: 0.0, dns: true }
    }
}

impl Conditions {
    /// Whether bytes pass as if there were no network in between.
    #[must_use]
    pub fn are_transparent(&self) -> bool {
        Conditions { dns: true, ..*self } == Conditions::default()
    }
}
