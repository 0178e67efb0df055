//! `socketcore`: the firmware's sockets, on which LuatOS-Air's `socket` is built. Facts: module `socketcore`
//! of LuatOS-Air.

use std::{ffi::CStr, rc::Rc, sync::Arc};

use mlua::{Error, Function, Lua, Result, Table, Value};

use super::{
    convert::{bytes, integer, show, string},
    diagnostics,
    raw::{self, Arguments, Call, Out, Reply},
    rtos::numbers,
    runtime::{Announce, Runtime},
};
use crate::{
    device::{
        change::{Change, SocketChange},
        excerpt::Excerpt,
        topic::Topic,
    },
    net::tls::{Certificates, Pem},
    reactor::{Body, Field, Reactor},
    sockets::{Event, Ids, MAX_ANNOUNCED, Protocol, Request, SendError, SharedSocket, Socket, SocketOption},
};

/// Answer of `sock_conn_ext` where no socket can be made.
const NO_SOCKET: i64 = -1;

/// Longest name that can be looked up.
const MAX_HOST: usize = 255;

const CONSTANTS: &[(&str, i64)] = &[
    ("SOL_SOCKET", SOL_SOCKET),
    ("SO_REUSEADDR", SO_REUSEADDR),
    ("SO_KEEPALIVE", SO_KEEPALIVE),
    ("IPPROTO_TCP", IPPROTO_TCP),
    ("TCP_KEEPIDLE", TCP_KEEPIDLE),
    ("TCP_KEEPINTVL", TCP_KEEPINTVL),
    ("TCP_KEEPCNT", TCP_KEEPCNT),
    // So spelled, as two more below.
    ("ERR_UNKOWN", -1),
    ("ERR_OK", 0),
    ("ERR_ENOMEM", 1),
    ("ERR_ENOBUFS", 2),
    ("ERR_ETIMEOUT", 3),
    ("ERR_ERTE", 4),
    ("ERR_EINPROGRESS", 5),
    ("ERR_EINVAL", 6),
    ("ERR_EWOULDBLOCK", 7),
    ("ERR_EADDRINUSE", 8),
    ("ERR_EALREADY", 9),
    ("ERR_EISCONN", 10),
    ("ERR_ENOTCONN", 11),
    ("ERR_EIF", 12),
    ("ERR_EABORT", 13),
    ("ERR_ERST", 14),
    ("ERR_ECLSD", 15),
    ("ERR_EARG", 16),
    ("ERR_EIO", 17),
    ("ERR_SSL_EHANDESHAK", 18),
    ("ERR_SSL_EINIT", 19),
    ("ERR_SSL_EINVALID", 20),
];

const SOL_SOCKET: i64 = 0xfff;
const SO_REUSEADDR: i64 = 4;
const SO_KEEPALIVE: i64 = 8;
const IPPROTO_TCP: i64 = 6;
const TCP_KEEPIDLE: i64 = 3;
const TCP_KEEPINTVL: i64 = 4;
const TCP_KEEPCNT: i64 = 5;

/// The sockets of one Lua state.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    ids: Ids<SharedSocket>,
}

