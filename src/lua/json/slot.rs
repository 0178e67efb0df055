//! What the functions of a `json` table share, and how they get at it.

use std::{
    ffi::{c_char, c_int},
    panic::{AssertUnwindSafe, catch_unwind},
};

use mlua::ffi::{self, lua_State};

use crate::codec::json::{Settings, Tape};

/// More than this much of a buffer is not kept for the next call; bytes.
const KEPT: usize = 16 * 1024;

/// Where the values of a container go.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Into the table below the key, which is below the value.
    Object,
    /// Into the table below the value, after this number of elements.
    Array(i64),
}

/// A table that is being written; it is on the stack.
#[derive(Clone, Copy, Debug)]
pub enum Frame {
    /// An array, with the index of its next element and that of the last.
    Array { next: i64, last: i64 },
    /// An object, whose last key is on the stack too.
    Object,
}

/// Settings, and buffers that calls use one after the other.
#[derive(Default)]
pub struct State {
    pub settings: Settings,
    /// What is decoded.
    pub tape: Tape,
    /// Where decoded values go.
    pub places: Vec<Place>,
    /// Tables that are being encoded.
    pub frames: Vec<Frame>,
    /// The encoded text, or the text of an error.
    pub out: Vec<u8>,
    /// A call makes values of `tape`. A finalizer may then call a function of the table; it gets a state of its own.
    /// An error for want of memory leaves this set: then every call gets its own state.
    pub is_busy: bool,
}

impl State {
    /// Gives memory back, except for so much as is worth keeping.
    pub fn shrink(&mut self) {
        self.tape.shrink();
        if self.out.capacity() > KEPT {
            self.out = Vec::new();
        }
        if self.places.capacity() > KEPT / size_of::<Place>() {
            self.places = Vec::new();
        }
        if self.frames.capacity() > KEPT / size_of::<Frame>() {
            self.frames = Vec::new();
        }
    }
}

/// The userdata that owns a state; the first upvalue of every function.
#[derive(Default)]
pub struct Slot {
    /// Nothing after the Lua state has released it.
    state: Option<Box<State>>,
}

/// Pushes a new slot, and returns it.
///
/// # Safety
/// The stack has room for four values. The caller owns nothing with a destructor.
pub unsafe fn push(state: *mut lua_State) -> *mut Slot {
    // SAFETY: the caller's promise. The slot is valid before anything can raise an error, and its content is made only
    // when `__gc` is in place to drop it.
    unsafe {
        let slot = ffi::lua_newuserdata(state, size_of::<Slot>()).cast::<Slot>();
        slot.write(Slot::default());
        ffi::lua_createtable(state, 0, 1);
        ffi::lua_pushvalue(state, -1);
        ffi::lua_pushcclosure(state, release, 1);
        ffi::lua_setfield(state, -2, c"__gc".as_ptr());
        ffi::lua_setmetatable(state, -2);
        (*slot).state = Some(Box::default());
        slot
    }
}

/// `__gc` of a slot. Its upvalue is the metatable of that one slot.
unsafe extern "C-unwind" fn release(state: *mut lua_State) -> c_int {
    // SAFETY: a userdata with our metatable is a slot: only `push` sets it, and a script without the debug library gets
    // hold of neither.
    unsafe {
        if ffi::lua_getmetatable(state, 1) != 0 && ffi::lua_rawequal(state, -1, ffi::lua_upvalueindex(1)) != 0 {
            let slot = ffi::lua_touserdata(state, 1).cast::<Slot>();
            let old = std::mem::take(&mut *slot);
            let _ = catch_unwind(AssertUnwindSafe(move || drop(old)));
        }
    }
    0
}

/// The slot of the running function.
///
/// # Safety
/// One of this table's functions runs, whose upvalue keeps the slot alive.
pub unsafe fn own(state: *mut lua_State) -> *mut Slot {
    // SAFETY: only `table` makes closures of these functions, and a slot is their upvalue. (The debug library can
    // replace upvalues; mlua trusts its own in the same way.)
    unsafe { ffi::lua_touserdata(state, ffi::lua_upvalueindex(1)).cast() }
}

/// A slot that no other call uses: the running function's own, or a new one on the stack with the same settings.
///
/// # Safety
/// As for [`own`] and [`push`].
pub unsafe fn idle(state: *mut lua_State) -> *mut Slot {
    // SAFETY: the caller's promise. No reference into a slot is held while Lua may run anything.
    unsafe {
        let own = own(state);
        match &(*own).state {
            Some(shared) if shared.is_busy => {
                let settings = shared.settings;
                let slot = push(state);
                if let Some(new) = &mut (*slot).state {
                    new.settings = settings;
                }
                slot
            }
            _ => own,
        }
    }
}

/// Does the Rust part of a call. Returns nothing if there is an error to raise, whose text is in the slot.
///
/// # Safety
/// `slot` is valid and no other reference into it exists. `work` neither raises a Lua error nor runs Lua code.
pub unsafe fn guarded<T: Copy>(slot: *mut Slot, work: impl FnOnce(&mut State) -> Option<T>) -> Option<T> {
    // SAFETY: the caller's promise.
    let state = unsafe { (*slot).state.as_deref_mut()? };
    match catch_unwind(AssertUnwindSafe(|| work(state))) {
        Ok(outcome) => outcome,
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().copied();
            let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            state.out = format!("internal error: {}", text.unwrap_or("a panic without text")).into_bytes();
            // Dropping a payload may panic as well; it is not worth that.
            std::mem::forget(panic);
            None
        }
    }
}

/// Pushes what is in the slot's `out`.
///
/// # Safety
/// `slot` is valid, and the stack has room for the string. The caller owns nothing with a destructor and holds no
/// reference into the slot.
pub unsafe fn push_out(state: *mut lua_State, slot: *mut Slot) {
    // SAFETY: the caller's promise. `lua_pushlstring` copies the bytes before it collects garbage; only that may run
    // finalizers, and with them functions of this table.
    unsafe {
        let out: *const [u8] = match &(*slot).state {
            Some(state) => state.out.as_slice(),
            None => b"json: this Lua state is closing",
        };
        ffi::lua_pushlstring(state, out.cast::<c_char>(), out.len());
    }
}

/// Raises the error whose text is in the slot's `out`, with the position of the script's call, as `luaL_error` does.
///
/// # Safety
/// As for [`push_out`].
pub unsafe fn raise(state: *mut lua_State, slot: *mut Slot) -> ! {
    // SAFETY: the caller's promise; three values fit.
    unsafe {
        // First the text: whatever runs afterwards may use the slot.
        push_out(state, slot);
        ffi::luaL_where(state, 1);
        ffi::lua_rotate(state, -2, 1);
        ffi::lua_concat(state, 2);
        ffi::lua_error(state)
    }
}

/// Raises an error unless there is exactly one argument.
///
/// # Safety
/// The caller owns nothing with a destructor.
pub unsafe fn check_one_argument(state: *mut lua_State) {
    // SAFETY: the caller's promise.
    unsafe {
        if ffi::lua_gettop(state) != 1 {
            ffi::luaL_argerror(state, 1, c"expected 1 argument".as_ptr());
        }
    }
}
