//! What a script may set at a socket.

use crate::net::transport::Transport;

/// One setting of `sock_setopt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketOption {
    /// A local address may be used anew. Sockets that connect have no use for it.
    ReuseAddress(bool),
    /// Asks a silent peer whether it is there.
    KeepAlive(bool),
    /// Seconds of silence before the first question.
    KeepAliveIdle(u32),
    /// Seconds between two questions.
    KeepAliveInterval(u32),
    /// Unanswered questions after which the connection is lost.
    KeepAliveCount(u32),
}

/// Sets an option at an open connection; returns whether the system accepts it.
#[cfg(unix)]
pub fn set(transport: &mut Transport, option: SocketOption) -> bool {
    use std::time::Duration;

    use rustix::net::sockopt;

    let Some(socket) = transport.event_source() else { return false };
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let result = match option {
        SocketOption::ReuseAddress(on) => sockopt::set_socket_reuseaddr(socket, on),
        SocketOption::KeepAlive(on) => sockopt::set_socket_keepalive(socket, on),
        SocketOption::KeepAliveIdle(idle) => sockopt::set_tcp_keepidle(socket, seconds(idle)),
        SocketOption::KeepAliveInterval(interval) => sockopt::set_tcp_keepintvl(socket, seconds(interval)),
        SocketOption::KeepAliveCount(count) => sockopt::set_tcp_keepcnt(socket, count),
    };
    result.is_ok()
}

/// Sets an option at an open connection: not on this system.
#[cfg(not(unix))]
pub fn set(_: &mut Transport, _: SocketOption) -> bool {
    false
}
