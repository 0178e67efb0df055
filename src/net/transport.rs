//! The byte stream of a connection, with or without TLS, over a TCP socket that blocks under a
//! deadline while a worker thread connects and is non-blocking afterwards; the TLS layer does not
//! notice the change.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{cancel::Cancel, tls};

/// A TCP socket, blocking or not.
#[derive(Debug)]
pub enum Socket {
    /// During an attempt on a worker thread: each read and write ends by `deadline`, however slowly
    /// the peer sends.
    Blocking {
        /// Shared with the [`Cancel`] of the attempt.
        stream: Arc<TcpStream>,
        /// When reads and writes fail with [`ErrorKind::TimedOut`].
        deadline: Instant,
    },
    /// For the reactor: non-blocking.
    NonBlocking(mio::net::TcpStream),
    /// Only during the change from one to the other.
    Changing,
}

impl Socket {
    /// A connected, blocking socket that `cancel` shuts down.
    pub fn blocking(stream: TcpStream, deadline: Instant, cancel: &Cancel) -> Self {
        let stream = Arc::new(stream);
        cancel.watch_socket(stream.clone());
        Socket::Blocking { stream, deadline }
    }

    /// Makes a blocking socket non-blocking.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] if the attempt was cancelled; else what the system reports.
    fn make_non_blocking(&mut self, cancel: &Cancel) -> io::Result<()> {
        let cancelled = || io::Error::from(ErrorKind::Interrupted);
        if !cancel.release() {
            return Err(cancelled());
        }
        if let Socket::Blocking { stream, .. } = std::mem::replace(self, Socket::Changing) {
            let stream = Arc::into_inner(stream).ok_or_else(cancelled)?;
            stream.set_nonblocking(true)?;
            *self = Socket::NonBlocking(mio::net::TcpStream::from_std(stream));
        }
        Ok(())
    }

    /// Runs one blocking operation with the time that is left.
    fn timed<T>(
        stream: &TcpStream,
        deadline: Instant,
        set_timeout: impl FnOnce(&TcpStream, Option<Duration>) -> io::Result<()>,
        operation: impl FnOnce(&TcpStream) -> io::Result<T>,
    ) -> io::Result<T> {
        let left = deadline.saturating_duration_since(Instant::now());
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
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Blocking { stream, deadline } => {
                Self::timed(stream, *deadline, TcpStream::set_read_timeout, |mut stream| stream.read(buffer))
            }
            Socket::NonBlocking(stream) => stream.read(buffer),
            Socket::Changing => Err(ErrorKind::NotConnected.into()),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Blocking { stream, deadline } => {
                Self::timed(stream, *deadline, TcpStream::set_write_timeout, |mut stream| stream.write(bytes))
            }
            Socket::NonBlocking(stream) => stream.write(bytes),
            Socket::Changing => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A connection's byte stream.
///
/// # Design
/// With edge-triggered readiness a read that fills less than its buffer has drained a stream socket
/// (epoll(7), kqueue(2)): until the next readiness event a read would only return `WouldBlock`. So
/// [`read`](Read::read) returns that without a system call. It does not do so over TLS, which
/// returns a record at a time, on Windows, where only a read that would block arms the next
/// event, and after the peer's EOF or a write error, which no further event would announce.
#[derive(Debug)]
pub struct Transport {
    stream: Stream,
    /// A short read means that the socket is drained.
    trusts_short_reads: bool,
    /// A short read has drained the socket.
    is_drained: bool,
}

#[derive(Debug)]
enum Stream {
    Plain(Socket),
    Tls(Box<tls::Stream>),
}

impl Transport {
    /// A stream without TLS.
    pub fn plain(socket: Socket) -> Self {
        Transport { stream: Stream::Plain(socket), trusts_short_reads: cfg!(unix), is_drained: false }
    }

    /// An encrypted stream.
    pub fn tls(stream: tls::Stream) -> Self {
        Transport { stream: Stream::Tls(Box::new(stream)), trusts_short_reads: false, is_drained: false }
    }

    /// Makes the socket non-blocking, for the reactor.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] if the attempt was cancelled; else what the system reports.
    pub(super) fn make_non_blocking(&mut self, cancel: &Cancel) -> io::Result<()> {
        self.socket_mut().make_non_blocking(cancel)
    }

    /// The socket that the reactor watches; `None` while it blocks.
    pub fn event_source(&mut self) -> Option<&mut mio::net::TcpStream> {
        match self.socket_mut() {
            Socket::NonBlocking(stream) => Some(stream),
            _ => None,
        }
    }

    /// The socket may have more: the next read asks the system.
    pub fn retry(&mut self) {
        self.is_drained = false;
    }

    /// The peer has closed its side, or nothing can be written any more: from now on each read asks
    /// the system, so that the end of the stream is found.
    pub fn expect_end(&mut self) {
        (self.trusts_short_reads, self.is_drained) = (false, false);
    }

    /// With TLS, tells the peer that nothing more comes, as far as that needs no waiting.
    pub fn say_goodbye(&mut self) {
        if let Stream::Tls(stream) = &mut self.stream {
            stream.say_goodbye();
        }
    }

    fn socket_mut(&mut self) -> &mut Socket {
        match &mut self.stream {
            Stream::Plain(socket) => socket,
            Stream::Tls(stream) => stream.socket_mut(),
        }
    }
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_drained {
            return Err(ErrorKind::WouldBlock.into());
        }
        let count = match &mut self.stream {
            Stream::Plain(socket) => socket.read(buffer),
            Stream::Tls(stream) => stream.read(buffer),
        }?;
        self.is_drained = self.trusts_short_reads && (1..buffer.len()).contains(&count);
        Ok(count)
    }
}

impl Write for Transport {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = match &mut self.stream {
            Stream::Plain(socket) => socket.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
        };
        if let Err(error) = &result
            && !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
        {
            self.expect_end();
        }
        result
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(socket) => socket.flush(),
            Stream::Tls(stream) => stream.flush(),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    /// A transport and the peer's end of its connection.
    fn pair() -> (Transport, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (peer, _) = listener.accept().unwrap();
        let mut transport =
            Transport::plain(Socket::blocking(stream, Instant::now() + Duration::from_secs(60), &Cancel::default()));
        transport.is_drained = false;
        (transport, peer)
    }

    #[test]
    fn a_short_read_saves_the_next_one_until_there_may_be_more() {
        let (mut transport, mut peer) = pair();
        let mut buffer = [0; 8];
        peer.write_all(b"first").unwrap();
        assert_eq!(transport.read(&mut buffer).unwrap(), 5);
        peer.write_all(b"second").unwrap();
        assert_eq!(transport.read(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        transport.retry();
        assert_eq!(transport.read(&mut buffer).unwrap(), 6);
    }

    #[test]
    fn a_full_read_and_an_expected_end_save_nothing() {
        let (mut transport, mut peer) = pair();
        let mut buffer = [0; 4];
        peer.write_all(b"whole+").unwrap();
        peer.shutdown(std::net::Shutdown::Both).unwrap();
        assert_eq!(transport.read(&mut buffer).unwrap(), 4);
        transport.expect_end();
        assert_eq!(transport.read(&mut buffer).unwrap(), 2);
        assert_eq!(transport.read(&mut buffer).unwrap(), 0);
    }
}
