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
