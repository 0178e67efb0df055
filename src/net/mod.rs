//! Connections: from a host and a port to a byte stream. What may block runs on worker threads.

pub mod cancel;
pub mod connect;
pub mod datagram;
pub mod departure;
pub mod link;
pub mod pool;
pub mod private_key;
pub mod race;
pub mod redirect;
mod silence;
pub mod socket;
pub mod tls;
pub mod transport;
pub mod wire;
