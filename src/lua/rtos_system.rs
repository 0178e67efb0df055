//! The members of `rtos` that are about the system as a whole. Facts: module `rtos` of LuatOS-Air.

use std::path::Path;

use mlua::{FromLua, Function, Lua, Result, Table, Value, Variadic};

/// Scripts look for `8910` in it and take the runtime's number from `_V3102_`.
const VERSION: &str = "Luat_V3102_RDA8910_FLOAT";

/// Adds them.
///
/// - `get_version()`, `get_hardware()`, `get_build_time()` → string.
/// - `get_fs_free_size()`, `get_fs_total_size()` → bytes of the file system that the working
///   directory is on; with unit 1 as the second argument, KiB.
/// - `set_lua_info`, `poweron`, `init_module`, `sys32k_clk_out`: accepted, without effect here.
pub fn extend(lua: &Lua, rtos: &Table) -> Result<()> {
    rtos.set("get_version", lua.create_function(|_, ()| Ok(VERSION))?)?;
    rtos.set("get_hardware", lua.create_function(|_, ()| Ok("Air724UG"))?)?;
    rtos.set("get_build_time", lua.create_function(|_, ()| Ok("luatos-air desktop"))?)?;
    rtos.set("get_fs_free_size", lua.create_function(size(fs4::available_space))?)?;
    rtos.set("get_fs_total_size", lua.create_function(size(fs4::total_space))?)?;
    for name in ["set_lua_info", "poweron", "init_module", "sys32k_clk_out"] {
        rtos.set(name, lua.create_function(|_, _: Variadic<Value>| Ok(()))?)?;
    }
    rtos.set("MOD_KEYPAD", 1)?;
    rtos.set("MOD_ALARM", 2)
}

/// Says once per name that something of the device does not exist here.
///
/// # Errors
/// The Lua half failed.
pub fn unsupported(lua: &Lua, name: &str, why: Option<&str>) -> Result<()> {
    let diagnostics = Table::from_lua(super::use_module(lua, "runtime.diagnostics")?, lua)?;
    diagnostics.get::<Function>("unsupported")?.call((name, why))
}

type Measure = fn(&'static Path) -> std::io::Result<u64>;

fn size(measure: Measure) -> impl Fn(&Lua, (Option<i64>, Option<i64>)) -> Result<i64> {
    move |_, (_, unit)| {
        let bytes = measure(Path::new(".")).map_err(mlua::Error::external)?;
        Ok(i64::try_from(if unit == Some(1) { bytes / 1024 } else { bytes }).unwrap_or(i64::MAX))
    }
}
