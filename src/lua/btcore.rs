//! `btcore`: Bluetooth with nobody around. Facts: module `btcore` of LuatOS-Air.

use std::{cell::RefCell, rc::Rc, time::Duration};

use mlua::{Lua, Result, Table, Value};

use super::{
    arguments::{Arguments, define},
    convert::{bytes, show},
    rtos::numbers::MSG_BLUETOOTH,
    runtime::Runtime,
};
use crate::{
    device::{
        bluetooth::{BluetoothChange, Mode, Radio},
        change::Change,
    },
    reactor::{Body, Field},
};

/// The device's answers: done, and refused.
const DONE: i64 = 0;
const REFUSED: i64 = -1;

/// Events of `rtos.MSG_BLUETOOTH`.
const MSG_OPEN_CNF: i64 = 1;
const MSG_CLOSE_CNF: i64 = 2;
const MSG_BLE_CONNECT_CNF: i64 = 56;
const MSG_BLE_SCAN_CNF: i64 = 64;

/// All of them, with the firmware's numbers as far as they are known.
const EVENTS: &[(&str, i64)] = &[
    ("MSG_OPEN_CNF", MSG_OPEN_CNF),
    ("MSG_CLOSE_CNF", MSG_CLOSE_CNF),
    ("MSG_BT_HFP_CONNECT_IND", 18),
    ("MSG_BT_HFP_DISCONNECT_IND", 19),
    ("MSG_BT_HFP_CALLSETUP_OUTGOING", 22),
    ("MSG_BT_HFP_CALLSETUP_INCOMING", 23),
    ("MSG_BT_HFP_RING_INDICATION", 25),
    ("MSG_BT_AVRCP_CONNECT_IND", 26),
    ("MSG_BT_AVRCP_DISCONNECT_IND", 27),
    ("MSG_BLE_CONNECT_CNF", MSG_BLE_CONNECT_CNF),
    ("MSG_BLE_DISCONNECT_CNF", 57),
    ("MSG_BLE_SCAN_CNF", MSG_BLE_SCAN_CNF),
    ("MSG_BLE_SCAN_IND", 66),
    ("MSG_BLE_CONNECT_IND", 68),
    ("MSG_BLE_DISCONNECT_IND", 69),
    ("MSG_BLE_FIND_CHARACTERISTIC_IND", 70),
    ("MSG_BLE_FIND_SERVICE_IND", 71),
    ("MSG_BLE_FIND_CHARACTERISTIC_UUID_IND", 72),
    ("MSG_BLE_READ_VALUE_IND", 73),
    ("MSG_BLE_MTU_EXCHANGE_IND", 74),
    ("MSG_BLE_DATA_IND", 100),
];

/// How long the radio tries to connect, and why it fails: "connection failed to be established" (Bluetooth Core
/// Specification, volume 1 part F section 2.58).
const CONNECTING: Duration = Duration::from_secs(2);
const NOT_ESTABLISHED: i64 = 0x3e;

/// The radio's own address.
const ADDRESS: &str = "02:00:00:00:00:01";

/// A kind of argument.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    OptionalNumber,
    Text,
    OptionalText,
    /// A number of 16 bits or a string.
    Uuid,
    /// A number or a string, or none.
    Any,
}
use Kind::{Any, Number, OptionalNumber, OptionalText, Text, Uuid};

/// Arguments of a function: name and kind of each.
type Parameters = &'static [(&'static str, Kind)];

/// Settings, which are accepted while the radio is on.
const SETTINGS: &[(&str, Parameters)] = &[
    ("btcore.setname", &[("name", Text)]),
    (
        "btcore.setadvparam",
        &[
            ("shortest interval", Number),
            ("longest interval", Number),
            ("type", Number),
            ("own address type", Number),
            ("channels", Number),
            ("filter", Number),
            ("address type", OptionalNumber),
            ("address", OptionalText),
        ],
    ),
    (
        "btcore.setscanparam",
        &[("type", Number), ("interval", Number), ("window", Number), ("filter", Number), ("own address type", Number)],
    ),
    ("btcore.setadvdata", &[("data", Text)]),
    ("btcore.setscanrspdata", &[("data", Text)]),
    ("btcore.setbeacondata", &[("uuid", Text), ("major", Number), ("minor", Number)]),
    ("btcore.addservice", &[("uuid", Uuid)]),
    ("btcore.addcharacteristic", &[("uuid", Uuid), ("type", Number), ("permission", OptionalNumber)]),
    ("btcore.adddescriptor", &[("uuid", Uuid), ("value", Any)]),
    ("btcore.addwhitelist", &[("address", Text), ("address type", OptionalNumber)]),
    ("btcore.removewhitelist", &[("address", Text), ("address type", OptionalNumber)]),
    ("btcore.clearwhitelist", &[]),
    ("btcore.setvalue", &[("data", Text), ("uuid", Uuid), ("length", OptionalNumber)]),
    ("btcore.setmtu", &[("size", Number)]),
    ("btcore.state", &[]),
];

