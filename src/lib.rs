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

pub mod buffers;
pub mod device;
pub mod io_error;
pub mod lua;
pub mod net;
pub mod reactor;
pub mod websocket;

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
