//! `json.encode`: writes Lua values as text.

use std::{ffi::c_int, io::Write as _, slice};

use mlua::ffi::{self, lua_State};

use super::slot::{self, Frame, State};
use crate::codec::json::{InvalidNumbers, Settings, write};

/// Why a value cannot be written.
enum Failure {
    /// A value of that type, and why.
    Value(&'static str, &'static str),
    /// So many tables within each other.
    TooDeep(usize),
}

/// `json.encode(value)`
pub unsafe extern "C-unwind" fn encode(state: *mut lua_State) -> c_int {
    // SAFETY: Lua calls this function, which owns nothing with a destructor. What is guarded touches the Lua state
    // only through `Walk`.
    unsafe {
        slot::check_one_argument(state);
        let slot = slot::idle(state);
        let top = ffi::lua_gettop(state);
        ffi::lua_pushvalue(state, 1);
        let done = slot::guarded(slot, |json| match json.write_value(Walk(state)) {
            Ok(()) => Some(()),
            Err(failure) => {
                json.out.clear();
                let _ = match failure {
                    Failure::Value(kind, why) => write!(json.out, "Cannot serialise {kind}: {why}"),
                    Failure::TooDeep(depth) => write!(json.out, "Cannot serialise, excessive nesting ({depth})"),
                };
                None
            }
        });
        ffi::lua_settop(state, top);
        if done.is_none() {
            slot::raise(state, slot);
        }
        slot::push_out(state, slot);
        slot::guarded(slot, |json| {
            // A finalizer that has failed may have left the slot busy; its tape is not this call's then.
            if !json.is_busy {
                json.shrink();
            }
            Some(())
        });
        1
    }
}

impl State {
    /// Writes the value on top of the stack to `out`, and pops it. Nesting costs no stack but Lua's.
    fn write_value(&mut self, walk: Walk) -> Result<(), Failure> {
        self.out.clear();
        self.frames.clear();
        loop {
            if walk.kind(-1) == ffi::LUA_TTABLE {
                if self.open(walk)? {
                    continue;
                }
            } else {
                write_scalar(&mut self.out, walk, &self.settings)?;
                walk.pop(1);
            }
            if !self.advance(walk)? {
                return Ok(());
            }
        }
    }

    /// Begins the table on top of the stack. Returns whether its first value is on the stack then.
    fn open(&mut self, walk: Walk) -> Result<bool, Failure> {
        let depth = self.frames.len() + 1;
        let is_allowed = i32::try_from(depth).is_ok_and(|depth| depth <= self.settings.encode_max_depth);
        if !is_allowed || !walk.has_room(4) {
            return Err(Failure::TooDeep(depth));
        }
        walk.push_nil();
        if !walk.next() {
            self.out.extend_from_slice(b"{}");
            walk.pop(1);
            return Ok(false);
        }
        if walk.integer(-2).is_some_and(|index| index > 0) {
            let last = array_length(walk, &self.settings)?;
            if last > 0 {
                self.out.push(b'[');
                self.frames.push(Frame::Array { next: 1, last });
                return Ok(false);
            }
            walk.push_nil();
            walk.next();
        }
        self.out.push(b'{');
        self.frames.push(Frame::Object);
        write_key(&mut self.out, walk, &self.settings)?;
        Ok(true)
    }

    /// Pushes the next value of the innermost table that has one, and ends those that have none. Returns whether there
    /// was one.
    #[inline]
    fn advance(&mut self, walk: Walk) -> Result<bool, Failure> {
        loop {
            match self.frames.last_mut() {
                None => return Ok(false),
                Some(Frame::Array { next, last }) => {
                    if *next <= *last {
                        if *next > 1 {
                            self.out.push(b',');
                        }
                        walk.push_element(*next);
                        *next += 1;
                        return Ok(true);
                    }
                    self.out.push(b']');
                }
                Some(Frame::Object) => {
                    if walk.next() {
                        self.out.push(b',');
                        write_key(&mut self.out, walk, &self.settings)?;
                        return Ok(true);
                    }
                    self.out.push(b'}');
                }
            }
            self.frames.pop();
            // The table.
            walk.pop(1);
        }
    }
}

/// The largest index of a table, if all its keys are positive integers; else 0. The first key, which is one, and its
/// value are on top of the stack, above the table, and are popped.
fn array_length(walk: Walk, settings: &Settings) -> Result<i64, Failure> {
    let (mut largest, mut count) = (0, 0);
    loop {
        walk.pop(1);
        match walk.integer(-1) {
            Some(index) if index > 0 => {
                largest = index.max(largest);
                count += 1;
            }
            _ => {
                walk.pop(1);
                return Ok(0);
            }
        }
        if !walk.next() {
            break;
        }
    }
    if settings.is_excessively_sparse(largest, count) {
        return if settings.sparse_convert { Ok(0) } else { Err(Failure::Value("table", "excessively sparse array")) };
    }
    Ok(largest)
}

