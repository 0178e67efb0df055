//! The modem as Lua sees it: what it says at the AT port, and what the script tells it by `rtos`.

use mlua::{Error, FromLua, Function, Lua, Result, Table, Value};

use super::{
    convert::integer,
    rtos,
    runtime::{Announce, Runtime},
    uart,
};
use crate::{
    device::{change::Change, modem::Reply},
    modem::AttachedModem,
};

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

/// The script writes to the AT port. Commands that the Lua half answers in the modem's place are put to it, while
/// nothing of the modem is borrowed: an answer may do anything that a script may.
pub(super) fn write(lua: &Lua, runtime: &Runtime, bytes: &[u8]) -> Result<()> {
    runtime.with_modem(|modem, now| modem.feed(bytes, now));
    while let Some(command) = runtime.with_modem(|modem, _| modem.take_question()) {
        let reply = reply(lua, &command);
        let answer = reply.as_ref().map_or(Reply::Failed, Reply::clone);
        // Also if the answer is Ctrl-C: the next command is not to wait for it.
        runtime.with_modem(|modem, now| modem.answer_question(answer, now));
        reply?;
    }
    Ok(())
}

/// What the Lua half answers a command: a text, nil for the modem's own answer, or false if it failed.
fn reply(lua: &Lua, command: &str) -> Result<Reply> {
    let at = Table::from_lua(super::use_module(lua, "device.at")?, lua)?;
    Ok(match at.get::<Function>("reply")?.call(command)? {
        Value::String(text) => Reply::Text(text.to_string_lossy()),
        Value::Nil => Reply::Own,
        _ => Reply::Failed,
    })
}

/// Adds to `rtos` what concerns the modem.
///
/// - `notify_sim_detect(slot, is_there)`: a script that watches the switch of the slot 1 or 2 says that the card was
///   taken out (0) or put in (1). The modem reports `+CPIN` then.
pub(super) fn extend_rtos(lua: &Lua, rtos: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let notify_sim_detect = move |lua: &Lua, (slot, is_there): (Value, Value)| {
        let slot = match integer(lua, "rtos.notify_sim_detect: slot", &slot)? {
            1 => 0,
            2 => 1,
            other => {
                let problem = format!("rtos.notify_sim_detect: slot: 1 or 2 expected, got {other}");
                return Err(Error::runtime(problem));
            }
        };
        let is_there = integer(lua, "rtos.notify_sim_detect: 0 or 1", &is_there)? != 0;
        runtime.with_modem(|modem, now| modem.tell_card(slot, is_there, now));
        Ok(())
    };
    rtos.set("notify_sim_detect", lua.create_function(notify_sim_detect)?)
}
