//! `native.websocket`: the calls of a WebSocket object that never wait. `lua/websocket/init.lua` builds
//! the documented ones on them.

use std::{
    cell::{Cell, RefCell},
    io,
    rc::Rc,
    time::Duration,
};

use mlua::{Error, Function, IntoLuaMulti, Lua, MetaMethod, MultiValue, Result, Table, UserDataRef, Value};

mod compression;

use super::{
    convert::{Answer, bytes, field_name, payload, show, whole},
    raw::{self, Arguments, Call, Out, Reply},
    runtime::Runtime,
};
use crate::{
    device::{
        change::{Change, WebSocketChange},
        excerpt::Excerpt,
        topic::Topic,
    },
    net::tls::{Certificates, Pem},
    websocket::{
        client::{Client, Flush, ReadyState, SharedClient},
        close_code,
        endpoint::Endpoint,
        inbox::{Event, Take},
        options::Options,
        outbox::Kind,
    },
};

/// Longest `timeout`, `keepAlive` in milliseconds: as long as the device's timers run.
const MAX_MS: f64 = 0x7fff_ffff as f64;

/// What [`next_event`] returns first: `NOTHING` or what has happened.
const EVENTS: &[(&str, i64)] =
    &[("NOTHING", NOTHING), ("MESSAGE", MESSAGE), ("SENT", SENT), ("PONG", PONG), ("ERROR", ERROR), ("CLOSE", CLOSE)];
const NOTHING: i64 = 0;
const MESSAGE: i64 = 1;
const SENT: i64 = 2;
const PONG: i64 = 3;
const ERROR: i64 = 4;
const CLOSE: i64 = 5;

/// How [`next_event`] looks for an event.
enum How {
    /// Whatever comes first.
    All,
    /// Messages stay for later.
    KeepMessages,
    /// Whatever comes first; waits for it, as long as nothing else has to be seen to.
    Wait,
}

/// The userdata of one WebSocket object.
struct Handle {
    runtime: Rc<Runtime>,
    client: SharedClient,
    /// Where Lua keeps this userdata, once it does.
    address: Cell<usize>,
}

/// A WebSocket object that is no longer referenced closes its socket.
impl Drop for Handle {
    fn drop(&mut self) {
        // Borrowed only while a raw function runs, which frees no object.
        match self.runtime.objects.try_borrow_mut() {
            Ok(mut objects) => drop(objects.remove(&self.address.get())),
            Err(_) => log::error!("a WebSocket object was dropped while a native call ran"),
        }
        // Borrowed only if a native made a Lua value while it held the borrow, which none does.
        if let (Ok(mut reactor), Ok(mut client)) = (self.runtime.reactor.try_borrow_mut(), self.client.try_borrow_mut())
        {
            client.forget(&mut reactor);
        } else {
            log::error!("a WebSocket object was dropped while in use");
        }
    }
}

type Ws = UserDataRef<Handle>;

