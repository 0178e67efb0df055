//! The open connection of a client.

use std::time::{Duration, Instant};

use super::super::{
    outbox::Outbox,
    session::{self, Reading, Session},
};
use crate::{net::transport::Transport, reactor::Cause};

/// For how long after a read the peer is assumed to be there still. A write to a connection that
/// the peer has closed succeeds, and what was written is lost.
const STALE: Duration = Duration::from_millis(1);

/// A transport and what is said over it.
#[derive(Debug)]
pub struct OpenConnection {
    pub(super) transport: Transport,
    pub(super) session: Session,
    pub(super) reading: Reading,
    /// When the socket was last read.
    pub(super) last_read: Instant,
}

impl OpenConnection {
    pub(super) fn drive(&mut self, cause: Cause, outbox: &mut Outbox, context: &mut session::Context<'_>) {
        let mut may_have_more = cause != Cause::Scheduled;
        match cause {
            Cause::Ready => self.transport.retry(),
            Cause::ReadyAtEnd => self.transport.expect_end(),
            Cause::Scheduled => may_have_more = self.transport.advance(),
        }
        if self.session.has_unsent(outbox) && context.now.saturating_duration_since(self.last_read) > STALE {
            // The script was busy: the peer may have closed meanwhile.
            self.transport.retry();
            self.read(context);
        }
        // What the script has sent must not follow what a read brings about.
        self.write(outbox, context);
        let is_due = self.session.deadline().is_some_and(|deadline| deadline <= context.now);
        if is_due {
            // The clock judges what has arrived, even if no event has announced it yet.
            self.transport.retry();
        }
        let may_continue = self.reading != Reading::Drained && self.session.can_read(context.inbox);
        if may_have_more || is_due || self.session.has_failed() || may_continue {
            self.read(context);
            self.write(outbox, context);
        }
        if is_due {
            if self.reading == Reading::Paused && self.session.is_held_up(context.inbox) {
                self.session.excuse_silence(context.now);
            }
            self.session.tick(context);
            self.write(outbox, context);
        }
        if self.session.has_failed() && self.reading == Reading::Drained {
            // What arrived before the connection broke is read now: no event will announce it.
            self.reading = Reading::Unfinished;
        }
    }

    /// When it has to be driven, if not when the socket is ready.
    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.session.deadline(), self.transport.deadline()].into_iter().flatten().min()
    }

    /// Whether the system or the peer has to do something first, and not the link.
    pub(super) fn is_busy(&self, outbox: &Outbox) -> bool {
        (self.session.is_closing() || self.session.has_unsent(outbox)) && self.transport.deadline().is_none()
    }

    fn read(&mut self, context: &mut session::Context<'_>) {
        self.reading = self.session.read(&mut self.transport, context);
        self.last_read = context.now;
    }

    fn write(&mut self, outbox: &mut Outbox, context: &mut session::Context<'_>) {
        self.session.write(&mut self.transport, outbox, context);
    }
}
