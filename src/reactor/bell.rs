//! What has a source driven, or its owner told, from another thread.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use mio::Waker;

use super::SourceId;

/// Has one source driven, or its owner told, from any thread.
#[derive(Clone)]
pub struct Bell {
    ring: Ring,
    rung: Sender<Ring>,
    waker: Arc<Waker>,
}

impl Bell {
    /// Soon the source is driven, if it is registered, or its owner is told.
    pub fn ring(&self) {
        // Without a reactor there is nobody to hear it.
        let _ = self.rung.send(self.ring);
        let _ = self.waker.wake();
    }
}

/// What a bell asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ring {
    /// Drive the source.
    Drive(SourceId),
    /// Queue a message of the source, which need not be registered.
    Notify(SourceId),
}

/// The reactor's side of all bells.
pub(super) struct Bells {
    sender: Sender<Ring>,
    rung: Receiver<Ring>,
}

impl Default for Bells {
    fn default() -> Self {
        let (sender, rung) = unbounded();
        Bells { sender, rung }
    }
}

impl Bells {
    /// A bell that asks for that.
    pub fn bell(&self, ring: Ring, waker: &Arc<Waker>) -> Bell {
        Bell { ring, rung: self.sender.clone(), waker: waker.clone() }
    }

    /// Whether a bell was rung.
    pub fn has_rung(&self) -> bool {
        !self.rung.is_empty()
    }

    /// What the next bell that was rung asks for.
    pub fn rung(&self) -> Option<Ring> {
        self.rung.try_recv().ok()
    }
}
