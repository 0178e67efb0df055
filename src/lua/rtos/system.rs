//! The members of `rtos` that are about the system as a whole. Facts: module `rtos` of LuatOS-Air.

use mlua::{Error, Lua, LuaString, Result, Table, Value, Variadic};

use super::numbers::{MOD_ALARM, MOD_KEYPAD, MOD_TP};
use crate::{
    device::words,
    lua::{
        convert::{integer, string},
        runtime::Runtime,
    },
};

/// Scripts look for `8910` in it and for what the firmware has (`BT`, `TTS`, `FLOAT`), and take its number from
/// `_V3102_`.
const VERSION: &str = "Luat_V3102_RDA8910_BT_TTS_FLOAT";

/// In the form of the device's compiler. Fixed, so that two builds of one source are the same.
const BUILD_TIME: &str = "Nov 26 2026 00:00:00";

/// Per cent of the memory for variables that is in use: the device always says this.
const ENV_USAGE: i64 = 50;

/// Adds them.
///
/// - `get_version()`, `get_hardware()` → string; `get_build_time()` → string, as "Jan 31 2026 12:00:00".
/// - `init_module(module, …)` → 1: see [`numbers`](super::numbers); an unknown module raises.
/// - `toint64(digits [, "big"])` → 8 bytes, without "big" the lowest first. `hextodec(digits)` → integer.
/// - `get_env_usage()` → per cent. `get_fatal_info()` → "": nothing has crashed; `remove_fatal_info()` → true.
/// - `keypad_state()` → 1 while a key is pressed, else 0.
/// - `set_lua_info(text)`, `poweron(flag)`, `sys32k_clk_out(flag)`: accepted, without effect here.
pub fn extend(lua: &Lua, rtos: &Table) -> Result<()> {
    rtos.set("get_version", lua.create_function(|_, ()| Ok(VERSION))?)?;
    rtos.set("get_hardware", lua.create_function(|_, ()| Ok("Air724UG"))?)?;
    rtos.set("get_build_time", lua.create_function(|_, ()| Ok(BUILD_TIME))?)?;
    rtos.set("get_env_usage", lua.create_function(|_, ()| Ok(ENV_USAGE))?)?;
    rtos.set("get_fatal_info", lua.create_function(|_, ()| Ok(""))?)?;
    rtos.set("remove_fatal_info", lua.create_function(|_, ()| Ok(true))?)?;
    let runtime = Runtime::of(lua)?;
    let keypad_state = move |_: &Lua, _: Variadic<Value>| Ok(i64::from(runtime.board.borrow().keypad.is_any_pressed()));
    rtos.set("keypad_state", lua.create_function(keypad_state)?)?;
    for name in ["poweron", "sys32k_clk_out"] {
        let accept = move |lua: &Lua, flag: Value| integer(lua, &format!("rtos.{name}: 0 or 1"), &flag).map(|_| ());
        rtos.set(name, lua.create_function(accept)?)?;
    }
    let set_lua_info = |lua: &Lua, info: Value| string(lua, "rtos.set_lua_info: text", info).map(|_| ());
    rtos.set("set_lua_info", lua.create_function(set_lua_info)?)?;
    rtos.set("init_module", lua.create_function(init_module)?)?;
    rtos.set("toint64", lua.create_function(toint64)?)?;
    rtos.set("hextodec", lua.create_function(hextodec)?)
}

/// `rtos.init_module`: from now on the module sends its messages.
fn init_module(lua: &Lua, (module, parameters): (Value, Variadic<Value>)) -> Result<i64> {
    let runtime = Runtime::of(lua)?;
    match integer(lua, "rtos.init_module: module", &module)? {
        MOD_ALARM => runtime.alarm.report(&runtime),
        MOD_KEYPAD => {
            for (index, name) in ["type", "mask of inputs", "mask of outputs"].into_iter().enumerate() {
                let value = parameters.get(index).unwrap_or(&Value::Nil);
                integer(lua, &format!("rtos.init_module: {name}"), value)?;
            }
            runtime.board.borrow_mut().keypad.enable();
        }
        MOD_TP => {}
        other => {
            let text = "rtos.init_module: module: rtos.MOD_KEYPAD, MOD_ALARM or MOD_TP expected, got";
            return Err(Error::runtime(format!("{text} {other}")));
        }
    }
    Ok(1)
}

/// `rtos.toint64`: decimal digits as the 8 bytes of an integer.
fn toint64(lua: &Lua, (digits, order): (Value, Value)) -> Result<LuaString> {
    let digits = string(lua, "rtos.toint64: digits", digits)?;
    let order = if order.is_nil() { None } else { Some(string(lua, "rtos.toint64: byte order", order)?) };
    let number = words::decimal(&digits.as_bytes());
    let is_big = order.is_some_and(|order| *order.as_bytes() == *b"big");
    lua.create_string(if is_big { number.to_be_bytes() } else { number.to_le_bytes() })
}

/// `rtos.hextodec`: hexadecimal digits as a number.
fn hextodec(lua: &Lua, digits: Value) -> Result<i64> {
    let digits = string(lua, "rtos.hextodec: digits", digits)?;
    Ok(words::hexadecimal(&digits.as_bytes()))
}
