//! The receiving half of a session: what has arrived becomes events.

use std::{
    io::{self, Read},
    time::Instant,
};

use super::{
    CLOSE_TIMEOUT, Context, Excerpt, Reading, Session, Stage, Violation,
    deframer::{self, Assembly, Breach, Got, Header},
};
use crate::{
    io_error::in_words,
    websocket::{
        close_code,
        inbox::{Event, Inbox},
    },
};

/// Frames in one go: empty ones cost time but no bytes that would end a turn.
const FRAMES_PER_TURN: usize = 16 * 1024;

/// Reads in one go before other connections get their turn.
const READS_PER_TURN: usize = 64;

impl Session {
    /// Reads what has arrived into the inbox.
    pub fn read<S: Read>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Reading {
        let received_before = self.deframer.received;
        self.deframer.frames_left = FRAMES_PER_TURN;
        let mut scratch = context.buffers.take_scratch();
        let reading = self.read_stream(stream, &mut scratch, context);
        context.buffers.put_scratch(scratch);
        if self.deframer.received != received_before
            && let Some(heartbeat) = &mut self.heartbeat
        {
            heartbeat.received(context.now);
        }
        reading
    }

    fn read_stream<S: Read>(&mut self, stream: &mut S, scratch: &mut [u8], context: &mut Context<'_>) -> Reading {
        // Unprocessed bytes go first; only then is there something to gain from a read.
        self.take_rest(context);
        for _ in 0..READS_PER_TURN {
            match &mut self.stage {
                Stage::Ended => return Reading::Drained,
                Stage::Closing(closing) if closing.expects_only_eof() => {
                    self.deframer.clear();
                    return self.discard(stream, scratch, context);
                }
                Stage::Violated(violation) if !context.inbox.has_messages() => {
                    let breach = violation.breach.clone();
                    self.fail(breach, context);
                    continue;
                }
                _ => {}
            }
            if !self.can_read(context.inbox) {
                return Reading::Paused;
            }
            if self.deframer.frames_left == 0 {
                return Reading::Unfinished;
            }
            let got = if self.deframer.reads_directly() {
                self.read_directly(stream, context)
            } else {
                self.read_frames(stream, scratch, context)
            };
            match got {
                Ok(Got::Bytes(_)) => {}
                Ok(Got::Nothing) if self.write_error.is_none() => return Reading::Drained,
                // All that arrived before the connection broke has been read.
                Ok(Got::Nothing | Got::End) => {
                    let why = self.write_error.take();
                    self.lost(why.as_deref().unwrap_or("the server ended it without a close frame"), context.inbox);
                }
                Err(error) => self.lost(&in_words(&error), context.inbox),
            }
        }
        Reading::Unfinished
    }

    /// One read to the end of a long frame.
    fn read_directly<S: Read>(&mut self, stream: &mut S, context: &mut Context<'_>) -> io::Result<Got> {
        let got = self.deframer.read_directly(stream)?;
        if let Got::Bytes(_) = got {
            let result = self.payload_arrived(context);
            self.note(result, context.now);
            self.take_rest(context);
        }
        Ok(got)
    }

    /// One read after the unprocessed bytes of the last one.
    fn read_frames<S: Read>(
        &mut self,
        stream: &mut S,
        scratch: &mut [u8],
        context: &mut Context<'_>,
    ) -> io::Result<Got> {
        let kept = self.deframer.rest.len();
        let got = self.deframer.read(stream, &mut scratch[kept..])?;
        if let Got::Bytes(count) = got {
            scratch[..kept].copy_from_slice(&self.deframer.rest);
            let bytes = &scratch[..kept + count];
            let used = self.take_frames(bytes, context);
            self.deframer.rest.clear();
            if used < bytes.len() {
                self.deframer.rest.extend_from_slice(&bytes[used..]);
            } else {
                context.buffers.put(std::mem::take(&mut self.deframer.rest));
            }
        }
        Ok(got)
    }

    /// Processes bytes that were read earlier.
    fn take_rest(&mut self, context: &mut Context<'_>) {
        let mut rest = std::mem::take(&mut self.deframer.rest);
        if !rest.is_empty() {
            let used = self.take_frames(&rest, context);
            rest.drain(..used);
        }
        self.deframer.rest = rest;
    }

    /// Takes frames and parts of data frames from the beginning of `bytes`, as long as reading may
    /// go on. Returns how many bytes it took.
    fn take_frames(&mut self, bytes: &[u8], context: &mut Context<'_>) -> usize {
        let mut used = 0;
        while used < bytes.len() {
            let is_over = match &self.stage {
                Stage::Open => false,
                Stage::Closing(closing) => closing.expects_only_eof(),
                Stage::Violated(_) | Stage::Ended => true,
            };
            if is_over {
                // What follows a violation or a close frame is of no interest.
                return bytes.len();
            }
            if !self.can_read(context.inbox) || self.deframer.frames_left == 0 {
                break;
            }
            self.deframer.frames_left -= 1;
            match self.take_frame(&bytes[used..], context) {
                Ok(0) => break,
                Ok(count) => used += count,
                Err(breach) => self.note(Err(breach), context.now),
            }
        }
        used
    }

