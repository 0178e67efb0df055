//! Short messages as LuatOS's `sms` sends and reads them: protocol data units in hexadecimal digits.

use mlua::{IntoLuaMulti, Lua, MultiValue, Result, Table, Value};

use super::{
    arguments::{Arguments, define},
    convert,
};
use crate::device::pdu::{Address, Content, Deliver, MAX_PARTS, Submit, UserData};

/// Relative to the service centre, none: the modem's own is used.
const OWN_CENTRE: &str = "00";

/// Makes the table.
///
/// - `submit(to, text, reference)` → list of messages, each a table of `digits`, as `AT+CMGS` takes them, and `length`,
///   its parameter. `text` is UCS-2, high byte first; `reference` is what the parts of a long text have in common, 0 to
///   255. `nil, reason` for a number or a text that cannot be sent.
/// - `deliver(digits, length)` → table of a message as `AT+CMGR` gives it: `from`, `text` (UCS-2, high byte first), `time`
///   (`yy/mm/dd,hh:mm:ss+zz`, in quarters of an hour); of a part of a long text also `reference`, `total` and `index`.
///   `nil, reason` for what is no such message.
pub fn table(lua: &Lua) -> Result<Table> {
    let pdu = lua.create_table()?;
    define(lua, &pdu, "pdu.submit", submit)?;
    define(lua, &pdu, "pdu.deliver", deliver)?;
    Ok(pdu)
}

/// `nil, reason`.
fn refusal(lua: &Lua, reason: impl std::fmt::Display) -> Result<MultiValue> {
    (Value::Nil, reason.to_string()).into_lua_multi(lua)
}

fn submit(arguments: &Arguments<'_>) -> Result<MultiValue> {
    let lua = arguments.lua;
    let to = arguments.text(1, "to")?.to_string_lossy();
    let Some(to) = Address::parse(&to).filter(|to| !matches!(to, Address::Name(_))) else {
        return refusal(lua, format!("telephone number of up to 20 digits expected, got {to:?}"));
    };
    let text = arguments.text(2, "text")?;
    let units: Vec<u16> = text.as_bytes().as_chunks().0.iter().map(|bytes| u16::from_be_bytes(*bytes)).collect();
    let content = Content::of(&String::from_utf16_lossy(&units));
    let count = content.pieces().len();
    if count > MAX_PARTS {
        return refusal(lua, format!("text of up to {MAX_PARTS} parts expected, got {count}"));
    }
    let reference = arguments.integer(3, "reference")? as u8;
    let list = lua.create_table()?;
    for data in UserData::parts(&content, reference) {
        let octets = Submit { reference: 0, to: to.clone(), data }.encode();
        let message = lua.create_table()?;
        message.set("digits", format!("{OWN_CENTRE}{}", data_encoding::HEXUPPER.encode(&octets)))?;
        message.set("length", octets.len())?;
        list.push(message)?;
    }
    list.into_lua_multi(lua)
}

fn deliver(arguments: &Arguments<'_>) -> Result<MultiValue> {
    let lua = arguments.lua;
    let digits = arguments.text(1, "digits")?;
    let length = arguments.integer(2, "length")?;
    let octets = data_encoding::HEXUPPER_PERMISSIVE.decode(&digits.as_bytes());
    let Ok(octets) = octets else { return refusal(lua, "pairs of hexadecimal digits expected") };
    // The number of the service centre may stand before the message.
    let centre = usize::try_from(length).ok().and_then(|length| octets.len().checked_sub(length));
    let Some(message) = centre.and_then(|centre| octets.get(centre..)) else {
        return refusal(lua, "the message is cut off");
    };
    let message = match Deliver::decode(message) {
        Ok(message) => message,
        Err(error) => return refusal(lua, error),
    };
    let table = lua.create_table()?;
    table.set("from", message.from.to_string())?;
    table.set("time", message.time.to_string())?;
    table.set("text", convert::bytes(lua, &units(&message.data.content))?)?;
    if let Some(part) = message.data.part {
        table.set("reference", part.reference)?;
        table.set("total", part.total)?;
        table.set("index", part.index)?;
    }
    table.into_lua_multi(lua)
}

/// UCS-2, high byte first.
fn units(content: &Content) -> Vec<u8> {
    content.units().into_iter().flat_map(u16::to_be_bytes).collect()
}
