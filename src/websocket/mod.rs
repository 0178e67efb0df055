//! The WebSocket protocol (RFC 6455, RFC 7692) and the client built on it.

pub mod client;
pub mod close_code;
pub mod deflate;
pub mod dial;
pub mod endpoint;
pub mod handshake;
pub mod heartbeat;
pub mod inbox;
mod leaving;
pub mod options;
pub mod outbox;
pub mod refusal;
pub mod session;
pub mod upgrade;
