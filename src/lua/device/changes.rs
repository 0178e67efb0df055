//! What the device does, for those who listen in Lua. Changes queue up while natives run, and one message of the
//! loop, `MSG_DEVICE`, has the Lua half take them all.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    time::Duration,
};

use mlua::{IntoLua, Lua, MultiValue, Result, Table, Value};

use super::super::{
    convert::bytes,
    rtos::numbers::MSG_DEVICE,
    runtime::{Announce, Runtime},
};
use crate::{
    device::{
        audio::{AudioChange, Playing, Target},
        buses::Transfer,
        change::{CallChange, Change},
        display::DisplayChange,
        pins::Pattern,
        topic::{Topic, Topics},
    },
    reactor::SourceId,
};

/// Most changes that wait for the script; the oldest are lost beyond.
const MOST: usize = 1 << 16;

/// What can be listened to, and the topic that it belongs to.
const NAMES: &[(&str, Topic)] = &[
    ("adc", Topic::Adc),
    ("answer", Topic::Call),
    ("at", Topic::At),
    ("audio", Topic::Audio),
    ("bluetooth", Topic::Bluetooth),
    ("call", Topic::Call),
    ("clock", Topic::Clock),
    ("dtmf", Topic::Call),
    ("fota", Topic::Fota),
    ("hang_up", Topic::Call),
    ("i2c", Topic::I2c),
    ("lcd", Topic::Lcd),
    ("led", Topic::Led),
    ("log", Topic::Log),
    ("missed", Topic::Call),
    ("net", Topic::Net),
    ("picture", Topic::Lcd),
    ("pin", Topic::Pin),
    ("power", Topic::Power),
    ("pwm", Topic::Pwm),
    ("sms", Topic::Sms),
    ("sms_read", Topic::Sms),
    ("socket", Topic::Socket),
    ("spi", Topic::Spi),
    ("uart", Topic::Uart),
    ("wifi", Topic::Wifi),
    ("ws", Topic::Ws),
];

/// Changes that the script has not taken.
#[derive(Debug)]
pub(in crate::lua) struct Heard {
    /// Whose news the queue is.
    pub id: SourceId,
    /// Somebody has the door, and may ask for the device's state.
    pub is_open: Cell<bool>,
    /// What somebody listens to.
    pub topics: Cell<Topics>,
    queue: RefCell<VecDeque<Change>>,
    /// How many changes have been kept so far.
    count: Cell<u64>,
    /// How many of them were lost, since that was last asked.
    lost: Cell<u64>,
}

impl Heard {
    /// Nobody listens.
    pub fn new(id: SourceId) -> Self {
        Heard {
            id,
            is_open: Cell::default(),
            topics: Cell::default(),
            queue: RefCell::default(),
            count: Cell::default(),
            lost: Cell::default(),
        }
    }

    /// Keeps a change for the script.
    pub fn push(&self, change: &Change) {
        let mut queue = self.queue.borrow_mut();
        if queue.len() == MOST {
            queue.pop_front();
            self.lost.set(self.lost.get() + 1);
        }
        queue.push_back(change.clone());
        self.count.set(self.count.get() + 1);
    }
}

/// Has the Lua half take the changes.
pub(in crate::lua) struct HeardAnnouncer;

impl Announce for HeardAnnouncer {
    fn message(&self, _: &Lua, _: &Runtime) -> Result<Option<(Value, Value)>> {
        Ok(Some((Value::Integer(MSG_DEVICE), Value::Nil)))
    }
}

/// Adds to `native.device`:
///
/// - `NAMES`: what can be listened to, as keys.
/// - `listen(name)`: from now on such changes are kept for `next_change`. False for `log` where the script prints by
///   Lua's own means.
/// - `change_count()` → how many have been kept so far.
/// - `lost_changes()` → how many were lost since this was last called: more than are kept.
/// - `next_change()` → number of the oldest change, counted from 1, its name, and what there is to say about it; nothing
///   if there is none.
pub(super) fn extend(lua: &Lua, device: &Table) -> Result<()> {
    device.set("NAMES", lua.create_table_from(NAMES.iter().map(|(name, _)| (*name, true)))?)?;
    let runtime = Runtime::of(lua)?;
    runtime.heard.is_open.set(true);
    let listen = move |_: &Lua, name: String| {
        let Some((_, topic)) = NAMES.iter().find(|(known, _)| *known == name) else { return Ok(false) };
        if *topic == Topic::Log && !runtime.output.takes_all() {
            return Ok(false);
        }
        runtime.heard.topics.set(runtime.heard.topics.get().with(*topic));
        Ok(true)
    };
    device.set("listen", lua.create_function(listen)?)?;
    let runtime = Runtime::of(lua)?;
    device.set("change_count", lua.create_function(move |_, ()| Ok(runtime.heard.count.get()))?)?;
    let runtime = Runtime::of(lua)?;
    device.set("lost_changes", lua.create_function(move |_, ()| Ok(runtime.heard.lost.take()))?)?;
    let runtime = Runtime::of(lua)?;
    let next_change = move |lua: &Lua, ()| {
        let number = runtime.heard.count.get() + 1 - runtime.heard.queue.borrow().len() as u64;
        let change = runtime.heard.queue.borrow_mut().pop_front();
        let Some(change) = change else { return Ok(MultiValue::new()) };
        let mut values = described(lua, &change)?;
        values.push_front(number.into_lua(lua)?);
        Ok(values)
    };
    device.set("next_change", lua.create_function(next_change)?)
}

