//! What the firmware offers as functions from bytes to bytes, without Lua.

pub mod crypto;
