//! A TCP socket that blocks under a deadline while a worker dials, and is non-blocking and watched
//! by the reactor from then on; the TLS layer above it does not notice the change.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use mio::Waker;

use super::tls;

/// Lets the owner of a dial end it early, from another thread.
#[derive(Debug, Default)]
pub struct Cancel {
    cancelled: AtomicBool,
    /// Index of the step of the dial that is under way.
    step: AtomicUsize,
    blocked: Mutex<Blocked>,
}

/// What the dial waits for.
#[derive(Debug, Default)]
enum Blocked {
    #[default]
    Nothing,
    /// The poll of this waker.
    Poll(Arc<Waker>),
    /// A read or write.
    Socket(Arc<TcpStream>),
}

impl Cancel {
    /// Ends the dial: whatever it waits for returns at once, but for a name look-up.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        match std::mem::take(&mut *self.blocked()) {
            Blocked::Nothing => {}
            // A wake fails only where the poll is full of wakes.
            Blocked::Poll(waker) => drop(waker.wake()),
            Blocked::Socket(socket) => drop(socket.shutdown(std::net::Shutdown::Both)),
        }
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// The dial begins its step `index`; see [`step`](Self::step).
    pub(super) fn begin_step(&self, index: usize) {
        self.step.store(index, Ordering::Relaxed);
    }

    /// The index that [`begin_step`](Self::begin_step) was last called with, at first 0.
    pub(super) fn step(&self) -> usize {
        self.step.load(Ordering::Relaxed)
    }

    /// From now on the dial waits for the poll of `waker`; it has to look at
    /// [`is_cancelled`](Self::is_cancelled) before each wait.
    pub(super) fn wakes(&self, waker: Arc<Waker>) {
        *self.blocked() = Blocked::Poll(waker);
    }

    fn blocked(&self) -> std::sync::MutexGuard<'_, Blocked> {
        // The value is whole whatever panicked while holding the lock.
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The two lives of a socket.
#[derive(Debug)]
pub enum Socket {
    /// While dialling: every read and write ends by `deadline`, however the peer trickles.
    Dialing {
        /// Shared with the [`Cancel`] of this dial.
        stream: Arc<TcpStream>,
        /// When reads and writes give up with [`ErrorKind::TimedOut`].
        deadline: Instant,
    },
    /// Afterwards: non-blocking.
    Open(mio::net::TcpStream),
    /// Only while changing from one to the other.
    Changing,
}

impl Socket {
    /// A freshly connected, blocking socket.
    pub fn dialing(stream: TcpStream, deadline: Instant, cancel: &Cancel) -> Self {
        let stream = Arc::new(stream);
        *cancel.blocked() = Blocked::Socket(stream.clone());
        if cancel.is_cancelled() {
            // Cancelled in between.
            cancel.cancel();
        }
        Socket::Dialing { stream, deadline }
    }

    /// Ends the first life.
    ///
    /// # Errors
    /// The dial was cancelled, or the socket refuses to be made non-blocking.
    fn open(&mut self, cancel: &Cancel) -> io::Result<()> {
        let cancelled = || io::Error::from(ErrorKind::Interrupted);
        let Blocked::Socket(shared) = std::mem::take(&mut *cancel.blocked()) else { return Err(cancelled()) };
        drop(shared);
        if let Socket::Dialing { stream, .. } = std::mem::replace(self, Socket::Changing) {
            let stream = Arc::into_inner(stream).ok_or_else(cancelled)?;
            stream.set_nonblocking(true)?;
            *self = Socket::Open(mio::net::TcpStream::from_std(stream));
        }
        Ok(())
    }

    /// Runs one blocking operation with what is left of the time.
    fn timed<T>(
        stream: &TcpStream,
        deadline: Instant,
        set: impl FnOnce(&TcpStream, Option<std::time::Duration>) -> io::Result<()>,
        operation: impl FnOnce(&TcpStream) -> io::Result<T>,
    ) -> io::Result<T> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        set(stream, Some(left))?;
        operation(stream).map_err(|error| match error.kind() {
            // What a blocking socket answers when its time is up.
            ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
            _ => error,
        })
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Dialing { stream, deadline } => {
                Self::timed(stream, *deadline, TcpStream::set_read_timeout, |mut stream| stream.read(buffer))
            }
            Socket::Open(stream) => stream.read(buffer),
            Socket::Changing => Err(ErrorKind::NotConnected.into()),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Dialing { stream, deadline } => {
                Self::timed(stream, *deadline, TcpStream::set_write_timeout, |mut stream| stream.write(bytes))
            }
            Socket::Open(stream) => stream.write(bytes),
            Socket::Changing => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A connection's byte stream, with or without TLS.
#[derive(Debug)]
pub enum Transport {
    /// `ws`
    Plain(Socket),
    /// `wss`
    Tls(Box<tls::Stream>),
}

impl Transport {
    /// Makes the socket non-blocking, for the reactor.
    ///
    /// # Errors
    /// See [`Socket::open`].
    pub(super) fn open(&mut self, cancel: &Cancel) -> io::Result<()> {
        self.socket_mut().open(cancel)
    }

    /// Brings the deadline of a dialling socket forward to `deadline`.
    pub(super) fn hurry(&mut self, new: Instant) {
        if let Socket::Dialing { deadline, .. } = self.socket_mut() {
            *deadline = new.min(*deadline);
        }
    }

    /// Whether a read that fills less than its buffer has taken all there was. With edge-triggered
    /// readiness that is so for stream sockets (epoll(7), kqueue(2)); on Windows only a read that
    /// would block arms the next readiness, and TLS hands out a record at a time.
    pub fn short_reads_drain(&self) -> bool {
        cfg!(unix) && matches!(self, Transport::Plain(_))
    }

    /// What the reactor watches; `None` while dialling.
    pub fn source(&mut self) -> Option<&mut mio::net::TcpStream> {
        match self.socket_mut() {
            Socket::Open(stream) => Some(stream),
            _ => None,
        }
    }

    fn socket_mut(&mut self) -> &mut Socket {
        match self {
            Transport::Plain(socket) => socket,
            Transport::Tls(stream) => stream.socket_mut(),
        }
    }
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Transport::Plain(socket) => socket.read(buffer),
            Transport::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Transport {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Transport::Plain(socket) => socket.write(bytes),
            Transport::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Transport::Plain(socket) => socket.flush(),
            Transport::Tls(stream) => stream.flush(),
        }
    }
}