/// Writes the key below the value on top of the stack, and a colon.
#[inline]
fn write_key(out: &mut Vec<u8>, walk: Walk, settings: &Settings) -> Result<(), Failure> {
    match walk.kind(-2) {
        ffi::LUA_TSTRING => write::string(out, walk.string(-2)),
        ffi::LUA_TNUMBER => {
            out.push(b'"');
            write_number(out, walk.number(-2), settings)?;
            out.push(b'"');
        }
        kind => return Err(Failure::Value(name(kind), "table key must be a number or string")),
    }
    out.push(b':');
    Ok(())
}

/// Writes the value on top of the stack, which is no table.
#[inline]
fn write_scalar(out: &mut Vec<u8>, walk: Walk, settings: &Settings) -> Result<(), Failure> {
    match walk.kind(-1) {
        ffi::LUA_TSTRING => write::string(out, walk.string(-1)),
        ffi::LUA_TNUMBER => write_number(out, walk.number(-1), settings)?,
        ffi::LUA_TBOOLEAN => out.extend_from_slice(if walk.is_true(-1) { b"true" } else { b"false" }),
        ffi::LUA_TNIL => out.extend_from_slice(b"null"),
        ffi::LUA_TLIGHTUSERDATA if walk.is_null(-1) => out.extend_from_slice(b"null"),
        kind => return Err(Failure::Value(name(kind), "type not supported")),
    }
    Ok(())
}

fn write_number(out: &mut Vec<u8>, number: f64, settings: &Settings) -> Result<(), Failure> {
    match settings.encode_invalid_numbers {
        _ if number.is_finite() => write::number(out, number, settings.precision),
        InvalidNumbers::Refused => return Err(Failure::Value("number", "must not be NaN or Inf")),
        InvalidNumbers::Written if number.is_nan() => out.extend_from_slice(b"nan"),
        InvalidNumbers::Written => out.extend_from_slice(if number < 0.0 { b"-inf" } else { b"inf" }),
        InvalidNumbers::Null => out.extend_from_slice(b"null"),
    }
    Ok(())
}

/// Lua's name of a type.
fn name(kind: c_int) -> &'static str {
    match kind {
        ffi::LUA_TBOOLEAN => "boolean",
        ffi::LUA_TTABLE => "table",
        ffi::LUA_TFUNCTION => "function",
        ffi::LUA_TTHREAD => "thread",
        _ => "userdata",
    }
}

/// The Lua stack, as far as it can be used without an error, an allocation by Lua or Lua code that runs: no garbage is
/// collected meanwhile, so strings stay where they are.
#[derive(Clone, Copy)]
struct Walk(*mut lua_State);

// SAFETY (of all calls below): the state runs `encode`, which keeps to the stack's discipline: `has_room` comes before
// a table is begun, and the indices are those of values that `State` has pushed. None of these functions raises an
// error: keys that `lua_next` gets come from itself, and `lua_tolstring` and `lua_tonumberx` are used for values of
// that very type. `lua_checkstack` alone allocates, and says so if it cannot.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Walk {
    fn kind(self, index: c_int) -> c_int {
        unsafe { ffi::lua_type(self.0, index) }
    }

    fn pop(self, count: c_int) {
        unsafe { ffi::lua_settop(self.0, -count - 1) }
    }

    fn push_nil(self) {
        unsafe { ffi::lua_pushnil(self.0) }
    }

    /// Whether this number of values can be pushed.
    fn has_room(self, count: c_int) -> bool {
        unsafe { ffi::lua_checkstack(self.0, count) != 0 }
    }

    /// Replaces the key on top of the stack by the next key and its value, or removes it.
    fn next(self) -> bool {
        unsafe { ffi::lua_next(self.0, -2) != 0 }
    }

    /// Pushes an element of the table on top of the stack.
    fn push_element(self, index: i64) {
        unsafe {
            ffi::lua_rawgeti(self.0, -1, index);
        }
    }

    /// An integer; not a string that is one.
    fn integer(self, index: c_int) -> Option<i64> {
        unsafe {
            (ffi::lua_isinteger(self.0, index) != 0).then(|| ffi::lua_tointegerx(self.0, index, std::ptr::null_mut()))
        }
    }

    /// A number's value.
    fn number(self, index: c_int) -> f64 {
        unsafe { ffi::lua_tonumberx(self.0, index, std::ptr::null_mut()) }
    }

    /// A string's bytes, valid as long as the string is on the stack or in its table.
    fn string<'a>(self, index: c_int) -> &'a [u8] {
        let mut length = 0;
        unsafe {
            let data = ffi::lua_tolstring(self.0, index, &mut length);
            slice::from_raw_parts(data.cast(), length)
        }
    }

    fn is_true(self, index: c_int) -> bool {
        unsafe { ffi::lua_toboolean(self.0, index) != 0 }
    }

    fn is_null(self, index: c_int) -> bool {
        unsafe { ffi::lua_touserdata(self.0, index).is_null() }
    }
}
