//! Servers of a test, outside the device: TCP listeners and their connections, in the test's own loop. Neither the
//! device's network nor its limits count for them.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr},
};

use mio::net::{TcpListener, TcpStream};

use crate::{
    io_error::in_words,
    net::{
        socket::reset_on_close,
        wire::{Traffic, Wire},
    },
    reactor::{Activity, Cause, Context, Flight, Source, Status},
};

/// Bytes that wait for the test at most; then TCP pushes back.
const MOST_RECEIVED: usize = 1 << 20;

/// Bytes of one read.
const READ_SIZE: usize = 1 << 16;

/// Waits for connections on this computer alone.
#[derive(Debug)]
pub struct Listener {
    socket: Option<TcpListener>,
    port: u16,
    accepted: VecDeque<TcpStream>,
    has_news: bool,
}

impl Listener {
    /// Listens on that port; 0 for a free one.
    ///
    /// # Errors
    /// The port is taken, or may not be used.
    pub fn open(port: u16) -> io::Result<Self> {
        let socket = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let port = socket.local_addr()?.port();
        Ok(Listener { socket: Some(socket), port, accepted: VecDeque::new(), has_news: false })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the reactor has to watch.
    pub fn event_source(&mut self) -> Option<&mut TcpListener> {
        self.socket.as_mut()
    }

    /// The next connection, which is still to be watched.
    pub fn accept(&mut self) -> Option<TcpStream> {
        self.accepted.pop_front()
    }

    /// Takes no more connections.
    pub fn close(&mut self) {
        self.socket = None;
        self.accepted.clear();
    }
}

impl Source for Listener {
    fn drive(&mut self, _: Cause, _: &mut Context<'_>) {
        let Some(socket) = &self.socket else { return };
        loop {
            match socket.accept() {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    self.accepted.push_back(stream);
                    self.has_news = true;
                }
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                // Without descriptors left, the next connection is another try.
                Err(_) => return,
            }
        }
    }

    fn status(&mut self) -> Status {
        let activity = if self.socket.is_some() { Activity::Waiting } else { Activity::Idle };
        Status { activity, deadline: None, has_news: std::mem::take(&mut self.has_news) }
    }

    fn flight(&self) -> Flight {
        // Who connects says so.
        Flight::Nothing
    }
}

/// One connection of a listener.
#[derive(Debug)]
pub struct Peer {
    /// `None` once it is closed.
    stream: Option<TcpStream>,
    traffic: Traffic,
    received: Vec<u8>,
    unsent: VecDeque<u8>,
    /// The other end sends nothing more.
    has_ended: bool,
    /// It closes once all is sent.
    is_closing: bool,
    /// Why the connection broke.
    failure: Option<String>,
    has_news: bool,
}

impl Peer {
    /// A connection that is watched.
    pub fn new(stream: TcpStream) -> Self {
        Peer {
            stream: Some(stream),
            traffic: Traffic::default(),
            received: Vec::new(),
            unsent: VecDeque::new(),
            has_ended: false,
            is_closing: false,
            failure: None,
            has_news: false,
        }
    }

    /// Takes what has come.
    pub fn read(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.received)
    }

    /// Why nothing more comes: the other end has closed its side, or an error. `None` while something can come.
    pub fn end(&self) -> Option<&str> {
        match &self.failure {
            Some(failure) => Some(failure),
            None => (self.has_ended || self.stream.is_none()).then_some("closed"),
        }
    }

    /// Queues bytes. False if the connection is closed.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        let is_open = self.stream.is_some() && !self.is_closing;
        if is_open {
            self.unsent.extend(bytes);
        }
        is_open
    }

    /// Closes the connection once all is sent.
    pub fn close(&mut self) {
        self.is_closing = true;
    }

    /// Breaks the connection: the other end gets a reset, where the system can.
    pub fn reset(&mut self) {
        if let Some(stream) = self.stream.take() {
            reset_on_close(&stream);
        }
        self.unsent.clear();
    }

    fn send(&mut self) -> io::Result<()> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        while !self.unsent.is_empty() {
            match self.traffic.count_sent(stream.write(self.unsent.as_slices().0)) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.is_closing {
            self.stream = None;
        }
        Ok(())
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; READ_SIZE];
        while let Some(stream) = &mut self.stream
            && !self.has_ended
            && self.received.len() < MOST_RECEIVED
        {
            match self.traffic.count_received(stream.read(&mut chunk)) {
                Ok(0) => (self.has_ended, self.has_news) = (true, true),
                Ok(count) => {
                    self.received.extend_from_slice(&chunk[..count]);
                    self.has_news = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Source for Peer {
    fn drive(&mut self, _: Cause, _: &mut Context<'_>) {
        // What has come counts, also where nothing can be sent any more.
        let received = self.receive();
        if let Err(error) = received.and(self.send()) {
            self.failure = Some(in_words(&error));
            self.stream = None;
            self.has_news = true;
        }
    }

    fn status(&mut self) -> Status {
        let activity = if self.stream.is_some() { Activity::Waiting } else { Activity::Idle };
        Status { activity, deadline: None, has_news: std::mem::take(&mut self.has_news) }
    }

    fn flight(&self) -> Flight {
        // The other end is the device's, which knows.
        if self.unsent.is_empty() { Flight::Nothing } else { Flight::Certain }
    }

    fn wire(&self) -> Option<Wire> {
        Wire::of(self.stream.as_ref()?, self.traffic)
    }
}
