//! `pio` and `cpu`: pins and the edges at them. Facts: module `pio` of LuatOS-Air.

use std::{cell::RefMut, rc::Rc};

use mlua::{Error, IntoLua, IntoLuaMulti, Lua, MultiValue, Result, Table, Value, Variadic};

use super::{convert::integer, runtime::Runtime};
use crate::device::{
    change::Change,
    pins::{self, Direction, Edge, Edges, PinChange, Pins, Reading, Wave},
    topic::Topic,
};

const OUTPUT: i64 = 0;
const INPUT: i64 = 1;
const OUTPUT1: i64 = 2;
const INT: i64 = 6;
const PULLUP: i64 = 7;
const PULLDOWN: i64 = 8;
const NOPULL: i64 = 9;

/// Constants from here on are passed among pin numbers and are not pins.
const FIFO: i64 = 0x100;
const CONT: i64 = 0x101;

const PINS_OF_PORT: i64 = 32;

const CONSTANTS: [(&str, i64); 9] = [
    ("OUTPUT", OUTPUT),
    ("INPUT", INPUT),
    ("OUTPUT1", OUTPUT1),
    ("INT", INT),
    ("PULLUP", PULLUP),
    ("PULLDOWN", PULLDOWN),
    ("NOPULL", NOPULL),
    ("FIFO", FIFO),
    ("CONT", CONT),
];

/// `MSG_INT`'s `int_id`.
pub(super) const RISING_EDGE: i64 = 1;
/// Likewise.
pub(super) const FALLING_EDGE: i64 = 2;

/// Makes `cpu`: the edges of `MSG_INT`.
pub fn cpu(lua: &Lua) -> Result<Table> {
    lua.create_table_from([("INT_GPIO_POSEDGE", RISING_EDGE), ("INT_GPIO_NEGEDGE", FALLING_EDGE)])
}

/// Makes `pio`: `P0_0` … `P2_31` are 0 … 95.
///
/// - `pin.setdir(direction, pins… [, FIFO or CONT])`: with one of the two, the edges of an interrupt pin are kept
///   for `getval` and send no message.
/// - `pin.setval(level, pins…)`, `sethigh(pins…)`, `setlow(pins…)`, `setpull(pull, pins…)`, `close(pins…)`.
/// - `pin.getval(pins…)` → 0 or 1 each. Of kept edges, with FIFO: a list of tables with `edge` (a constant of
///   `cpu`) and `delta` (microseconds since the one before); with CONT: a table with `low` and `high` (how many
///   pulses) and `duration` (microseconds); both since the last call.
/// - `pin.setdebounce(ms)`: accepted, because an action changes a level cleanly.
/// - `pin.pwm(pin, high, low, count)`, `pin.plus(pin, high, low, count, idle)`: a wave, in microseconds.
///
/// A direction, level or pull that does not exist raises, and so does a pin.
pub fn table(lua: &Lua) -> Result<Table> {
    let pio = lua.create_table_from(CONSTANTS)?;
    for number in pins::NUMBERS {
        pio.set(format!("P{}_{}", number / PINS_OF_PORT, number % PINS_OF_PORT), number)?;
    }

    let pin = lua.create_table()?;
    add(lua, &pin, "setdir", set_direction)?;
    add(lua, &pin, "setval", |call| {
        let level = call.choice("level", "0 or 1", level)?;
        call.each(|pins, pin| pins.set(pin, level))
    })?;
    add(lua, &pin, "sethigh", |call| call.each(|pins, pin| pins.set(pin, true)))?;
    add(lua, &pin, "setlow", |call| call.each(|pins, pin| pins.set(pin, false)))?;
    add(lua, &pin, "setpull", |call| {
        let up = call.choice("pull", "pio.PULLUP, PULLDOWN or NOPULL", pull)?;
        call.each(|pins, pin| pins.pull(pin, up))
    })?;
    add(lua, &pin, "close", |call| call.each(Pins::close))?;
    let runtime = Runtime::of(lua)?;
    let getval = move |lua: &Lua, pins: Variadic<Value>| read(lua, &runtime, &pins);
    pin.set("getval", lua.create_function(getval)?)?;
    let debounce = |lua: &Lua, ms: Value| integer(lua, "pio.pin.setdebounce: ms", &ms).map(|_| ());
    pin.set("setdebounce", lua.create_function(debounce)?)?;
    for name in ["pwm", "plus"] {
        let runtime = Runtime::of(lua)?;
        let wave = move |lua: &Lua, values: Variadic<Value>| start_wave(lua, &runtime, name, &values);
        pin.set(name, lua.create_function(wave)?)?;
    }
    pio.set("pin", pin)?;
    Ok(pio)
}

