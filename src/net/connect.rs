//! From a URL to an open WebSocket: name, TCP, TLS, upgrade. Plain blocking code under one
//! deadline; runs on a worker thread of the [`pool`](super::pool).

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    race,
    redirect::{self, Redirect},
    socket::{Cancel, Socket, Transport},
    tls::{self, CertError, Connector, Connectors},
};
use crate::{
    io_error::in_words,
    websocket::{
        deflate::Agreement,
        endpoint::Endpoint,
        handshake::{HandshakeError, Refusal},
        options::{Certificates, Options},
        upgrade::{Failure, Progress, Upgrade},
    },
};

/// Longest wait for the body of a refusal, whose first line goes into the message.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);

/// What one attempt needs to know.
#[derive(Clone, Debug)]
pub struct Dial {
    /// Where to.
    pub endpoint: Arc<Endpoint>,
    /// Headers and subprotocols.
    pub options: Arc<Options>,
    /// For `wss`.
    pub certificates: Arc<Certificates>,
    /// `--connect-to` rules.
    pub redirects: Arc<Vec<Redirect>>,
    /// When the attempt gives up, whatever it is doing.
    pub deadline: Instant,
    /// Ends it earlier.
    pub cancel: Arc<Cancel>,
}

/// An open WebSocket.
#[derive(Debug)]
pub struct Dialed {
    /// Non-blocking byte stream.
    pub transport: Transport,
    /// Bytes behind the server's answer: its first frames.
    pub early: Vec<u8>,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<String>,
    /// permessage-deflate, if the server turned it on.
    pub deflate: Option<Agreement>,
    /// Nothing more has come: the next readiness tells of what will.
    pub is_drained: bool,
    /// The peer has ended its side already.
    pub peer_ended: bool,
}

