//! `json.decode`: makes Lua values of a text.

use std::{
    ffi::{c_char, c_int},
    io::Write as _,
    slice,
};

use mlua::ffi::{self, lua_State};

use super::slot::{self, Place, Slot};
use crate::codec::json::{Op, Text};

/// The list of what to make, in the memory of a busy slot.
#[derive(Clone, Copy)]
struct Plan {
    text: *const u8,
    unescaped: *const u8,
    ops: *const Op,
    count: usize,
    /// One for each container that is open at the same time.
    places: *mut Place,
    depth: usize,
}

/// `json.decode(text)`
pub unsafe extern "C-unwind" fn decode(state: *mut lua_State) -> c_int {
    // SAFETY: Lua calls this function, which owns nothing with a destructor. The text stays on the stack, and so its
    // bytes where they are, until the function returns.
    unsafe {
        slot::check_one_argument(state);
        let mut length = 0;
        let text = ffi::luaL_checklstring(state, 1, &mut length).cast::<u8>();
        let slot = slot::idle(state);
        let Some(plan) = plan(slot, text, length) else { slot::raise(state, slot) };
        // Each container has its table and a key on the stack; further values and what Lua itself needs go on top.
        let room = c_int::try_from(2 * plan.depth + 8);
        if !room.is_ok_and(|room| ffi::lua_checkstack(state, room) != 0) {
            slot::guarded(slot, |state| {
                state.out.clear();
                let _ = write!(state.out, "Found too many nested data structures ({})", plan.depth);
                state.is_busy = false;
                Some(())
            });
            slot::raise(state, slot);
        }
        make(state, plan);
        slot::guarded(slot, |state| {
            state.is_busy = false;
            state.shrink();
            Some(())
        });
        1
    }
}

/// Reads the text, and makes the slot busy.
///
/// # Safety
/// The slot is idle; `text` has `length` bytes.
unsafe fn plan(slot: *mut Slot, text: *const u8, length: usize) -> Option<Plan> {
    // SAFETY: the caller's promise; the work does not touch Lua.
    unsafe {
        slot::guarded(slot, |state| {
            let bytes = slice::from_raw_parts(text, length);
            if let Err(error) = state.tape.read(bytes, &state.settings) {
                state.out.clear();
                let _ = write!(state.out, "{error}");
                return None;
            }
            state.places.clear();
            state.places.resize(state.tape.depth(), Place::Object);
            state.is_busy = true;
            Some(Plan {
                text,
                unescaped: state.tape.unescaped().as_ptr(),
                ops: state.tape.ops().as_ptr(),
                count: state.tape.ops().len(),
                places: state.places.as_mut_ptr(),
                depth: state.tape.depth(),
            })
        })
    }
}

/// Pushes the value.
///
/// # Safety
/// The plan is a busy slot's, whose buffers nothing changes meanwhile. The stack has room for two values for each open
/// container and for some more. The caller owns nothing with a destructor.
unsafe fn make(state: *mut lua_State, plan: Plan) {
    let size = |count: u32| c_int::try_from(count).unwrap_or(0);
    let mut depth = 0;
    // SAFETY: the caller's promise. Indices lie within the plan: the tape opens at most `depth` containers, closes
    // each, and gives each member of an object a key. Of the calls, those that make values may raise an error for
    // want of memory or run a finalizer, which finds the slot busy.
    unsafe {
        for index in 0..plan.count {
            match *plan.ops.add(index) {
                Op::Key(text) => {
                    push_text(state, plan, text);
                    continue;
                }
                Op::Object(count) => {
                    ffi::lua_createtable(state, 0, size(count));
                    *plan.places.add(depth) = Place::Object;
                    depth += 1;
                    continue;
                }
                Op::Array(count) => {
                    ffi::lua_createtable(state, size(count), 0);
                    *plan.places.add(depth) = Place::Array(0);
                    depth += 1;
                    continue;
                }
                Op::String(text) => push_text(state, plan, text),
                Op::Integer(number) => ffi::lua_pushinteger(state, number),
                Op::Float(number) => ffi::lua_pushnumber(state, number),
                Op::Boolean(flag) => ffi::lua_pushboolean(state, c_int::from(flag)),
                Op::Null => ffi::lua_pushlightuserdata(state, std::ptr::null_mut()),
                Op::End => depth -= 1,
            }
            if depth > 0 {
                match &mut *plan.places.add(depth - 1) {
                    Place::Object => ffi::lua_rawset(state, -3),
                    Place::Array(count) => {
                        *count += 1;
                        ffi::lua_rawseti(state, -2, *count);
                    }
                }
            }
        }
    }
}

/// Pushes a string.
///
/// # Safety
/// As for [`make`].
#[inline]
unsafe fn push_text(state: *mut lua_State, plan: Plan, text: Text) {
    let (base, start, length) = match text {
        Text::Plain { start, length } => (plan.text, start, length),
        Text::Unescaped { start, length } => (plan.unescaped, start, length),
    };
    // SAFETY: the caller's promise; the tape's parts lie within their buffers.
    unsafe { ffi::lua_pushlstring(state, base.add(start).cast::<c_char>(), length) };
}
