//! From a host and a port to a connected byte stream: name look-up, TCP, TLS, under one deadline.
//! What is said over the stream afterwards is the caller's matter.
//!
//! # Design
//! A look-up and a TLS handshake block, so they run on a worker thread of the
//! [pool](super::pool) as plain blocking code. An attempt at an address without TLS blocks nowhere:
//! it connects on the caller's thread, driven by the readiness of its socket.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};

use super::{
    cancel::Cancel,
    link::{Crossing, Epoch, Link},
    pool::{Job, JobError, Owner, Pool, Waits},
    race,
    redirect::{self, Redirect},
    silence::Silence,
    socket::{self, Socket},
    tls::{self, CertError, Certificates, Connector, Connectors},
    transport::Transport,
};
use crate::io_error::in_words;

/// What the connection attempts of one Lua state share.
#[derive(Debug, Default)]
pub struct Network {
    /// `--connect-to` rules.
    pub redirects: Vec<Redirect>,
    /// TLS settings in use.
    pub connectors: Connectors,
    /// The way of all bytes.
    pub link: Arc<Link>,
}

/// Where to connect, and how.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name or address, IPv6 without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// TLS with these settings; `None` for none.
    pub tls: Option<Arc<Certificates>>,
    /// What TLS calls the server, in SNI and in the check of its certificate; `None`: `host`.
    pub server_name: Option<String>,
    /// When the attempt ends, whatever it is doing.
    pub deadline: Instant,
}

/// Why there is no connection; the text is for the script's author.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
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
    Refused {
        /// Host and port, and the address that was tried last.
        address: String,
        /// What the system says.
        error: String,
    },
    /// The deadline passed.
    #[error("timeout while {0}")]
    Timeout(Step),
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
    /// The system has no thread for the attempt, or the attempt panicked.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The connection was established and broke at once.
    #[error("the connection broke: {}", in_words(.0))]
    Broken(io::Error),
    /// [`Cancel::cancel`] was called.
    #[error("cancelled")]
    Cancelled,
}

/// What an attempt is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Waiting for the resolver.
    Resolve,
    /// Waiting for TCP.
    Connect,
    /// Waiting for the server's part of the TLS handshake.
    TlsHandshake,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Step::Resolve => "looking up the name",
            Step::Connect => "connecting",
            Step::TlsHandshake => "in the TLS handshake",
        })
    }
}

/// The step of an attempt on another thread.
#[derive(Debug, Default)]
struct Progress(AtomicU8);

impl Progress {
    const STEPS: [Step; 3] = [Step::Resolve, Step::Connect, Step::TlsHandshake];

    fn begin(&self, step: Step) {
        self.0.store(step as u8, Ordering::Relaxed);
    }

    fn step(&self) -> Step {
        Self::STEPS.get(usize::from(self.0.load(Ordering::Relaxed))).copied().unwrap_or(Step::Connect)
    }
}

/// An attempt that is under way. Dropping it ends it.
#[derive(Debug)]
pub enum Connecting {
    /// On a worker thread.
    Worker(Worker),
    /// On this thread, to a known address and without TLS.
    Here(Here),
    /// To a name, where no name server answers.
    Nowhere(Silence),
}

/// An attempt on a worker thread.
#[derive(Debug)]
pub struct Worker {
    job: Job<Result<Transport, ConnectError>>,
    attempt: Arc<Attempt>,
}

/// An attempt on this thread.
#[derive(Debug)]
pub struct Here {
    /// `None` after [`Connecting::step`] has returned the connection.
    stream: Option<mio::net::TcpStream>,
    address: SocketAddr,
    target: Target,
    network: Arc<Network>,
    epoch: Epoch,
    /// The peer's consent on its way over the link, once the system has it.
    consent: Option<Crossing>,
}

