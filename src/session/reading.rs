//! The reading half of a session: what has arrived becomes events.

use std::{
    io::{self, ErrorKind, Read},
    time::Instant,
};

use tungstenite::{
    Bytes, Message,
    error::{Error, ProtocolError},
};

use super::{
    CLOSE_TIMEOUT, HIGH_WATER, Reading, Session, Violation,
    intake::{self, Adapter, Got, Head, Intake, Large},
};
use crate::{
    buffers::Buffers,
    close,
    error::plain,
    inbox::{Event, Inbox},
};

/// Reads in one go before other connections get their turn.
const READS_PER_TURN: usize = 64;

impl Session {
    /// Reads what has arrived into `inbox`.
    pub fn read<S: Read>(&mut self, stream: &mut S, inbox: &mut Inbox, buffers: &mut Buffers, now: Instant) -> Reading {
        let received_before = self.intake.received;
        self.intake.is_drained = false;
        let mut scratch = buffers.take_scratch();
        let reading = self.read_stream(stream, &mut scratch, inbox, buffers, now);
        buffers.put_scratch(scratch);
        if self.intake.received != received_before
            && let Some(heartbeat) = &mut self.heartbeat
        {
            heartbeat.received(now);
        }
        reading
    }

    fn read_stream<S: Read>(
        &mut self,
        stream: &mut S,
        scratch: &mut [u8],
        inbox: &mut Inbox,
        buffers: &mut Buffers,
        now: Instant,
    ) -> Reading {
        // What is left from before goes first; only then is there something to gain from a read.
        let rest = std::mem::take(&mut self.intake.rest);
        if !rest.is_empty() {
            let used = self.take_frames(&rest, inbox, buffers, now);
            self.keep_rest(rest, used);
        }
        for _ in 0..READS_PER_TURN {
            if self.ended {
                return Reading::Drained;
            }
            if self.expects_only_eof() {
                self.intake = Intake { received: self.intake.received, ..Intake::default() };
                return self.discard(stream, scratch, inbox);
            }
            if !self.can_read(inbox) || self.wire.pending() >= HIGH_WATER {
                return Reading::Paused;
            }
            if let Some(violation) = self.violation.take() {
                self.fail(violation, inbox, buffers, now);
                continue;
            }
            let got = if self.intake.large.is_some() {
                self.intake.read_large(stream)
            } else {
                self.read_frames(stream, scratch, inbox, buffers, now)
            };
            match got {
                Ok(Got::Bytes(_)) => self.take_large(inbox, buffers, now),
                Ok(Got::Nothing) => return Reading::Drained,
                // tungstenite tells whether that was to be expected.
                Ok(Got::End) => self.pass(&[], true, inbox, buffers, now),
                Err(error) => self.lost(&plain(&error), inbox),
            }
        }
        Reading::Unfinished
    }

    /// One read behind what is left of the last one.
    fn read_frames<S: Read>(
        &mut self,
        stream: &mut S,
        scratch: &mut [u8],
        inbox: &mut Inbox,
        buffers: &mut Buffers,
        now: Instant,
    ) -> io::Result<Got> {
        let kept = self.intake.rest.len();
        let got = self.intake.read(stream, &mut scratch[kept..])?;
        if let Got::Bytes(count) = got {
            scratch[..kept].copy_from_slice(&self.intake.rest);
            let bytes = &scratch[..kept + count];
            let used = self.take_frames(bytes, inbox, buffers, now);
            self.intake.rest.clear();
            if used < bytes.len() {
                self.intake.rest.extend_from_slice(&bytes[used..]);
            } else {
                buffers.put(std::mem::take(&mut self.intake.rest));
            }
        }
        Ok(got)
    }

    fn keep_rest(&mut self, mut rest: Vec<u8>, used: usize) {
        rest.drain(..used);
        self.intake.rest = rest;
    }

