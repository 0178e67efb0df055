//! `pio` and `cpu`: pins as state that `--trace` shows. Facts: module `pio` of LuatOS-Air.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use mlua::{IntoLuaMulti, Lua, MultiValue, Result, Table, Variadic};

use super::core::Core;

const DIRECTIONS: &[(&str, i64)] = &[("OUTPUT", 0), ("OUTPUT1", 1), ("INPUT", 2), ("INT", 3)];

const OTHERS: &[(&str, i64)] = &[("PULLUP", 4), ("PULLDOWN", 5), ("NOPULL", 6), ("FIFO", 7), ("CONT", 8)];

const OUTPUT1: i64 = 1;
const PULLUP: i64 = 4;

/// Levels by pin; a pin that nobody drives is low.
type Levels = Rc<RefCell<HashMap<i64, bool>>>;

/// Makes `pio`: `P0_0` … `P2_31` are 0 … 95.
///
/// `pin.setdir(direction, pins…)`, `setval(level, pins…)`, `getval(pins…)` → 0 or 1 each,
/// `sethigh`, `setlow`, `setpull(mode, pin)`, `close(pins…)`, `setdebounce(ms)`.
pub fn table(lua: &Lua) -> Result<Table> {
    let pio = lua.create_table()?;
    for port in 0..3 {
        for bit in 0..32 {
            pio.set(format!("P{port}_{bit}"), 32 * port + bit)?;
        }
    }
    for (name, value) in DIRECTIONS.iter().chain(OTHERS) {
        pio.set(*name, *value)?;
    }

    let levels = Levels::default();
    let pin = lua.create_table()?;
    let set_all = |value: Option<bool>| {
        let core = Core::of(lua)?;
        let levels = levels.clone();
        lua.create_function(move |_, mut numbers: Variadic<f64>| {
            let level = match value {
                Some(level) => level,
                None if numbers.is_empty() => return Ok(()),
                None => numbers.remove(0) != 0.0,
            };
            for number in numbers.iter() {
                set(&core, &levels, *number as i64, level);
            }
            Ok(())
        })
    };
    pin.set("setval", set_all(None)?)?;
    pin.set("sethigh", set_all(Some(true))?)?;
    pin.set("setlow", set_all(Some(false))?)?;

    let core = Core::of(lua)?;
    let dir_levels = levels.clone();
    let setdir = move |_: &Lua, (direction, pins): (f64, Variadic<f64>)| {
        for pin in pins.iter() {
            let (direction, pin) = (direction as i64, *pin as i64);
            let name = DIRECTIONS.iter().find(|(_, value)| *value == direction).map_or("?", |(name, _)| name);
            core.trace("pin", &format!("{pin} is {name}"));
            if direction <= OUTPUT1 {
                set(&core, &dir_levels, pin, direction == OUTPUT1);
            }
        }
        Ok(())
    };
    pin.set("setdir", lua.create_function(setdir)?)?;

    let pull_levels = levels.clone();
    let setpull = move |_: &Lua, (mode, pin): (f64, f64)| {
        pull_levels.borrow_mut().insert(pin as i64, mode as i64 == PULLUP);
        Ok(())
    };
    pin.set("setpull", lua.create_function(setpull)?)?;

    let get_levels = levels.clone();
    let getval = move |lua: &Lua, pins: Variadic<f64>| -> Result<MultiValue> {
        let values: Vec<i64> = {
            let levels = get_levels.borrow();
            pins.iter().map(|pin| i64::from(levels.get(&(*pin as i64)).copied().unwrap_or(false))).collect()
        };
        Variadic::from_iter(values).into_lua_multi(lua)
    };
    pin.set("getval", lua.create_function(getval)?)?;

    let close = move |_: &Lua, pins: Variadic<f64>| {
        for pin in pins.iter() {
            levels.borrow_mut().remove(&(*pin as i64));
        }
        Ok(())
    };
    pin.set("close", lua.create_function(close)?)?;
    pin.set("setdebounce", lua.create_function(|_, _: f64| Ok(()))?)?;
    pio.set("pin", pin)?;
    Ok(pio)
}

fn set(core: &Core, levels: &Levels, pin: i64, level: bool) {
    let before = levels.borrow_mut().insert(pin, level);
    if before != Some(level) {
        core.trace("pin", &format!("{pin} = {}", u8::from(level)));
    }
}

/// Makes `cpu`: the edges of `MSG_INT`.
pub fn cpu(lua: &Lua) -> Result<Table> {
    lua.create_table_from([("INT_GPIO_POSEDGE", 1), ("INT_GPIO_NEGEDGE", 2)])
}