/// Why an attempt failed; the text is for the script's author.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The name has no address.
    #[error("cannot resolve \"{host}\": {error}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver says.
        error: String,
    },
    /// No address accepted a connection; the last one's error.
    #[error("cannot connect to {address}: {error}")]
    Connect {
        /// Host and port, and the address tried last.
        address: String,
        /// What the system says.
        error: String,
    },
    /// The deadline passed.
    #[error("timeout while {0}")]
    Timeout(&'static str),
    /// The certificate settings cannot be used.
    #[error(transparent)]
    Cert(#[from] CertError),
    /// TLS could not be established.
    #[error("TLS handshake with {host} failed: {error}")]
    Tls {
        /// The script's host.
        host: String,
        /// What the TLS library says.
        error: String,
    },
    /// The server's answer is no WebSocket handshake.
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    /// The server did not accept the upgrade; with the first line of the body.
    #[error("{0}{sep}{line}", sep = if .1.is_some() { ": " } else { "" }, line = .1.as_deref().unwrap_or_default())]
    Refused(Refusal, Option<String>),
    /// The system has no thread for the attempt.
    #[error("cannot start a thread to connect: {0}")]
    NoThread(String),
    /// The connection broke during the upgrade.
    #[error("the connection broke during the WebSocket handshake: {0}")]
    Broken(String),
    /// [`Cancel::cancel`] was called.
    #[error("cancelled")]
    Cancelled,
}

const RESOLVING: &str = "looking up the name";
const CONNECTING: &str = "connecting";
const TLS: &str = "in the TLS handshake";
const UPGRADE: &str = "waiting for the answer to the WebSocket handshake";

/// What an attempt does, one after the other.
const STEPS: [&str; 4] = [RESOLVING, CONNECTING, TLS, UPGRADE];

impl Cancel {
    /// The dial's time is up, as seen from outside.
    pub fn timeout(&self) -> DialError {
        DialError::Timeout(STEPS.get(self.step()).copied().unwrap_or(CONNECTING))
    }
}

/// Bytes that followed the answer, subprotocol, permessage-deflate.
type Upgraded = (Vec<u8>, Option<String>, Option<Agreement>);

impl Dial {
    /// Whether the host is an address, so that nothing has to be looked up.
    pub fn is_literal(&self) -> bool {
        redirect::apply(&self.redirects, &self.endpoint.host, self.endpoint.port).0.parse::<IpAddr>().is_ok()
    }

    /// Whether the outcome is of no use to anybody any more.
    pub fn is_given_up(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Runs the attempt to its end.
    ///
    /// # Errors
    /// See [`DialError`].
    pub fn run(&self, connectors: &Connectors) -> Result<Dialed, DialError> {
        if self.is_given_up() {
            return Err(DialError::Cancelled);
        }
        // Before any packet: bad settings must not depend on the server.
        let tls = self.endpoint.secure.then(|| connectors.prepare(&self.certificates)).transpose()?;
        let stream = self.connect()?;
        let _ = stream.set_nodelay(true);
        let socket = Socket::dialing(stream, self.deadline, &self.cancel);
        let mut transport = match tls {
            None => Transport::Plain(socket),
            Some(prepared) => {
                self.cancel.begin_step(2);
                let connector = connectors.make(prepared, &self.certificates)?;
                Transport::Tls(Box::new(self.tls_handshake(&connector, socket)?))
            }
        };
        self.cancel.begin_step(3);
        let (early, subprotocol, deflate) = self.upgrade(&mut transport)?;
        transport.open(&self.cancel).map_err(|error| self.io_error(&error, UPGRADE))?;
        // Nobody watches the socket yet; what TLS has buffered shows in no readiness.
        let is_drained = early.is_empty() && transport.short_reads_drain();
        Ok(Dialed { transport, early, subprotocol, deflate, is_drained, peer_ended: false })
    }

    fn connect(&self) -> Result<TcpStream, DialError> {
        let (host, port) = redirect::apply(&self.redirects, &self.endpoint.host, self.endpoint.port);
        let resolve_error = |error: &str| DialError::Resolve { host: host.to_owned(), error: error.to_owned() };
        let addresses: Vec<SocketAddr> =
            (host, port).to_socket_addrs().map_err(|error| resolve_error(&resolver_text(&error)))?.collect();
        if addresses.is_empty() {
            return Err(resolve_error("it has no addresses"));
        }
        if Instant::now() >= self.deadline {
            return Err(DialError::Timeout(RESOLVING));
        }
        self.cancel.begin_step(1);
        race::connect(&race::interleave(addresses), self.deadline, &self.cancel).map_err(|failure| match failure {
            race::Failure::TimedOut => DialError::Timeout(CONNECTING),
            race::Failure::Cancelled => DialError::Cancelled,
            race::Failure::Failed(address, error) => self.connect_error(address, &error),
            race::Failure::System(error) => {
                DialError::Connect { address: self.endpoint.authority(), error: in_words(&error) }
            }
        })
    }

    fn tls_handshake(&self, connector: &Connector, socket: Socket) -> Result<tls::Stream, DialError> {
        let host = &self.endpoint.host;
        connector.connect(host, socket).map_err(|error| {
            if self.cancel.is_cancelled() {
                return DialError::Cancelled;
            }
            if Instant::now() >= self.deadline {
                return DialError::Timeout(TLS);
            }
            DialError::Tls { host: host.clone(), error: tls::explain(&error) }
        })
    }

    /// What a failed TCP connection to one of the addresses is told as.
    pub(super) fn connect_error(&self, address: SocketAddr, error: &io::Error) -> DialError {
        let (host, port) = redirect::apply(&self.redirects, &self.endpoint.host, self.endpoint.port);
        let address =
            if host == address.ip().to_string() { address.to_string() } else { format!("{host}:{port} ({address})") };
        DialError::Connect { address, error: in_words(error) }
    }

    /// When the wait for the body of a refusal ends: before the attempt's own deadline, so that the
    /// script gets to know the status in any case.
    pub(super) fn body_deadline(&self) -> Instant {
        let now = Instant::now();
        now + BODY_TIMEOUT.min(self.deadline.saturating_duration_since(now) / 2)
    }

    /// The time is up, with a connection or without one.
    pub(super) fn timeout(&self, is_connected: bool) -> DialError {
        DialError::Timeout(if is_connected { UPGRADE } else { CONNECTING })
    }

    fn upgrade(&self, transport: &mut Transport) -> Result<Upgraded, DialError> {
        let mut upgrade = Upgrade::new(&self.endpoint, &self.options);
        loop {
            match upgrade.step(transport, &self.options) {
                Ok(Progress::Accepted { early, subprotocol, deflate, .. }) => return Ok((early, subprotocol, deflate)),
                Ok(Progress::Refused) => transport.hurry(self.body_deadline()),
                // A socket that blocks says that its time is up.
                Ok(Progress::Blocked) => return Err(DialError::Timeout(UPGRADE)),
                Err(failure) => return Err(self.upgrade_failed(failure)),
            }
        }
    }

    /// Puts a failure into words.
    pub(super) fn upgrade_failed(&self, failure: Failure) -> DialError {
        match failure {
            Failure::Wrong(error) => error.into(),
            Failure::Refused(refusal, line) => DialError::Refused(refusal, line),
            Failure::Closed { unanswered: true } => self.unanswered("the server closed it"),
            Failure::Closed { .. } => DialError::Broken("the server closed it before the end of its answer".into()),
            Failure::Io { error, unanswered } => self.upgrade_error(&error, unanswered),
        }
    }

    fn upgrade_error(&self, error: &io::Error, unanswered: bool) -> DialError {
        match self.io_error(error, UPGRADE) {
            // By its text: behind TLS the kind of an error is lost.
            DialError::Broken(text) if unanswered && (text.contains("reset") || text.contains("Broken pipe")) => {
                self.unanswered(&text)
            }
            other => other,
        }
    }

    /// The server went away without a word, which has one likely reason each with and without TLS.
    fn unanswered(&self, how: &str) -> DialError {
        if self.cancel.is_cancelled() {
            return DialError::Cancelled;
        }
        DialError::Broken(if self.endpoint.secure {
            // In TLS 1.3 a server refuses our certificate only after the handshake.
            format!("{how} without an answer; it may want a clientCert, or another one")
        } else {
            format!("{how} without an answer; if it speaks TLS, use wss://")
        })
    }

    fn io_error(&self, error: &io::Error, doing: &'static str) -> DialError {
        if self.cancel.is_cancelled() {
            DialError::Cancelled
        } else if error.kind() == ErrorKind::TimedOut || Instant::now() >= self.deadline {
            DialError::Timeout(doing)
        } else {
            DialError::Broken(tls::explain(&in_words(error)))
        }
    }
}

/// The resolver's own words, without std's prefix.
fn resolver_text(error: &io::Error) -> String {
    let text = in_words(error);
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}
