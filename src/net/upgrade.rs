//! The HTTP half of an attempt (RFC 6455 section 4), over any stream, blocking or not.

use std::io::{self, ErrorKind, Read, Write};

use tungstenite::handshake::client::generate_key;

use crate::{
    deflate::Agreement,
    handshake::{self, HandshakeError},
    options::Options,
    url::Endpoint,
};

/// So much of an error body is read for its first line.
const MAX_BODY: usize = 1024;

/// A request on its way, or the answer to it.
#[derive(Debug)]
pub struct Upgrade {
    key: String,
    request: Vec<u8>,
    sent: usize,
    received: Vec<u8>,
    refused: Option<HandshakeError>,
    last_read_was_short: bool,
}

/// How far a step has come.
#[derive(Debug)]
pub enum Progress {
    /// The server has accepted.
    Accepted {
        /// Bytes behind its answer: its first frames.
        early: Vec<u8>,
        /// The subprotocol that it chose.
        subprotocol: Option<String>,
        /// permessage-deflate, if it turned that on.
        deflate: Option<Agreement>,
        /// The last read has left room in its buffer.
        read_was_short: bool,
    },
    /// The server has refused; its reasons follow, which are worth a short wait.
    Refused,
    /// The stream would block.
    Blocked,
}

/// Why there is no WebSocket.
#[derive(Debug)]
pub enum Failure {
    /// The answer is none that section 4.1 knows.
    Wrong(HandshakeError),
    /// The server refused; with the first line of its reasons.
    Refused(HandshakeError, Option<String>),
    /// The server closed the connection.
    Closed {
        /// It said nothing at all.
        unanswered: bool,
    },
    /// The stream broke.
    Io {
        /// What it said.
        error: io::Error,
        /// The server said nothing at all.
        unanswered: bool,
    },
}

impl Upgrade {
    /// A fresh request.
    pub fn new(endpoint: &Endpoint, options: &Options) -> Self {
        let key = generate_key();
        let request = handshake::request(endpoint, options, &key);
        Upgrade { key, request, sent: 0, received: Vec::new(), refused: None, last_read_was_short: false }
    }

    /// Whether the stream has taken anything yet.
    pub fn has_begun(&self) -> bool {
        self.sent > 0
    }

    /// Writes and reads as far as the stream lets it.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn step<S: Read + Write>(&mut self, stream: &mut S, options: &Options) -> Result<Progress, Failure> {
        while self.sent < self.request.len() {
            match stream.write(&self.request[self.sent..]) {
                Ok(0) => return Err(Failure::Io { error: ErrorKind::WriteZero.into(), unanswered: true }),
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Progress::Blocked),
                Err(error) => return Err(Failure::Io { error, unanswered: true }),
            }
        }
        let mut buffer = [0; 2048];
        loop {
            let result = match stream.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Progress::Blocked),
                result => result,
            };
            let unanswered = self.received.is_empty();
            match result {
                Ok(count) if count > 0 => {
                    self.received.extend_from_slice(&buffer[..count]);
                    self.last_read_was_short = count < buffer.len();
                }
                // The reasons end here.
                _ if self.refused.is_some() => return Err(self.refusal()),
                Ok(_) => return Err(Failure::Closed { unanswered }),
                Err(error) => return Err(Failure::Io { error, unanswered }),
            }
            if let Some(progress) = self.look(options)? {
                return Ok(progress);
            }
        }
    }

    fn look(&mut self, options: &Options) -> Result<Option<Progress>, Failure> {
        if self.refused.is_some() {
            return if self.has_reasons() { Err(self.refusal()) } else { Ok(None) };
        }
        match handshake::answer(&self.received, options, &self.key) {
            Ok(None) => Ok(None),
            Ok(Some(accepted)) => Ok(Some(Progress::Accepted {
                early: self.received.split_off(accepted.head),
                subprotocol: accepted.subprotocol,
                deflate: accepted.deflate,
                read_was_short: self.last_read_was_short,
            })),
            Err(refused @ HandshakeError::Refused { .. }) => {
                self.refused = Some(refused);
                if self.has_reasons() { Err(self.refusal()) } else { Ok(Some(Progress::Refused)) }
            }
            Err(error) => Err(Failure::Wrong(error)),
        }
    }

    /// What the server has said behind the head of its answer.
    fn body(&self) -> &[u8] {
        handshake::head_length(&self.received).map_or(&[], |head| &self.received[head..])
    }

    fn has_reasons(&self) -> bool {
        self.body().trim_ascii_start().contains(&b'\n') || self.body().len() > MAX_BODY
    }

    /// Whether the server has refused and its reasons are being read.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// The refusal with as much of its reasons as has come.
    pub fn refusal(&mut self) -> Failure {
        let line = handshake::first_line(self.body());
        match self.refused.take() {
            Some(error) => Failure::Refused(error, line),
            None => Failure::Closed { unanswered: true },
        }
    }
}
