//! `json`: lua-cjson's functions. Facts: the firmware's `json` table is lua-cjson 2.1.
//!
//! All of it is raw C functions, as lua-cjson itself: [`raw`](super::raw) says why, and what keeps that sound. Here a
//! call has up to three parts as well. What works in Rust runs under `catch_unwind` ([`slot::guarded`]) and neither
//! raises an error nor runs Lua code; its outcome is `Copy`, and its data stay in the [`slot::State`], which
//! Lua owns. Then values are pushed, or an error is raised, by code that has nothing to drop.

mod decode;
mod encode;
mod options;
mod slot;

use std::ffi::{CStr, c_int};

use mlua::{Lua, Result, Table, Value, ffi};

/// Makes the table.
///
/// - `encode(value)` → text. A table whose keys are all positive integers is an array, any other and the empty one an
///   object.
/// - `decode(text)` → value. Both raise an error for what cannot be converted.
/// - `null`: what stands for `null`.
/// - `encode_sparse_array([convert[, ratio[, safe]]])`, `encode_max_depth([n])`, `decode_max_depth([n])`,
///   `encode_number_precision([n])`, `encode_keep_buffer([flag])`, `encode_invalid_numbers([flag or "null"])`,
///   `decode_invalid_numbers([flag])`: set what is not nil and return what is set;
///   [`Settings`](crate::codec::json::Settings) says what each means.
/// - `new()` → a table of its own, with its own settings.
pub fn table(lua: &Lua) -> Result<Table> {
    const FUNCTIONS: [(&CStr, ffi::lua_CFunction); 9] = [
        (c"encode", encode::encode),
        (c"decode", decode::decode),
        (c"encode_sparse_array", options::encode_sparse_array),
        (c"encode_max_depth", options::encode_max_depth),
        (c"decode_max_depth", options::decode_max_depth),
        (c"encode_number_precision", options::encode_number_precision),
        (c"encode_keep_buffer", options::encode_keep_buffer),
        (c"encode_invalid_numbers", options::encode_invalid_numbers),
        (c"decode_invalid_numbers", options::decode_invalid_numbers),
    ];
    // SAFETY: the closure leaves one value, the table, and needs five places on the stack, of which Lua grants 20. An
    // error may leave it anywhere: it captures nothing and owns nothing.
    let json: Table = unsafe {
        lua.exec_raw((), |state| {
            slot::push(state);
            ffi::lua_createtable(state, 0, FUNCTIONS.len() as c_int + 4);
            for (name, function) in FUNCTIONS {
                ffi::lua_pushvalue(state, -2);
                ffi::lua_pushcclosure(state, function, 1);
                ffi::lua_setfield(state, -2, name.as_ptr());
            }
            ffi::lua_remove(state, -2);
        })?
    };
    json.set("new", lua.create_function(|lua, ()| table(lua))?)?;
    json.set("null", Value::NULL)?;
    json.set("_NAME", "json")?;
    json.set("_VERSION", "2.1.0")?;
    Ok(json)
}
