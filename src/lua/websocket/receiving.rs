//! Events of a WebSocket object.

use std::io;

use mlua::{Error, Lua, Result, Value};

use super::{
    super::{
        convert::bytes,
        raw::{Arguments, Call, Out, Reply},
        runtime::Runtime,
    },
    Ws, trace,
};
use crate::websocket::{
    client::SharedClient,
    inbox::{Event, Take},
};

/// What [`next_event`] returns first: `NOTHING` or what has happened.
pub(super) const EVENTS: &[(&str, i64)] =
    &[("NOTHING", NOTHING), ("MESSAGE", MESSAGE), ("SENT", SENT), ("PONG", PONG), ("ERROR", ERROR), ("CLOSE", CLOSE)];
const NOTHING: i64 = 0;
const MESSAGE: i64 = 1;
const SENT: i64 = 2;
const PONG: i64 = 3;
const ERROR: i64 = 4;
const CLOSE: i64 = 5;

/// How [`next_event`] looks for an event.
pub(super) enum How {
    /// Whatever comes first.
    All,
    /// Messages stay for later.
    KeepMessages,
    /// Whatever comes first; waits for it, as long as nothing else has to be seen to.
    Wait,
}

/// What [`look`] finds.
enum Found {
    Event(Event),
    /// Nothing; whether any message may still come.
    Nothing(bool),
}

/// Takes the next event of an object. `how` is a number of [`How`].
fn look(runtime: &Runtime, shared: &SharedClient, how: i64) -> io::Result<Found> {
    let mut reactor = runtime.reactor.borrow_mut();
    let take = if how == How::KeepMessages as i64 { Take::AllButMessages } else { Take::All };
    loop {
        let mut client = shared.borrow_mut();
        match client.next_event(take, &mut reactor) {
            Some(event) => {
                drop((client, reactor));
                trace::show_event(runtime, shared, &event);
                return Ok(Found::Event(event));
            }
            None if !client.is_connected() => return Ok(Found::Nothing(false)),
            None if how != How::Wait as i64 => return Ok(Found::Nothing(true)),
            None => {}
        }
        let id = client.id();
        drop(client);
        if !reactor.wait_for(id)? {
            return Ok(Found::Nothing(true));
        }
    }
}

/// `next_event(ws, how)` → one of [`EVENTS`] and its values: of a message the data and the opcode,
/// of a pong and an error the text, of a close the code and the reason; with `NOTHING` whether any
/// message may still come.
pub(super) fn next_event(lua: &Lua, (ws, how): (Ws, i64)) -> Result<(i64, Value, Value)> {
    Ok(match look(&ws.runtime, &ws.client, how).map_err(Error::external)? {
        Found::Nothing(is_connected) => (NOTHING, Value::Boolean(is_connected), Value::Nil),
        Found::Event(Event::Message { data, text }) => (MESSAGE, bytes(lua, &data)?, Value::Integer(opcode(text))),
        Found::Event(Event::Sent(_)) => (SENT, Value::Nil, Value::Nil),
        Found::Event(Event::Pong(data)) => (PONG, bytes(lua, &data)?, Value::Nil),
        Found::Event(Event::Error(text)) => (ERROR, bytes(lua, text.as_bytes())?, Value::Nil),
        Found::Event(Event::Close { code, reason }) => {
            (CLOSE, Value::Integer(code.into()), bytes(lua, reason.as_bytes())?)
        }
    })
}

/// The raw form of [`next_event`].
pub(super) struct NextEvent;

impl Call for NextEvent {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let (Some(address), Some(how)) = (arguments.userdata(1), arguments.integer(2)) else { return Reply::Slow };
        let objects = runtime.objects.borrow();
        let Some(client) = objects.get(&address) else { return Reply::Slow };
        let event = match look(runtime, client, how) {
            Ok(Found::Event(event)) => event,
            Ok(Found::Nothing(is_connected)) => return Reply::Two(Out::Integer(NOTHING), Out::Boolean(is_connected)),
            Err(error) => {
                *bytes = error.to_string().into_bytes();
                return Reply::Error;
            }
        };
        match event {
            Event::Message { data, text } => {
                *bytes = data;
                Reply::Three(Out::Integer(MESSAGE), Out::Bytes, Out::Integer(opcode(text)))
            }
            Event::Sent(_) => Reply::One(Out::Integer(SENT)),
            Event::Pong(data) => {
                *bytes = data;
                Reply::Two(Out::Integer(PONG), Out::Bytes)
            }
            Event::Error(text) => {
                *bytes = text.into_bytes();
                Reply::Two(Out::Integer(ERROR), Out::Bytes)
            }
            Event::Close { code, reason } => {
                *bytes = reason.into_bytes();
                Reply::Three(Out::Integer(CLOSE), Out::Integer(code.into()), Out::Bytes)
            }
        }
    }

    fn recycle(runtime: &Runtime, bytes: Vec<u8>) {
        runtime.reactor.borrow_mut().buffers().put(bytes);
    }
}

/// Opcode of a message (RFC 6455 section 5.2).
fn opcode(text: bool) -> i64 {
    if text { 1 } else { 2 }
}
