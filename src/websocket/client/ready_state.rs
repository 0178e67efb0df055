//! What `ws:state()` tells.

use std::fmt;

/// `ws:state()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyState {
    /// Before the first attempt has ended, and during every attempt.
    Connecting,
    /// The handshake has succeeded.
    Open,
    /// A closing handshake is under way.
    Closing,
    /// The connection, or the attempt to make one, has ended.
    Closed,
}

impl ReadyState {
    /// The name that `ws:state()` returns.
    pub fn name(self) -> &'static str {
        match self {
            ReadyState::Connecting => "CONNECTING",
            ReadyState::Open => "OPEN",
            ReadyState::Closing => "CLOSING",
            ReadyState::Closed => "CLOSED",
        }
    }
}

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