/// A call of a function that does something to pins.
struct Call<'a> {
    lua: &'a Lua,
    runtime: &'a Runtime,
    function: &'static str,
    values: &'a [Value],
}

impl Call<'_> {
    /// The first value, which says what to do.
    fn choice<T>(&mut self, name: &str, expected: &str, read: impl FnOnce(i64) -> Option<T>) -> Result<T> {
        let value = self.values.first().cloned().unwrap_or(Value::Nil);
        self.values = self.values.get(1..).unwrap_or_default();
        let what = format!("pio.pin.{}: {name}", self.function);
        let number = integer(self.lua, &what, &value)?;
        read(number).ok_or_else(|| Error::runtime(format!("{what}: {expected} expected, got {number}")))
    }

    /// The numbers of the pins, and the way in which edges are kept.
    fn pins(&self) -> Result<(Vec<i64>, Option<i64>)> {
        let mut numbers = Vec::with_capacity(self.values.len());
        let mut mode = None;
        for value in self.values {
            match integer(self.lua, &format!("pio.pin.{}: pin", self.function), value)? {
                number @ (FIFO | CONT) if self.function == "setdir" => mode = Some(number),
                number => numbers.push(existing(self.function, number)?),
            }
        }
        Ok((numbers, mode))
    }

    /// Does something to each pin, and shows what has changed.
    fn each(&mut self, act: impl Fn(&mut Pins, i64)) -> Result<()> {
        self.act_on(&self.pins()?.0, act);
        Ok(())
    }

    fn act_on(&self, numbers: &[i64], act: impl Fn(&mut Pins, i64)) {
        for number in numbers {
            act(&mut self.runtime.pins(), *number);
            self.runtime.show_pin(*number);
        }
    }
}

impl Runtime {
    fn pins(&self) -> RefMut<'_, Pins> {
        RefMut::map(self.board.borrow_mut(), |board| &mut board.pins)
    }

    /// Shows a pin to the listeners, if something about it is new.
    pub(super) fn show_pin(&self, number: i64) {
        let change = self.pins().change(number);
        let Some(change) = change else { return };
        let edge = self.edge(&change);
        let change = Change::Pin(change);
        match edge {
            Edge::Alone => self.emit(&change),
            Edge::Known => self.tell(&change),
            Edge::Completes(pattern) => {
                self.tell(&change);
                self.emit(&Change::Led { pin: number, pattern });
            }
        }
    }

    /// What a change of a pin means to those who want to know of blinking pins.
    fn edge(&self, change: &PinChange) -> Edge {
        let mut blinks = self.blinks.borrow_mut();
        if change.is_new_use {
            blinks.forget(change.pin);
        }
        if change.direction != Direction::Output || !self.sees_leds() {
            return Edge::Alone;
        }
        blinks.note(change.pin, change.level, self.uptime())
    }

    /// Whether anybody may ask how pins blink.
    fn sees_leds(&self) -> bool {
        self.is_heard(Topic::Led) || self.is_heard(Topic::Pin) || self.heard.is_open.get()
    }

    /// Tells of pins that have stopped blinking.
    pub(super) fn show_steady_pins(&self) {
        if self.sees_leds() {
            let stopped = self.blinks.borrow_mut().stopped(self.uptime());
            for (pin, pattern) in stopped {
                self.emit(&Change::Led { pin, pattern });
            }
        }
    }
}