/// Makes the table; see the functions for what each does.
pub fn table(lua: &Lua) -> Result<Table> {
    let native = lua.create_table()?;
    native.set("define", lua.create_function(define)?)?;
    native.set("new", lua.create_function(new)?)?;
    native.set("key", lua.create_function(|_, ws: Ws| Ok(ws.client.borrow().id()))?)?;
    native.set("url", lua.create_function(|_, ws: Ws| Ok(ws.client.borrow().endpoint().to_string()))?)?;
    native.set("state", lua.create_function(|_, ws: Ws| Ok(ws.client.borrow().state().name()))?)?;
    native.set("dialing", lua.create_function(|_, ws: Ws| Ok(ws.client.borrow().is_dialing()))?)?;
    native.set(
        "failure",
        lua.create_function(|_, ws: Ws| {
            let failure = ws.client.borrow().failure().map(str::to_owned);
            Ok(failure)
        })?,
    )?;
    native.set(
        "subprotocol",
        lua.create_function(|_, ws: Ws| {
            let subprotocol = ws.client.borrow().subprotocol().map(str::to_owned);
            Ok(subprotocol)
        })?,
    )?;
    native.set("connect", lua.create_function(connect)?)?;
    native.set("send", raw::function::<SendMessage>(lua, lua.create_function(send)?)?)?;
    native.set("sendFrame", lua.create_function(send_frame)?)?;
    native.set(
        "report_sent",
        lua.create_function(|_, (ws, wanted): (Ws, bool)| {
            ws.client.borrow_mut().report_sent(wanted);
            Ok(())
        })?,
    )?;
    native.set("keep_alive", lua.create_function(keep_alive)?)?;
    native.set("close", lua.create_function(close_connection)?)?;
    native.set(
        "abort",
        lua.create_function(|_, (ws, why): (Ws, String)| {
            ws.client.borrow_mut().abort(&why, &mut ws.runtime.reactor.borrow_mut());
            Ok(())
        })?,
    )?;
    let runtime = Runtime::of(lua)?;
    native.set(
        "abort_all",
        lua.create_function(move |_, why: String| {
            if runtime.is_loss_known.get() {
                return Ok(());
            }
            let mut reactor = runtime.reactor.borrow_mut();
            for client in runtime.objects.borrow().values() {
                client.borrow_mut().abort(&why, &mut reactor);
            }
            Ok(())
        })?,
    )?;
    let runtime = Runtime::of(lua)?;
    native.set(
        "address_is_there",
        lua.create_function(move |_, ()| {
            runtime.is_loss_known.set(false);
            Ok(())
        })?,
    )?;
    let runtime = Runtime::of(lua)?;
    native.set(
        "has_open",
        lua.create_function(move |_, ()| {
            Ok(runtime.objects.borrow().values().any(|client| client.borrow().state() == ReadyState::Open))
        })?,
    )?;
    native.set("address", lua.create_function(address)?)?;
    native.set("next_event", raw::function::<NextEvent>(lua, lua.create_function(next_event)?)?)?;
    for (name, code) in EVENTS {
        native.set(*name, *code)?;
    }
    for (name, how) in [("ALL", How::All), ("KEEP_MESSAGES", How::KeepMessages), ("WAIT", How::Wait)] {
        native.set(name, how as i64)?;
    }
    Ok(native)
}

/// `define(methods)`: what a WebSocket object answers by index.
fn define(lua: &Lua, methods: Table) -> Result<()> {
    let methods = methods.pairs::<String, Function>().collect::<Result<Vec<_>>>()?;
    lua.register_userdata_type::<Handle>(|registry| {
        use mlua::{UserDataFields, UserDataMethods};
        for (name, method) in methods {
            registry.add_field(name, method);
        }
        registry.add_meta_field(MetaMethod::Type, "websocket");
        registry.add_meta_method(MetaMethod::ToString, |_, handle, ()| {
            let connection = handle.client.borrow();
            Ok(format!("websocket ({}, {})", connection.endpoint(), connection.state()))
        });
    })
}

/// `new(url, cert, options, resolve)` → object, list of warnings; or `nil, message`. `resolve(path)`
/// finds a certificate file.
fn new(lua: &Lua, (url, cert, options, resolve): (Value, Value, Value, Function)) -> Result<MultiValue> {
    let misuse = |message: String| (Value::Nil, message).into_lua_multi(lua);
    let endpoint = match &url {
        Value::String(text) => Endpoint::parse(&text.as_bytes()).map_err(|error| error.to_string()),
        other => Err(format!("url: string expected, got {}", show(other))),
    };
    let mut warnings = Vec::new();
    let endpoint = match endpoint {
        Ok(endpoint) => endpoint,
        Err(message) => return misuse(message),
    };
    let certificates = match read_certificates(cert, &resolve, &mut warnings)? {
        Ok(certificates) => certificates,
        Err(message) => return misuse(message),
    };
    let options = match read_options(lua, options, &mut warnings)? {
        Ok(options) => options,
        Err(message) => return misuse(message),
    };
    let runtime = Runtime::of(lua)?;
    let id = runtime.reactor.borrow_mut().new_id();
    let (network, compression) = (runtime.network.borrow().clone(), runtime.compression.clone());
    let client = Rc::new(RefCell::new(Client::new(id, endpoint, options, certificates, network, compression)));
    let handle = Handle { runtime: runtime.clone(), client: client.clone(), address: Cell::default() };
    let object = lua.create_any_userdata(handle)?;
    let address = object.to_pointer() as usize;
    object.borrow::<Handle>()?.address.set(address);
    runtime.objects.borrow_mut().insert(address, client);
    (object, warnings).into_lua_multi(lua)
}

