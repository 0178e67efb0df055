//! The byte stream of a connection, with or without TLS.

use std::{
    io::{self, ErrorKind, Read, Write},
    time::Instant,
};

use super::{cancel::Cancel, socket::Socket, tls, wire::Wire};

/// A connection's byte stream.
///
/// # Design
/// With edge-triggered readiness a read that fills less than its buffer has drained a stream socket
/// (epoll(7), kqueue(2)): until the next readiness event a read would only return `WouldBlock`. So
/// [`read`](Read::read) returns that without a system call. It does not do so over TLS, which
/// returns a record at a time, on Windows, where only a read that would block arms the next
/// event, and after the peer's EOF or a write error, which no further event would announce. Nor where
/// bytes are still on their way through the [link](super::link).
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

    /// The socket that the reactor watches; `None` while it blocks, and when it is broken.
    pub fn event_source(&mut self) -> Option<&mut mio::net::TcpStream> {
        self.socket_mut().event_source()
    }

    /// Its end of the connection; `None` while it blocks, and when it is broken.
    pub fn wire(&self) -> Option<Wire> {
        self.socket().wire()
    }

    /// The socket may have more: the next read asks the system.
    pub fn retry(&mut self) {
        self.is_drained = false;
        self.socket_mut().ready();
    }

    /// Moves what is due on its way. Returns whether a read or write that has returned `WouldBlock` is worth
    /// repeating.
    pub fn advance(&mut self) -> bool {
        let is_due = self.socket_mut().advance();
        self.is_drained &= !is_due;
        is_due
    }

    /// When [`advance`](Self::advance) has something to do, if not when the socket is ready.
    pub fn deadline(&self) -> Option<Instant> {
        self.socket().deadline()
    }

    /// Whether something that was written has not reached the system.
    pub fn is_leaving(&self) -> bool {
        self.socket().is_leaving()
    }

    /// The peer has closed its side, or nothing can be written any more: from now on each read asks
    /// the system, so that the end of the stream is found.
    pub fn expect_end(&mut self) {
        (self.trusts_short_reads, self.is_drained) = (false, false);
        self.socket_mut().ready();
    }

    /// With TLS, tells the peer that nothing more comes, as far as that needs no waiting.
    pub fn say_goodbye(&mut self) {
        if let Stream::Tls(stream) = &mut self.stream {
            stream.say_goodbye();
        }
    }

    fn socket(&self) -> &Socket {
        match &self.stream {
            Stream::Plain(socket) => socket,
            Stream::Tls(stream) => stream.socket(),
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
        match &mut self.stream {
            Stream::Plain(socket) => {
                let count = socket.read(buffer)?;
                let is_short = (1..buffer.len()).contains(&count);
                self.is_drained = self.trusts_short_reads && is_short && socket.is_direct();
                Ok(count)
            }
            Stream::Tls(stream) => stream.read(buffer),
        }
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
    use std::{
        net::{Ipv4Addr, TcpListener, TcpStream},
        sync::Arc,
        time::Duration,
    };

    use super::*;
    use crate::net::link::Link;

    /// A transport and the peer's end of its connection.
    fn pair() -> (Transport, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (peer, _) = listener.accept().unwrap();
        let (link, deadline) = (Arc::<Link>::default(), Instant::now() + Duration::from_secs(60));
        let socket = Socket::blocking(stream, deadline, &Arc::<Cancel>::default(), (&link, link.epoch()));
        let mut transport = Transport::plain(socket);
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