/// Name and values of a change.
fn described(lua: &Lua, change: &Change) -> Result<MultiValue> {
    let text = |text: &str| text.into_lua(lua);
    let octets = |octets: &[u8]| bytes(lua, octets);
    let values = match change {
        Change::Pin(pin) => {
            vec![pin.pin.into_lua(lua)?, i64::from(pin.level).into_lua(lua)?, text(pin.direction.name())?]
        }
        Change::Uart { id, sent } => vec![id.into_lua(lua)?, octets(sent)?],
        Change::Bus(Transfer::I2cWrite { bus, address, sent }) => {
            vec![bus.into_lua(lua)?, address.into_lua(lua)?, octets(sent)?]
        }
        Change::Bus(Transfer::I2cRead { bus, address, count }) => {
            vec![bus.into_lua(lua)?, address.into_lua(lua)?, count.into_lua(lua)?]
        }
        Change::Bus(Transfer::Spi { bus, sent }) => vec![bus.into_lua(lua)?, octets(sent)?],
        Change::Pwm { channel, signal } => {
            let signal = signal.as_ref().map(ToString::to_string);
            vec![channel.into_lua(lua)?, signal.into_lua(lua)?]
        }
        Change::Supply { domain, level } => vec![text("supply")?, text(domain)?, level.into_lua(lua)?],
        Change::PowerOff { until } => vec![text("off")?, until.map(|time| time.to_string()).into_lua(lua)?],
        Change::Sleep(may_sleep) => vec![text(if *may_sleep { "sleep" } else { "awake" })?],
        Change::Update { size } => vec![size.into_lua(lua)?],
        Change::AtSent(line) => vec![text(line)?, text("sent")?],
        Change::AtReceived(line) => vec![text(line)?, text("received")?],
        Change::Sms { to, text: message } => vec![text(to)?, text(message)?],
        Change::SmsRead { from, text: message, part } => {
            let (index, total) = part.unwrap_or((1, 1));
            vec![text(from)?, text(message)?, index.into_lua(lua)?, total.into_lua(lua)?]
        }
        Change::Call { number, change: CallChange::Dtmf(keys) } => vec![text(keys)?, text(number)?],
        Change::Call { number, change: CallChange::Missed(why) } => vec![text(number)?, text(why)?],
        Change::Call { number, .. } => vec![text(number)?],
        Change::Audio(audio) => {
            let (what, detail) = heard_sound(audio);
            vec![text(what)?, detail.into_lua(lua)?]
        }
        Change::Display(DisplayChange::Picture(name, count)) => vec![text(name)?, count.into_lua(lua)?],
        Change::Display(display) => vec![text(shown(display))?, text(&display.to_string())?],
        Change::Log { line, is_error } => vec![text(line)?, text(if *is_error { "stderr" } else { "stdout" })?],
        Change::Socket { id, change } => vec![id.into_lua(lua)?, text(&change.to_string())?],
        Change::Led { pin, pattern: Pattern::Blinks { on, off } } => {
            let ms = |time: &Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX).into_lua(lua);
            vec![pin.into_lua(lua)?, ms(on)?, ms(off)?]
        }
        Change::Led { pin, pattern: Pattern::Stays(level) } => vec![pin.into_lua(lua)?, level.into_lua(lua)?],
        other => vec![text(&other.to_string())?],
    };
    let name = text(name(change))?;
    Ok(std::iter::once(name).chain(values).collect())
}

/// What a change is listened to by.
fn name(change: &Change) -> &'static str {
    match change {
        Change::Call { change, .. } => match change {
            CallChange::Dialled => "call",
            CallChange::Answered => "answer",
            CallChange::HungUp => "hang_up",
            CallChange::Dtmf(_) => "dtmf",
            CallChange::Missed(_) => "missed",
        },
        Change::SmsRead { .. } => "sms_read",
        Change::Display(DisplayChange::Picture(..)) => "picture",
        other => other.topic().name(),
    }
}

/// What happens to a sound, and a path, text or reason.
fn heard_sound(change: &AudioChange) -> (&'static str, Option<String>) {
    match change {
        AudioChange::Play { what: Playing::File(path), .. } => ("play", Some(path.clone())),
        AudioChange::Play { what: Playing::Speech(text), .. } => ("speak", Some(text.clone())),
        AudioChange::Play { what: Playing::Data { .. }, .. } | AudioChange::Stream(_) => ("stream", None),
        AudioChange::Missing(path) => ("missing", Some(path.clone())),
        AudioChange::Stopped => ("stop", None),
        AudioChange::Ended => ("end", None),
        AudioChange::Failed => ("fail", None),
        AudioChange::Record { target: Target::File(path), .. } => {
            ("record", Some(String::from_utf8_lossy(path).into_owned()))
        }
        AudioChange::Record { target: Target::Stream(_), .. } => ("record", None),
        AudioChange::Recorded => ("recorded", None),
        AudioChange::RecordLost(why) => ("lost", Some(why.clone())),
        AudioChange::Set(setting) => ("set", Some(setting.to_string())),
    }
}

fn shown(change: &DisplayChange) -> &'static str {
    match change {
        DisplayChange::Init(_) => "init",
        DisplayChange::Show(_) => "show",
        DisplayChange::Picture(..) => "picture",
        DisplayChange::Sleep(_) => "sleep",
        DisplayChange::Missing(_) => "missing",
        DisplayChange::Close => "close",
    }
}
