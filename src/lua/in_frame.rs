//! `in_frame`: functions of Lua's own whose arguments are changed before they see them. An error that such a
//! function raises has its name and the script's line, as if nothing stood before it: a function in Lua that
//! passes its arguments on would put its own there.

use std::{ffi::c_int, ptr};

use mlua::{Function, Lua, Result, Table, Value, ffi};

/// Makes the table.
///
/// - `with_arguments(fn, prepare)` → a function that calls `fn` with what `prepare` makes of the arguments; nil if
///   `fn` is no C function, or one with variables of its own.
pub fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("with_arguments", lua.create_function(with_arguments)?)?;
    Ok(table)
}

fn with_arguments(lua: &Lua, functions: (Function, Function)) -> Result<Value> {
    // SAFETY: the closure takes its two arguments and leaves one value; Lua grants a C function 20 places more.
    // It owns nothing, so an error may leave it anywhere.
    unsafe {
        lua.exec_raw(functions, |state| {
            let is_c = ffi::lua_iscfunction(state, 1) != 0;
            // The name of a variable is null where there is none; else the variable has been pushed.
            if is_c && ffi::lua_getupvalue(state, 1, 1).is_null() {
                ffi::lua_pushcclosure(state, call, 2);
            } else {
                ffi::lua_settop(state, 0);
                ffi::lua_pushnil(state);
            }
        })
    }
}

/// The C function: its variables are those that `with_arguments` was given.
unsafe extern "C-unwind" fn call(state: *mut ffi::lua_State) -> c_int {
    // SAFETY: this frame holds nothing to drop when Lua raises an error. What is called in it is a C function
    // without variables, which cannot tell this frame from its own; it gets the room that one has.
    unsafe {
        let count = ffi::lua_gettop(state);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
        ffi::lua_rotate(state, 1, 1);
        ffi::lua_call(state, count, ffi::LUA_MULTRET);
        ffi::luaL_checkstack(state, ffi::LUA_MINSTACK, ptr::null());
        match ffi::lua_tocfunction(state, ffi::lua_upvalueindex(1)) {
            Some(function) => function(state),
            None => 0,
        }
    }
}
