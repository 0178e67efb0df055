//! Actions that concern the phone in the device: its cards, its network, messages and calls, its AT port.

use mlua::{Error, Lua, LuaString, Result, Table, Value};

use super::{
    super::{convert::show, runtime::Runtime},
    actions::{add, add_checked},
};
use crate::device::{
    action::{Action, SimChange},
    modem::{Card, Override},
    pdu::{Address, Content, Deliver, MAX_PARTS},
};

/// Most digits of a telephone number.
const MAX_DIGITS: usize = 20;

/// Adds to `native.device`:
///
/// - `sim(state [, slot])`: the card in the slot 0 (the default) or 1 is taken out (false), put in (true), or another
///   one is put in: a table with any of `number`, `iccid`, `imsi`, `pin`, `puk`, which otherwise has what the former
///   card had, but no PIN.
/// - `signal(strength)`: 0 to 31, or 99; `temperature(celsius)`; `clock(time)`: the network's, in seconds since 1970 (UTC).
/// - `sms(from, text [, time])`: a text message of any length, in UTF-8, at a time in seconds since 1970 (UTC);
///   `pdu(octets)`: an SMS-DELIVER.
/// - `call([from])`: somebody calls, whose number may be withheld; `hang_up()`, `pick_up()`, `dtmf(keys)`: what the
///   other side of a call does.
/// - `urc(line)`: the modem says a line unasked. `at(command, answer)`: a text answers that command in the modem's
///   place, or `true`: what `device.at` of the Lua half says; nil: the modem again.
pub(super) fn extend(lua: &Lua, device: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let sim = move |_: &Lua, (state, slot): (Value, Option<i64>)| {
        let slot = match slot {
            None | Some(0) => 0,
            Some(1) => 1,
            Some(other) => return Err(Error::runtime(format!("sim: slot: 0 or 1 expected, got {other}"))),
        };
        let former = runtime.modem.borrow().card(slot);
        runtime.act(&Action::Sim { slot, change: sim_change(former, &state)? });
        Ok(())
    };
    device.set("sim", lua.create_function(sim)?)?;
    add_checked(lua, device, "signal", signal)?;
    add_checked(lua, device, "temperature", temperature)?;
    add(lua, device, "clock", Action::NetworkTime)?;
    add_checked(lua, device, "sms", sms)?;
    add_checked(lua, device, "pdu", pdu)?;
    add_checked(lua, device, "call", call)?;
    add(lua, device, "hang_up", |()| Action::HangUp)?;
    add(lua, device, "pick_up", |()| Action::PickUp)?;
    add_checked(lua, device, "dtmf", dtmf)?;
    add_checked(lua, device, "urc", urc)?;
    let runtime = Runtime::of(lua)?;
    let at = move |_: &Lua, (command, answer): (String, Value)| {
        let answer = match answer {
            Value::Nil => None,
            Value::Boolean(true) => Some(Override::Asked),
            Value::String(text) => Some(Override::Text(text.to_string_lossy())),
            other => {
                return Err(Error::runtime(format!("at: answer: a text, true or nil expected, got {}", show(&other))));
            }
        };
        runtime.with_modem(|modem, _| modem.override_answer(&command, answer));
        Ok(())
    };
    device.set("at", lua.create_function(at)?)
}

/// What happens at a slot in which `former` is or was the last.
fn sim_change(former: Card, state: &Value) -> Result<SimChange> {
    let fields = match state {
        Value::Boolean(false) => return Ok(SimChange::Removed),
        Value::Boolean(true) => return Ok(SimChange::Inserted),
        Value::Table(fields) => fields,
        other => {
            let expected = "true, false or a table of the card's properties expected";
            return Err(Error::runtime(format!("sim: {expected}, got {}", show(other))));
        }
    };
    let mut card = Card { pin: None, ..former };
    for field in fields.pairs::<Value, Value>() {
        let (key, value) = field?;
        let name = key.as_string().map(LuaString::to_string_lossy).unwrap_or_default();
        let text = value.as_string().map(LuaString::to_string_lossy).unwrap_or_default();
        match card.set(&name, &text) {
            Ok(true) => {}
            Ok(false) => {
                let known = Card::KEYS.join(", ");
                return Err(Error::runtime(format!("sim: one of {known} expected, got {}", show(&key))));
            }
            Err(expected) => {
                return Err(Error::runtime(format!("sim: {name}: {expected} expected, got {}", show(&value))));
            }
        }
    }
    Ok(SimChange::Exchanged(card))
}

fn signal(strength: i64) -> Result<Action> {
    match u8::try_from(strength) {
        Ok(strength @ (0..=31 | 99)) => Ok(Action::Signal(strength)),
        _ => Err(Error::runtime(format!("signal: 0 to 31, or 99 expected, got {strength}"))),
    }
}

fn temperature(celsius: f64) -> Result<Action> {
    match celsius.round() {
        whole @ -60.0..=150.0 => Ok(Action::Temperature(whole as i16)),
        _ => Err(Error::runtime(format!("temperature: -60 to 150 degrees Celsius expected, got {celsius}"))),
    }
}

fn sms((from, text, time): (String, String, Option<i64>)) -> Result<Action> {
    let Some(address) = Address::parse(&from) else {
        let expected = "up to 20 digits after an optional +, or up to 11 characters of a name expected";
        return Err(Error::runtime(format!("sms: from: {expected}, got {from:?}")));
    };
    let parts = Content::of(&text).pieces().len();
    if parts > MAX_PARTS {
        return Err(Error::runtime(format!("sms: text: up to {MAX_PARTS} parts expected, got {parts}")));
    }
    Ok(Action::Sms { from: address, text, time })
}

fn pdu(octets: LuaString) -> Result<Action> {
    let octets = octets.as_bytes().to_vec();
    match Deliver::decode(&octets) {
        Ok(_) => Ok(Action::Pdu(octets)),
        Err(problem) => Err(Error::runtime(format!("pdu: an SMS-DELIVER expected: {problem}"))),
    }
}

fn call(from: Option<String>) -> Result<Action> {
    let from = from.unwrap_or_default();
    let digits = from.strip_prefix('+').unwrap_or(&from);
    let is_number = digits.len() <= MAX_DIGITS && digits.bytes().all(|digit| b"0123456789*#".contains(&digit));
    if !is_number || from == "+" {
        let expected = "up to 20 digits after an optional +, or nothing for a withheld number expected";
        return Err(Error::runtime(format!("call: from: {expected}, got {from:?}")));
    }
    Ok(Action::Call { from })
}

fn dtmf(keys: String) -> Result<Action> {
    if keys.is_empty() || !keys.bytes().all(|key| b"0123456789*#ABCD".contains(&key)) {
        return Err(Error::runtime(format!("dtmf: keys: 0 to 9, *, # and A to D expected, got {keys:?}")));
    }
    Ok(Action::Dtmf(keys))
}

fn urc(line: String) -> Result<Action> {
    if line.is_empty() || line.contains(['\r', '\n']) {
        return Err(Error::runtime(format!("urc: one line without its end expected, got {line:?}")));
    }
    Ok(Action::Urc(line))
}
