//! LuatOS-Air scripts on a desktop.
//!
//! The cdylib of this crate is the Lua module `websocket`, for the Lua that a feature names; the runner `luatos`
//! links the same code. A layer uses those below it and none above it; `docs/architecture.md` has the whole picture.
//!
//! ```text
//! lua/modules  lua/websocket  lua/runtime    Lua: LuatOS modules, websocket objects, message loop
//! ------------------------------------------------------------------------------------------------
//! lua          native tables; the only Rust that knows mlua
//! ---------------------------------------------------------------|--------------------------------
//! websocket    RFC 6455 and 7692; its Client is a source         | check    what a project uses
//! sockets      TCP, TLS and UDP sockets; a Socket is a source    | project  its files
//! peers        servers of a test and their connections           |
//! serial       serial ports and their wires; a Port is a source  |--------------------------------
//! modem        the AT port; its ModemPort is a source            | device   modem, board, files, …
//! reactor      the one wait: sources, timers, message queue      | dialect  the device's Lua as text
//! net          names, TCP and TLS under one deadline; workers    | codec    crypto, json, pack, …
//! buffers      memory that connections share                     |          (pure)
//! time         the one of a Lua state, the system's or simulated  |
//! ```
#![deny(rustdoc::broken_intra_doc_links)]

use std::ffi::c_int;

pub(crate) mod buffers;
pub mod check;
pub(crate) mod codec;
pub(crate) mod device;
pub(crate) mod dialect;
mod host_file;
pub(crate) mod io_error;
pub(crate) mod log_lines;
pub mod lua;
pub(crate) mod modem;
pub(crate) mod net;
pub mod output;
pub(crate) mod peers;
pub mod project;
pub(crate) mod reactor;
pub(crate) mod serial;
pub(crate) mod sockets;
pub(crate) mod soft_dog;
pub(crate) mod spelling;
pub(crate) mod time;
pub(crate) mod vm;
pub(crate) mod websocket;

pub use device::{
    files::{folder_of, record::Noted},
    topic::Topics,
};
pub use net::redirect::Redirect;
pub use serial::{Attachment, Place, give_stdout_back};
pub use spelling::meant;
pub use time::{Pace, Time};

/// What the fuzz targets of `fuzz/` call. Not a public API: it changes with the code.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    pub use crate::{
        buffers::Buffers,
        codec::{iconv, json, pack},
        device::files::{
            Access, Files, Folders,
            map::{Scope, Target, target},
            mode::Mode,
            volumes::Sizes,
        },
        device::{action, audio, clock, modem, pdu},
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

    /// The device's Lua.
    pub mod dialect {
        pub use crate::{
            dialect::{analyse, content, translate},
            vm::Vm,
        };
    }
}

/// Entry point of `require "websocket"`.
///
/// # Safety
/// Only Lua calls it, as a C function.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn luaopen_websocket(state: *mut mlua::lua_State) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { lua::entry::open(state, lua::open_websocket) }
}

/// Entry point of `require "luatos"`, by way of the loader `luatos.lua` beside the module.
///
/// # Safety
/// Only Lua calls it, as a C function.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn luaopen_luatos(state: *mut mlua::lua_State) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { lua::entry::open(state, lua::open_luatos) }
}
