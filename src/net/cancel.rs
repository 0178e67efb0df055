//! Ends a connection attempt early, from another thread.

use std::{
    net::{Shutdown, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use mio::Waker;

use super::socket::reset_on_close;

/// The cancellation of one attempt, shared by the attempt and its owner.
#[derive(Debug, Default)]
pub struct Cancel {
    is_cancelled: AtomicBool,
    blocked: Mutex<Blocked>,
}

/// What the attempt waits for.
#[derive(Debug, Default)]
enum Blocked {
    #[default]
    Nothing,
    /// The poll of this waker.
    Poll(Arc<Waker>),
    /// A read or write.
    Socket(Arc<TcpStream>),
}

impl Cancel {
    /// Ends the attempt: whatever it waits for returns at once, except a name look-up.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        match std::mem::take(&mut *self.blocked()) {
            Blocked::Nothing => {}
            // A wake fails only if the poll is full of wake-ups.
            Blocked::Poll(waker) => drop(waker.wake()),
            Blocked::Socket(socket) => drop(socket.shutdown(Shutdown::Both)),
        }
    }

    /// Ends the attempt as [`cancel`](Self::cancel) does, but its peer gets a reset, where the system can.
    pub fn break_off(&self) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        let blocked = std::mem::take(&mut *self.blocked());
        match blocked {
            Blocked::Socket(socket) => {
                reset_on_close(&*socket);
                // Ends a read; the other direction would be an end for the peer.
                drop(socket.shutdown(Shutdown::Read));
            }
            other => {
                *self.blocked() = other;
                self.cancel();
            }
        }
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
    }

    /// From now on the attempt waits for the poll of `waker`; it must check
    /// [`is_cancelled`](Self::is_cancelled) before each wait.
    pub fn watch_poll(&self, waker: Arc<Waker>) {
        *self.blocked() = Blocked::Poll(waker);
    }

    /// From now on the attempt reads from and writes to `socket`.
    pub fn watch_socket(&self, socket: Arc<TcpStream>) {
        *self.blocked() = Blocked::Socket(socket);
        if self.is_cancelled() {
            // Cancelled before the socket was known.
            self.cancel();
        }
    }

    /// The attempt has succeeded: a later [`cancel`](Self::cancel) does not touch its socket.
    /// Returns false if it was cancelled before.
    pub fn release(&self) -> bool {
        matches!(std::mem::take(&mut *self.blocked()), Blocked::Socket(_))
    }

    fn blocked(&self) -> MutexGuard<'_, Blocked> {
        // The value is consistent even if a thread panicked while it held the lock.
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