/// `connect(ws, timeout_ms)`: starts an attempt where none is under way and nothing is open. Without a network it
/// fails at once.
fn connect(_: &Lua, (ws, timeout): (Ws, f64)) -> Result<()> {
    emit(&ws.runtime, &ws.client, || Some(WebSocketChange::Connect));
    let timeout = Duration::from_secs_f64(timeout.clamp(0.0, MAX_MS) / 1000.0);
    let problem = ws.runtime.modem.borrow().network_problem();
    let mut reactor = ws.runtime.reactor.borrow_mut();
    match problem {
        Some(why) => ws.client.borrow_mut().connect_without_network(why, &mut reactor),
        None => Client::connect(&ws.client, timeout, &mut reactor),
    }
    Ok(())
}

/// `send(ws, data, text, at_once)` → an [`Answer`]. What is not sent at once leaves before the next
/// wait.
fn send(lua: &Lua, (ws, data, text, at_once): (Ws, Value, Value, bool)) -> Result<Answer> {
    let is_text = !matches!(text, Value::Nil | Value::Boolean(false));
    let data = match payload(lua, data) {
        Ok(data) => data,
        Err(message) => return Ok(Answer::Misuse(message)),
    };
    show_sent(&ws.runtime, &ws.client, Kind::Message { text: is_text }, data.as_ref());
    let mut reactor = ws.runtime.reactor.borrow_mut();
    let result =
        ws.client.borrow_mut().send(Kind::Message { text: is_text }, data.as_ref(), flush(at_once), &mut reactor);
    Ok(result.into())
}

/// The raw form of [`send`]: strings only.
struct SendMessage;

