//! One attempt of a client: connect, then upgrade. The reactor's thread drives both; of connecting
//! only what blocks runs elsewhere.

use std::{
    io::{self, ErrorKind},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    deflate::Agreement,
    endpoint::Endpoint,
    handshake::{HandshakeError, Refusal},
    options::Options,
    upgrade::{Failure, Progress, Upgrade},
};
use crate::{
    io_error::in_words,
    net::{
        connect::{ConnectError, Connecting, Network, Target},
        tls::{self, Certificates},
        transport::Transport,
    },
    reactor::Context,
};

/// Longest wait for the body of a refusal, whose first line goes into the message.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);

/// Why an attempt failed; the text is for the script's author.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// There is no connection to the server.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server's response is not a WebSocket handshake.
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    /// The server did not accept the upgrade; with the first line of the body.
    #[error("{0}{sep}{line}", sep = if .1.is_some() { ": " } else { "" }, line = .1.as_deref().unwrap_or_default())]
    Refused(Refusal, Option<String>),
    /// The connection broke during the upgrade.
    #[error("the connection broke during the WebSocket handshake: {0}")]
    Broken(String),
    /// The deadline passed before the server's response arrived.
    #[error("timeout while waiting for the answer to the WebSocket handshake")]
    Timeout,
}

/// The result of an attempt.
#[derive(Debug)]
pub struct Opened {
    /// The byte stream, registered with the reactor.
    pub transport: Transport,
    /// Bytes after the server's response: its first frames.
    pub early: Vec<u8>,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<String>,
    /// permessage-deflate, if the server accepted it.
    pub deflate: Option<Agreement>,
}

/// An attempt that is under way. Dropping it ends it.
#[derive(Debug)]
pub struct Attempt {
    endpoint: Arc<Endpoint>,
    options: Arc<Options>,
    timeout: Duration,
    deadline: Instant,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Connecting(Connecting),
    Upgrading {
        transport: Transport,
        upgrade: Upgrade,
        /// When the wait for the body of a refusal ends.
        give_up: Option<Instant>,
    },
    /// The attempt has returned its result.
    Ended,
}

impl Attempt {
    /// Starts an attempt that may take `timeout`.
    ///
    /// # Errors
    /// The system refuses at once.
    pub fn start(
        endpoint: &Arc<Endpoint>,
        options: &Arc<Options>,
        certificates: &Arc<Certificates>,
        network: &Arc<Network>,
        timeout: Duration,
        context: &Context,
    ) -> Result<Self, DialError> {
        let deadline = context.now + timeout;
        let target = Target {
            host: endpoint.host.clone(),
            port: endpoint.port,
            tls: endpoint.secure.then(|| certificates.clone()),
            server_name: None,
            deadline,
        };
        let mut connecting = Connecting::start(target, network, context.pool, context.id)?;
        if let Some(socket) = connecting.event_source() {
            context.watch(socket).map_err(ConnectError::Broken)?;
        }
        let stage = Stage::Connecting(connecting);
        Ok(Attempt { endpoint: endpoint.clone(), options: options.clone(), timeout, deadline, stage })
    }

    /// Continues as far as possible without waiting.
    ///
    /// # Errors
    /// See [`DialError`].
    pub fn step(&mut self, context: &Context) -> Result<Option<Opened>, DialError> {
        if let Stage::Connecting(_) = self.stage {
            self.step_connecting(context)?;
        }
        // A response that has arrived counts, even after the deadline.
        match self.step_upgrade(context.now)? {
            None if context.now >= self.limit() => Err(self.timed_out()),
            opened => Ok(opened),
        }
    }

    /// Whether it waits for bytes that the link delays.
    pub fn waits_for_link(&self) -> bool {
        match &self.stage {
            Stage::Connecting(connecting) => connecting.deadline().is_some(),
            Stage::Upgrading { transport, .. } => transport.deadline().is_some(),
            Stage::Ended => false,
        }
    }

    fn step_connecting(&mut self, context: &Context) -> Result<(), DialError> {
        let Stage::Connecting(connecting) = &mut self.stage else { return Ok(()) };
        let is_watched = connecting.event_source().is_some();
        let stepped = connecting.step();
        let Some(mut transport) = stepped.map_err(|error| self.connect_failed(error))? else { return Ok(()) };
        if !is_watched && let Some(socket) = transport.event_source() {
            context.watch(socket).map_err(ConnectError::Broken)?;
        }
        let upgrade = Upgrade::new(&self.endpoint, &self.options);
        self.stage = Stage::Upgrading { transport, upgrade, give_up: None };
        Ok(())
    }

