//! One attempt to connect a socket.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{channel::Channel, datagram::DatagramSocket, stream::Stream};
use crate::{
    net::{
        connect::{ConnectError, Connecting, Network, Step, Target},
        datagram::Opening,
        tls::Certificates,
    },
    reactor::Context,
};

/// When an attempt ends. LuatOS-Air's library gives up after 120 s at the latest.
const TIMEOUT: Duration = Duration::from_secs(150);

/// What a socket speaks.
#[derive(Clone, Debug)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// TLS over TCP.
    Tls {
        /// Certificates, and how the server is checked.
        certificates: Arc<Certificates>,
        /// What the server is called in SNI and in its certificate; `None`: the host.
        server_name: Option<String>,
    },
}

impl Protocol {
    /// `tcp`, `udp` or `tls`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Tls { .. } => "tls",
        }
    }
}

/// Where a socket connects to.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it speaks.
    pub protocol: Protocol,
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// As `tcp example.com:80`.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}:{}", self.protocol.name(), self.host, self.port)
    }
}

/// An attempt that is under way. Dropping it ends it.
#[derive(Debug)]
pub struct Attempt {
    stage: Stage,
    deadline: Instant,
}

#[derive(Debug)]
enum Stage {
    Stream(Connecting),
    Datagrams(Opening),
}

impl Attempt {
    /// Starts it.
    ///
    /// # Errors
    /// The system refuses at once.
    pub fn start(request: &Request, network: &Arc<Network>, context: &Context<'_>) -> Result<Self, ConnectError> {
        let deadline = context.now + TIMEOUT;
        let (tls, server_name) = match &request.protocol {
            Protocol::Udp => {
                let opening = Opening::start(&request.host, request.port, network, context.pool, context.id);
                return Ok(Attempt { stage: Stage::Datagrams(opening), deadline });
            }
            Protocol::Tcp => (None, None),
            Protocol::Tls { certificates, server_name } => (Some(certificates.clone()), server_name.clone()),
        };
        let target = Target { host: request.host.clone(), port: request.port, tls, server_name, deadline };
        let mut connecting = Connecting::start(target, network, context.pool, context.id)?;
        if let Some(socket) = connecting.event_source() {
            context.watch(socket).map_err(ConnectError::Broken)?;
        }
        Ok(Attempt { stage: Stage::Stream(connecting), deadline })
    }

    /// Continues as far as possible without waiting.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub fn step(&mut self, context: &Context<'_>) -> Result<Option<Channel>, ConnectError> {
        let channel = match &mut self.stage {
            Stage::Stream(connecting) => {
                let is_watched = connecting.event_source().is_some();
                let mut transport = connecting.step()?;
                if let Some(transport) = &mut transport
                    && !is_watched
                    && let Some(socket) = transport.event_source()
                {
                    context.watch(socket).map_err(ConnectError::Broken)?;
                }
                transport.map(|transport| Channel::Stream(Stream::new(transport)))
            }
            Stage::Datagrams(opening) => {
                let mut socket = opening.step()?;
                if let Some(socket) = &mut socket {
                    context.watch(socket.event_source()).map_err(ConnectError::Broken)?;
                }
                socket.map(|socket| Channel::Datagrams(DatagramSocket::new(socket)))
            }
        };
        if channel.is_some() || context.now < self.deadline {
            return Ok(channel);
        }
        Err(match &self.stage {
            Stage::Stream(connecting) => connecting.timeout(),
            Stage::Datagrams(_) => ConnectError::Timeout(Step::Resolve),
        })
    }

    /// When [`step`](Self::step) has to be called even if nothing happens.
    pub fn deadline(&self) -> Instant {
        self.link_deadline().map_or(self.deadline, |due| due.min(self.deadline))
    }

    /// When bytes arrive that the link delays, if it waits for such.
    pub fn link_deadline(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Stream(connecting) => connecting.deadline(),
            Stage::Datagrams(opening) => opening.deadline(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reactor::Reactor;

    #[test]
    fn a_name_for_datagrams_that_is_never_found_ends_the_attempt_at_its_deadline() {
        let mut reactor = Reactor::new(crate::time::Time::default()).unwrap();
        let id = reactor.new_id();
        let (release, held) = crossbeam_channel::bounded(0);
        reactor.with_context(id, |context| {
            let stage = Stage::Datagrams(Opening::held(context.pool, id, held));
            let mut attempt = Attempt { stage, deadline: context.now + TIMEOUT };
            assert!(matches!(attempt.step(context), Ok(None)));
            context.now += TIMEOUT;
            assert!(matches!(attempt.step(context), Err(ConnectError::Timeout(Step::Resolve))));
        });
        drop(release);
    }
}
