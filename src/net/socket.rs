//! A TCP socket that blocks under a deadline while a worker thread connects and is non-blocking afterwards; what
//! reads and writes, TLS above all, does not notice the change. Its bytes pass through the [`Link`].

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    cancel::Cancel,
    link::{Duplex, Epoch, LOOK_UP, Link},
    wire::{Traffic, Wire},
};
use crate::time::Time;

/// See the module.
#[derive(Debug)]
pub struct Socket {
    io: Io,
    link: Arc<Link>,
    epoch: Epoch,
    /// What is on its way, while the link is spoiled and until that has arrived.
    lanes: Option<Box<Duplex>>,
    traffic: Traffic,
}

#[derive(Debug)]
enum Io {
    /// During an attempt on a worker thread: each read and write ends by `deadline`, however slowly
    /// the peer sends.
    Blocking {
        /// Shared with the [`Cancel`] of the attempt.
        stream: Arc<TcpStream>,
        /// When reads and writes fail with [`ErrorKind::TimedOut`].
        deadline: Instant,
        /// What that is compared with.
        time: Time,
        /// The cancellation of the attempt.
        cancel: Arc<Cancel>,
    },
    /// For the reactor: non-blocking.
    NonBlocking(mio::net::TcpStream),
    /// Only during the change from one to the other.
    Changing,
    /// A reset of the link has broken the connection.
    Broken,
}

impl Socket {
    /// A connected, blocking socket that `cancel` shuts down, of an attempt that began in `epoch`.
    pub fn blocking(
        stream: TcpStream,
        deadline: Instant,
        cancel: &Arc<Cancel>,
        (link, epoch): (&Arc<Link>, Epoch),
    ) -> Self {
        let stream = Arc::new(stream);
        cancel.watch_socket(stream.clone());
        let io = Io::Blocking { stream, deadline, time: link.time().clone(), cancel: cancel.clone() };
        Socket { io, link: link.clone(), epoch, lanes: None, traffic: Traffic::default() }
    }

    /// A connected, non-blocking socket of an attempt that began in `epoch`.
    pub fn non_blocking(stream: mio::net::TcpStream, (link, epoch): (&Arc<Link>, Epoch)) -> Self {
        Socket { io: Io::NonBlocking(stream), link: link.clone(), epoch, lanes: None, traffic: Traffic::default() }
    }

    /// Makes a blocking socket non-blocking.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] if the attempt was cancelled; else what the system reports.
    pub(super) fn make_non_blocking(&mut self, cancel: &Cancel) -> io::Result<()> {
        let cancelled = || io::Error::from(ErrorKind::Interrupted);
        if !cancel.release() {
            return Err(cancelled());
        }
        if let Io::Blocking { stream, .. } = std::mem::replace(&mut self.io, Io::Changing) {
            let stream = Arc::into_inner(stream).ok_or_else(cancelled)?;
            stream.set_nonblocking(true)?;
            self.io = Io::NonBlocking(mio::net::TcpStream::from_std(stream));
        }
        Ok(())
    }

    /// The socket that the reactor watches; `None` while it blocks, and when it is broken.
    pub fn event_source(&mut self) -> Option<&mut mio::net::TcpStream> {
        match &mut self.io {
            Io::NonBlocking(stream) => Some(stream),
            _ => None,
        }
    }

    /// Its end of the connection; `None` while it blocks, and when it is broken.
    pub fn wire(&self) -> Option<Wire> {
        match &self.io {
            Io::NonBlocking(stream) => Wire::of(stream, self.traffic),
            _ => None,
        }
    }

    /// Whether it reads and writes the system's socket directly.
    pub fn is_direct(&self) -> bool {
        self.lanes.is_none() && self.link.is_calm(self.epoch)
    }

    /// The system's socket is ready, or the link has changed.
    pub fn ready(&mut self) {
        if !self.is_direct() {
            self.with_lanes(|lanes, io, link| {
                lanes.ready();
                lanes.advance(io, link);
                Ok(())
            })
            // Whoever reads next gets to know.
            .unwrap_or_default();
        }
    }

    /// Moves what is due. Returns whether a read or write that has returned `WouldBlock` is worth repeating.
    pub fn advance(&mut self) -> bool {
        !self.is_direct() && self.with_lanes(|lanes, io, link| Ok(lanes.advance(io, link))).unwrap_or(true)
    }

    /// When [`advance`](Self::advance) has something to do, if not when the system's socket is ready.
    pub fn deadline(&self) -> Option<Instant> {
        self.lanes.as_ref()?.deadline()
    }

    /// Whether something that was written has not reached the system's socket.
    pub fn is_leaving(&self) -> bool {
        self.lanes.as_ref().is_some_and(|lanes| lanes.is_leaving())
    }

    /// Calls `act` with the lanes, unless the link has broken the connection.
    fn with_lanes<T>(
        &mut self,
        act: impl FnOnce(&mut Duplex, &mut AtOnce<'_>, &Link) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.link.is_over(self.epoch) {
            self.break_off();
            return Err(ErrorKind::ConnectionReset.into());
        }
        let lanes = self.lanes.get_or_insert_default();
        let result = act(lanes, &mut AtOnce(&mut self.io, &mut self.traffic), &self.link);
        if lanes.is_idle() && self.link.is_transparent() {
            self.lanes = None;
        }
        result
    }

