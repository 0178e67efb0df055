//! The end of the waiting, from any thread.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use mio::Waker;

/// Ends a reactor's waiting from any thread, for good.
#[derive(Clone)]
pub struct Stopper {
    stopped: Arc<AtomicBool>,
    pub(super) waker: Arc<Waker>,
}

impl Stopper {
    /// One whose reactor waits at this waker.
    pub(super) fn new(waker: Arc<Waker>) -> Self {
        Stopper { stopped: Arc::default(), waker }
    }

    /// From now on [`Reactor::receive`](super::Reactor::receive) returns [`Received::Stopped`](super::Received::Stopped).
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = self.waker.wake();
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}