/// What needs a connection, and there is none.
const CONNECTED: &[(&str, Parameters)] = &[
    ("btcore.send", &[("data", Text), ("uuid", Uuid), ("handle", OptionalNumber), ("mode", OptionalNumber)]),
    ("btcore.disconnect", &[("handle", OptionalNumber)]),
    ("btcore.findservice", &[("handle", OptionalNumber)]),
    ("btcore.findcharacteristic", &[("uuid", Uuid), ("handle", OptionalNumber)]),
    ("btcore.opennotification", &[("uuid", Uuid), ("handle", OptionalNumber)]),
    ("btcore.closenotification", &[("uuid", Uuid), ("handle", OptionalNumber)]),
    ("btcore.readvalue", &[("uuid", Uuid), ("handle", OptionalNumber)]),
    ("btcore.sethfpvol", &[("volume", Number)]),
    ("btcore.hfpcallanswer", &[]),
    ("btcore.hfpcallreject", &[]),
    ("btcore.hfpcallhangup", &[]),
    ("btcore.hfpcallredial", &[]),
    ("btcore.hfpcalldial", &[("number", Text)]),
    ("btcore.setavrcpsongs", &[("state", Number)]),
];

/// Makes the table. Functions answer 0, or -1 if the radio is off or nobody is connected; the device tells by
/// `rtos.MSG_BLUETOOTH` with the field `event` what comes of them.
///
/// - `open(mode)`: 0 peripheral, 1 central, 2 classic; `MSG_OPEN_CNF` follows. `close()`; `MSG_CLOSE_CNF` follows.
/// - `scan(0 or 1)`: `MSG_BLE_SCAN_CNF` follows, and nobody is found.
/// - `connect(address [, type])`: `MSG_BLE_CONNECT_CNF` follows, whose `result` is not 0.
/// - `advertising(0 or 1)`, and the settings of [`SETTINGS`]. What needs a connection: [`CONNECTED`].
/// - `recv(most)` → uuid, data, length: two empty strings and 0. `getaddr()` → string.
/// - `setvisibility(flags)`, `getvisibility()`, `setavrcpvol(0 to 127)`, `getavrcpvol()`, `getavrcpstate()`.
pub fn table(lua: &Lua) -> Result<Table> {
    let btcore = lua.create_table_from(EVENTS.iter().copied())?;
    let radio = Rc::new(RefCell::new(Radio::default()));
    for (name, parameters) in SETTINGS {
        let radio = radio.clone();
        define(lua, &btcore, name, move |call| {
            check(call, parameters)?;
            Ok(answer(radio.borrow().is_open()))
        })?;
    }
    for (name, parameters) in CONNECTED {
        define(lua, &btcore, name, move |call| check(call, parameters).map(|()| REFUSED))?;
    }
    add_radio(lua, &btcore, &radio)?;
    add_classic(lua, &btcore, &radio)?;
    define(lua, &btcore, "btcore.recv", |call| {
        call.integer(1, "most")?;
        Ok((bytes(call.lua, b"")?, bytes(call.lua, b"")?, 0))
    })?;
    define(lua, &btcore, "btcore.getaddr", |_| Ok(ADDRESS))?;
    Ok(btcore)
}

