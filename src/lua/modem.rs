//! The modem as Lua sees it: what it says at the AT port, and what the script tells it by `rtos`.

use mlua::{Lua, Result, Table, Value};

use super::{
    convert::integer,
    rtos,
    runtime::{Announce, Runtime},
    uart,
};
use crate::{device::change::Change, modem::AttachedModem};

impl Announce for AttachedModem {
    fn message(&self, _: &Lua, runtime: &Runtime) -> Result<Option<(Value, Value)>> {
        let news = self.port.borrow_mut().take_news();
        news.changes.iter().for_each(|change| runtime.emit(change));
        for line in news.text.lines().filter(|line| !line.is_empty()) {
            runtime.emit(&Change::AtReceived(line.to_owned()));
        }
        let message = (Value::Integer(rtos::MSG_UART_RXDATA), Value::Integer(uart::ATC));
        Ok(Some(message).filter(|_| news.received))
    }
}

/// Adds to `rtos` what concerns the modem.
///
/// - `notify_sim_detect(slot, is_there)`: a script that watches the card's switch says that the card was taken out
///   (0) or put in (1). The modem reports `+CPIN` then. There is one card, whatever the slot.
pub(super) fn extend_rtos(lua: &Lua, rtos: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let notify_sim_detect = move |lua: &Lua, (slot, is_there): (Value, Value)| {
        integer(lua, "rtos.notify_sim_detect: slot", &slot)?;
        let is_there = integer(lua, "rtos.notify_sim_detect: 0 or 1", &is_there)? != 0;
        runtime.with_modem(|modem, now| modem.set_card(is_there, now));
        Ok(())
    };
    rtos.set("notify_sim_detect", lua.create_function(notify_sim_detect)?)
}