/// Makes the table. Each call returns at once; the outcome is a message of `rtos.receive`.
///
/// - `sock_conn_ext(type, host, port, cert, _, insist)` → id 0 to 9, or -1 where no socket can be made;
///   `sock_conn` likewise, but nil. `type`: 0 TCP, 1 UDP, 2 TLS. `cert`: a table with `hostName`, `caCert`,
///   `clientCert`, `clientKey` (PEM texts), `clientPassword`, or a number, which means nothing here. `insist`: 0
///   refuses a certificate that is made out to another host. One `MSG_SOCK_CONN_CNF` follows; that of an attempt
///   that has failed also has a text `reason`, which the device does not give.
/// - `sock_send(id, string)` → 1, 0; or 0 and a number of `ERR_*`. One `MSG_SOCK_SEND_CNF` follows, unless
///   the socket is not connected.
/// - `sock_recv(id, count)` → what `MSG_SOCK_RECV_IND` has announced, at most `count` bytes.
/// - `sock_close(id)` → 1. One `MSG_SOCK_CLOSE_CNF` follows, whatever the id.
/// - `sock_destroy(id)` → 1: the id is free; or 0 for a socket that is not closed.
/// - `sock_setopt(id, level, name, number)` → 0, or -1 for what is unknown.
/// - `sock_getremainbuf(id)` → bytes that wait to be sent.
/// - the constants `ERR_*`, `SOL_SOCKET`, `SO_*`, `IPPROTO_TCP`, `TCP_*`.
pub fn table(lua: &Lua) -> Result<Table> {
    let socketcore = lua.create_table_from(CONSTANTS.iter().copied())?;
    let connect_ext = |lua: &Lua, arguments: ConnectArguments| connect(lua, "sock_conn_ext", arguments);
    socketcore.set("sock_conn_ext", lua.create_function(connect_ext)?)?;
    let or_nil = |lua: &Lua, arguments: ConnectArguments| {
        Ok(Some(connect(lua, "sock_conn", arguments)?).filter(|id| *id != NO_SOCKET))
    };
    socketcore.set("sock_conn", lua.create_function(or_nil)?)?;
    socketcore.set("sock_send", raw::function::<RawSend>(lua, lua.create_function(send)?)?)?;
    socketcore.set("sock_recv", raw::function::<RawReceive>(lua, lua.create_function(receive)?)?)?;
    socketcore.set("sock_close", lua.create_function(close)?)?;
    socketcore.set("sock_destroy", lua.create_function(destroy)?)?;
    socketcore.set("sock_setopt", lua.create_function(set_option)?)?;
    let unsent = |lua: &Lua, id: Value| {
        let id = integer(lua, "socketcore.sock_getremainbuf: id", &id)?;
        Ok(find(&*Runtime::of(lua)?, id).map_or(0, |socket| socket.borrow().unsent()))
    };
    socketcore.set("sock_getremainbuf", lua.create_function(unsent)?)?;
    Ok(socketcore)
}

/// Type, host, port, certificates, size of a buffer, insist.
type ConnectArguments = (Value, Value, Value, Value, Value, Value);

fn connect(lua: &Lua, function: &'static str, (kind, host, port, cert, _, insist): ConnectArguments) -> Result<i64> {
    let what = |argument: &str| format!("socketcore.{function}: {argument}");
    let kind = integer(lua, &what("type"), &kind)?;
    let host = string(lua, &what("host"), host)?.to_string_lossy();
    let port = integer(lua, &what("port"), &port)?;
    let port = u16::try_from(port)
        .map_err(|_| Error::runtime(format!("{}: 0 to 65535 expected, got {port}", what("port"))))?;
    let protocol = match kind {
        0 => Protocol::Tcp,
        1 => Protocol::Udp,
        2 => tls(lua, function, &host, (&cert, &insist))?,
        other => {
            let text = format!("{}: 0 (TCP), 1 (UDP) or 2 (TLS) expected, got {other}", what("type"));
            return Err(Error::runtime(text));
        }
    };
    let runtime = Runtime::of(lua)?;
    let Some(id) = runtime.sockets.borrow().ids.next(|id| is_awaited(&runtime, id)).filter(|_| host.len() <= MAX_HOST)
    else {
        return Ok(NO_SOCKET);
    };
    let request = Request { protocol, host, port };
    let change =
        SocketChange::Connect { protocol: request.protocol.name(), host: request.host.clone(), port: request.port };
    runtime.emit(&Change::Socket { id, change });
    let network = match runtime.modem.borrow().network_problem() {
        Some(why) => Err(why),
        None => Ok(runtime.network.borrow().clone()),
    };
    let socket = Socket::connect(&request, network.as_ref().map_err(|why| *why), &mut runtime.reactor.borrow_mut());
    let source = socket.borrow().id();
    runtime.announce(source, Rc::new(Announcer { id, peer: request.to_string(), socket: socket.clone() }));
    runtime.sockets.borrow_mut().ids.put(id, socket);
    Ok(id as i64)
}

