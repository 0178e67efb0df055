//! Entry points of the module file: what `require` calls.

use std::ffi::c_int;

use mlua::{Error, Lua, Result, Value, ffi};

/// Opens a module. A failure is raised as a text: the `lua` programs of Lua 5.1 and LuaJIT show no other error.
///
/// # Safety
/// `state` is the running state of a C function that Lua has called with the arguments of `require`. The caller holds
/// nothing to drop.
pub unsafe fn open(state: *mut ffi::lua_State, module: fn(&Lua) -> Result<Value>) -> c_int {
    // SAFETY: the caller's promise. The entry point leaves one value, which is not text but for a failure. No value in
    // this frame has a destructor.
    unsafe {
        let count = Lua::entrypoint1(state, move |lua| {
            keep_opening_thread(lua)?;
            module(lua).or_else(|error| lua.create_string(plain(&error)).map(Value::String))
        });
        if ffi::lua_type(state, -1) == ffi::LUA_TSTRING { ffi::lua_error(state) } else { count }
    }
}

/// Keeps the coroutine in which a module is opened. Where Lua does not tell its main thread (5.1), mlua takes the opening
/// one for it, which has to live as long as the Lua state then.
fn keep_opening_thread(lua: &Lua) -> Result<()> {
    if cfg!(any(feature = "lua51", feature = "luajit")) {
        lua.set_named_registry_value("luatos.opening_thread", lua.current_thread())?;
    }
    Ok(())
}

/// An error without what mlua says of its way.
fn plain(error: &Error) -> String {
    match error {
        Error::CallbackError { cause, .. } => plain(cause),
        Error::RuntimeError(text) => text.split("\nstack traceback:").next().unwrap_or(text).to_owned(),
        other => other.to_string(),
    }
}
