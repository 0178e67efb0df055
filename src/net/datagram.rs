//! UDP: from a host and a port to a socket that exchanges datagrams with it. A name is looked up on a
//! worker thread, as for TCP.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use mio::net::UdpSocket;

use super::{
    cancel::Cancel,
    connect::{ConnectError, Network, resolve},
    link::{DatagramLanes, Link},
    pool::{Job, Owner, Pool, Waits},
    silence::Silence,
};

/// Longest datagram: of IPv4, without its headers.
const MAX_DATAGRAM: usize = 65_507;

/// A socket in the making. Dropping it ends that.
#[derive(Debug)]
pub struct Opening {
    stage: Stage,
    link: Arc<Link>,
}

#[derive(Debug)]
enum Stage {
    /// The name is being looked up.
    Lookup(Lookup),
    /// The address is known.
    Here(SocketAddr),
    /// No name server answers.
    Nowhere(Silence),
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
        let link = network.link.clone();
        if network.is_unresolvable(host) {
            return Opening { stage: Stage::Nowhere(Silence::of(host, &link)), link };
        }
        if let Some(address) = network.address(host, port) {
            return Opening { stage: Stage::Here(address), link };
        }
        let cancel = Arc::<Cancel>::default();
        let (network, host, cancelled) = (network.clone(), host.to_owned(), cancel.clone());
        let job = pool.submit(owner, Waits::Stubborn, cancel.clone(), move || {
            network.link.delay(None, &cancelled);
            let (host, port) = network.destination(&host, port);
            resolve(host, port)
        });
        Opening { stage: Stage::Lookup(Lookup { job, cancel }), link }
    }

    /// A look-up that ends when the sender at the other end of `held` is gone.
    #[cfg(test)]
    pub fn held(pool: &Pool, owner: Owner, held: crossbeam_channel::Receiver<()>) -> Self {
        let cancel = Arc::<Cancel>::default();
        let job = pool.submit(owner, Waits::Stubborn, cancel.clone(), move || {
            let _ = held.recv();
            Ok(Vec::new())
        });
        Opening { stage: Stage::Lookup(Lookup { job, cancel }), link: Arc::default() }
    }

    /// The socket, once the address is known; still to be registered.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub fn step(&mut self) -> Result<Option<Datagrams>, ConnectError> {
        let peer = match &mut self.stage {
            Stage::Here(address) => *address,
            Stage::Lookup(lookup) => match lookup.job.take() {
                None => return Ok(None),
                Some(addresses) => preferred(&addresses??),
            },
            Stage::Nowhere(silence) => return silence.step().map(|()| None),
        };
        Datagrams::open(peer, self.link.clone()).map(Some).map_err(ConnectError::Broken)
    }

    /// When [`step`](Self::step) has to be called, if not when a look-up has ended.
    pub fn deadline(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Nowhere(silence) => Some(silence.deadline()),
            Stage::Lookup(_) | Stage::Here(_) => None,
        }
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
    link: Arc<Link>,
    /// What is on its way, while the link is spoiled and until that has arrived.
    lanes: Option<Box<DatagramLanes>>,
}

impl Datagrams {
    fn open(peer: SocketAddr, link: Arc<Link>) -> io::Result<Self> {
        let local: SocketAddr = match peer {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(local)?;
        if peer.is_ipv4() {
            // A script may address everybody in the local network.
            socket.set_broadcast(true)?;
        }
        Ok(Datagrams { socket, peer, link, lanes: None })
    }

    /// What the reactor has to watch.
    pub fn event_source(&mut self) -> &mut UdpSocket {
        &mut self.socket
    }

    /// Sends one datagram.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` if it takes no more at present.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_direct() {
            return self.give(bytes);
        }
        if bytes.len() > MAX_DATAGRAM {
            return Err(ErrorKind::InvalidInput.into());
        }
        let lanes = self.lanes.get_or_insert_default();
        if lanes.send(bytes, &self.link) { Ok(()) } else { Err(ErrorKind::WouldBlock.into()) }
    }

    /// Receives one datagram; what does not fit into the buffer is lost.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` if there is none.
    pub fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_direct() {
            return self.take(buffer);
        }
        let mut lanes = self.lanes.take().unwrap_or_default();
        let filled = self.fill(&mut lanes, buffer);
        let received = lanes.receive(&self.link);
        self.lanes = Some(lanes).filter(|lanes| !self.link.is_transparent() || !lanes.is_idle());
        match (received, filled) {
            (Some(bytes), _) => {
                let count = bytes.len().min(buffer.len());
                buffer[..count].copy_from_slice(&bytes[..count]);
                Ok(count)
            }
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(ErrorKind::WouldBlock.into()),
        }
    }

    /// The system's socket is ready, or the link has changed.
    pub fn ready(&mut self) {
        if let Some(lanes) = &mut self.lanes {
            lanes.ready();
        }
    }

    /// Moves what is due. Returns whether to send or to receive, which has returned `WouldBlock`, is worth repeating.
    pub fn advance(&mut self) -> bool {
        let Some(mut lanes) = self.lanes.take() else { return false };
        let is_worth_it = lanes.advance(&self.link, |bytes| match self.give(bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => {
                log::debug!("a datagram was not sent: {error}");
                true
            }
            Ok(()) => true,
        });
        self.lanes = Some(lanes);
        is_worth_it
    }

    /// When [`advance`](Self::advance) has something to do, if not when the system's socket is ready.
    pub fn deadline(&self) -> Option<Instant> {
        self.lanes.as_ref()?.deadline()
    }

    /// Whether something that was sent has not reached the system.
    pub fn is_leaving(&self) -> bool {
        self.lanes.as_ref().is_some_and(|lanes| lanes.is_leaving())
    }

    fn is_direct(&self) -> bool {
        self.lanes.is_none() && self.link.is_transparent()
    }

    /// Takes from the system what there is room for.
    fn fill(&self, lanes: &mut DatagramLanes, buffer: &mut [u8]) -> io::Result<()> {
        while lanes.has_room(&self.link) {
            match self.take(buffer) {
                Ok(count) => lanes.come_in(&buffer[..count], &self.link),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Gives one to the system.
    fn give(&self, bytes: &[u8]) -> io::Result<()> {
        retried(|| self.socket.send_to(bytes, self.peer)).map(drop)
    }

    /// Takes one from the system.
    fn take(&self, buffer: &mut [u8]) -> io::Result<usize> {
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
