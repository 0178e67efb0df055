//! File descriptors that a process which replaces this one would inherit.

use std::ops::RangeInclusive;

/// Where they are looked for: behind the standard ones, as far as a program with few descriptors has any.
const RANGE: RangeInclusive<libc::c_int> = 3..=255;

/// Calls `make`, and has a restart close what that leaves open. The line editor's pipe would stay with each restart.
pub fn closed_on_restart<T>(make: impl FnOnce() -> T) -> T {
    let before: Vec<_> = RANGE.filter(|fd| is_inherited(*fd)).collect();
    let made = make();
    for fd in RANGE.filter(|fd| is_inherited(*fd) && !before.contains(fd)) {
        // SAFETY: sets a flag of a descriptor, which touches no memory.
        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    made
}

fn is_inherited(fd: libc::c_int) -> bool {
    // SAFETY: asks for the flags of a descriptor, open or not.
    unsafe { libc::fcntl(fd, libc::F_GETFD) == 0 }
}
