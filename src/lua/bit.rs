//! `bit`: arithmetic of 32 bits. Facts: table `bit` of LuatOS-Air's firmware.
//!
//! The functions are plain C functions: scripts call them for every byte of a checksum, and mlua's way to call
//! a Rust function costs several times what they do. Each reads numbers and pushes one number or boolean, and
//! has nothing to drop, so the errors that `luaL_checknumber` raises skip no destructor.

use std::ffi::c_int;

use mlua::{
    Lua, Result, Table,
    ffi::{self, lua_State},
};

use crate::codec::bits;

/// Makes the table.
///
/// Numbers may have fractions, which are cut off, and any size: the lowest 32 bits count. Results are unsigned, except
/// for those of `lshift` and `arshift`.
///
/// - `band(a…)`, `bor(a…)`, `bxor(a…)`, `bnot(a)`
/// - `lshift(a, n)`, `rshift(a, n)`; `arshift(a, n)` keeps the sign; `rol(a, n)`, `ror(a, n)`
/// - `bit(n)`: only bit n is set. `set(a, n…)`, `clear(a, n…)`.
/// - `isset(a, n)`, `isclear(a, n)` → boolean.
/// - `tohex(a[, n])`: n hexadecimal digits, 8 if not given; capitals for a negative n.
pub fn table(lua: &Lua) -> Result<Table> {
    const FUNCTIONS: [(&std::ffi::CStr, ffi::lua_CFunction); 15] = [
        (c"band", band),
        (c"bor", bor),
        (c"bxor", bxor),
        (c"bnot", bnot),
        (c"lshift", lshift),
        (c"rshift", rshift),
        (c"arshift", arshift),
        (c"rol", rol),
        (c"ror", ror),
        (c"bit", bit),
        (c"set", set),
        (c"clear", clear),
        (c"isset", isset),
        (c"isclear", isclear),
        (c"tohex", tohex),
    ];
    // SAFETY: the closure leaves one value, the table, and needs two places on the stack, of which Lua grants 20. It
    // captures and owns nothing.
    unsafe {
        lua.exec_raw((), |state| {
            ffi::lua_createtable(state, 0, FUNCTIONS.len() as c_int);
            for (name, function) in FUNCTIONS {
                ffi::lua_pushcfunction(state, function);
                ffi::lua_setfield(state, -2, name.as_ptr());
            }
        })
    }
}

/// A Lua state that runs a function of this table.
#[derive(Clone, Copy)]
struct Call(*mut lua_State);

impl Call {
    /// The lowest 32 bits of an argument; an error if it is no number.
    ///
    /// # Safety
    /// The state runs a C function, and no value with a destructor is alive in its frames.
    unsafe fn word(self, index: c_int) -> u32 {
        // SAFETY: any index may be asked for; the caller is ready for an error.
        unsafe {
            if ffi::lua_isinteger(self.0, index) != 0 {
                ffi::lua_tointegerx(self.0, index, std::ptr::null_mut()) as u32
            } else {
                bits::word(ffi::luaL_checknumber(self.0, index))
            }
        }
    }

    /// A shift count; an error if it is no number.
    ///
    /// # Safety
    /// As for [`word`](Call::word).
    unsafe fn count(self, index: c_int) -> u32 {
        // SAFETY: as in `word`.
        unsafe { bits::count(ffi::luaL_checknumber(self.0, index)) }
    }

    /// The number with one bit set, at the position that an argument says; an error if that is no number.
    ///
    /// # Safety
    /// As for [`word`](Call::word).
    unsafe fn single(self, index: c_int) -> u32 {
        // SAFETY: as in `word`.
        unsafe { bits::single(ffi::luaL_checknumber(self.0, index) as i64) }
    }

    /// Joins arguments from the second on to the first.
    ///
    /// # Safety
    /// As for [`word`](Call::word).
    unsafe fn fold(self, step: impl Fn(Call, u32, c_int) -> u32) -> c_int {
        // SAFETY: as in `word`; the closures of this file capture nothing.
        unsafe {
            let mut value = self.word(1);
            for index in 2..=ffi::lua_gettop(self.0) {
                value = step(self, value, index);
            }
            self.answer(value)
        }
    }

    /// Returns a number.
    ///
    /// # Safety
    /// As for [`word`](Call::word).
    unsafe fn answer(self, value: impl Into<i64>) -> c_int {
        // SAFETY: a C function has room for it.
        unsafe { ffi::lua_pushinteger(self.0, value.into()) };
        1
    }
}

/// Defines C functions whose body gets the call.
macro_rules! functions {
    ($($name:ident($call:ident) $body:expr;)*) => {$(
        unsafe extern "C-unwind" fn $name(state: *mut lua_State) -> c_int {
            let $call = Call(state);
            // SAFETY: Lua calls this function, which owns nothing with a destructor.
            unsafe { $body }
        }
    )*};
}

functions! {
    // SAFETY (of the closures): `fold` calls them within the function that made them.
    band(call) call.fold(|call, value, index| value & call.word(index));
    bor(call) call.fold(|call, value, index| value | call.word(index));
    bxor(call) call.fold(|call, value, index| value ^ call.word(index));
    set(call) call.fold(|call, value, index| value | call.single(index));
    clear(call) call.fold(|call, value, index| value & !call.single(index));
    bnot(call) call.answer(!call.word(1));
    bit(call) call.answer(call.single(1));
    lshift(call) call.answer(bits::shift_left(call.word(1), call.count(2)).cast_signed());
    rshift(call) call.answer(bits::shift_right(call.word(1), call.count(2)));
    arshift(call) call.answer(bits::shift_right_signed(call.word(1), call.count(2)));
    rol(call) call.answer(call.word(1).rotate_left(call.count(2)));
    ror(call) call.answer(call.word(1).rotate_right(call.count(2)));
    isset(call) {
        ffi::lua_pushboolean(call.0, c_int::from(call.word(1) & call.single(2) != 0));
        1
    };
    isclear(call) {
        ffi::lua_pushboolean(call.0, c_int::from(call.word(1) & call.single(2) == 0));
        1
    };
    tohex(call) {
        let value = call.word(1);
        let count = if ffi::lua_isnoneornil(call.0, 2) != 0 { 8 } else { ffi::luaL_checknumber(call.0, 2) as i64 };
        let alphabet: &[u8; 16] = if count < 0 { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        let count = count.unsigned_abs().min(8) as usize;
        let mut digits = [0; 8];
        for (place, digit) in digits.iter_mut().rev().enumerate() {
            *digit = alphabet[(value >> (4 * place)) as usize & 15];
        }
        ffi::lua_pushlstring(call.0, digits[8 - count..].as_ptr().cast(), count);
        1
    };
}
