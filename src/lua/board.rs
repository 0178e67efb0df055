//! The board between actions and the script: an action of the outside becomes a message of the firmware.
//! `native.board` is where the Lua half lets actions in.

use mlua::{FromLuaMulti, Lua, LuaString, Result, Table};

use super::{
    pio::{FALLING_EDGE, RISING_EDGE},
    pmd,
    rtos_numbers::{MSG_INT, MSG_KEYPAD, MSG_PMD, MSG_UART_RXDATA},
    runtime::Runtime,
    socketcore,
};
use crate::{
    device::{action::Action, board::Event, change::Change},
    reactor::Body,
};

impl Runtime {
    /// Something befalls the device.
    pub(super) fn act(&self, action: &Action) {
        match *action {
            Action::Network(has_coverage) => {
                socketcore::network(self, has_coverage);
                self.with_modem(|modem, now| modem.set_coverage(has_coverage, now));
            }
            Action::Sim(is_there) => self.with_modem(|modem, now| modem.set_card(is_there, now)),
            _ => self.act_on_board(action),
        }
    }

    /// The script begins to wait: whether the device may sleep meanwhile is shown, if it is new.
    pub(super) fn begin_wait(&self) {
        let change = self.board.borrow_mut().power.sleep_change();
        if let Some(may_sleep) = change {
            self.emit(&Change::Sleep(may_sleep));
        }
    }

    fn act_on_board(&self, action: &Action) {
        let event = self.board.borrow_mut().act(action, self.started.elapsed());
        if let Action::Input { pin, .. } = action {
            self.show_pin(*pin);
        }
        let Some(event) = event else { return };
        let (id, fields) = match event {
            Event::Received { uart } => {
                return self.reactor.borrow_mut().post(MSG_UART_RXDATA, Body::Number(uart));
            }
            Event::Edge { pin, rising } => {
                let edge = if rising { RISING_EDGE } else { FALLING_EDGE };
                (MSG_INT, vec![("int_id", edge.into()), ("int_resnum", pin.into())])
            }
            Event::Key { row, column, is_pressed } => (
                MSG_KEYPAD,
                vec![("key_matrix_row", row.into()), ("key_matrix_col", column.into()), ("pressed", is_pressed.into())],
            ),
            Event::Power => (MSG_PMD, pmd::fields(&self.board.borrow().power)),
        };
        self.reactor.borrow_mut().post(id, Body::Fields(fields));
    }
}

/// Makes `native.board`, each function an action:
///
/// `input(pin, level)`, `key(row, column, is_pressed)`, `analog(channel, millivolts)`, `uart(id, bytes)`,
/// `battery(millivolts)`, `charger(is_connected)`, `network(has_coverage)`, `sim(is_there)`. Levels and states are booleans.
pub fn table(lua: &Lua) -> Result<Table> {
    let board = lua.create_table()?;
    add(lua, &board, "input", |(pin, level)| Action::Input { pin, level })?;
    add(lua, &board, "key", |(row, column, is_pressed)| Action::Key { row, column, is_pressed })?;
    add(lua, &board, "analog", |(channel, millivolts)| Action::Analog { channel, millivolts })?;
    add(lua, &board, "uart", |(id, bytes): (_, LuaString)| Action::Uart { id, bytes: bytes.as_bytes().to_vec() })?;
    add(lua, &board, "battery", |millivolts| Action::Battery { millivolts })?;
    add(lua, &board, "charger", Action::Charger)?;
    add(lua, &board, "network", Action::Network)?;
    add(lua, &board, "sim", Action::Sim)?;
    Ok(board)
}

fn add<A: FromLuaMulti>(lua: &Lua, board: &Table, name: &str, action: impl Fn(A) -> Action + 'static) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let act = move |_: &Lua, values: A| {
        runtime.act(&action(values));
        Ok(())
    };
    board.set(name, lua.create_function(act)?)
}