impl Connecting {
    /// Starts an attempt. `owner` gets to know of its progress: by [`Pool::finished`], or by the
    /// readiness of the [`event_source`](Self::event_source), which the caller registers.
    ///
    /// # Errors
    /// The system refuses at once.
    pub fn start(target: Target, network: &Arc<Network>, pool: &Pool, owner: Owner) -> Result<Self, ConnectError> {
        let (link, epoch) = (&network.link, network.link.epoch());
        if network.is_unresolvable(&target.host) {
            return Ok(Connecting::Nowhere(Silence::of(&target.host, link)));
        }
        let address = network.address(&target.host, target.port);
        if target.tls.is_none()
            && let Some(address) = address
        {
            let stream =
                mio::net::TcpStream::connect(address).map_err(|error| network.refused(&target, address, &error))?;
            let _ = stream.set_nodelay(true);
            let (stream, network) = (Some(stream), network.clone());
            return Ok(Connecting::Here(Here { stream, address, target, network, epoch, consent: None }));
        }
        // A resolver cannot be interrupted; an attempt at an address can.
        let waits = if address.is_some() { Waits::Cancellable } else { Waits::Stubborn };
        let attempt = Arc::new(Attempt {
            target,
            network: network.clone(),
            epoch,
            cancel: Arc::default(),
            progress: Progress::default(),
        });
        let running = attempt.clone();
        let job = pool.submit(owner, waits, attempt.cancel.clone(), move || running.run());
        Ok(Connecting::Worker(Worker { job, attempt }))
    }

    /// What the reactor has to watch while the attempt runs.
    pub fn event_source(&mut self) -> Option<&mut mio::net::TcpStream> {
        match self {
            Connecting::Worker(_) | Connecting::Nowhere(_) => None,
            Connecting::Here(here) => here.stream.as_mut(),
        }
    }

    /// The connection, once it is established; non-blocking. Only one of a [`Worker`] is still to be
    /// registered.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub fn step(&mut self) -> Result<Option<Transport>, ConnectError> {
        match self {
            Connecting::Worker(worker) => worker.step(),
            Connecting::Here(here) => here.step(),
            Connecting::Nowhere(silence) => silence.step().map(|()| None),
        }
    }

    /// The error of an attempt whose deadline has passed.
    pub fn timeout(&self) -> ConnectError {
        ConnectError::Timeout(match self {
            Connecting::Worker(worker) => worker.attempt.progress.step(),
            Connecting::Here(_) => Step::Connect,
            Connecting::Nowhere(_) => Step::Resolve,
        })
    }

    /// When [`step`](Self::step) has to be called, if not when something happens.
    pub fn deadline(&self) -> Option<Instant> {
        match self {
            Connecting::Worker(_) => None,
            Connecting::Here(here) => here.consent.as_ref().map(Crossing::due),
            Connecting::Nowhere(silence) => Some(silence.deadline()),
        }
    }
}

impl Worker {
    fn step(&mut self) -> Result<Option<Transport>, ConnectError> {
        match self.job.take() {
            Some(Ok(result)) => result.map(Some),
            Some(Err(error)) => Err(error.into()),
            None if self.attempt.network.link.is_over(self.attempt.epoch) => {
                self.attempt.cancel.break_off();
                Err(reset())
            }
            None => Ok(None),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.attempt.cancel.cancel();
    }
}

impl Here {
    fn step(&mut self) -> Result<Option<Transport>, ConnectError> {
        let Some(stream) = self.stream.take() else { return Ok(None) };
        let link = &self.network.link;
        if link.is_over(self.epoch) {
            socket::reset_on_close(&stream);
            return Err(reset());
        }
        match race::is_connected(&stream) {
            Ok(true) => {
                let consent = || Crossing::begin(link);
                if !link.is_transparent() && !self.consent.get_or_insert_with(consent).time_left(link).is_zero() {
                    self.stream = Some(stream);
                    return Ok(None);
                }
                Ok(Some(Transport::plain(Socket::non_blocking(stream, (link, self.epoch)))))
            }
            Ok(false) => {
                self.stream = Some(stream);
                Ok(None)
            }
            // It was connected, and is no longer.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
                Err(ConnectError::Broken(error))
            }
            Err(error) => Err(self.network.refused(&self.target, self.address, &error)),
        }
    }
}

impl Network {
    /// Host and port after redirection.
    pub(super) fn destination<'a>(&'a self, host: &'a str, port: u16) -> (&'a str, u16) {
        redirect::apply(&self.redirects, host, port)
    }

    /// The address to connect to, if no name has to be looked up.
    pub(super) fn address(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let (host, port) = self.destination(host, port);
        host.parse().ok().map(|ip: IpAddr| SocketAddr::new(ip, port))
    }

    /// Whether this is a name, and no name server answers. One that is redirected to an address is a name too:
    /// that is what the script asks for.
    pub(super) fn is_unresolvable(&self, host: &str) -> bool {
        host.parse::<IpAddr>().is_err() && !self.link.conditions().dns
    }

    /// The error for a failed TCP connection to `address`.
    fn refused(&self, target: &Target, address: SocketAddr, error: &io::Error) -> ConnectError {
        let (host, port) = self.destination(&target.host, target.port);
        let is_literal = host == address.ip().to_string();
        let address = if is_literal { address.to_string() } else { format!("{host}:{port} ({address})") };
        ConnectError::Refused { address, error: in_words(error) }
    }
}

