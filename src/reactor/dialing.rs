//! The reactor's part in connecting: hands an attempt to a worker thread or, where it blocks nowhere,
//! makes it here.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use mio::{Interest, Token, net::TcpStream};

use super::{Client, Reactor, SharedClient, SourceId};
use crate::{
    net::{
        connect::{Dial, DialError, Dialed},
        direct::Direct,
        pool::Outcome,
        socket::Cancel,
    },
    websocket::client::{Dialing, Phase},
};

impl Reactor {
    /// Starts an attempt to connect that may take `timeout`. Nothing happens where one is under way
    /// or the connection is open.
    pub fn connect(&mut self, key: SourceId, shared: &SharedClient, timeout: Duration) {
        let mut connection = shared.borrow_mut();
        if !matches!(connection.phase, Phase::Idle) {
            return;
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let now = Instant::now();
        let deadline = now + timeout;
        let cancel = Arc::new(Cancel::default());
        let dial = Dial {
            endpoint: connection.endpoint.clone(),
            options: connection.options.clone(),
            certificates: connection.certificates.clone(),
            redirects: self.redirects.clone(),
            deadline,
            cancel: cancel.clone(),
        };
        log::debug!("connecting to {}", connection.endpoint.without_query());
        self.active.insert(key, shared.clone());
        let mut dialing = Dialing { ticket, cancel, deadline, timeout, direct: None };
        match Direct::address(&dial) {
            None => {
                connection.dialing(dialing);
                self.dials.insert(ticket, key);
                self.pool.submit(ticket, dial);
            }
            Some(address) => {
                let direct = Direct::start(dial, address).and_then(|mut direct| {
                    self.watch(key, direct.source())?;
                    Ok(direct)
                });
                match direct {
                    Ok(direct) => {
                        dialing.direct = Some(Box::new(direct));
                        connection.dialing(dialing);
                        // The system may have connected already.
                        self.step_dial(key, &mut connection, now);
                    }
                    Err(error) => {
                        connection.dialing(dialing);
                        connection.dial_failed(error.to_string());
                    }
                }
            }
        }
        self.after_change(key, &mut connection);
    }

    /// An attempt on a worker thread has ended.
    pub(super) fn dialed(&mut self, (ticket, result): Outcome, now: Instant) {
        let Some(key) = self.dials.remove(&ticket) else { return };
        let Some(shared) = self.active.get(&key).cloned() else { return };
        let mut connection = shared.borrow_mut();
        match connection.phase {
            Phase::Dialing(Dialing { ticket: current, .. }) if current == ticket => {}
            // Given up meanwhile; dropping the result closes its socket.
            _ => return,
        }
        let result = result.and_then(|mut dialed| {
            self.watch(key, dialed.transport.source())?;
            Ok(dialed)
        });
        self.finish_dial(key, &mut connection, result, now);
        self.after_change(key, &mut connection);
    }

    /// Goes on with an attempt that runs here.
    pub(super) fn step_dial(&mut self, key: SourceId, connection: &mut Client, now: Instant) {
        let Phase::Dialing(dialing) = &mut connection.phase else { return };
        if let Some(result) = dialing.step(now).transpose() {
            self.finish_dial(key, connection, result, now);
        }
    }

    fn finish_dial(&mut self, key: SourceId, connection: &mut Client, result: Result<Dialed, DialError>, now: Instant) {
        let Phase::Dialing(dialing) = &connection.phase else { return };
        match result {
            Ok(dialed) => {
                log::debug!("connected to {}", connection.endpoint.without_query());
                connection.opened(dialed, &mut self.buffers, now);
                self.notify(key);
                connection.drive(false, &mut self.buffers, now);
            }
            Err(error) => {
                let why = dialing.explain(&error);
                connection.dial_failed(why);
            }
        }
    }

    fn watch(&self, key: SourceId, source: Option<&mut TcpStream>) -> Result<(), DialError> {
        let source = source.ok_or(DialError::Cancelled)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registered = self.poll.registry().register(source, Token(key), interest);
        registered.map_err(|error| DialError::Broken(error.to_string()))
    }
}
