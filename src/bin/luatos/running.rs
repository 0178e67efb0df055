//! Which coroutine runs, and where: for the message about a script that never waits.
//!
//! Lua tells a hook where a script is, but a hook belongs to one coroutine, and Lua does not say which one runs.
//! So `coroutine.resume` and `coroutine.wrap` are replaced by functions that do the same and note it. Another
//! thread then interrupts the script's thread by a signal, as a Ctrl-C interrupts the `lua5.3` program: the
//! handler runs in the script's thread, and all that it does is set a hook, which Lua allows at any time. The
//! hook runs between two instructions of the script, where it may ask anything.
//!
//! This is set up only with `--timeout`, and for tests.

use std::{
    ffi::{CStr, c_char, c_int},
    ptr::null_mut,
    sync::atomic::{AtomicPtr, AtomicU32, Ordering},
};

use mlua::{Lua, ffi};

use super::report;

/// The coroutine that runs; null where there is none, or none is noted.
static RUNNING: AtomicPtr<ffi::lua_State> = AtomicPtr::new(null_mut());

/// How often the script has restarted, for the message.
static RESTARTS: AtomicU32 = AtomicU32::new(0);

/// Exit status of a script that has blocked its loop when its time was up.
pub const BLOCKED: i32 = 124;

/// Notes from now on which coroutine runs. To be called in the script's thread, before any script.
///
/// # Errors
/// Lua has no memory left.
pub fn watch(lua: &Lua, restarts: u32) -> mlua::Result<Interrupter> {
    RESTARTS.store(restarts, Ordering::SeqCst);
    let coroutine: mlua::Table = lua.globals().get("coroutine")?;
    // SAFETY: both are C functions as Lua's own, see there.
    unsafe {
        coroutine.set("resume", lua.create_c_function(resume)?)?;
        coroutine.set("wrap", lua.create_c_function(wrap)?)?;
        lua.exec_raw::<()>((), |state| RUNNING.store(state, Ordering::SeqCst))?;
    }
    Ok(Interrupter::new())
}

/// The coroutine that runs, by what [`watch`] notes; null where none is noted.
#[cfg(unix)]
pub fn running() -> *mut ffi::lua_State {
    RUNNING.load(Ordering::SeqCst)
}

/// The Lua state is about to end: no hook can be set any more.
pub fn forget() {
    RUNNING.store(null_mut(), Ordering::SeqCst);
}

/// Resumes the coroutine with the `count` topmost values of `state`. Returns the number of its results, which
/// are on top of `state` then, or -1 and one error value there.
///
/// # Safety
/// `state` runs, and `coroutine` is a coroutine of the same Lua state.
unsafe fn resume_noted(state: *mut ffi::lua_State, coroutine: *mut ffi::lua_State, count: c_int) -> c_int {
    // SAFETY: what Lua's `coroutine.resume` does, in the same order. `lua_resume` raises no error; what else
    // may, for want of memory, finds nothing to drop in this frame.
    unsafe {
        if ffi::lua_checkstack(coroutine, count) == 0 {
            ffi::lua_pushstring(state, c"too many arguments to resume".as_ptr());
            return -1;
        }
        if let Some(refusal) = refusal(state, coroutine) {
            ffi::lua_pushstring(state, refusal.as_ptr());
            return -1;
        }
        ffi::lua_xmove(state, coroutine, count);
        let mut results = 0;
        // Later Luas learn this from `lua_resume`.
        #[cfg(feature = "runner51")]
        lua_setlevel(state, coroutine);
        RUNNING.store(coroutine, Ordering::SeqCst);
        let status = ffi::lua_resume(coroutine, state, count, &mut results);
        RUNNING.store(state, Ordering::SeqCst);
        if status != ffi::LUA_OK && status != ffi::LUA_YIELD {
            ffi::lua_xmove(coroutine, state, 1);
            return -1;
        }
        if ffi::lua_checkstack(state, results + 1) == 0 {
            ffi::lua_settop(coroutine, -results - 1);
            ffi::lua_pushstring(state, c"too many results to resume".as_ptr());
            return -1;
        }
        ffi::lua_xmove(coroutine, state, results);
        results
    }
}

