//! What the firmware offers as functions from bytes to bytes, without Lua.

pub mod bits;
pub mod crypto;
pub mod http;
pub mod iconv;
pub mod json;
pub mod pack;
pub mod protobuf;
pub mod qr;
pub mod transcode;
