//! UDP: from a host and a port to a socket that exchanges datagrams with it. A name is looked up on a
//! worker thread, as for TCP.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use mio::net::UdpSocket;

use super::{
    cancel::Cancel,
    connect::{ConnectError, Network, resolve},
    pool::{Job, Owner, Pool, Waits},
};

/// A socket in the making. Dropping it ends that.
#[derive(Debug)]
pub enum Opening {
    /// The name is being looked up.
    Lookup(Lookup),
    /// The address is known.
    Here(SocketAddr),
}

/// A look-up on a worker thread.
#[derive(Debug)]
pub struct Lookup {
    job: Job<Result<Vec<SocketAddr>, ConnectError>>,
    cancel: Arc<Cancel>,
}

impl Opening {
    /// Starts it. `owner` gets to know of the end of a look-up by [`Pool::finished`].
    pub fn start(host: &str, port: u16, network: &Arc<Network>, pool: &Pool, owner: Owner) -> Self {
        if let Some(address) = network.address(host, port) {
            return Opening::Here(address);
        }
        let cancel = Arc::<Cancel>::default();
        let (network, host) = (network.clone(), host.to_owned());
        let job = pool.submit(owner, Waits::Stubborn, cancel.clone(), move || {
            let (host, port) = network.destination(&host, port);
            resolve(host, port)
        });
        Opening::Lookup(Lookup { job, cancel })
    }

    /// A look-up that ends when the sender at the other end of `held` is gone.
    #[cfg(test)]
    pub fn held(pool: &Pool, owner: Owner, held: crossbeam_channel::Receiver<()>) -> Self {
        let cancel = Arc::<Cancel>::default();
        let job = pool.submit(owner, Waits::Stubborn, cancel.clone(), move || {
            let _ = held.recv();
            Ok(Vec::new())
        });
        Opening::Lookup(Lookup { job, cancel })
    }

    /// The socket, once the address is known; still to be registered.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub fn step(&mut self) -> Result<Option<Datagrams>, ConnectError> {
        let peer = match self {
            Opening::Here(address) => *address,
            Opening::Lookup(lookup) => match lookup.job.take() {
                None => return Ok(None),
                Some(addresses) => preferred(&addresses??),
            },
        };
        Datagrams::open(peer).map(Some).map_err(ConnectError::Broken)
    }
}

impl Drop for Lookup {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// The first IPv4 address, as the device knows no others; else the first. No answer tells that an address
/// is the wrong one, so there is no second try.
fn preferred(addresses: &[SocketAddr]) -> SocketAddr {
    let first = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    first.copied().unwrap_or_else(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))
}

/// A UDP socket and whom it sends to. As on the device, datagrams of others are received too.
#[derive(Debug)]
pub struct Datagrams {
    socket: UdpSocket,
    peer: SocketAddr,
}

impl Datagrams {
    fn open(peer: SocketAddr) -> io::Result<Self> {
        let local: SocketAddr = match peer {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(local)?;
        if peer.is_ipv4() {
            // A script may address everybody in the local network.
            socket.set_broadcast(true)?;
        }
        Ok(Datagrams { socket, peer })
    }

    /// What the reactor has to watch.
    pub fn event_source(&mut self) -> &mut UdpSocket {
        &mut self.socket
    }

    /// Sends one datagram.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` if it takes no more at present.
    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        retried(|| self.socket.send_to(bytes, self.peer)).map(drop)
    }

    /// Receives one datagram; what does not fit into the buffer is lost.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` if there is none.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        retried(|| match self.socket.recv_from(buffer) {
            Ok((count, _)) => Ok(count),
            // Windows: the datagram is longer than the buffer, which is full now.
            #[cfg(windows)]
            Err(error) if error.raw_os_error() == Some(WSAEMSGSIZE) => Ok(buffer.len()),
            Err(error) => Err(error),
        })
    }
}

/// `WSAEMSGSIZE` of Windows.
#[cfg(windows)]
const WSAEMSGSIZE: i32 = 10040;

/// Repeats a call that failed because of an earlier datagram, of which the system says that nobody listens.
fn retried<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Interrupted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
                ) => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_is_preferred() {
        let four = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let six = SocketAddr::from((Ipv6Addr::LOCALHOST, 1));
        assert_eq!(preferred(&[six, four]), four);
        assert_eq!(preferred(&[six]), six);
    }
}