/// The error of an attempt that a reset of the link has broken.
fn reset() -> ConnectError {
    ConnectError::Broken(ErrorKind::ConnectionReset.into())
}

/// What a worker thread needs to know.
#[derive(Debug)]
struct Attempt {
    target: Target,
    network: Arc<Network>,
    epoch: Epoch,
    cancel: Arc<Cancel>,
    progress: Progress,
}

impl Attempt {
    /// Runs the attempt to its end.
    fn run(&self) -> Result<Transport, ConnectError> {
        if self.cancel.is_cancelled() {
            return Err(ConnectError::Cancelled);
        }
        let connectors = &self.network.connectors;
        // Before any packet: whether the settings are usable must not depend on the server.
        let tls = match &self.target.tls {
            Some(certificates) => Some((certificates, connectors.prepare(certificates)?)),
            None => None,
        };
        let stream = self.connect()?;
        let _ = stream.set_nodelay(true);
        let socket = Socket::blocking(stream, self.target.deadline, &self.cancel, (&self.network.link, self.epoch));
        let mut transport = match tls {
            None => Transport::plain(socket),
            Some((certificates, prepared)) => {
                self.progress.begin(Step::TlsHandshake);
                let connector = connectors.make(prepared, certificates)?;
                Transport::tls(self.tls_handshake(&connector, socket)?)
            }
        };
        transport.make_non_blocking(&self.cancel).map_err(|error| {
            if self.cancel.is_cancelled() { ConnectError::Cancelled } else { ConnectError::Broken(error) }
        })?;
        Ok(transport)
    }

    fn connect(&self) -> Result<TcpStream, ConnectError> {
        let (host, port) = self.network.destination(&self.target.host, self.target.port);
        let link = &self.network.link;
        if host.parse::<IpAddr>().is_err() {
            link.delay(Some(self.target.deadline), &self.cancel);
        }
        let addresses = resolve(host, port)?;
        if self.network.link.time().now() >= self.target.deadline {
            return Err(ConnectError::Timeout(Step::Resolve));
        }
        self.progress.begin(Step::Connect);
        let addresses = race::interleave(addresses);
        let connected = race::connect(&addresses, self.target.deadline, &self.cancel, link.time());
        if !matches!(connected, Err(race::Failure::TimedOut | race::Failure::Cancelled)) {
            link.delay(Some(self.target.deadline), &self.cancel);
            if let Ok(stream) = &connected
                && link.is_over(self.epoch)
            {
                socket::reset_on_close(stream);
                return Err(reset());
            }
            if self.network.link.time().now() >= self.target.deadline {
                return Err(ConnectError::Timeout(Step::Connect));
            }
        }
        connected.map_err(|failure| match failure {
            race::Failure::TimedOut => ConnectError::Timeout(Step::Connect),
            race::Failure::Cancelled => ConnectError::Cancelled,
            race::Failure::Failed(address, error) => self.network.refused(&self.target, address, &error),
            race::Failure::System(error) => {
                ConnectError::Refused { address: format!("{host}:{port}"), error: in_words(&error) }
            }
        })
    }

    fn tls_handshake(&self, connector: &Connector, socket: Socket) -> Result<tls::Stream, ConnectError> {
        let host = self.target.server_name.as_ref().unwrap_or(&self.target.host);
        connector.connect(host, socket).map_err(|error| {
            if self.cancel.is_cancelled() {
                return ConnectError::Cancelled;
            }
            if self.network.link.time().now() >= self.target.deadline {
                return ConnectError::Timeout(Step::TlsHandshake);
            }
            ConnectError::Tls { host: host.clone(), error: tls::explain_handshake(&error) }
        })
    }
}

/// The addresses of a name; at least one. Blocks.
pub(super) fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
    let unresolved = |error: &str| ConnectError::Resolve { host: host.to_owned(), error: error.to_owned() };
    let addresses: Vec<SocketAddr> =
        (host, port).to_socket_addrs().map_err(|error| unresolved(&resolver_text(&error)))?.collect();
    if addresses.is_empty() { Err(unresolved("it has no addresses")) } else { Ok(addresses) }
}

/// The resolver's own words, without std's prefix.
fn resolver_text(error: &io::Error) -> String {
    let text = in_words(error);
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}