    /// Takes frames from the beginning of `bytes`, as long as there are whole ones and reading may
    /// go on. Returns how many bytes that were.
    fn take_frames(&mut self, bytes: &[u8], inbox: &mut Inbox, buffers: &mut Buffers, now: Instant) -> usize {
        let mut used = 0;
        while used < bytes.len() {
            let left = &bytes[used..];
            if self.ended || self.violation.is_some() || self.expects_only_eof() {
                // Whatever comes behind a breach or a close frame is of no interest.
                return bytes.len();
            }
            if !self.can_read(inbox) || self.wire.pending() >= HIGH_WATER {
                break;
            }
            if self.intake.passing > 0 {
                let count = usize::try_from(self.intake.passing).unwrap_or(usize::MAX).min(left.len());
                self.intake.passing -= count as u64;
                self.pass(&left[..count], false, inbox, buffers, now);
                used += count;
                continue;
            }
            match intake::head(left, self.max_message_size) {
                Head::Short => break,
                Head::Message { text, header, size } if !self.intake.in_fragments => {
                    if let Some(payload) = left.get(header..header + size) {
                        let data = buffers.copy(payload);
                        self.deliver(data, text, inbox, now);
                        used += header + size;
                    } else if Large::is_worth_it(size) {
                        self.intake.large = Some(Large::new(text, size, &left[header..], buffers));
                        return bytes.len();
                    } else {
                        break;
                    }
                }
                Head::Message { header, size, .. } => self.intake.passing = (header + size) as u64,
                Head::Other { length, opens } => {
                    self.intake.passing = length;
                    self.intake.in_fragments |= opens;
                }
            }
        }
        used
    }

    /// Delivers the long message if it is complete, and what came behind it.
    fn take_large(&mut self, inbox: &mut Inbox, buffers: &mut Buffers, now: Instant) {
        let Some(large) = self.intake.large.take_if(|large| large.is_complete()) else { return };
        let (text, behind) = (large.text, large.behind().to_vec());
        self.deliver(large.into_data(), text, inbox, now);
        let used = self.take_frames(&behind, inbox, buffers, now);
        self.keep_rest(behind, used);
    }

    fn deliver(&mut self, data: Vec<u8>, text: bool, inbox: &mut Inbox, now: Instant) {
        if text && let Err(error) = std::str::from_utf8(&data) {
            self.read_failed(Error::Utf8(error.to_string()), inbox, now);
        } else {
            inbox.push(Event::Message { data, text });
        }
    }

    /// Hands bytes to tungstenite, at the most to the end of a frame.
    fn pass(&mut self, bytes: &[u8], is_end: bool, inbox: &mut Inbox, buffers: &mut Buffers, now: Instant) {
        let mut adapter = Adapter { bytes, is_end, wire: &mut self.wire, buffers };
        let result = self.context.read(&mut adapter);
        let message = match result {
            Ok(Message::Text(text)) => Event::Message { data: Vec::from(Bytes::from(text)), text: true },
            Ok(Message::Binary(data)) => Event::Message { data: data.into(), text: false },
            Ok(Message::Pong(data)) => return inbox.push(Event::Pong(data)),
            Ok(Message::Ping(_)) => {
                // Puts the answer on the wire.
                let _ = self.context.flush(&mut adapter);
                return;
            }
            Ok(Message::Frame(_)) => return,
            Ok(Message::Close(frame)) => return self.peer_closed(frame, buffers, now),
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => return,
            Err(error) => return self.read_failed(error, inbox, now),
        };
        self.intake.in_fragments = false;
        inbox.push(message);
    }

    fn discard<S: Read>(&mut self, stream: &mut S, scratch: &mut [u8], inbox: &mut Inbox) -> Reading {
        for _ in 0..READS_PER_TURN {
            match self.intake.read(stream, scratch) {
                Ok(Got::Bytes(_)) => {}
                Ok(Got::Nothing) => return Reading::Drained,
                Ok(Got::End) | Err(_) => {
                    self.finish(inbox);
                    return Reading::Drained;
                }
            }
        }
        Reading::Unfinished
    }

    fn read_failed(&mut self, error: Error, inbox: &mut Inbox, now: Instant) {
        let (code, problem) = match error {
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                return self.lost("the server ended it without a close frame", inbox);
            }
            Error::Io(error) => return self.lost(&plain(&error), inbox),
            Error::ConnectionClosed | Error::AlreadyClosed => return self.lost("closed", inbox),
            Error::Utf8(text) => (close::INVALID_PAYLOAD, format!("text that is not UTF-8: {text}")),
            Error::Capacity(error) => (close::TOO_BIG, error.to_string()),
            other => (close::PROTOCOL_ERROR, other.to_string()),
        };
        self.violation = Some(Violation { code, problem, deadline: now + CLOSE_TIMEOUT });
    }
}