/// What a `cert` table asks for. Warns once where it leaves the server unchecked.
fn tls(lua: &Lua, function: &str, host: &str, (cert, insist): (&Value, &Value)) -> Result<Protocol> {
    let text = |field: &'static str| -> Result<Option<Vec<u8>>> {
        let Value::Table(table) = cert else { return Ok(None) };
        match table.raw_get(field)? {
            Value::Nil => Ok(None),
            Value::String(text) => Ok(Some(text.as_bytes().to_vec())),
            other => {
                let text = format!("socketcore.{function}: {field}: string expected, got {}", show(&other));
                Err(Error::runtime(text))
            }
        }
    };
    if !matches!(cert, Value::Table(_) | Value::Nil | Value::Integer(_) | Value::Number(_)) {
        let text = format!("socketcore.{function}: certificates: table expected, got {}", show(cert));
        return Err(Error::runtime(text));
    }
    let certificates = Certificates {
        ca_cert: text("caCert")?.map(Pem::Text),
        client_cert: text("clientCert")?.map(Pem::Text),
        client_key: text("clientKey")?.map(Pem::Text),
        client_password: text("clientPassword")?,
        check_host_name: matches!(insist, Value::Integer(0) | Value::Number(0.0)),
    };
    let server_name = text("hostName")?.filter(|name| !name.is_empty());
    let server_name = server_name.map(|name| String::from_utf8_lossy(&name).into_owned());
    if certificates.ca_cert.is_none() {
        let hooks: Table = lua.unpack(super::use_module(lua, "runtime.hooks")?)?;
        hooks.get::<Function>("unchecked_server")?.call::<()>((host, "socketcore.sock_conn"))?;
    }
    Ok(Protocol::Tls { certificates: Arc::new(certificates), server_name })
}

pub(super) fn find(runtime: &Runtime, id: i64) -> Option<SharedSocket> {
    runtime.sockets.borrow().ids.get(id).cloned()
}

fn send(lua: &Lua, (id, data): (Value, Value)) -> Result<(i64, i64)> {
    let id = integer(lua, "socketcore.sock_send: id", &id)?;
    let Value::String(data) = data else {
        let text = format!("socketcore.sock_send: data: string expected, got {}", show(&data));
        return Err(Error::runtime(text));
    };
    let runtime = Runtime::of(lua)?;
    Ok(send_bytes(&runtime, id, &data.as_bytes()))
}

/// What `sock_send` returns.
fn send_bytes(runtime: &Runtime, id: i64, data: &[u8]) -> (i64, i64) {
    answer(send_by(runtime, id, data, Socket::send), |()| 1)
}

/// Sends by a function of [`Socket`], and tells of it.
///
/// # Errors
/// Those of that function; or there is no such socket.
pub(super) fn send_by<T>(
    runtime: &Runtime,
    id: i64,
    data: &[u8],
    send: impl FnOnce(&SharedSocket, &[u8], &mut Reactor) -> std::result::Result<T, SendError>,
) -> std::result::Result<T, SendError> {
    let socket = find(runtime, id).ok_or(SendError::NotConnected)?;
    emit(runtime, id, || SocketChange::Send(Excerpt::of(data)));
    send(&socket, data, &mut runtime.reactor.borrow_mut())
}

/// What a script gets of that: a number that `sent` gives, and 0; or 0 and the number of the error.
pub(super) fn answer<T>(result: std::result::Result<T, SendError>, sent: impl FnOnce(T) -> i64) -> (i64, i64) {
    result.map_or_else(|error| (0, error.number()), |result| (sent(result), 0))
}

/// The [raw] form of `sock_send`.
struct RawSend;

impl Call for RawSend {
    fn call(runtime: &Runtime, arguments: &Arguments, _: &mut Vec<u8>) -> Reply {
        let (Some(id), Some(data)) = (arguments.integer(1), arguments.string(2)) else { return Reply::Slow };
        let (ok, error) = send_bytes(runtime, id, data);
        Reply::Two(Out::Integer(ok), Out::Integer(error))
    }
}

/// The [raw] form of `sock_recv`.
struct RawReceive;

impl Call for RawReceive {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let (Some(id), Some(count)) = (arguments.integer(1), arguments.integer(2)) else { return Reply::Slow };
        take_bytes(runtime, id, count, bytes);
        Reply::One(Out::Bytes)
    }

    fn recycle(runtime: &Runtime, bytes: Vec<u8>) {
        runtime.reactor.borrow_mut().buffers().put(bytes);
    }
}

fn receive(lua: &Lua, (id, count): (Value, Value)) -> Result<Value> {
    let id = integer(lua, "socketcore.sock_recv: id", &id)?;
    let count = integer(lua, "socketcore.sock_recv: count", &count)?;
    let runtime = Runtime::of(lua)?;
    let mut taken = Vec::new();
    take_bytes(&runtime, id, count, &mut taken);
    bytes(lua, &taken)
}

