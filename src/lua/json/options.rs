//! The functions of `json` that set something. Each returns what is set then.

use std::ffi::{CStr, c_int};

use mlua::ffi::{self, lua_State};

use super::slot;
use crate::codec::json::{InvalidNumbers, Settings};

/// Raises an error if there are too many arguments.
///
/// # Safety
/// The caller owns nothing with a destructor.
unsafe fn check_arguments(state: *mut lua_State, most: c_int) {
    // SAFETY: the caller's promise.
    unsafe {
        if ffi::lua_gettop(state) > most {
            ffi::luaL_argerror(state, most + 1, c"found too many arguments".as_ptr());
        }
        ffi::lua_settop(state, most);
    }
}

/// Reads an argument that is an integer within bounds; nothing for nil.
///
/// # Safety
/// As for [`check_arguments`].
unsafe fn integer(state: *mut lua_State, index: c_int, smallest: i32, largest: i32) -> Option<i32> {
    // SAFETY: the caller's promise; the text is pushed on Lua's own stack.
    unsafe {
        if ffi::lua_type(state, index) <= ffi::LUA_TNIL {
            return None;
        }
        let value = ffi::luaL_checknumber(state, index) as i64;
        if value < i64::from(smallest) || value > i64::from(largest) {
            let text = ffi::lua_pushfstring(state, c"expected integer between %d and %d".as_ptr(), smallest, largest);
            ffi::luaL_argerror(state, index, text);
        }
        Some(value as i32)
    }
}

/// Reads an argument that is a boolean or one of some words, whose number it returns; nothing for nil. The booleans
/// stand for the first two words.
///
/// # Safety
/// As for [`check_arguments`].
unsafe fn choice(state: *mut lua_State, index: c_int, words: &[&CStr]) -> Option<usize> {
    // SAFETY: the caller's promise; a string's bytes are used while it is on the stack.
    unsafe {
        match ffi::lua_type(state, index) {
            ffi::LUA_TNONE | ffi::LUA_TNIL => return None,
            ffi::LUA_TBOOLEAN => return Some(usize::from(ffi::lua_toboolean(state, index) != 0)),
            _ => {}
        }
        let word = CStr::from_ptr(ffi::luaL_checklstring(state, index, std::ptr::null_mut()));
        let found = words.iter().position(|known| *known == word);
        if found.is_none() {
            let text = ffi::lua_pushfstring(state, c"invalid option '%s'".as_ptr(), word.as_ptr());
            ffi::luaL_argerror(state, index, text);
        }
        found
    }
}

/// Changes the settings, and returns them.
///
/// # Safety
/// One of the table's functions runs.
unsafe fn change(state: *mut lua_State, change: impl FnOnce(&mut Settings)) -> Settings {
    // SAFETY: the caller's promise; a change does not touch Lua. Without a state, which is closing then, nothing is set.
    unsafe {
        let changed = slot::guarded(slot::own(state), |json| {
            change(&mut json.settings);
            Some(json.settings)
        });
        changed.unwrap_or_default()
    }
}

const SWITCH: [&CStr; 2] = [c"off", c"on"];

/// Defines C functions whose body pushes results and returns their number.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident($state:ident, $most:literal) $body:block)*) => {$(
        $(#[$doc])*
        pub unsafe extern "C-unwind" fn $name($state: *mut lua_State) -> c_int {
            // SAFETY: Lua calls this function, which owns nothing with a destructor. A C function may push 20 values.
            unsafe {
                check_arguments($state, $most);
                $body
            }
        }
    )*};
}

functions! {
    /// `json.encode_sparse_array([convert[, ratio[, safe]]])`
    encode_sparse_array(state, 3) {
        let convert = choice(state, 1, &SWITCH);
        let ratio = integer(state, 2, 0, i32::MAX);
        let safe = integer(state, 3, 0, i32::MAX);
        let settings = change(state, |settings| {
            settings.sparse_convert = convert.map_or(settings.sparse_convert, |word| word == 1);
            settings.sparse_ratio = ratio.unwrap_or(settings.sparse_ratio);
            settings.sparse_safe = safe.unwrap_or(settings.sparse_safe);
        });
        ffi::lua_pushboolean(state, c_int::from(settings.sparse_convert));
        ffi::lua_pushinteger(state, settings.sparse_ratio.into());
        ffi::lua_pushinteger(state, settings.sparse_safe.into());
        3
    }
    /// `json.encode_max_depth([n])`
    encode_max_depth(state, 1) {
        let depth = integer(state, 1, 1, i32::MAX);
        let settings = change(state, |settings| settings.encode_max_depth = depth.unwrap_or(settings.encode_max_depth));
        ffi::lua_pushinteger(state, settings.encode_max_depth.into());
        1
    }
    /// `json.decode_max_depth([n])`
    decode_max_depth(state, 1) {
        let depth = integer(state, 1, 1, i32::MAX);
        let settings = change(state, |settings| settings.decode_max_depth = depth.unwrap_or(settings.decode_max_depth));
        ffi::lua_pushinteger(state, settings.decode_max_depth.into());
        1
    }
    /// `json.encode_number_precision([n])`
    encode_number_precision(state, 1) {
        let digits = integer(state, 1, 1, 14).and_then(|digits| u8::try_from(digits).ok());
        let settings = change(state, |settings| settings.precision = digits.unwrap_or(settings.precision));
        ffi::lua_pushinteger(state, settings.precision.into());
        1
    }
    /// `json.encode_keep_buffer([flag])`
    encode_keep_buffer(state, 1) {
        let keep = choice(state, 1, &SWITCH);
        let settings =
            change(state, |settings| settings.keep_buffer = keep.map_or(settings.keep_buffer, |word| word == 1));
        ffi::lua_pushboolean(state, c_int::from(settings.keep_buffer));
        1
    }
    /// `json.encode_invalid_numbers([flag or "null"])`
    encode_invalid_numbers(state, 1) {
        let word = choice(state, 1, &[c"off", c"on", c"null"]);
        let settings = change(state, |settings| {
            settings.encode_invalid_numbers = match word {
                None => settings.encode_invalid_numbers,
                Some(0) => InvalidNumbers::Refused,
                Some(1) => InvalidNumbers::Written,
                Some(_) => InvalidNumbers::Null,
            };
        });
        match settings.encode_invalid_numbers {
            InvalidNumbers::Null => {
                ffi::lua_pushstring(state, c"null".as_ptr());
            }
            other => ffi::lua_pushboolean(state, c_int::from(other == InvalidNumbers::Written)),
        }
        1
    }
    /// `json.decode_invalid_numbers([flag])`
    decode_invalid_numbers(state, 1) {
        let accept = choice(state, 1, &SWITCH);
        let settings = change(state, |settings| {
            settings.decode_invalid_numbers = accept.map_or(settings.decode_invalid_numbers, |word| word == 1);
        });
        ffi::lua_pushboolean(state, c_int::from(settings.decode_invalid_numbers));
        1
    }
}
