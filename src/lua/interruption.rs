//! Recognises Ctrl-C under the `lua5.3` program; the text of its error proves nothing, because a
//! script or a server may send the same.
//!
//! The handler of that program (`laction` in Lua 5.3's `lua.c`) resets SIGINT to its default
//! disposition and makes the main thread raise "interrupted!". So Ctrl-C was pressed if there was a
//! handler when this module was loaded and there is none now. The runner has no handler: Ctrl-C ends
//! it without an error.

/// Whether SIGINT had a handler at first.
pub struct Interruption {
    was_handled: bool,
}

impl Interruption {
    /// Notes the present disposition of SIGINT.
    pub fn watch() -> Self {
        Interruption { was_handled: disposition().is_some_and(|handler| handler != SIG_DFL && handler != SIG_IGN) }
    }

    /// Whether the handler has run since [`watch`](Self::watch).
    pub fn has_happened(&self) -> bool {
        self.was_handled && disposition() == Some(SIG_DFL)
    }
}

/// The disposition of SIGINT.
#[cfg(unix)]
fn disposition() -> Option<libc::sighandler_t> {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action sigaction changes nothing and writes the whole of `action`,
    // which is valid for that write; it is read only if the call has succeeded.
    unsafe {
        (libc::sigaction(libc::SIGINT, std::ptr::null(), action.as_mut_ptr()) == 0)
            .then(|| action.assume_init().sa_sigaction)
    }
}

#[cfg(not(unix))]
fn disposition() -> Option<usize> {
    None
}

#[cfg(unix)]
use libc::{SIG_DFL, SIG_IGN};
#[cfg(not(unix))]
const SIG_DFL: usize = 0;
#[cfg(not(unix))]
const SIG_IGN: usize = 1;
