//! What has a source driven from another thread.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use mio::Waker;

use super::SourceId;

/// Has one source driven, from any thread.
#[derive(Clone)]
pub struct Bell {
    id: SourceId,
    rung: Sender<SourceId>,
    waker: Arc<Waker>,
}

impl Bell {
    /// The source is driven soon, unless it is not registered.
    pub fn ring(&self) {
        // Without a reactor there is nobody to hear it.
        let _ = self.rung.send(self.id);
        let _ = self.waker.wake();
    }
}

/// The reactor's side of all bells.
pub(super) struct Bells {
    sender: Sender<SourceId>,
    rung: Receiver<SourceId>,
}

impl Default for Bells {
    fn default() -> Self {
        let (sender, rung) = unbounded();
        Bells { sender, rung }
    }
}

impl Bells {
    /// A bell for a source.
    pub fn bell(&self, id: SourceId, waker: &Arc<Waker>) -> Bell {
        Bell { id, rung: self.sender.clone(), waker: waker.clone() }
    }

    /// The source of the next bell that has been rung.
    pub fn rung(&self) -> Option<SourceId> {
        self.rung.try_recv().ok()
    }
}