fn add_radio(lua: &Lua, btcore: &Table, shared: &Rc<RefCell<Radio>>) -> Result<()> {
    let radio = shared.clone();
    define(lua, btcore, "btcore.open", move |call| {
        let Some(mode) = Mode::numbered(call.integer_or(1, "mode", 0)?) else { return Ok(REFUSED) };
        radio.borrow_mut().open(mode);
        emit(call, BluetoothChange::On(mode))?;
        post(call, vec![("event", MSG_OPEN_CNF.into()), ("result", DONE.into())])
    })?;
    let radio = shared.clone();
    define(lua, btcore, "btcore.close", move |call| {
        if !radio.borrow_mut().close() {
            return Ok(REFUSED);
        }
        emit(call, BluetoothChange::Off)?;
        post(call, vec![("event", MSG_CLOSE_CNF.into()), ("result", DONE.into())])
    })?;
    let radio = shared.clone();
    define(lua, btcore, "btcore.scan", move |call| {
        let is_on = call.integer(1, "0 or 1")? != 0;
        if !radio.borrow().is_central() {
            return Ok(REFUSED);
        }
        emit(call, BluetoothChange::Scan(is_on))?;
        let enable = Field::from(i64::from(is_on));
        post(call, vec![("event", MSG_BLE_SCAN_CNF.into()), ("enable", enable), ("result", DONE.into())])
    })?;
    let radio = shared.clone();
    define(lua, btcore, "btcore.advertising", move |call| {
        let is_on = call.integer(1, "0 or 1")? != 0;
        if radio.borrow().is_open() {
            emit(call, BluetoothChange::Advertise(is_on))?;
        }
        Ok(answer(radio.borrow().is_open()))
    })?;
    let radio = shared.clone();
    define(lua, btcore, "btcore.connect", move |call| {
        let address = call.text(1, "address")?;
        call.integer_or(2, "address type", 0)?;
        if !radio.borrow().is_central() {
            return Ok(REFUSED);
        }
        emit(call, BluetoothChange::Connect(address.to_string_lossy()))?;
        let (handle, result) = (Field::from(0), Field::from(NOT_ESTABLISHED));
        let fields = vec![("event", MSG_BLE_CONNECT_CNF.into()), ("handle", handle), ("result", result)];
        let runtime = Runtime::of(call.lua)?;
        runtime.reactor.borrow_mut().post_after(CONNECTING, MSG_BLUETOOTH, Body::Fields(fields));
        Ok(DONE)
    })
}

fn add_classic(lua: &Lua, btcore: &Table, shared: &Rc<RefCell<Radio>>) -> Result<()> {
    let radio = shared.clone();
    define(lua, btcore, "btcore.setvisibility", move |call| {
        let visibility = call.integer(1, "flags")?;
        let mut radio = radio.borrow_mut();
        radio.visibility = visibility;
        Ok(answer(radio.is_open()))
    })?;
    let radio = shared.clone();
    define(lua, btcore, "btcore.getvisibility", move |_| Ok(radio.borrow().visibility))?;
    let radio = shared.clone();
    define(lua, btcore, "btcore.setavrcpvol", move |call| {
        let volume = call.integer(1, "volume")?;
        let mut radio = radio.borrow_mut();
        let is_right = (0..=127).contains(&volume) && radio.is_open();
        if is_right {
            radio.volume = volume;
        }
        Ok(answer(is_right))
    })?;
    let radio = shared.clone();
    define(lua, btcore, "btcore.getavrcpvol", move |_| Ok(radio.borrow().volume))?;
    // Nothing is played.
    define(lua, btcore, "btcore.getavrcpstate", |_| Ok(0))
}

fn check(call: &Arguments<'_>, parameters: Parameters) -> Result<()> {
    for (index, (name, kind)) in parameters.iter().enumerate() {
        let position = index + 1;
        let value = call.value(position);
        match kind {
            Number => call.integer(position, name).map(|_| ())?,
            OptionalNumber => call.integer_or(position, name, 0).map(|_| ())?,
            Text => call.text(position, name).map(|_| ())?,
            OptionalText => call.optional_text(position, name).map(|_| ())?,
            Any => {}
            Uuid if matches!(value, Value::Integer(_) | Value::Number(_) | Value::String(_)) => {}
            Uuid => return Err(call.wrong(name, &format!("number or string expected, got {}", show(value)))),
        }
    }
    Ok(())
}

fn post(call: &Arguments<'_>, fields: Vec<(&'static str, Field)>) -> Result<i64> {
    Runtime::of(call.lua)?.reactor.borrow_mut().post(MSG_BLUETOOTH, Body::Fields(fields));
    Ok(DONE)
}

fn emit(call: &Arguments<'_>, change: BluetoothChange) -> Result<()> {
    Runtime::of(call.lua)?.emit(&Change::Bluetooth(change));
    Ok(())
}

fn answer(is_done: bool) -> i64 {
    if is_done { DONE } else { REFUSED }
}
