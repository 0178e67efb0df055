//! `pio` and `cpu`: pins as state that `--trace` shows. Facts: module `pio` of LuatOS-Air.

use std::{cell::RefCell, rc::Rc};

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Result, Table, Value, Variadic};

use super::{
    convert::{integer, show},
    rtos_system,
    runtime::Runtime,
};
use crate::device::{
    change::Change,
    pins::{Direction, Pins},
};

const OUTPUT: i64 = 0;
const OUTPUT1: i64 = 1;
const INPUT: i64 = 2;
const INT: i64 = 3;
const PULLUP: i64 = 4;

/// Constants from here on follow the pin numbers and are not pins.
const MODES: i64 = 0x100;

const CONSTANTS: [(&str, i64); 9] = [
    ("OUTPUT", OUTPUT),
    ("OUTPUT1", OUTPUT1),
    ("INPUT", INPUT),
    ("INT", INT),
    ("PULLUP", PULLUP),
    ("PULLDOWN", 5),
    ("NOPULL", 6),
    ("FIFO", MODES),
    ("CONT", MODES + 1),
];

/// Makes `pio`: `P0_0` … `P2_31` are 0 … 95.
///
/// `pin.setdir(direction, pins…)`, `setval(level, pins…)`, `getval(pins…)` → 0 or 1 each,
/// `sethigh(pins…)`, `setlow(pins…)`, `setpull(mode, pins…)`, `close(pins…)`, `setdebounce(ms)`.
pub fn table(lua: &Lua) -> Result<Table> {
    let pio = lua.create_table_from(CONSTANTS)?;
    for port in 0..3 {
        for bit in 0..32 {
            pio.set(format!("P{port}_{bit}"), 32 * port + bit)?;
        }
    }
    let pins = Rc::new(RefCell::new(Pins::default()));
    let pin = lua.create_table()?;
    pin.set("setdir", action(lua, &pins, "setdir", Some("direction"), set_direction)?)?;
    pin.set("setval", action(lua, &pins, "setval", Some("level"), |pins, level, pin| pins.set(pin, level != 0))?)?;
    pin.set("sethigh", action(lua, &pins, "sethigh", None, |pins, _, pin| pins.set(pin, true))?)?;
    pin.set("setlow", action(lua, &pins, "setlow", None, |pins, _, pin| pins.set(pin, false))?)?;
    pin.set("setpull", action(lua, &pins, "setpull", Some("mode"), |pins, mode, pin| pins.pull(pin, mode == PULLUP))?)?;
    pin.set("close", action(lua, &pins, "close", None, |pins, _, pin| pins.close(pin))?)?;

    let getval = move |lua: &Lua, numbers: Variadic<Value>| -> Result<MultiValue> {
        let mut levels = Variadic::with_capacity(numbers.len());
        for number in numbers.iter() {
            let number = integer(lua, "pio.pin.getval: pin", number)?;
            levels.push(i64::from(pins.borrow().level(number)));
        }
        levels.into_lua_multi(lua)
    };
    pin.set("getval", lua.create_function(getval)?)?;
    pin.set("setdebounce", lua.create_function(|_, _: Value| Ok(()))?)?;
    for name in ["pwm", "plus"] {
        let text = format!("pio.pin.{name}");
        let missing = move |lua: &Lua, _: Variadic<Value>| rtos_system::unsupported(lua, &text, None);
        pin.set(name, lua.create_function(missing)?)?;
    }
    pio.set("pin", pin)?;
    Ok(pio)
}

fn set_direction(pins: &mut Pins, direction: i64, pin: i64) {
    match direction {
        OUTPUT | OUTPUT1 => pins.output(pin, direction == OUTPUT1),
        INT => pins.input(pin, Direction::Interrupt),
        _ => pins.input(pin, Direction::Input),
    }
}

/// A function that does something to each of its pins; with `parameter`, that number comes first.
fn action(
    lua: &Lua,
    pins: &Rc<RefCell<Pins>>,
    name: &'static str,
    parameter: Option<&'static str>,
    act: fn(&mut Pins, i64, i64),
) -> Result<Function> {
    let (runtime, pins) = (Runtime::of(lua)?, pins.clone());
    lua.create_function(move |lua, values: Variadic<Value>| {
        let mut numbers = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            let what = parameter.filter(|_| index == 0).unwrap_or("pin");
            numbers.push(integer(lua, &format!("pio.pin.{name}: {what}"), value)?);
        }
        let first = match parameter {
            Some(_) if !numbers.is_empty() => numbers.remove(0),
            Some(what) => {
                let text = format!("pio.pin.{name}: {what}: number expected, got {}", show(&Value::Nil));
                return Err(mlua::Error::runtime(text));
            }
            None => 0,
        };
        if numbers.iter().any(|number| *number >= MODES) {
            rtos_system::unsupported(lua, "pio.FIFO and pio.CONT", None)?;
        }
        for number in numbers.into_iter().filter(|number| *number < MODES) {
            act(&mut pins.borrow_mut(), first, number);
            if let Some(change) = pins.borrow_mut().change(number) {
                runtime.emit(&Change::Pin(change));
            }
        }
        Ok(())
    })
}

/// Makes `cpu`: the edges of `MSG_INT`.
pub fn cpu(lua: &Lua) -> Result<Table> {
    lua.create_table_from([("INT_GPIO_POSEDGE", 1), ("INT_GPIO_NEGEDGE", 2)])
}