/// Why a coroutine cannot be resumed; None if it can. Lua 5.1 names its state, Lua 5.3 leaves all but one state to
/// `lua_resume`.
///
/// # Safety
/// As for [`resume_noted`].
unsafe fn refusal(state: *mut ffi::lua_State, coroutine: *mut ffi::lua_State) -> Option<&'static CStr> {
    const DEAD: &CStr = c"cannot resume dead coroutine";
    // SAFETY: the caller's promise; a record may hold anything before `lua_getstack` fills it in.
    let (status, is_empty, has_calls) = unsafe {
        let mut record: ffi::lua_Debug = std::mem::zeroed();
        let has_calls = ffi::lua_getstack(coroutine, 0, &mut record) != 0;
        (ffi::lua_status(coroutine), ffi::lua_gettop(coroutine) == 0, has_calls)
    };
    if cfg!(not(feature = "runner51")) {
        return (status == ffi::LUA_OK && is_empty).then_some(DEAD);
    }
    match status {
        _ if coroutine == state => Some(c"cannot resume running coroutine"),
        ffi::LUA_YIELD => None,
        ffi::LUA_OK if has_calls => Some(c"cannot resume normal coroutine"),
        ffi::LUA_OK if !is_empty => None,
        _ => Some(DEAD),
    }
}

#[cfg(feature = "runner51")]
unsafe extern "C-unwind" {
    /// Lua 5.1's: the coroutine `to` counts its nested C calls on from those of `from`, for their limit.
    fn lua_setlevel(from: *mut ffi::lua_State, to: *mut ffi::lua_State);
}

/// `coroutine.resume`.
unsafe extern "C-unwind" fn resume(state: *mut ffi::lua_State) -> c_int {
    // SAFETY: a C function may use its own state so; no value here has a destructor.
    unsafe {
        let coroutine = ffi::lua_tothread(state, 1);
        if coroutine.is_null() {
            return ffi::luaL_argerror(state, 1, c"thread expected".as_ptr());
        }
        let results = resume_noted(state, coroutine, ffi::lua_gettop(state) - 1);
        let values = if results < 0 { 1 } else { results };
        ffi::lua_pushboolean(state, c_int::from(results >= 0));
        ffi::lua_insert(state, -(values + 1));
        values + 1
    }
}

/// The function that `coroutine.wrap` makes.
unsafe extern "C-unwind" fn wrapped(state: *mut ffi::lua_State) -> c_int {
    // SAFETY: as in `resume`; the first upvalue is the coroutine that `wrap` has put there.
    unsafe {
        let coroutine = ffi::lua_tothread(state, ffi::lua_upvalueindex(1));
        let results = resume_noted(state, coroutine, ffi::lua_gettop(state));
        if results >= 0 {
            return results;
        }
        if ffi::lua_type(state, -1) == ffi::LUA_TSTRING {
            ffi::luaL_where(state, 1);
            ffi::lua_insert(state, -2);
            ffi::lua_concat(state, 2);
        }
        ffi::lua_error(state)
    }
}

/// `coroutine.wrap`.
unsafe extern "C-unwind" fn wrap(state: *mut ffi::lua_State) -> c_int {
    // SAFETY: as in `resume`.
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TFUNCTION);
        if cfg!(feature = "runner51") && ffi::lua_iscfunction(state, 1) != 0 {
            return ffi::luaL_argerror(state, 1, c"Lua function expected".as_ptr());
        }
        let coroutine = ffi::lua_newthread(state);
        ffi::lua_pushvalue(state, 1);
        ffi::lua_xmove(state, coroutine, 1);
        ffi::lua_pushcclosure(state, wrapped, 1);
        1
    }
}