fn add(
    lua: &Lua,
    pin: &Table,
    function: &'static str,
    body: impl Fn(&mut Call<'_>) -> Result<()> + 'static,
) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let call =
        move |lua: &Lua, values: Variadic<Value>| body(&mut Call { lua, runtime: &runtime, function, values: &values });
    pin.set(function, lua.create_function(call)?)
}

/// The number of a pin, if there is such a pin.
fn existing(function: &str, number: i64) -> Result<i64> {
    if pins::NUMBERS.contains(&number) {
        return Ok(number);
    }
    Err(Error::runtime(format!("pio.pin.{function}: pin: pio.P0_0 (0) to pio.P2_31 (95) expected, got {number}")))
}

fn level(number: i64) -> Option<bool> {
    matches!(number, 0 | 1).then_some(number == 1)
}

/// Whether it is a pull upwards.
fn pull(number: i64) -> Option<bool> {
    matches!(number, PULLUP | PULLDOWN | NOPULL).then_some(number == PULLUP)
}

fn set_direction(call: &mut Call<'_>) -> Result<()> {
    let is_direction = |number: i64| matches!(number, OUTPUT | OUTPUT1 | INPUT | INT).then_some(number);
    let direction = call.choice("direction", "pio.OUTPUT, OUTPUT1, INPUT or INT", is_direction)?;
    let (numbers, mode) = call.pins()?;
    let now = call.runtime.uptime();
    let edges = |mode| if mode == FIFO { Edges::listed(now) } else { Edges::counted(now) };
    call.act_on(&numbers, |pins, pin| match direction {
        INT => pins.interrupt(pin, mode.map(edges)),
        INPUT => pins.input(pin),
        _ => pins.output(pin, direction == OUTPUT1),
    });
    Ok(())
}

fn read(lua: &Lua, runtime: &Rc<Runtime>, values: &[Value]) -> Result<MultiValue> {
    let mut readings = Variadic::with_capacity(values.len());
    for value in values {
        let number = existing("getval", integer(lua, "pio.pin.getval: pin", value)?)?;
        let reading = runtime.pins().reading(number, runtime.uptime());
        readings.push(match reading {
            Reading::Level(level) => Value::Integer(i64::from(level)),
            Reading::Count { low, high, duration } => {
                lua.create_table_from([("low", low), ("high", high), ("duration", duration)])?.into_lua(lua)?
            }
            Reading::List(edges) => {
                let list = lua.create_table()?;
                for edge in edges {
                    let kind = if edge.rising { RISING_EDGE } else { FALLING_EDGE };
                    let entry = lua.create_table_from([("edge", kind)])?;
                    entry.raw_set("delta", edge.delta)?;
                    list.raw_push(entry)?;
                }
                list.into_lua(lua)?
            }
        });
    }
    readings.into_lua_multi(lua)
}

fn start_wave(lua: &Lua, runtime: &Rc<Runtime>, function: &str, values: &[Value]) -> Result<()> {
    let number = |index: usize, name: &str| match values.get(index) {
        None | Some(Value::Nil) => Ok(0),
        Some(value) => integer(lua, &format!("pio.pin.{function}: {name}"), value),
    };
    let pin = integer(lua, &format!("pio.pin.{function}: pin"), values.first().unwrap_or(&Value::Nil))?;
    let pin = existing(function, pin)?;
    let wave = Wave { pin, high: number(1, "high")?, low: number(2, "low")?, count: number(3, "count")? };
    let idle = number(4, "idle")?;
    runtime.pins().output(pin, idle != 0);
    runtime.emit(&Change::Wave(wave));
    Ok(())
}
