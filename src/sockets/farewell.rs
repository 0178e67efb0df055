//! The end of a socket that the script has closed. What was sent before still has to leave.
//!
//! Where the system holds bytes of a connection for the peer, a plain close would throw them away as soon as the
//! peer sends anything more (RFC 9293 section 3.6.1). So what the peer sends is read and dropped until the peer
//! closes too, or some time has passed.

use std::{
    io::{ErrorKind, Read},
    net::Shutdown,
    time::{Duration, Instant},
};

use crate::{
    buffers::Buffers,
    net::{datagram::Datagrams, transport::Transport},
    reactor::Cause,
};

/// Longest wait for the peer's end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Longest wait for what is on its way to the peer.
const MAX_LEAVING: Duration = Duration::from_secs(60);

/// Reads of one turn.
const READS_PER_TURN: usize = 16;

/// See the module.
#[derive(Debug)]
pub struct Farewell {
    stage: Stage,
    /// When the wait ends.
    give_up: Instant,
    /// Reading was interrupted so that others get their turn.
    pub is_unfinished: bool,
}

#[derive(Debug)]
enum Stage {
    /// Datagrams are on their way.
    Datagrams(Datagrams),
    /// Bytes are on their way.
    Leaving(Transport),
    /// We have closed our side.
    Closed(Transport),
}

impl Farewell {
    /// Says goodbye; `None` if nothing has to be waited for.
    pub fn begin(mut transport: Transport, now: Instant, buffers: &mut Buffers) -> Option<Self> {
        transport.say_goodbye();
        if transport.is_leaving() {
            return Some(Farewell::new(Stage::Leaving(transport), now + MAX_LEAVING));
        }
        Farewell::close(transport, now, buffers)
    }

    /// Likewise, of datagrams.
    pub fn of_datagrams(datagrams: Datagrams, now: Instant) -> Option<Self> {
        datagrams.is_leaving().then(|| Farewell::new(Stage::Datagrams(datagrams), now + MAX_LEAVING))
    }

    fn new(stage: Stage, give_up: Instant) -> Self {
        Farewell { stage, give_up, is_unfinished: false }
    }

    /// Closes our side.
    fn close(mut transport: Transport, now: Instant, buffers: &mut Buffers) -> Option<Self> {
        let holds_bytes = has_unacknowledged(&mut transport);
        transport.event_source()?.shutdown(Shutdown::Write).ok()?;
        let farewell = Farewell::new(Stage::Closed(transport), now + PATIENCE);
        farewell.drop_received(buffers).filter(|farewell| holds_bytes || farewell.is_unfinished)
    }

    /// Sends what is due and drops what the peer has sent; `None` when all is over.
    pub fn go_on(mut self, cause: Cause, now: Instant, buffers: &mut Buffers) -> Option<Self> {
        if now >= self.give_up {
            return None;
        }
        match &mut self.stage {
            Stage::Datagrams(datagrams) => {
                if cause != Cause::Scheduled {
                    datagrams.ready();
                }
                datagrams.advance();
                datagrams.is_leaving().then_some(self)
            }
            Stage::Leaving(transport) => {
                match cause {
                    Cause::Scheduled => _ = transport.advance(),
                    Cause::Ready | Cause::ReadyAtEnd => transport.retry(),
                }
                if transport.is_leaving() { Some(self) } else { self.all_has_left(now, buffers) }
            }
            Stage::Closed(transport) => {
                // A reset of the link breaks it.
                transport.advance();
                self.drop_received(buffers)
            }
        }
    }

    fn all_has_left(self, now: Instant, buffers: &mut Buffers) -> Option<Self> {
        match self.stage {
            Stage::Leaving(transport) => Farewell::close(transport, now, buffers),
            Stage::Datagrams(_) | Stage::Closed(_) => None,
        }
    }

    /// When [`go_on`](Self::go_on) has something to do, if not when the system's socket is ready.
    pub fn deadline(&self) -> Instant {
        let due = match &self.stage {
            Stage::Datagrams(datagrams) => datagrams.deadline(),
            Stage::Leaving(transport) => transport.deadline(),
            Stage::Closed(_) => None,
        };
        due.map_or(self.give_up, |due| due.min(self.give_up))
    }

    fn drop_received(mut self, buffers: &mut Buffers) -> Option<Self> {
        let mut scratch = buffers.take_scratch();
        let has_ended = self.read(&mut scratch);
        buffers.put_scratch(scratch);
        (!has_ended).then_some(self)
    }

    /// Reads what the peer has sent. Returns whether that was all.
    fn read(&mut self, scratch: &mut [u8]) -> bool {
        let Stage::Closed(transport) = &mut self.stage else { return true };
        // Below TLS and the link: nobody wants to know what it was.
        let Some(socket) = transport.event_source() else { return true };
        self.is_unfinished = false;
        for _ in 0..READS_PER_TURN {
            match socket.read(scratch) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return true,
            }
        }
        self.is_unfinished = true;
        false
    }
}

/// Whether the system holds bytes that the peer has not acknowledged.
#[cfg(target_os = "linux")]
fn has_unacknowledged(transport: &mut Transport) -> bool {
    use std::os::fd::AsRawFd;

    let Some(socket) = transport.event_source() else { return false };
    let mut count: libc::c_int = 0;
    // SAFETY: a system call on a socket that is open; SIOCOUTQ, which has the number of TIOCOUTQ, writes one
    // int to where the pointer leads.
    let answer = unsafe { libc::ioctl(socket.as_raw_fd(), libc::TIOCOUTQ, &raw mut count) };
    answer != 0 || count > 0
}

/// Whether the system holds bytes that the peer has not acknowledged: it cannot be asked.
#[cfg(not(target_os = "linux"))]
fn has_unacknowledged(_: &mut Transport) -> bool {
    true
}
