//! LuatOS-Air scripts on a desktop.
//!
//! The cdylib of this crate is the Lua 5.3 module `websocket`; the runner `luatos` links the same
//! code. Layers, each of which may use those above it and never those below:
//!
//! - pure: [`buffers`] and the protocol half of [`websocket`]: bytes and time in, bytes and events out; no sockets, no Lua.
//! - [`device`]: the virtual modem, also pure.
//! - [`net`]: dials on worker threads, under one deadline.
//! - [`reactor`]: the one wait on sockets, timers and dials: the message queue of `rtos.receive`.
//! - [`lua`]: the only code that knows mlua; the waiting half is Lua itself, in `lua/`.
#![deny(rustdoc::broken_intra_doc_links)]

pub(crate) mod buffers;
pub(crate) mod device;
pub(crate) mod io_error;
pub mod lua;
pub(crate) mod net;
pub(crate) mod reactor;
pub(crate) mod websocket;

pub use net::redirect::Redirect;

/// What the fuzz targets of `fuzz/` call. Not a public API: it changes with the code behind it.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    pub use crate::{
        buffers::Buffers,
        net::private_key::{is_of_the_kind_of, to_pkcs8},
        websocket::{
            deflate::{Agreement, Settings, SharedPool, Stream},
            endpoint::Endpoint,
            handshake::{self, Answer},
            inbox::{Event, Inbox, Take},
            options::Options,
            outbox::{Kind, Outbox, Outgoing},
            refusal::Body,
            session::{Context, Reading, Session},
        },
    };
}

/// Entry point of `require "websocket"`.
#[mlua::lua_module(name = "websocket")]
fn websocket_module(lua: &mlua::Lua) -> mlua::Result<mlua::Value> {
    lua::open_websocket(lua)
}

/// Entry point of `require "luatos"`, by way of the loader `luatos.lua` beside the module.
#[mlua::lua_module(name = "luatos")]
fn luatos_module(lua: &mlua::Lua) -> mlua::Result<mlua::Value> {
    lua::open_luatos(lua)
}
