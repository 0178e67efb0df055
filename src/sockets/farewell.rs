//! The end of a connection that the script has closed. Where the system still holds bytes for the peer, a
//! plain close would throw them away as soon as the peer sends anything more (RFC 9293 section 3.6.1). So what
//! the peer sends is read and dropped until the peer closes too, or some time has passed.

use std::{
    io::{ErrorKind, Read},
    net::Shutdown,
    time::{Duration, Instant},
};

use crate::{buffers::Buffers, net::transport::Transport};

/// Longest wait for the peer's end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads of one turn.
const READS_PER_TURN: usize = 16;

/// See the module.
#[derive(Debug)]
pub struct Farewell {
    transport: Transport,
    /// When the wait ends.
    pub deadline: Instant,
    /// Reading was interrupted so that others get their turn.
    pub is_unfinished: bool,
}

impl Farewell {
    /// Says goodbye; `None` if nothing has to be waited for.
    pub fn begin(mut transport: Transport, now: Instant, buffers: &mut Buffers) -> Option<Self> {
        transport.say_goodbye();
        let holds_bytes = has_unacknowledged(&mut transport);
        let socket = transport.event_source()?;
        socket.shutdown(Shutdown::Write).ok()?;
        let farewell = Farewell { transport, deadline: now + PATIENCE, is_unfinished: false };
        farewell.go_on(now, buffers).filter(|farewell| holds_bytes || farewell.is_unfinished)
    }

    /// Drops what the peer has sent; `None` when all is over.
    pub fn go_on(mut self, now: Instant, buffers: &mut Buffers) -> Option<Self> {
        if now >= self.deadline {
            return None;
        }
        let mut scratch = buffers.take_scratch();
        let ended = self.drop_received(&mut scratch);
        buffers.put_scratch(scratch);
        (!ended).then_some(self)
    }

    fn drop_received(&mut self, scratch: &mut [u8]) -> bool {
        // Below TLS: nobody wants to know what it was.
        let Some(socket) = self.transport.event_source() else { return true };
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