impl Call for SendMessage {
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply {
        let (Some(address), Some(data)) = (arguments.userdata(1), arguments.string(2)) else { return Reply::Slow };
        let objects = runtime.objects.borrow();
        let Some(client) = objects.get(&address) else { return Reply::Slow };
        let (kind, flush) = (Kind::Message { text: arguments.is_true(3) }, flush(arguments.is_true(4)));
        show_sent(runtime, client, kind, data);
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
fn send_frame(lua: &Lua, (ws, fin, opcode, data, at_once): (Ws, Value, Value, Value, bool)) -> Result<Answer> {
    let fin = !matches!(fin, Value::Nil | Value::Boolean(false));
    let Some(opcode) = whole(&opcode).and_then(|number| u8::try_from(number).ok()).filter(|opcode| *opcode <= 15)
    else {
        return Ok(Answer::Misuse(format!("opcode: integer 0 to 15 expected, got {}", show(&opcode))));
    };
    let data = match payload(lua, data) {
        Ok(data) => data,
        Err(message) => return Ok(Answer::Misuse(message)),
    };
    show_sent(&ws.runtime, &ws.client, Kind::Frame { fin, opcode }, data.as_ref());
    let mut reactor = ws.runtime.reactor.borrow_mut();
    let result = ws.client.borrow_mut().send(Kind::Frame { fin, opcode }, data.as_ref(), flush(at_once), &mut reactor);
    Ok(result.into())
}

/// `address(ws)` → whether with TLS, host, port.
fn address(_: &Lua, ws: Ws) -> Result<(bool, String, u16)> {
    let connection = ws.client.borrow();
    let endpoint = connection.endpoint();
    Ok((endpoint.secure, endpoint.host.clone(), endpoint.port))
}

/// `keep_alive(ws, seconds)`: 0 for none.
fn keep_alive(_: &Lua, (ws, seconds): (Ws, f64)) -> Result<()> {
    let interval = (seconds > 0.0).then(|| Duration::from_secs_f64(seconds.min(MAX_MS / 1000.0)));
    ws.client.borrow_mut().keep_alive(interval, &mut ws.runtime.reactor.borrow_mut());
    Ok(())
}

/// `close(ws, code, reason)` → `true` if a closing handshake has begun, `false` where nothing is
/// open, `nil, message` for a code or reason that may not be sent.
fn close_connection(_: &Lua, (ws, code, reason): (Ws, Value, Value)) -> Result<Answer> {
    let (code, report) = match code {
        Value::Nil => (close_code::NORMAL, close_code::GOING_AWAY),
        Value::Integer(code) if close_code::may_be_sent(code) => (code as u16, code as u16),
        Value::Number(code) if code.fract() == 0.0 && close_code::may_be_sent(code as i64) => {
            (code as u16, code as u16)
        }
        other => {
            let message = format!("code: 1000-1003, 1007-1014 or 3000-4999 expected, got {}", show(&other));
            return Ok(Answer::Misuse(message));
        }
    };
    let reason = match reason {
        Value::Nil => String::new(),
        Value::String(text) => match text.to_str() {
            Ok(text) if text.len() <= close_code::MAX_REASON => text.to_owned(),
            Ok(text) => {
                let message = format!("reason: at most {} bytes, got {}", close_code::MAX_REASON, text.len());
                return Ok(Answer::Misuse(message));
            }
            Err(_) => return Ok(Answer::Misuse("reason: UTF-8 expected (RFC 6455 section 5.5.1)".into())),
        },
        other => return Ok(Answer::Misuse(format!("reason: string expected, got {}", show(&other)))),
    };
    let begun = ws.client.borrow_mut().close(code, &reason, report, &mut ws.runtime.reactor.borrow_mut());
    Ok(if begun { Answer::Done } else { Answer::Failed("not connected".into()) })
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
                show_event(runtime, shared, &event);
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

/// Shows what a script sends, where somebody listens.
fn show_sent(runtime: &Runtime, client: &SharedClient, kind: Kind, data: &[u8]) {
    emit(runtime, client, || Some(WebSocketChange::Send { opcode: kind.header().1, data: Excerpt::of(data) }));
}

/// Shows what a script gets, likewise.
fn show_event(runtime: &Runtime, client: &SharedClient, event: &Event) {
    emit(runtime, client, || match event {
        Event::Message { data, text } => {
            Some(WebSocketChange::Receive { opcode: if *text { 1 } else { 2 }, data: Excerpt::of(data) })
        }
        Event::Sent(_) => None,
        Event::Pong(data) => Some(WebSocketChange::Pong(Excerpt::of(data))),
        Event::Error(why) => Some(WebSocketChange::Failed(why.clone())),
        Event::Close { code, reason } => Some(WebSocketChange::Closed { code: *code, reason: reason.clone() }),
    });
}

fn emit(runtime: &Runtime, client: &SharedClient, change: impl FnOnce() -> Option<WebSocketChange>) {
    if !runtime.is_heard(Topic::Ws) {
        return;
    }
    if let Some(change) = change() {
        let peer = client.borrow().endpoint().to_string();
        runtime.emit(&Change::WebSocket { peer, change });
    }
}

/// When a message leaves, by the native's argument.
fn flush(at_once: bool) -> Flush {
    if at_once { Flush::Now } else { Flush::BeforeWait }
}

/// `next_event(ws, how)` → one of [`EVENTS`] and its values: of a message the data and the opcode,
/// of a pong and an error the text, of a close the code and the reason; with `NOTHING` whether any
/// message may still come.
fn next_event(lua: &Lua, (ws, how): (Ws, i64)) -> Result<(i64, Value, Value)> {
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
struct NextEvent;

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

fn read_certificates(
    cert: Value,
    resolve: &Function,
    warnings: &mut Vec<String>,
) -> Result<std::result::Result<Certificates, String>> {
    let mut certificates = Certificates::default();
    let table = match cert {
        Value::Nil => return Ok(Ok(certificates)),
        Value::Table(table) => table,
        other => return Ok(Err(format!("cert: table expected, got {}", show(&other)))),
    };
    for pair in table.pairs::<Value, Value>() {
        let (field, value) = pair?;
        let name = field_name(&field);
        let file = || -> Result<std::result::Result<Option<Pem>, String>> {
            match &value {
                Value::String(text) => Ok(Ok(Some(Pem::File(resolve.call::<String>(text)?.into())))),
                other => Ok(Err(format!("cert.{name}: path of a PEM file expected, got {}", show(other)))),
            }
        };
        let slot = match name.as_str() {
            "caCert" => &mut certificates.ca_cert,
            "clientCert" => &mut certificates.client_cert,
            "clientKey" => &mut certificates.client_key,
            "clientPassword" => match &value {
                Value::String(text) => {
                    certificates.client_password = Some(text.as_bytes().to_vec());
                    continue;
                }
                other => return Ok(Err(format!("cert.clientPassword: string expected, got {}", other.type_name()))),
            },
            "insist" => match value {
                Value::Integer(0) | Value::Number(0.0) => {
                    certificates.check_host_name = true;
                    continue;
                }
                Value::Integer(1) | Value::Number(1.0) => {
                    certificates.check_host_name = false;
                    continue;
                }
                other => return Ok(Err(format!("cert.insist: 0 or 1 expected, got {}", show(&other)))),
            },
            _ => {
                warnings.push(format!("unknown field \"{name}\" in the cert table"));
                continue;
            }
        };
        match file()? {
            Ok(pem) => *slot = pem,
            Err(message) => return Ok(Err(message)),
        }
    }
    Ok(Ok(certificates))
}

fn read_options(lua: &Lua, options: Value, warnings: &mut Vec<String>) -> Result<std::result::Result<Options, String>> {
    let mut result = Options::default();
    let table = match options {
        Value::Nil => return Ok(Ok(result)),
        Value::Table(table) => table,
        other => return Ok(Err(format!("options: table expected, got {}", show(&other)))),
    };
    for pair in table.pairs::<Value, Value>() {
        let (field, value) = pair?;
        let name = field_name(&field);
        let done = match name.as_str() {
            "headers" => read_headers(lua, &value, &mut result)?,
            "subprotocols" => read_subprotocols(&value, &mut result)?,
            "maxMessageSize" => read_size(lua, &name, &value).map(|size| result.max_message_size = size),
            "compression" => {
                let compression = compression::read(&value, warnings)?;
                compression.map(|compression| result.compression = compression)
            }
            "queueSize" => read_size(lua, &name, &value).map(|size| result.queue_size = size),
            _ => {
                warnings.push(format!("unknown field \"{name}\" in the options table"));
                Ok(())
            }
        };
        if let Err(message) = done {
            return Ok(Err(format!("options.{message}")));
        }
    }
    Ok(Ok(result))
}

fn read_headers(lua: &Lua, value: &Value, options: &mut Options) -> Result<std::result::Result<(), String>> {
    let Value::Table(table) = value else {
        return Ok(Err(format!("headers: table of names and values expected, got {}", show(value))));
    };
    for pair in table.pairs::<Value, Value>() {
        let (name, value) = pair?;
        let (Value::String(name), Some(text)) = (&name, lua.coerce_string(value.clone()).ok().flatten()) else {
            return Ok(Err(format!("headers: a name and a text expected, got {} = {}", show(&name), show(&value))));
        };
        if let Err(message) = options.add_header(&name.to_string_lossy(), &text.as_bytes()) {
            return Ok(Err(message));
        }
    }
    Ok(Ok(()))
}

fn read_subprotocols(value: &Value, options: &mut Options) -> Result<std::result::Result<(), String>> {
    let Value::Table(table) = value else {
        return Ok(Err(format!("subprotocols: list of names expected, got {}", show(value))));
    };
    for name in table.sequence_values::<Value>() {
        let done = match name? {
            Value::String(name) => options.add_subprotocol(&name.to_string_lossy()),
            other => Err(format!("subprotocols: name expected, got {}", show(&other))),
        };
        if let Err(message) = done {
            return Ok(Err(message));
        }
    }
    Ok(Ok(()))
}

fn read_size(lua: &Lua, name: &str, value: &Value) -> std::result::Result<usize, String> {
    let number = lua.coerce_number(value.clone()).ok().flatten();
    number
        .and_then(|number| whole(&Value::Number(number)))
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| *size > 0)
        .ok_or_else(|| format!("{name}: number of bytes above 0 expected, got {}", show(value)))
}
