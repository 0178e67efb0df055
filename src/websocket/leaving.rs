//! What is left of the connection of an object that is gone, as a [`Source`] of its own.

use crate::{
    net::departure::Departure,
    reactor::{Activity, Cause, Context, Flight, Source, Status},
};

/// Registered until its last bytes have left.
#[derive(Debug)]
pub struct Leaving(Option<Departure>);

impl Leaving {
    /// Takes care of that connection.
    pub fn new(departure: Departure) -> Self {
        Leaving(Some(departure))
    }
}

impl Source for Leaving {
    fn drive(&mut self, cause: Cause, context: &mut Context<'_>) {
        self.0 = self.0.take().and_then(|departure| departure.after(cause != Cause::Scheduled, context.now));
    }

    fn status(&mut self) -> Status {
        let deadline = self.0.as_ref().map(Departure::deadline);
        let activity = if deadline.is_some() { Activity::Waiting } else { Activity::Idle };
        Status { activity, deadline, has_news: false }
    }

    fn flight(&self) -> Flight {
        Flight::Possible
    }
}
