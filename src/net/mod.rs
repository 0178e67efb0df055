//! Connecting: what may block on worker threads, what cannot on the reactor's.

pub mod dial;
pub mod direct;
pub mod key;
pub mod pool;
pub mod race;
pub mod redirect;
pub mod socket;
pub mod tls;
pub mod upgrade;