/// Takes what `sock_recv` returns.
fn take_bytes(runtime: &Runtime, id: i64, count: i64, taken: &mut Vec<u8>) {
    let Some(socket) = find(runtime, id) else { return };
    let count = usize::try_from(count).unwrap_or(0);
    let mut reactor = runtime.reactor.borrow_mut();
    if taken.capacity() == 0 {
        *taken = reactor.buffers().take(count.min(MAX_ANNOUNCED));
    }
    socket.borrow_mut().take(count, taken, &mut reactor);
    drop(reactor);
    emit(runtime, id, || SocketChange::Receive(Excerpt::of(taken)));
}

fn close(lua: &Lua, id: Value) -> Result<i64> {
    let id = integer(lua, "socketcore.sock_close: id", &id)?;
    let runtime = Runtime::of(lua)?;
    emit(&runtime, id, || SocketChange::Close);
    match find(&runtime, id) {
        Some(socket) => socket.borrow_mut().close(&mut runtime.reactor.borrow_mut()),
        None => {
            runtime.sockets.borrow_mut().ids.closed(id);
            post(&runtime, id, &Event::Closed);
        }
    }
    Ok(1)
}

fn destroy(lua: &Lua, id: Value) -> Result<i64> {
    let id = integer(lua, "socketcore.sock_destroy: id", &id)?;
    let runtime = Runtime::of(lua)?;
    let Some(socket) = find(&runtime, id).filter(|socket| socket.borrow().is_closed()) else { return Ok(0) };
    let (source, has_failed) = (socket.borrow().id(), socket.borrow().has_failed());
    // A script may destroy before it has got the confirmations.
    for event in socket.borrow_mut().take_events() {
        post(&runtime, id, &event);
    }
    if !socket.borrow().is_leaving() {
        runtime.reactor.borrow_mut().forget(source);
        runtime.end_announcing(source);
    }
    runtime.sockets.borrow_mut().ids.free(id, has_failed);
    Ok(1)
}

fn set_option(lua: &Lua, (id, level, name, value): (Value, Value, Value, Value)) -> Result<i64> {
    let number = |what: &str, value| integer(lua, &format!("socketcore.sock_setopt: {what}"), value);
    let (id, level, name) = (number("id", &id)?, number("level", &level)?, number("name", &name)?);
    let value = match value {
        Value::Integer(_) | Value::Number(_) => number("value", &value)?,
        _ => return Ok(-1),
    };
    let seconds = u32::try_from(value).ok().filter(|seconds| *seconds > 0);
    let option = match (level, name, seconds) {
        (SOL_SOCKET, SO_REUSEADDR, _) => Some(SocketOption::ReuseAddress(value != 0)),
        (SOL_SOCKET, SO_KEEPALIVE, _) => Some(SocketOption::KeepAlive(value != 0)),
        (IPPROTO_TCP, TCP_KEEPIDLE, Some(seconds)) => Some(SocketOption::KeepAliveIdle(seconds)),
        (IPPROTO_TCP, TCP_KEEPINTVL, Some(seconds)) => Some(SocketOption::KeepAliveInterval(seconds)),
        (IPPROTO_TCP, TCP_KEEPCNT, Some(count)) => Some(SocketOption::KeepAliveCount(count)),
        _ => None,
    };
    let socket = find(&*Runtime::of(lua)?, id);
    let is_set = socket.zip(option).is_some_and(|(socket, option)| socket.borrow_mut().set_option(option));
    Ok(if is_set { 0 } else { -1 })
}

/// Shows a change of a socket that exists.
pub(super) fn emit(runtime: &Runtime, id: i64, change: impl FnOnce() -> SocketChange) {
    if runtime.is_heard(Topic::Socket)
        && let Ok(id) = usize::try_from(id)
    {
        runtime.emit(&Change::Socket { id, change: change() });
    }
}

/// The network is gone: with it every connection and attempt.
pub(super) fn cut_all(runtime: &Runtime) {
    let mut reactor = runtime.reactor.borrow_mut();
    for socket in runtime.sockets.borrow().ids.all() {
        socket.borrow_mut().cut(&mut reactor);
    }
}

