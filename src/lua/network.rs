//! What happens to all connections at once: the network is lost, gets better or worse, or resets them.

use super::{runtime::Runtime, socketcore};
use crate::device::conditions::Conditions;

/// Why connections end when there is no network any more.
const LOST: &str = "the network is lost";

impl Runtime {
    /// Ends every connection and attempt: the network is lost.
    pub(super) fn cut_connections(&self) {
        self.is_loss_known.set(true);
        socketcore::cut_all(self);
        let mut reactor = self.reactor.borrow_mut();
        for client in self.objects.borrow().values() {
            client.borrow_mut().cut(LOST, &mut reactor);
        }
    }

    /// Sets how good the network is, for open connections too.
    pub(super) fn set_conditions(&self, conditions: Conditions) {
        self.network.borrow().link.set(conditions);
        self.reactor.borrow_mut().drive_all();
    }

    /// Breaks every connection and attempt.
    pub(super) fn reset_connections(&self) {
        self.network.borrow().link.reset();
        self.reactor.borrow_mut().drive_all();
    }
}