/// Ends the program, in the script's thread, and names the script's line.
unsafe extern "C-unwind" fn end(state: *mut ffi::lua_State, _: *mut ffi::lua_Debug) {
    // SAFETY: called by Lua between two instructions, where the stack may be looked at. The record is written by
    // `lua_getstack` and `lua_getinfo` before it is read, and its strings live as long as their functions.
    let place = unsafe {
        ffi::lua_sethook(state, None, 0, 0);
        let mut record: ffi::lua_Debug = std::mem::zeroed();
        let mut level = 0;
        loop {
            if ffi::lua_getstack(state, level, &mut record) == 0 {
                break None;
            }
            ffi::lua_getinfo(state, c"Sl".as_ptr(), &mut record);
            let is_ours = text(record.source).is_some_and(|source| source.starts_with("=luatos/"));
            if record.currentline > 0 && !is_ours {
                break text(record.short_src.as_ptr()).map(|source| format!("{source}:{}", record.currentline));
            }
            level += 1;
        }
    };
    give_up(place.as_deref());
}

/// Ends the program with the status of a script that blocks, and says where it is.
pub fn give_up(place: Option<&str>) -> ! {
    super::console::close();
    let place = place.unwrap_or("a call that has not returned");
    report::error(&format!("--timeout: the script blocks the message loop: it never waits, and is at {place}"));
    let restarts = RESTARTS.load(Ordering::SeqCst);
    if restarts > 0 {
        report::say(&websocket::lua::restarted(restarts));
    }
    super::board::close(None);
    std::process::exit(BLOCKED)
}

/// A C string of Lua; None for null.
///
/// # Safety
/// It is null or a string that outlives `'a`.
unsafe fn text<'a>(pointer: *const c_char) -> Option<std::borrow::Cow<'a, str>> {
    // SAFETY: the caller's promise.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_string_lossy())
}

#[cfg(unix)]
mod signal {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use mlua::ffi;

    use super::{RUNNING, end};

    /// A signal that does nothing unless somebody asks for it, and that no script can be waiting for.
    const SIGNAL: libc::c_int = libc::SIGURG;

    /// The thread that was interrupted by us; 0 before that. The same signal from elsewhere, or in another thread, does
    /// nothing.
    static INTERRUPTED: AtomicUsize = AtomicUsize::new(0);

    /// Interrupts the thread in which it was made, whose id this is.
    pub struct Interrupter(usize);

    impl Interrupter {
        /// Sets the handler.
        pub fn new() -> Self {
            // SAFETY: the structure is valid when zeroed and then filled in; the handler calls only what may be
            // called in one.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = handler as *const () as libc::sighandler_t;
                action.sa_flags = libc::SA_RESTART;
                libc::sigaction(SIGNAL, &action, std::ptr::null_mut());
                Interrupter(libc::pthread_self() as usize)
            }
        }

        /// Has the script's thread say where it is, and end the program. To be repeated: a hook that is set just
        /// before its coroutine yields does not run.
        pub fn interrupt(&self) {
            INTERRUPTED.store(self.0, Ordering::SeqCst);
            // SAFETY: the script's thread is the main thread, which lives as long as the program.
            unsafe { libc::pthread_kill(self.0 as libc::pthread_t, SIGNAL) };
        }
    }

    extern "C" fn handler(_: libc::c_int) {
        // SAFETY: `pthread_self` may be called in a signal handler.
        let thread = unsafe { libc::pthread_self() } as usize;
        let state = RUNNING.load(Ordering::SeqCst);
        if thread == INTERRUPTED.load(Ordering::SeqCst) && !state.is_null() {
            let mask = ffi::LUA_MASKCALL | ffi::LUA_MASKRET | ffi::LUA_MASKCOUNT;
            // SAFETY: `lua_sethook` may be called at any time, also in a signal handler. The state exists: this
            // runs in its thread, which has noted it and not yet forgotten it.
            unsafe { ffi::lua_sethook(state, Some(end), mask, 1) };
        }
    }
}

#[cfg(not(unix))]
mod signal {
    /// Without signals the place is not found.
    pub struct Interrupter;

    impl Interrupter {
        /// Nothing to set up.
        pub fn new() -> Self {
            Interrupter
        }

        /// Does nothing.
        pub fn interrupt(&self) {}
    }
}

pub use signal::Interrupter;
