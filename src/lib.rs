//! LuatOS-Air scripts on a desktop.
//!
//! The cdylib of this crate is the Lua 5.3 module `websocket`; the runner `luatos` links the same
//! code. Layers, each of which may use those above it and never those below:
//!
//! - pure: [`url`], [`close`], [`options`], [`handshake`], [`outbox`], [`inbox`], [`heartbeat`],
//!   [`session`]: bytes and time in, bytes and events out; no sockets, no Lua.
//! - [`net`]: dials on worker threads, under one deadline.
//! - [`reactor`]: the one wait on sockets, timers and dials: the message queue of `rtos.receive`.
#![deny(rustdoc::broken_intra_doc_links)]

pub mod close;
pub mod error;
pub mod handshake;
pub mod heartbeat;
pub mod inbox;
pub mod net;
pub mod options;
pub mod outbox;
pub mod reactor;
pub mod session;
pub mod url;