    fn step_upgrade(&mut self, now: Instant) -> Result<Option<Opened>, DialError> {
        let Stage::Upgrading { transport, upgrade, give_up } = &mut self.stage else { return Ok(None) };
        loop {
            match upgrade.step(transport, &self.options) {
                Ok(Progress::Blocked) => return Ok(None),
                Ok(Progress::Refused) => *give_up = Some(body_deadline(self.deadline, now)),
                Ok(Progress::Accepted { early, subprotocol, deflate }) => {
                    let Stage::Upgrading { transport, .. } = std::mem::replace(&mut self.stage, Stage::Ended) else {
                        return Ok(None);
                    };
                    return Ok(Some(Opened { transport, early, subprotocol, deflate }));
                }
                Err(failure) => return Err(self.upgrade_failed(failure)),
            }
        }
    }

    /// Moves what is due on its way.
    pub fn advance(&mut self) {
        if let Stage::Upgrading { transport, .. } = &mut self.stage {
            transport.advance();
        }
    }

    /// The socket may have more to read.
    pub fn retry_read(&mut self) {
        if let Stage::Upgrading { transport, .. } = &mut self.stage {
            transport.retry();
        }
    }

    /// The server has closed its side: reads must find the end of the stream.
    pub fn expect_end(&mut self) {
        if let Stage::Upgrading { transport, .. } = &mut self.stage {
            transport.expect_end();
        }
    }

    /// When [`step`](Self::step) has to be called even if nothing happens.
    pub fn deadline(&self) -> Instant {
        let due = match &self.stage {
            Stage::Connecting(connecting) => connecting.deadline(),
            Stage::Upgrading { transport, .. } => transport.deadline(),
            Stage::Ended => None,
        };
        due.map_or(self.limit(), |due| due.min(self.limit()))
    }

    /// When the attempt, or the wait for the body of a refusal, ends.
    fn limit(&self) -> Instant {
        match &self.stage {
            Stage::Upgrading { give_up: Some(give_up), .. } => self.deadline.min(*give_up),
            _ => self.deadline,
        }
    }

    /// The text of a failure for the script.
    pub fn explain(&self, error: &DialError) -> String {
        let text = timeout_text(self.timeout);
        match error {
            DialError::Connect(ConnectError::Timeout(step)) => format!("{text} while {step}"),
            DialError::Timeout => format!("{text} while waiting for the answer to the WebSocket handshake"),
            other => other.to_string(),
        }
    }

    fn timed_out(&mut self) -> DialError {
        let failure = match &mut self.stage {
            Stage::Connecting(connecting) => return connecting.timeout().into(),
            Stage::Upgrading { upgrade, .. } if upgrade.is_refused() => upgrade.refusal(),
            Stage::Upgrading { .. } | Stage::Ended => return DialError::Timeout,
        };
        self.upgrade_failed(failure)
    }

    fn connect_failed(&self, error: ConnectError) -> DialError {
        match error {
            ConnectError::Broken(error) => self.broken(&error, true),
            other => other.into(),
        }
    }

    fn upgrade_failed(&self, failure: Failure) -> DialError {
        match failure {
            Failure::Wrong(error) => error.into(),
            Failure::Refused(refusal, line) => DialError::Refused(refusal, line),
            Failure::Closed { unanswered: true } => self.unanswered("the server closed it"),
            Failure::Closed { .. } => DialError::Broken("the server closed it before the end of its answer".into()),
            Failure::Io { error, unanswered } => self.broken(&error, unanswered),
        }
    }

    fn broken(&self, error: &io::Error, unanswered: bool) -> DialError {
        let text = tls::explain(&in_words(error));
        match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe if unanswered => self.unanswered(&text),
            _ => DialError::Broken(text),
        }
    }

    /// The server closed the connection without a response. With and without TLS that has one likely
    /// reason each.
    fn unanswered(&self, how: &str) -> DialError {
        DialError::Broken(if self.endpoint.secure {
            // In TLS 1.3 a server refuses our certificate only after the handshake.
            format!("{how} without an answer; it may want a clientCert, or another one")
        } else {
            format!("{how} without an answer; if it speaks TLS, use wss://")
        })
    }
}

/// When the wait for the body of a refusal ends: before the attempt's own deadline, so that the
/// script learns the status in any case.
fn body_deadline(deadline: Instant, now: Instant) -> Instant {
    now + BODY_TIMEOUT.min(deadline.saturating_duration_since(now) / 2)
}

/// The beginning of the error of an attempt that took too long.
pub fn timeout_text(timeout: Duration) -> String {
    format!("timeout: not connected within {} ms", timeout.as_millis())
}
