//! The way from another thread to the script's: requests, and the bell of the source that takes them.

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::reactor::{Bell, Reactor, SourceId};

/// The other thread's end of a way for requests of one type.
pub struct Asker<R> {
    requests: Sender<R>,
    bell: Bell,
}

impl<R> Asker<R> {
    /// A way to the source of that id, and the end at which it takes the requests.
    pub(super) fn new(reactor: &Reactor, id: SourceId) -> (Self, Receiver<R>) {
        let (sender, requests) = unbounded();
        (Asker { requests: sender, bell: reactor.bell(id) }, requests)
    }

    /// Puts a request, which is taken when the script waits. After the end of the script it is dropped.
    pub fn ask(&self, request: R) {
        let _ = self.requests.send(request);
        self.bell.ring();
    }
}

impl<R> Clone for Asker<R> {
    fn clone(&self) -> Self {
        Asker { requests: self.requests.clone(), bell: self.bell.clone() }
    }
}
