//! `native.sockets`: what the module `socket` has of the socket core beside `socketcore`, whose messages it does without
//! where they would tell nothing new.

use mlua::{Lua, Result, Table, Value};

use super::{
    convert::{bytes, integer, string},
    raw::{self, Arguments, Call, Out, Reply},
    runtime::Runtime,
    socketcore::{answer, emit, find, send_by},
};
use crate::{
    device::{change::SocketChange, excerpt::Excerpt},
    sockets::{Sending, Socket},
};

/// Makes the table.
///
/// - `send(id, data)` → as `socketcore.sock_send`; or 2, 0: the system has taken all, nothing else waits for the script,
///   and no confirmation follows.
/// - `take(id)` → string: what `MSG_SOCK_RECV_IND` has announced, and what has come of a stream beyond that; "" without
///   an announcement.
pub fn table(lua: &Lua) -> Result<Table> {
    let sockets = lua.create_table()?;
    sockets.set("send", raw::function::<RawSend>(lua, lua.create_function(send)?)?)?;
    sockets.set("take", raw::function::<RawTake>(lua, lua.create_function(take)?)?)?;
    Ok(sockets)
}

fn send(lua: &Lua, (id, data): (Value, Value)) -> Result<(i64, i64)> {
    let id = integer(lua, "sockets.send: id", &id)?;
    let data = string(lua, "sockets.send: data", data)?;
    Ok(send_bytes(&*Runtime::of(lua)?, id, &data.as_bytes()))
}

fn send_bytes(runtime: &Runtime, id: i64, data: &[u8]) -> (i64, i64) {
    answer(send_by(runtime, id, data, Socket::send_on), |sending| match sending {
        Sending::Confirmed => 1,
        Sending::Done => 2,
    })
}

struct RawSend;

impl Call for RawSend {
    fn call(runtime: &Runtime, arguments: &Arguments, _: &mut Vec<u8>) -> Reply {
        let (Some(id), Some(data)) = (arguments.integer(1), arguments.string(2)) else { return Reply::Slow };
        let (ok, error) = send_bytes(runtime, id, data);
        Reply::Two(Out::Integer(ok), Out::Integer(error))
    }
}

fn take(lua: &Lua, id: Value) -> Result<Value> {
    let id = integer(lua, "sockets.take: id", &id)?;
    let mut taken = Vec::new();
    take_bytes(&*Runtime::of(lua)?, id, &mut taken);
    bytes(lua, &taken)
}

fn take_bytes(runtime: &Runtime, id: i64, taken: &mut Vec<u8>) {
    let Some(socket) = find(runtime, id) else { return };
    socket.borrow_mut().take_all(taken, &mut runtime.reactor.borrow_mut());
    emit(runtime, id, || SocketChange::Receive(Excerpt::of(taken)));
}

struct RawTake;

impl Call for RawTake {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let Some(id) = arguments.integer(1) else { return Reply::Slow };
        take_bytes(runtime, id, bytes);
        Reply::One(Out::Bytes)
    }

    fn recycle(runtime: &Runtime, bytes: Vec<u8>) {
        runtime.reactor.borrow_mut().buffers().put(bytes);
    }
}
