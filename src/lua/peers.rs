//! `peers`: servers of a test for the Lua half of `luatos.test`.

use std::{cell::RefCell, rc::Rc};

use mlua::{AnyUserData, Error, Lua, LuaString, Result, Table, UserData, Value};

use super::{
    convert::bytes,
    rtos::numbers::MSG_PEERS,
    runtime::{Announce, Runtime},
};
use crate::{
    peers::{Listener, Peer},
    reactor::{SharedSource, SourceId},
};

/// A listener or connection with its id in the reactor.
struct Handle<T> {
    id: SourceId,
    source: Rc<RefCell<T>>,
}

impl UserData for Handle<Listener> {}
impl UserData for Handle<Peer> {}

impl<T: crate::reactor::Source + 'static> Handle<T> {
    /// Registers a source that is watched.
    fn register(runtime: &Runtime, id: SourceId, source: T) -> Self {
        let source = Rc::new(RefCell::new(source));
        runtime.announce(id, Rc::new(Announcer));
        runtime.reactor.borrow_mut().register(id, source.clone() as SharedSource);
        Handle { id, source }
    }

    /// Does something to it, and what follows from that.
    fn act<R>(&self, lua: &Lua, act: impl FnOnce(&mut T) -> R) -> Result<R> {
        let runtime = Runtime::of(lua)?;
        let mut source = self.source.borrow_mut();
        let result = act(&mut source);
        runtime.reactor.borrow_mut().drive(self.id, &mut *source);
        Ok(result)
    }
}

/// Has the Lua half look what has happened.
struct Announcer;

impl Announce for Announcer {
    fn message(&self, _: &Lua, _: &Runtime) -> Result<Option<(Value, Value)>> {
        Ok(Some((Value::Integer(MSG_PEERS), Value::Nil)))
    }
}

/// Makes the table. What happens to a listener or connection is a message `MSG_PEERS`.
///
/// - `listen(port)` → listener, number of its port: on 127.0.0.1; 0 for a free port.
/// - `accept(listener)` → connection; nil if there is none. `shut(listener)`: it takes no more.
/// - `read(connection)` → what has come since the last time, and why nothing more can come, nil while something can.
/// - `write(connection, data)` → boolean: false if it is closed.
/// - `close(connection)`: once all is sent. `reset(connection)`: at once; the other end gets a reset.
pub(super) fn table(lua: &Lua) -> Result<Table> {
    let peers = lua.create_table()?;
    peers.set("listen", lua.create_function(listen)?)?;
    peers.set("accept", lua.create_function(accept)?)?;
    let shut = |lua: &Lua, listener: AnyUserData| listener.borrow::<Handle<Listener>>()?.act(lua, Listener::close);
    peers.set("shut", lua.create_function(shut)?)?;
    let read = |lua: &Lua, peer: AnyUserData| {
        let peer = peer.borrow::<Handle<Peer>>()?;
        // What has come with the end is there as well.
        peer.act(lua, |_| ())?;
        let (taken, end) = peer.act(lua, |peer| (peer.read(), peer.end().map(str::to_owned)))?;
        Ok((bytes(lua, &taken)?, end))
    };
    peers.set("read", lua.create_function(read)?)?;
    let write = |lua: &Lua, (peer, data): (AnyUserData, LuaString)| {
        peer.borrow::<Handle<Peer>>()?.act(lua, |peer| peer.write(&data.as_bytes()))
    };
    peers.set("write", lua.create_function(write)?)?;
    let close = |lua: &Lua, peer: AnyUserData| peer.borrow::<Handle<Peer>>()?.act(lua, Peer::close);
    peers.set("close", lua.create_function(close)?)?;
    let reset = |lua: &Lua, peer: AnyUserData| peer.borrow::<Handle<Peer>>()?.act(lua, Peer::reset);
    peers.set("reset", lua.create_function(reset)?)?;
    Ok(peers)
}

fn listen(lua: &Lua, port: u16) -> Result<(Handle<Listener>, u16)> {
    let runtime = Runtime::of(lua)?;
    let failed = |error: std::io::Error| Error::runtime(format!("127.0.0.1:{port}: {error}"));
    let mut listener = Listener::open(port).map_err(failed)?;
    let port = listener.port();
    let id = runtime.reactor.borrow_mut().new_id();
    let watched = runtime
        .reactor
        .borrow_mut()
        .with_context(id, |context| listener.event_source().map_or(Ok(()), |socket| context.watch(socket)));
    watched.map_err(failed)?;
    Ok((Handle::register(&runtime, id, listener), port))
}

fn accept(lua: &Lua, listener: AnyUserData) -> Result<Option<Handle<Peer>>> {
    let runtime = Runtime::of(lua)?;
    let Some(mut stream) = listener.borrow::<Handle<Listener>>()?.act(lua, Listener::accept)? else { return Ok(None) };
    let id = runtime.reactor.borrow_mut().new_id();
    let watched = runtime.reactor.borrow_mut().with_context(id, |context| context.watch(&mut stream));
    watched.map_err(Error::external)?;
    Ok(Some(Handle::register(&runtime, id, Peer::new(stream))))
}
