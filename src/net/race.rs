//! A TCP connection to one of several addresses, after "Happy Eyeballs" (RFC 8305 section 5): the
//! attempts start one after the other, but do not wait for a dead address to time out.

use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, Waker};

use super::cancel::Cancel;
use crate::time::Time;

/// How long an attempt is alone before the next address is tried as well; as RFC 8305 section 8
/// recommends.
pub const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

const WAKER: Token = Token(usize::MAX);

/// Why there is no connection.
#[derive(Debug)]
pub enum Failure {
    /// The deadline passed.
    TimedOut,
    /// [`Cancel::cancel`] was called.
    Cancelled,
    /// Every address failed; this one last.
    Failed(SocketAddr, io::Error),
    /// The attempts could not be watched.
    System(io::Error),
}

/// Puts the addresses in the order of RFC 8305 section 4: as the resolver sorted them, but with the
/// families in turn.
pub fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut second = second.into_iter();
    let mut order: Vec<_> = first.into_iter().flat_map(|address| [Some(address), second.next()]).flatten().collect();
    order.extend(second);
    order
}

/// Connects to the first of `addresses` that answers. The stream blocks.
///
/// # Errors
/// See [`Failure`].
pub fn connect(
    addresses: &[SocketAddr],
    deadline: Instant,
    cancel: &Cancel,
    time: &Time,
) -> Result<TcpStream, Failure> {
    let mut poll = Poll::new().map_err(Failure::System)?;
    // Kept here as well: a wake is lost when its waker goes.
    let waker = Arc::new(Waker::new(poll.registry(), WAKER).map_err(Failure::System)?);
    cancel.watch_poll(waker.clone());
    let mut events = Events::with_capacity(16);
    let mut attempts: Vec<Option<mio::net::TcpStream>> = Vec::new();
    let mut next_start = time.now();
    let mut failed = None;
    loop {
        let now = time.now();
        if cancel.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        if now >= deadline {
            return Err(Failure::TimedOut);
        }
        let is_alone = attempts.iter().all(Option::is_none);
        if let Some(address) = addresses.get(attempts.len()) {
            if is_alone || now >= next_start {
                match start(*address, &poll, Token(attempts.len())) {
                    Ok(stream) => {
                        attempts.push(Some(stream));
                        next_start = now + ATTEMPT_DELAY;
                    }
                    Err(error) => {
                        log::debug!("{address}: {error}");
                        attempts.push(None);
                        failed = Some((*address, error));
                        next_start = now;
                    }
                }
                continue;
            }
        } else if is_alone {
            let (address, error) = failed.ok_or_else(|| Failure::System(ErrorKind::AddrNotAvailable.into()))?;
            return Err(Failure::Failed(address, error));
        }
        let until = if attempts.len() < addresses.len() { next_start.min(deadline) } else { deadline };
        match poll.poll(&mut events, Some(time.real(until.saturating_duration_since(now)))) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(Failure::System(error)),
            _ => {}
        }
        for event in &events {
            let Token(index) = event.token();
            let Some(slot) = attempts.get_mut(index) else { continue };
            let Some(mut stream) = slot.take() else { continue };
            match is_connected(&stream) {
                Ok(false) => *slot = Some(stream),
                Ok(true) => {
                    poll.registry().deregister(&mut stream).map_err(Failure::System)?;
                    let stream = TcpStream::from(stream);
                    stream.set_nonblocking(false).map_err(Failure::System)?;
                    return Ok(stream);
                }
                Err(error) => {
                    log::debug!("{}: {error}", addresses[index]);
                    failed = Some((addresses[index], error));
                    next_start = now;
                }
            }
        }
    }
}

fn start(address: SocketAddr, poll: &Poll, token: Token) -> io::Result<mio::net::TcpStream> {
    let mut stream = mio::net::TcpStream::connect(address)?;
    poll.registry().register(&mut stream, token, Interest::WRITABLE)?;
    Ok(stream)
}

/// Whether a non-blocking attempt has succeeded; false while it is under way.
///
/// # Errors
/// Why it has failed.
pub fn is_connected(stream: &mio::net::TcpStream) -> io::Result<bool> {
    let Err(error) = stream.peer_addr() else { return Ok(true) };
    match stream.take_error()? {
        Some(error) => Err(error),
        None if error.kind() == ErrorKind::NotConnected => Ok(false),
        None => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

    use super::*;

    /// Long enough for any machine; only a broken test reaches it.
    const LIMIT: Duration = Duration::from_secs(60);

    fn soon() -> Instant {
        Instant::now() + LIMIT
    }

    fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    /// An address where nobody listens.
    fn refusing() -> SocketAddr {
        listener().1
    }

    /// An address that answers nothing: a listener with a full backlog. It lasts as long as what
    /// comes with it.
    #[cfg(target_os = "linux")]
    fn silent() -> (SocketAddr, impl Sized) {
        let (listener, address) = listener();
        // SAFETY: a system call on a socket that is open; it changes the length of the backlog.
        assert_eq!(unsafe { libc::listen(std::os::fd::AsRawFd::as_raw_fd(&listener), 0) }, 0);
        let mut fillers = Vec::new();
        while let Ok(filler) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
            fillers.push(filler);
        }
        (address, (listener, fillers))
    }

    #[test]
    fn families_take_turns() {
        let four = |number| SocketAddr::from((Ipv4Addr::new(127, 0, 0, number), 1));
        let six = |number| SocketAddr::from((Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, number), 1));
        let order = interleave(vec![six(1), six(2), six(3), four(1), four(2)]);
        assert_eq!(order, [six(1), four(1), six(2), four(2), six(3)]);
        assert_eq!(interleave(vec![four(1), six(1), six(2), six(3)]), [four(1), six(1), six(2), six(3)]);
        assert_eq!(interleave(vec![four(1), four(2)]), [four(1), four(2)]);
        assert_eq!(interleave(Vec::new()), []);
    }

    #[test]
    fn a_refusal_moves_on_at_once() {
        let (_listener, address) = listener();
        let stream = connect(&[refusing(), refusing(), address], soon(), &Cancel::default(), &Time::default()).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
    }

    #[test]
    fn the_last_failure_is_reported() {
        let addresses = [refusing(), refusing()];
        match connect(&addresses, soon(), &Cancel::default(), &Time::default()) {
            Err(Failure::Failed(address, error)) => {
                assert_eq!((address, error.kind()), (addresses[1], ErrorKind::ConnectionRefused));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn silent_addresses_cost_the_delay_and_not_the_deadline() {
        let ((first, _first), (second, _second)) = (silent(), silent());
        let (_listener, address) = listener();
        let begin = Instant::now();
        let stream = connect(&[first, second, address], soon(), &Cancel::default(), &Time::default()).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        assert!(begin.elapsed() >= 2 * ATTEMPT_DELAY && begin.elapsed() < LIMIT / 4, "{:?}", begin.elapsed());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn silence_everywhere_ends_with_the_deadline_or_earlier_when_cancelled() {
        let (address, _keep) = silent();
        let deadline = Instant::now() + Duration::from_millis(600);
        assert!(matches!(
            connect(&[address, address], deadline, &Cancel::default(), &Time::default()),
            Err(Failure::TimedOut)
        ));
        let cancel = Cancel::default();
        let begin = Instant::now();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| connect(&[address], soon(), &cancel, &Time::default()));
            std::thread::sleep(Duration::from_millis(100));
            cancel.cancel();
            assert!(matches!(waiting.join().unwrap(), Err(Failure::Cancelled)));
        });
        assert!(begin.elapsed() < LIMIT / 2);
    }
}
