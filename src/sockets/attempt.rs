//! One attempt to connect a socket.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{channel::Channel, datagram::DatagramSocket, stream::Stream};
use crate::{
    net::{
        connect::{ConnectError, Connecting, Network, Target},
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
        match (&channel, &self.stage) {
            (None, Stage::Stream(connecting)) if context.now >= self.deadline => Err(connecting.timeout()),
            _ => Ok(channel),
        }
    }

    /// When [`step`](Self::step) has to be called even if nothing happens.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }
}
