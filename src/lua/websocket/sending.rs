//! Messages and frames of a WebSocket object.

use mlua::{Lua, Result, Value};

use super::{
    super::{
        convert::{Answer, payload, show, whole},
        raw::{Arguments, Call, Out, Reply},
        runtime::Runtime,
    },
    Ws, trace,
};
use crate::websocket::{client::Flush, outbox::Kind};

/// `send(ws, data, text, at_once)` → an [`Answer`]. What is not sent at once leaves before the next
/// wait.
pub(super) fn send(lua: &Lua, (ws, data, text, at_once): (Ws, Value, Value, bool)) -> Result<Answer> {
    let is_text = !matches!(text, Value::Nil | Value::Boolean(false));
    let data = match payload(lua, data) {
        Ok(data) => data,
        Err(message) => return Ok(Answer::Misuse(message)),
    };
    trace::show_sent(&ws.runtime, &ws.client, Kind::Message { text: is_text }, data.as_ref());
    let mut reactor = ws.runtime.reactor.borrow_mut();
    let result =
        ws.client.borrow_mut().send(Kind::Message { text: is_text }, data.as_ref(), flush(at_once), &mut reactor);
    Ok(result.into())
}

/// The raw form of [`send`]: strings only.
pub(super) struct SendMessage;

impl Call for SendMessage {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let (Some(address), Some(data)) = (arguments.userdata(1), arguments.string(2)) else { return Reply::Slow };
        let objects = runtime.objects.borrow();
        let Some(client) = objects.get(&address) else { return Reply::Slow };
        let (kind, flush) = (Kind::Message { text: arguments.is_true(3) }, flush(arguments.is_true(4)));
        trace::show_sent(runtime, client, kind, data);
        match client.borrow_mut().send(kind, data, flush, &mut runtime.reactor.borrow_mut()) {
            Ok(()) => Reply::One(Out::Boolean(true)),
            Err(error) => {
                bytes.extend_from_slice(error.to_string().as_bytes());
                Reply::Two(Out::Boolean(false), Out::Bytes)
            }
        }
    }
}

/// `sendFrame(ws, fin, opcode, data, at_once)` → an [`Answer`].
pub(super) fn send_frame(
    lua: &Lua,
    (ws, fin, opcode, data, at_once): (Ws, Value, Value, Value, bool),
) -> Result<Answer> {
    let fin = !matches!(fin, Value::Nil | Value::Boolean(false));
    let Some(opcode) = whole(&opcode).and_then(|number| u8::try_from(number).ok()).filter(|opcode| *opcode <= 15)
    else {
        return Ok(Answer::Misuse(format!("opcode: integer 0 to 15 expected, got {}", show(&opcode))));
    };
    let data = match payload(lua, data) {
        Ok(data) => data,
        Err(message) => return Ok(Answer::Misuse(message)),
    };
    trace::show_sent(&ws.runtime, &ws.client, Kind::Frame { fin, opcode }, data.as_ref());
    let mut reactor = ws.runtime.reactor.borrow_mut();
    let result = ws.client.borrow_mut().send(Kind::Frame { fin, opcode }, data.as_ref(), flush(at_once), &mut reactor);
    Ok(result.into())
}

/// When a message leaves, by the native's argument.
fn flush(at_once: bool) -> Flush {
    if at_once { Flush::Now } else { Flush::BeforeWait }
}
