//! The look-up of a name where no name server answers.

use std::{sync::Arc, time::Instant};

use super::{
    connect::ConnectError,
    link::{Crossing, Link},
};

/// A question that nobody answers.
#[derive(Debug)]
pub struct Silence {
    host: String,
    link: Arc<Link>,
    crossing: Crossing,
}

impl Silence {
    /// Asks for the address of `host`. It takes as long as an answer would.
    pub fn of(host: &str, link: &Arc<Link>) -> Self {
        Silence { host: host.to_owned(), link: link.clone(), crossing: Crossing::begin(link) }
    }

    /// Waits on.
    ///
    /// # Errors
    /// [`ConnectError::Resolve`], once the time has come.
    pub fn step(&mut self) -> Result<(), ConnectError> {
        if !self.crossing.time_left(&self.link).is_zero() {
            return Ok(());
        }
        Err(ConnectError::Resolve { host: self.host.clone(), error: "no name server answers".to_owned() })
    }

    /// When that is.
    pub fn deadline(&self) -> Instant {
        self.crossing.due()
    }
}
