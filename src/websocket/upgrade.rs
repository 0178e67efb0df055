//! The HTTP half of an attempt (RFC 6455 section 4), over any stream, blocking or not.

use std::io::{self, ErrorKind, Read, Write};

use tungstenite::handshake::client::generate_key;

use super::{
    deflate::Agreement,
    endpoint::Endpoint,
    handshake::{self, Answer, HandshakeError, Refusal},
    options::Options,
    refusal::Body,
};

/// A request on its way, or the answer to it.
#[derive(Debug)]
pub struct Upgrade {
    key: String,
    request: Vec<u8>,
    sent: usize,
    received: Vec<u8>,
    refused: Option<(Refusal, Body)>,
}

/// How far a step has come.
#[derive(Debug)]
pub enum Progress {
    /// The server has accepted.
    Accepted {
        /// Bytes after the header of the response: the first frames.
        early: Vec<u8>,
        /// The subprotocol that it chose.
        subprotocol: Option<String>,
        /// permessage-deflate, if it turned that on.
        deflate: Option<Agreement>,
    },
    /// The server has refused; the body, which is worth a short wait, is not complete.
    Refused,
    /// The stream would block.
    Blocked,
}

/// Why there is no WebSocket.
#[derive(Debug)]
pub enum Failure {
    /// The response is not one that RFC 6455 section 4.1 allows.
    Wrong(HandshakeError),
    /// The server refused; with the first line of the body.
    Refused(Refusal, Option<String>),
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
        Upgrade { key, request, sent: 0, received: Vec::new(), refused: None }
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
            match (result, &mut self.refused) {
                (Ok(count), Some((_, body))) if count > 0 => body.push(&buffer[..count]),
                (Ok(count), None) if count > 0 => self.received.extend_from_slice(&buffer[..count]),
                // The body ends here.
                (_, Some(_)) => return Err(self.refusal()),
                (Ok(_), None) => return Err(Failure::Closed { unanswered }),
                (Err(error), None) => return Err(Failure::Io { error, unanswered }),
            }
            if let Some(progress) = self.look(options)? {
                return Ok(progress);
            }
        }
    }

    fn look(&mut self, options: &Options) -> Result<Option<Progress>, Failure> {
        if let Some((_, body)) = &self.refused {
            return if body.is_complete() { Err(self.refusal()) } else { Ok(None) };
        }
        match handshake::answer(&self.received, options, &self.key).map_err(Failure::Wrong)? {
            None => Ok(None),
            Some(Answer::Accepted(accepted)) => Ok(Some(Progress::Accepted {
                early: self.received.split_off(accepted.head),
                subprotocol: accepted.subprotocol,
                deflate: accepted.deflate,
            })),
            Some(Answer::Refused(refusal)) => {
                let mut body = Body::new(&refusal.framing, refusal.is_coded);
                body.push(&self.received[refusal.head..]);
                let is_complete = body.is_complete();
                self.refused = Some((refusal, body));
                if is_complete { Err(self.refusal()) } else { Ok(Some(Progress::Refused)) }
            }
        }
    }

    /// Whether the server has refused and the body is being read.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// The refusal with as much of the body's first line as has arrived.
    pub fn refusal(&mut self) -> Failure {
        match self.refused.take() {
            Some((refusal, body)) => {
                // A page that repeats the status has nothing to add.
                let status = format!("{} {}", refusal.status, refusal.reason);
                let line = body.first_line().filter(|line| *line != status);
                Failure::Refused(refusal, line)
            }
            None => Failure::Closed { unanswered: true },
        }
    }
}
