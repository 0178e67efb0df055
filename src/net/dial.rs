//! From a URL to an open WebSocket: name, TCP, TLS, upgrade. Plain blocking code under one
//! deadline; runs on a worker thread of the [`pool`](super::pool).

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    sync::Arc,
    time::{Duration, Instant},
};

use native_tls::HandshakeError as TlsHandshakeError;
use tungstenite::handshake::client::generate_key;

use super::{
    redirect::{self, Redirect},
    socket::{Cancel, Socket, Transport},
    tls::{self, CertError},
};
use crate::{
    error::plain,
    handshake::{self, HandshakeError},
    options::{Certificates, Options},
    url::Endpoint,
};

/// How long to wait for the body of an error answer, whose first line goes into the message.
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
    /// The server did not accept the upgrade.
    #[error("{0}")]
    Refused(HandshakeError),
    /// The server did not accept the upgrade and said more in its body.
    #[error("{0}: {1}")]
    RefusedWithBody(HandshakeError, String),
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

impl Dial {
    /// Runs the attempt to its end.
    ///
    /// # Errors
    /// See [`DialError`].
    pub fn run(&self) -> Result<Dialed, DialError> {
        // Before any packet: bad settings must not depend on the server.
        let connector = if self.endpoint.secure { Some(tls::connector(&self.certificates)?) } else { None };
        let stream = self.connect()?;
        let _ = stream.set_nodelay(true);
        let socket = Socket::dialing(stream, self.deadline, &self.cancel);
        let mut transport = match connector {
            None => Transport::Plain(socket),
            Some(connector) => Transport::Tls(Box::new(self.tls_handshake(&connector, socket)?)),
        };
        let (early, subprotocol) = self.upgrade(&mut transport)?;
        transport.open(&self.cancel).map_err(|error| self.io_error(&error, UPGRADE))?;
        Ok(Dialed { transport, early, subprotocol })
    }

    fn connect(&self) -> Result<TcpStream, DialError> {
        let (host, port) = redirect::apply(&self.redirects, &self.endpoint.host, self.endpoint.port);
        let resolve_error = |error: &str| DialError::Resolve { host: host.to_owned(), error: error.to_owned() };
        let addresses: Vec<SocketAddr> =
            (host, port).to_socket_addrs().map_err(|error| resolve_error(&resolver_text(&error)))?.collect();
        let mut last = resolve_error("it has no addresses");
        for (index, address) in addresses.iter().enumerate() {
            if self.cancel.is_cancelled() {
                return Err(DialError::Cancelled);
            }
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(DialError::Timeout(if index == 0 { RESOLVING } else { CONNECTING }));
            }
            // A dead address must leave time for the live ones behind it.
            let share = left / u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
            match TcpStream::connect_timeout(address, share) {
                Ok(stream) => return Ok(stream),
                Err(error) if error.kind() == ErrorKind::TimedOut && index + 1 == addresses.len() => {
                    last = DialError::Timeout(CONNECTING);
                }
                Err(error) => {
                    log::debug!("{address}: {error}");
                    let address = if host == address.ip().to_string() {
                        address.to_string()
                    } else {
                        format!("{host}:{port} ({address})")
                    };
                    last = DialError::Connect { address, error: plain(&error) };
                }
            }
        }
        Err(last)
    }

    fn tls_handshake(
        &self,
        connector: &native_tls::TlsConnector,
        socket: Socket,
    ) -> Result<native_tls::TlsStream<Socket>, DialError> {
        let host = &self.endpoint.host;
        connector.connect(host, socket).map_err(|error| {
            if self.cancel.is_cancelled() {
                return DialError::Cancelled;
            }
            if Instant::now() >= self.deadline {
                return DialError::Timeout(TLS);
            }
            let error = match error {
                TlsHandshakeError::Failure(error) => tls::explain(&error.to_string()),
                TlsHandshakeError::WouldBlock(_) => "interrupted".to_owned(),
            };
            DialError::Tls { host: host.clone(), error }
        })
    }

    fn upgrade(&self, transport: &mut Transport) -> Result<(Vec<u8>, Option<String>), DialError> {
        let key = generate_key();
        let request = handshake::request(&self.endpoint, &self.options, &key);
        transport.write_all(&request).map_err(|error| self.upgrade_error(&error, true))?;
        let mut received = Vec::with_capacity(1024);
        loop {
            match self.read_more(transport, &mut received) {
                Ok(0) if received.is_empty() => return Err(self.unanswered("the server closed it")),
                Ok(0) => return Err(DialError::Broken("the server closed it before the end of its answer".into())),
                Ok(_) => {}
                Err(error) => return Err(self.upgrade_error(&error, received.is_empty())),
            }
            match handshake::answer(&received, &self.options, &key) {
                Ok(None) => {}
                Ok(Some(accepted)) => return Ok((received.split_off(accepted.head), accepted.subprotocol)),
                Err(refused @ HandshakeError::Refused { .. }) => {
                    return Err(match self.body_line(transport, received) {
                        Some(line) => DialError::RefusedWithBody(refused, line),
                        None => DialError::Refused(refused),
                    });
                }
                Err(error) => return Err(DialError::Refused(error)),
            }
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

    /// The first line of an error body: as much as comes within a second and a kilobyte.
    fn body_line(&self, transport: &mut Transport, mut received: Vec<u8>) -> Option<String> {
        let head = handshake::head_length(&received)?;
        let give_up = Instant::now() + BODY_TIMEOUT;
        while Instant::now() < give_up.min(self.deadline) {
            let body = &received[head..];
            if body.trim_ascii_start().contains(&b'\n') || body.len() > 1024 {
                break;
            }
            transport.hurry(give_up);
            match self.read_more(transport, &mut received) {
                Ok(count) if count > 0 => {}
                _ => break,
            }
        }
        handshake::first_line(&received[head..])
    }

    fn read_more(&self, transport: &mut Transport, received: &mut Vec<u8>) -> io::Result<usize> {
        let mut buffer = [0; 2048];
        loop {
            match transport.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted && !self.cancel.is_cancelled() => {}
                Ok(count) => {
                    received.extend_from_slice(&buffer[..count]);
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn io_error(&self, error: &io::Error, doing: &'static str) -> DialError {
        if self.cancel.is_cancelled() {
            DialError::Cancelled
        } else if error.kind() == ErrorKind::TimedOut || Instant::now() >= self.deadline {
            DialError::Timeout(doing)
        } else {
            DialError::Broken(tls::explain(&plain(error)))
        }
    }
}

/// The resolver's own words, without std's prefix.
fn resolver_text(error: &io::Error) -> String {
    let text = plain(error);
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}