    /// Breaks the connection; where the system can, the peer gets a reset.
    fn break_off(&mut self) {
        match std::mem::replace(&mut self.io, Io::Broken) {
            Io::NonBlocking(stream) => reset_on_close(&stream),
            Io::Blocking { stream, .. } => reset_on_close(&stream),
            Io::Changing | Io::Broken => {}
        }
        self.lanes = None;
    }

    /// Repeats what would block until it does not, if the socket is one that blocks.
    fn repeated<T>(
        &mut self,
        mut act: impl FnMut(&mut Duplex, &mut AtOnce<'_>, &Link) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            match self.with_lanes(&mut act) {
                Err(error) if error.kind() == ErrorKind::WouldBlock && matches!(self.io, Io::Blocking { .. }) => {
                    self.pause()?;
                }
                result => return result,
            }
        }
    }

    /// Waits for the peer or for the link, a short while at most.
    fn pause(&mut self) -> io::Result<()> {
        let Io::Blocking { stream, deadline, time, cancel } = &self.io else { return Ok(()) };
        let now = time.now();
        if cancel.is_cancelled() {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        if now >= *deadline {
            return Err(ErrorKind::TimedOut.into());
        }
        let lanes = self.lanes.get_or_insert_default();
        let until = lanes.deadline().unwrap_or(*deadline).min(*deadline).min(now + LOOK_UP);
        let wait = time.real(until.saturating_duration_since(now));
        if lanes.awaits_stream() && !wait.is_zero() {
            stream.set_read_timeout(Some(wait))?;
            // Whatever it says, the next read says it too.
            let _ = stream.peek(&mut [0]);
        } else {
            thread::sleep(wait);
        }
        lanes.ready();
        Ok(())
    }
}

/// From now on closing the socket resets the connection (SO_LINGER of 0 seconds), where the system can.
#[cfg(unix)]
pub fn reset_on_close(socket: &impl std::os::fd::AsFd) {
    // Else the peer sees an end, which is a broken connection too.
    let _ = rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO));
}

/// Likewise: this system only knows an end.
#[cfg(not(unix))]
pub fn reset_on_close<T>(_: &T) {}

/// Runs one blocking operation with the time that is left, by the system's time.
fn timed<T>(
    stream: &TcpStream,
    left: Duration,
    set_timeout: impl FnOnce(&TcpStream, Option<Duration>) -> io::Result<()>,
    operation: impl FnOnce(&TcpStream) -> io::Result<T>,
) -> io::Result<T> {
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    set_timeout(stream, Some(left))?;
    operation(stream).map_err(|error| match error.kind() {
        // A blocking socket returns this when its timeout expires.
        ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
        _ => error,
    })
}

impl Read for Io {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Io::Blocking { stream, deadline, time, .. } => {
                timed(stream, time.real_until(*deadline), TcpStream::set_read_timeout, |mut stream| stream.read(buffer))
            }
            Io::NonBlocking(stream) => stream.read(buffer),
            Io::Changing => Err(ErrorKind::NotConnected.into()),
            Io::Broken => Err(ErrorKind::ConnectionReset.into()),
        }
    }
}

impl Write for Io {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Io::Blocking { stream, deadline, time, .. } => {
                timed(stream, time.real_until(*deadline), TcpStream::set_write_timeout, |mut stream| {
                    stream.write(bytes)
                })
            }
            Io::NonBlocking(stream) => stream.write(bytes),
            Io::Changing => Err(ErrorKind::NotConnected.into()),
            Io::Broken => Err(ErrorKind::ConnectionReset.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A socket that never waits, whether it blocks or not.
struct AtOnce<'a>(&'a mut Io, &'a mut Traffic);

impl Read for AtOnce<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut *self.0 {
            Io::Blocking { stream, .. } => without_waiting(stream, |mut stream| stream.read(buffer)),
            other => other.read(buffer),
        };
        self.1.count_received(read)
    }
}

impl Write for AtOnce<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut *self.0 {
            Io::Blocking { stream, .. } => without_waiting(stream, |mut stream| stream.write(bytes)),
            other => other.write(bytes),
        };
        self.1.count_sent(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs one operation at a blocking socket that does not wait.
fn without_waiting<T>(stream: &TcpStream, operation: impl FnOnce(&TcpStream) -> io::Result<T>) -> io::Result<T> {
    stream.set_nonblocking(true)?;
    let result = operation(stream);
    stream.set_nonblocking(false)?;
    result
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_direct() {
            return self.traffic.count_received(self.io.read(buffer));
        }
        self.repeated(|lanes, io, link| lanes.read(io, link, buffer))
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_direct() {
            return self.traffic.count_sent(self.io.write(bytes));
        }
        self.repeated(|lanes, io, link| lanes.write(io, link, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
