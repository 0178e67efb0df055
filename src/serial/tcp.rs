//! A port that connects to its other end by TCP, and again when that goes.

use std::{
    io::{self, ErrorKind},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Line,
    peer::{Heard, Peer},
    wire::{Wire, Written},
};
use crate::{
    net::{
        connect::{ConnectError, Connecting, Network, Target},
        link::Link,
        transport::Transport,
    },
    reactor::{Cause, Context},
    time::Time,
};

/// Time between an attempt that failed, or the end of a connection, and the next attempt.
const PAUSE: Duration = Duration::from_secs(1);

/// Longest time of an attempt.
const ATTEMPT: Duration = Duration::from_secs(10);

/// See the module. This wire is not the device's network: neither its coverage nor `--connect-to` matters here.
pub struct Client {
    host: String,
    port: u16,
    network: Arc<Network>,
    phase: Phase,
    had_peer: bool,
    /// A problem was reported, and there was no connection since.
    is_reported: bool,
}

enum Phase {
    /// Nothing happens until then.
    Pause(Instant),
    Connecting {
        attempt: Connecting,
        until: Instant,
    },
    Connected(Peer<Transport>),
}

impl Client {
    /// A wire to that address, not connected yet.
    pub fn new(host: &str, port: u16, time: &Time) -> Self {
        Client {
            host: host.to_owned(),
            port,
            network: Arc::new(Network { link: Arc::new(Link::new(time.clone())), ..Network::default() }),
            phase: Phase::Pause(time.now()),
            had_peer: false,
            is_reported: false,
        }
    }

    fn start(&mut self, context: &Context<'_>) -> Result<(), ConnectError> {
        let until = context.now + ATTEMPT;
        let target = Target { host: self.host.clone(), port: self.port, tls: None, server_name: None, deadline: until };
        let mut attempt = Connecting::start(target, &self.network, context.pool, context.id)?;
        if let Some(socket) = attempt.event_source() {
            context.watch(socket).map_err(ConnectError::Broken)?;
        }
        self.phase = Phase::Connecting { attempt, until };
        Ok(())
    }

    fn step(&mut self, context: &Context<'_>) -> Result<(), ConnectError> {
        let Phase::Connecting { attempt, until } = &mut self.phase else { return Ok(()) };
        let is_watched = attempt.event_source().is_some();
        match attempt.step()? {
            Some(mut transport) => {
                if !is_watched {
                    watch(&mut transport, context).map_err(ConnectError::Broken)?;
                }
                self.phase = Phase::Connected(Peer::new(transport));
                (self.had_peer, self.is_reported) = (true, false);
            }
            None if *until <= context.now => return Err(attempt.timeout()),
            None => {}
        }
        Ok(())
    }

    fn pause(&mut self) {
        self.phase = Phase::Pause(self.network.link.time().now() + PAUSE);
    }
}

fn watch(transport: &mut Transport, context: &Context<'_>) -> io::Result<()> {
    transport.event_source().map_or(Ok(()), |socket| context.watch(socket))
}

impl Wire for Client {
    fn set_up(&mut self, _: Line, _: &Context<'_>) -> io::Result<()> {
        Ok(())
    }

    fn advance(&mut self, cause: Cause, context: &mut Context<'_>) -> Option<String> {
        let progress = match &mut self.phase {
            Phase::Pause(until) if context.now < *until => Ok(()),
            Phase::Pause(_) => self.start(context),
            Phase::Connecting { .. } => self.step(context),
            Phase::Connected(peer) => {
                match cause {
                    Cause::Ready => peer.stream.retry(),
                    Cause::ReadyAtEnd => peer.stream.expect_end(),
                    Cause::Scheduled => {}
                }
                Ok(())
            }
        };
        let error = progress.err()?;
        self.pause();
        // Once for each time without a connection.
        let is_new = !std::mem::replace(&mut self.is_reported, true);
        is_new.then(|| format!("{error}; it tries again every second"))
    }

    fn deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Pause(until) | Phase::Connecting { until, .. } => Some(*until),
            Phase::Connected(_) => None,
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Phase::Connected(peer) = &mut self.phase {
            match peer.read(buffer) {
                Heard::Bytes(count) => return Ok(count),
                Heard::Nothing => {}
                Heard::End | Heard::Broken => self.pause(),
            }
        }
        Err(ErrorKind::WouldBlock.into())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<Written> {
        let written = match &mut self.phase {
            Phase::Connected(peer) => peer.write(bytes),
            _ if self.had_peer => Written::Lost,
            _ => Written::Awaiting,
        };
        if written == Written::Lost && matches!(self.phase, Phase::Connected(_)) {
            self.pause();
        }
        Ok(written)
    }
}
