//! An attempt that blocks nowhere and so needs no thread: the address is known and there is no TLS.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use mio::net::TcpStream;

use super::{
    connect::{Dial, DialError, Dialed},
    redirect,
    socket::{Socket, Transport},
};
use crate::websocket::upgrade::{Failure, Progress, Upgrade};

/// One attempt, driven by the readiness of its socket.
#[derive(Debug)]
pub struct Direct {
    dial: Dial,
    address: SocketAddr,
    stream: Option<TcpStream>,
    upgrade: Upgrade,
    peer_ended: bool,
    /// When the wait for the reasons of a refusal ends.
    give_up: Option<Instant>,
}

impl Direct {
    /// The address to connect to, where nothing has to be looked up and no TLS is wanted.
    pub fn address(dial: &Dial) -> Option<SocketAddr> {
        if dial.endpoint.secure {
            return None;
        }
        let (host, port) = redirect::apply(&dial.redirects, &dial.endpoint.host, dial.endpoint.port);
        host.parse().ok().map(|ip: IpAddr| SocketAddr::new(ip, port))
    }

    /// Starts an attempt.
    ///
    /// # Errors
    /// The system refuses at once.
    pub fn start(dial: Dial, address: SocketAddr) -> Result<Self, DialError> {
        let stream = TcpStream::connect(address).map_err(|error| dial.connect_error(address, &error))?;
        let _ = stream.set_nodelay(true);
        let upgrade = Upgrade::new(&dial.endpoint, &dial.options);
        Ok(Direct { dial, address, stream: Some(stream), upgrade, peer_ended: false, give_up: None })
    }

    /// What the reactor watches.
    pub fn source(&mut self) -> Option<&mut TcpStream> {
        self.stream.as_mut()
    }

    /// The peer has ended its side.
    pub fn peer_ended(&mut self) {
        self.peer_ended = true;
    }

    /// Goes on as far as the socket lets it. Returns the connection when it is there.
    ///
    /// # Errors
    /// See [`DialError`].
    pub fn step(&mut self) -> Result<Option<Dialed>, DialError> {
        let Some(stream) = &mut self.stream else { return Ok(None) };
        loop {
            match self.upgrade.step(stream, &self.dial.options) {
                Ok(Progress::Blocked) => return Ok(None),
                Ok(Progress::Refused) => self.give_up = Some(self.dial.body_deadline()),
                Ok(Progress::Accepted { early, subprotocol, deflate, read_was_short }) => {
                    let is_drained = early.is_empty() && read_was_short && !self.peer_ended;
                    let Some(stream) = self.stream.take() else { return Ok(None) };
                    let transport = Transport::Plain(Socket::Open(stream));
                    let peer_ended = self.peer_ended;
                    return Ok(Some(Dialed { transport, early, subprotocol, deflate, is_drained, peer_ended }));
                }
                Err(Failure::Io { error, .. }) if !self.upgrade.has_begun() => match error.kind() {
                    // Still connecting.
                    ErrorKind::NotConnected => return Ok(None),
                    // It was connected, and is no longer.
                    ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                        return Err(self.dial.upgrade_failed(Failure::Io { error, unanswered: true }));
                    }
                    _ => return Err(self.dial.connect_error(self.address, &error)),
                },
                Err(failure) => return Err(self.dial.upgrade_failed(failure)),
            }
        }
    }

    /// When [`timed_out`](Self::timed_out) has to be asked.
    pub fn deadline(&self) -> Instant {
        self.give_up.map_or(self.dial.deadline, |give_up| give_up.min(self.dial.deadline))
    }

    /// Whether and why the attempt is over at `now`.
    pub fn timed_out(&mut self, now: Instant) -> Option<DialError> {
        if now < self.deadline() {
            return None;
        }
        Some(if self.upgrade.is_refused() {
            let refusal = self.upgrade.refusal();
            self.dial.upgrade_failed(refusal)
        } else {
            self.dial.timeout(self.upgrade.has_begun())
        })
    }
}
