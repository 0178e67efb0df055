//! The look-up of a name where no name server answers.

use std::{sync::Arc, time::Instant};

use super::{connect::ConnectError, link::Link};

/// A question that nobody answers.
#[derive(Debug)]
pub struct Silence {
    host: String,
    give_up: Instant,
}

impl Silence {
    /// Asks for the address of `host`. It takes as long as an answer would.
    pub fn of(host: &str, link: &Arc<Link>) -> Self {
        Silence { host: host.to_owned(), give_up: Instant::now() + link.round_trip() }
    }

    /// Waits on.
    ///
    /// # Errors
    /// [`ConnectError::Resolve`], once the time has come.
    pub fn step(&self) -> Result<(), ConnectError> {
        if Instant::now() < self.give_up {
            return Ok(());
        }
        Err(ConnectError::Resolve { host: self.host.clone(), error: "no name server answers".to_owned() })
    }

    /// When that is.
    pub fn deadline(&self) -> Instant {
        self.give_up
    }
}
