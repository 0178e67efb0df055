//! What `luatos check` knows of the core, beside the tables that there are.

use mlua::{Lua, LuaOptions, StdLib};
use websocket::{
    check::{Found, Machine as _, SIMULATED},
    lua::{self, Machine, Settings},
};

/// A Lua state in which the runtime is switched on.
fn machine() -> Machine {
    // SAFETY: only our own Lua runs in it.
    let lua = unsafe { Lua::unsafe_new_with(StdLib::ALL, LuaOptions::new()) };
    lua::prepare(&lua, Settings::default()).unwrap();
    lua::open_luatos(&lua).unwrap();
    Machine::new(lua)
}

#[test]
fn what_is_listed_as_simulated_exists() {
    let machine = machine();
    for (table, functions) in SIMULATED {
        assert_ne!(machine.find(table), Found::Nothing, "{table}");
        for function in functions.iter().filter(|function| **function != "*") {
            assert_eq!(machine.find(&format!("{table}.{function}")), Found::Function, "{table}.{function}");
        }
    }
}

/// Core tables that do what they do on the device, or most of it.
const REAL: [&str; 10] = ["apn", "bit", "cpu", "crypto", "iconv", "json", "pack", "qrencode", "rtos", "socketcore"];

#[test]
fn every_core_table_is_judged() {
    // SAFETY: only our own Lua runs in it.
    let lua = unsafe { Lua::unsafe_new_with(StdLib::ALL, LuaOptions::new()) };
    let stock = lua::names(&lua).unwrap();
    lua::prepare(&lua, Settings::default()).unwrap();
    lua::open_luatos(&lua).unwrap();
    for name in lua::names(&lua).unwrap().difference(&stock) {
        let (table, _) = name.split_once('.').unwrap_or((name, ""));
        let is_table = lua.globals().get::<mlua::Value>(table).unwrap().is_table();
        let is_judged = REAL.contains(&table) || SIMULATED.iter().any(|(known, _)| *known == table);
        assert!(!is_table || is_judged || stock.contains(table), "{table}: SIMULATED, or REAL of this test, names it");
    }
}
