//! Connecting: what may block on worker threads, what cannot on the reactor's.

pub mod connect;
pub mod direct;
pub mod pool;
pub mod private_key;
pub mod race;
pub mod redirect;
pub mod socket;
pub mod tls;