    /// Takes one frame, or what has arrived of a data frame. Returns 0 if more bytes are needed.
    fn take_frame(&mut self, bytes: &[u8], context: &mut Context<'_>) -> Result<usize, Breach> {
        if self.deframer.remaining > 0 {
            return self.take_payload(bytes, context);
        }
        let Some(header) = Header::parse(bytes, self.deflate.is_some())? else { return Ok(0) };
        // A control frame has at most 125 bytes; a data frame is cut to what has arrived below.
        let end = header.length.saturating_add(usize::try_from(header.size).unwrap_or(usize::MAX));
        if header.is_control() {
            let Some(frame) = bytes.get(..end) else { return Ok(0) };
            self.control_frame(header.opcode, &frame[header.length..], context)?;
            return Ok(end);
        }
        let text = header.opcode == 1;
        let so_far = match (&self.deframer.message, header.opcode) {
            (None, 0) => return Err(Breach::protocol("a continuation frame without a message to continue")),
            (Some(_), 1 | 2) => return Err(Breach::protocol("a new message within a fragmented one")),
            (Some(message), _) => message.len() as u64,
            (None, _) => 0,
        };
        let is_compressed = match &self.deframer.message {
            Some(message) => message.is_compressed,
            None => header.is_compressed,
        };
        // The size of a compressed message shows as it is inflated.
        if !is_compressed && so_far.saturating_add(header.size) > self.max_message_size as u64 {
            return Err(Breach::too_big(Some(so_far.saturating_add(header.size)), self.max_message_size));
        }
        if header.is_final
            && header.opcode != 0
            && !is_compressed
            && let Some(payload) = bytes.get(header.length..end)
        {
            if text {
                deframer::check_text(payload)?;
            }
            deliver(context.buffers.copy(payload), text, context.inbox);
            return Ok(end);
        }
        if self.deframer.message.is_none() {
            self.deframer.message = Some(Assembly::new(text, header.is_compressed, header.size, context.buffers));
        }
        (self.deframer.remaining, self.deframer.is_final) = (header.size, header.is_final);
        Ok(header.length + self.take_payload(&bytes[header.length..], context)?)
    }

    /// Takes what has arrived of the current data frame.
    fn take_payload(&mut self, bytes: &[u8], context: &mut Context<'_>) -> Result<usize, Breach> {
        let remaining = usize::try_from(self.deframer.remaining).unwrap_or(usize::MAX);
        let payload = &bytes[..bytes.len().min(remaining)];
        let limit = self.max_message_size;
        match (&mut self.deframer.message, &mut self.deflate) {
            (Some(message), Some(deflate)) if message.is_compressed => message
                .append_with(|data| deflate.inflate(payload, data, limit))
                .map_err(|error| Breach::inflate(error, limit))?,
            (Some(message), _) => message.append(payload),
            (None, _) => {}
        }
        self.deframer.remaining -= payload.len() as u64;
        self.payload_arrived(context)?;
        Ok(payload.len())
    }

    /// Checks the message so far and delivers it if it is complete.
    fn payload_arrived(&mut self, context: &mut Context<'_>) -> Result<(), Breach> {
        let is_complete = self.deframer.remaining == 0 && self.deframer.is_final;
        let limit = self.max_message_size;
        let Some(message) = &mut self.deframer.message else { return Ok(()) };
        if is_complete
            && message.is_compressed
            && let Some(deflate) = &mut self.deflate
        {
            message.append_with(|data| deflate.finish(data, limit)).map_err(|error| Breach::inflate(error, limit))?;
        }
        message.check_text(is_complete)?;
        if is_complete && let Some(message) = self.deframer.message.take() {
            let text = message.text;
            deliver(message.into_data(), text, context.inbox);
        }
        Ok(())
    }

    /// Handles the payload of one control frame (section 5.5).
    fn control_frame(&mut self, opcode: u8, payload: &[u8], context: &mut Context<'_>) -> Result<(), Breach> {
        match opcode {
            8 => {
                close_code::check_payload(payload)
                    .map_err(|problem| Breach { code: problem.code(), problem: problem.to_string() })?;
                self.peer_closed(payload, context);
            }
            // After our close frame nothing more is sent.
            9 if matches!(self.stage, Stage::Open) => self.send_buffer.answer(10, payload, context.buffers),
            9 => {}
            _ => context.inbox.push(Event::Pong(payload.to_vec())),
        }
        Ok(())
    }

    fn discard<S: Read>(&mut self, stream: &mut S, scratch: &mut [u8], context: &mut Context<'_>) -> Reading {
        for _ in 0..READS_PER_TURN {
            match self.deframer.read(stream, scratch) {
                Ok(Got::Bytes(_)) => {}
                Ok(Got::Nothing) if self.write_error.is_none() => return Reading::Drained,
                Ok(Got::Nothing | Got::End) | Err(_) => {
                    self.finish(context.inbox);
                    return Reading::Drained;
                }
            }
        }
        Reading::Unfinished
    }

    /// Remembers a violation until the script has answered the messages before it.
    fn note(&mut self, result: Result<(), Breach>, now: Instant) {
        if let Err(breach) = result {
            self.deframer.clear();
            self.stage = match std::mem::replace(&mut self.stage, Stage::Ended) {
                Stage::Open => Stage::Violated(Violation { breach, deadline: now + CLOSE_TIMEOUT }),
                // Our close frame is on its way already; the server gets no second one.
                Stage::Closing(closing) => Stage::Closing(closing.without_answer()),
                other => other,
            };
        }
    }
}

fn deliver(data: Vec<u8>, text: bool, inbox: &mut Inbox) {
    log::trace!("received {}", Excerpt(&data));
    inbox.push(Event::Message { data, text });
}
