//! Connecting: the part that may block, and therefore runs on worker threads.

pub mod dial;
pub mod key;
pub mod pool;
pub mod redirect;
pub mod socket;
pub mod tls;
