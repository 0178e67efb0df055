//! What the device does, for those who listen in Lua. Changes queue up while natives run, and one message of the
//! loop, `MSG_DEVICE`, has the Lua half take them all.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use mlua::{IntoLua, Lua, MultiValue, Result, Table, Value};

use super::super::{
    convert::bytes,
    rtos::numbers::MSG_DEVICE,
    runtime::{Announce, Runtime},
};
use crate::{
    device::{
        change::Change,
        described::NAMES,
        plain::Plain,
        topic::{Topic, Topics},
    },
    reactor::SourceId,
};

/// Most changes that wait for the script; the oldest are lost beyond.
const MOST: usize = 1 << 16;

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
        let described = change.described();
        let mut values = MultiValue::from_vec(vec![number.into_lua(lua)?, described.name.into_lua(lua)?]);
        for value in &described.values {
            values.push_back(to_lua(lua, value)?);
        }
        Ok(values)
    };
    device.set("next_change", lua.create_function(next_change)?)
}

fn to_lua(lua: &Lua, value: &Plain) -> Result<Value> {
    match value {
        Plain::Nil => Ok(Value::Nil),
        Plain::Flag(flag) => Ok(Value::Boolean(*flag)),
        Plain::Integer(number) => number.into_lua(lua),
        Plain::Text(text) => bytes(lua, text.as_bytes()),
        Plain::Bytes(octets) => bytes(lua, octets),
        Plain::Number(number) => Ok(Value::Number(*number)),
        Plain::Table(fields) => {
            let table = lua.create_table()?;
            for (name, value) in fields {
                table.set(*name, to_lua(lua, value)?)?;
            }
            Ok(Value::Table(table))
        }
    }
}
