//! A connection that nobody uses any more and whose last bytes are still on their way through the
//! [link](super::link).

use std::time::{Duration, Instant};

use super::transport::Transport;

/// Longest wait for those bytes.
const PATIENCE: Duration = Duration::from_secs(60);

/// See the module. Dropping it closes the connection.
#[derive(Debug)]
pub struct Departure {
    transport: Transport,
    give_up: Instant,
}

impl Departure {
    /// What is left of a connection; `None` if nothing is on its way.
    pub fn of(transport: Transport, now: Instant) -> Option<Self> {
        transport.is_leaving().then(|| Departure { transport, give_up: now + PATIENCE })
    }

    /// What is left after sending what is due. `is_ready`: the system may take more than before.
    pub fn after(mut self, is_ready: bool, now: Instant) -> Option<Self> {
        if is_ready {
            self.transport.retry();
        } else {
            self.transport.advance();
        }
        (now < self.give_up && self.transport.is_leaving()).then_some(self)
    }

    /// When [`after`](Self::after) has something to do.
    pub fn deadline(&self) -> Instant {
        self.transport.deadline().unwrap_or(self.give_up).min(self.give_up)
    }
}
