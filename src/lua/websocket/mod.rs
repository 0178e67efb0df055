//! `native.websocket`: the calls of a WebSocket object that never wait. `lua/websocket/init.lua` builds
//! the documented ones on them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use mlua::{AnyUserData, Function, IntoLuaMulti, Lua, MetaMethod, MultiValue, Result, Table, UserDataRef, Value};

mod compression;
mod receiving;
mod sending;
mod settings;
mod trace;

use self::{
    receiving::{EVENTS, How, NextEvent, next_event},
    sending::{SendMessage, send, send_frame},
    settings::{read_certificates, read_options},
};
use super::{
    convert::{Answer, show},
    raw,
    runtime::Runtime,
};
use crate::{
    device::change::WebSocketChange,
    websocket::{
        client::{Client, ReadyState, SharedClient},
        close_code,
        endpoint::Endpoint,
    },
};

/// Longest `timeout`, `keepAlive` in milliseconds: as long as the device's timers run.
const MAX_MS: f64 = 0x7fff_ffff as f64;

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
    // An object of a device that is gone, as of the test before, is not known any more.
    let state =
        |_: &Lua, ws: AnyUserData| Ok(ws.borrow::<Handle>().map_or("CLOSED", |ws| ws.client.borrow().state().name()));
    native.set("state", lua.create_function(state)?)?;
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
    trace::emit(&ws.runtime, &ws.client, || Some(WebSocketChange::Connect));
    let timeout = Duration::from_secs_f64(timeout.clamp(0.0, MAX_MS) / 1000.0);
    let problem = ws.runtime.modem.borrow().network_problem();
    let mut reactor = ws.runtime.reactor.borrow_mut();
    match problem {
        Some(why) => ws.client.borrow_mut().connect_without_network(why, &mut reactor),
        None => Client::connect(&ws.client, timeout, &mut reactor),
    }
    Ok(())
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
