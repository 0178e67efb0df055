//! How good the device's way to its peers is.

use std::{num::NonZeroU64, time::Duration};

use serde::{Serialize, Serializer};

/// What the network does to the bytes that pass through it. The default is a network that one does not notice. Times are
/// shown in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Conditions {
    /// How long bytes are on their way, in each direction.
    #[serde(serialize_with = "milliseconds")]
    pub latency: Duration,
    /// How much shorter or longer that may be, at random.
    #[serde(serialize_with = "milliseconds")]
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

fn milliseconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let micros = time.as_micros();
    match u64::try_from(micros / 1000) {
        // A number that is whole prints without a point.
        Ok(ms) if micros.is_multiple_of(1000) => serializer.serialize_u64(ms),
        _ => serializer.serialize_f64(micros as f64 / 1000.0),
    }
}