/// What a message says beside the socket's id.
struct Parts {
    /// Id of the message.
    id: i64,
    /// 0 for success.
    result: i64,
    /// A number of bytes, by its name.
    count: Option<(&'static CStr, usize)>,
}

fn parts(event: &Event) -> Parts {
    let (id, count) = match event {
        Event::Connected(_) => (numbers::MSG_SOCK_CONN_CNF, None),
        Event::Sent { count, .. } => (numbers::MSG_SOCK_SEND_CNF, Some((c"send_len", *count))),
        Event::Received(count) => (numbers::MSG_SOCK_RECV_IND, Some((c"recv_len", *count))),
        Event::ClosedByPeer => (numbers::MSG_SOCK_CLOSE_IND, None),
        Event::Closed => (numbers::MSG_SOCK_CLOSE_CNF, None),
    };
    let result = i64::from(matches!(event, Event::Connected(Err(_)) | Event::Sent { ok: false, .. }));
    Parts { id, result, count }
}

/// Queues the message of an event of a socket that its announcer cannot announce.
fn post(runtime: &Runtime, socket: i64, event: &Event) {
    let Parts { id, result, count } = parts(event);
    let mut fields = vec![("socket_index", Field::Integer(socket)), ("result", Field::Integer(result))];
    fields.extend(count.and_then(|(name, count)| Some((name.to_str().ok()?, Field::Integer(count as i64)))));
    runtime.reactor.borrow_mut().post(id, Body::Fields(fields));
}

/// Whether a message of [`post`] about this id has not reached the script.
fn is_awaited(runtime: &Runtime, socket: usize) -> bool {
    let about = ("socket_index", Field::Integer(socket as i64));
    runtime.reactor.borrow().is_posted(|_, body| matches!(body, Body::Fields(fields) if fields.first() == Some(&about)))
}

/// Makes messages of a socket's events.
struct Announcer {
    id: usize,
    /// What it connects to, for messages.
    peer: String,
    socket: SharedSocket,
}

impl Announce for Announcer {
    fn message(&self, lua: &Lua, runtime: &Runtime) -> Result<Option<(Value, Value)>> {
        let event = self.socket.borrow_mut().next_event(&mut runtime.reactor.borrow_mut());
        let Some(event) = event else {
            self.end_if_gone(runtime);
            return Ok(None);
        };
        self.show(lua, runtime, &event)?;
        let Parts { id, result, count } = parts(&event);
        let (name, count) = count.unwrap_or((c"", 0));
        let fields = [(c"id", id), (c"socket_index", self.id as i64), (c"result", result), (name, count as i64)];
        let message = raw::integers(lua, if name.is_empty() { &fields[..3] } else { &fields })?;
        if let Event::Connected(Err(why)) = &event {
            message.raw_set("reason", why.as_str())?;
        }
        Ok(Some((Value::Table(message), Value::Nil)))
    }
}

impl Announcer {
    /// After the farewell of a socket that was destroyed before.
    fn end_if_gone(&self, runtime: &Runtime) {
        let is_known =
            runtime.sockets.borrow().ids.get(self.id as i64).is_some_and(|known| Rc::ptr_eq(known, &self.socket));
        if !is_known && !self.socket.borrow().is_leaving() {
            runtime.end_announcing(self.socket.borrow().id());
        }
    }

    /// Says once that the script does not get all of a datagram.
    fn tell_of_cut(&self, lua: &Lua) -> Result<()> {
        let Some(length) = self.socket.borrow_mut().take_cut() else { return Ok(()) };
        let text = format!(
            "socket {} ({}): a datagram of {length} bytes is cut to {MAX_ANNOUNCED}, as on the device",
            self.id, self.peer
        );
        diagnostics::warn(lua, "socketcore", &text)
    }

    /// Shows what the script's own calls do not show.
    fn show(&self, lua: &Lua, runtime: &Runtime, event: &Event) -> Result<()> {
        let change = match event {
            Event::Connected(Ok(())) => SocketChange::Connected,
            Event::Connected(Err(why)) => {
                // The message for the script says that, but not why.
                diagnostics::warn(lua, "socketcore", &format!("socket {} ({}): {why}", self.id, self.peer))?;
                SocketChange::Failed(why.clone())
            }
            Event::ClosedByPeer => SocketChange::ClosedByPeer,
            Event::Received(_) => return self.tell_of_cut(lua),
            Event::Sent { .. } | Event::Closed => return Ok(()),
        };
        runtime.emit(&Change::Socket { id: self.id, change });
        Ok(())
    }
}
