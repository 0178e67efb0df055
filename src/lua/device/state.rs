//! The state of the device as a table.

use mlua::{Lua, LuaSerdeExt, Result, Table, serde::SerializeOptions};

use super::super::runtime::Runtime;
use crate::device::state::State;

impl Runtime {
    /// The whole device as an observer sees it now.
    pub(in crate::lua) fn state(&self) -> State {
        self.show_steady_pins();
        let board = self.board.borrow();
        let labels = self.labels.borrow();
        let mut modem = self.modem.borrow().port.borrow().observe();
        modem.network.conditions = self.network.borrow().link.conditions();
        State {
            pins: board.pins.states(),
            leds: self.blinks.borrow().blinking(),
            pwm: board.pwm.states(),
            adc: board.analog.states(),
            names: labels.pins.clone(),
            keys: labels.keys.clone(),
            pressed: board.keypad.pressed(),
            modem,
            audio: self.audio.state(self),
            displays: board.screens.states(),
            power: board.power.state(),
            files: self.files.borrow().states(),
            restarts: self.restarts.get(),
        }
    }
}

/// Adds to `native.device`: `state()` → a table of the fields of [`State`]; what there is not, is nil.
pub(super) fn extend(lua: &Lua, device: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let state = move |lua: &Lua, ()| {
        let options = SerializeOptions::new().serialize_none_to_null(false).set_array_metatable(false);
        lua.to_value_with(&runtime.state(), options)
    };
    device.set("state", lua.create_function(state)?)
}
