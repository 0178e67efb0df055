//! `native.board`: the script's side of `luatos --board`. Another thread asks and is told: it puts [`Request`]s, which a
//! message of the loop, `MSG_BOARD`, has the Lua half take one after the other, and gets [`News`] of what happens.
//! This thread waits for it nowhere.

mod json;
mod watch;

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use crossbeam_channel::Receiver;
use mlua::{Error, Function, Lua, MultiValue, Result, Table, Value};
use serde_json::Value as Json;

pub(super) use self::watch::Watched;
pub use self::{
    json::{from_bytes, into_bytes},
    watch::{Changed, News, Told},
};
use super::{
    asker,
    rtos::numbers::MSG_BOARD,
    runtime::{Announce, Runtime},
};
use crate::reactor::{Activity, Cause, Context, Flight, Source, Status};

/// The values that a call has returned, or why it has failed, without a traceback.
pub type Answer = std::result::Result<Vec<Json>, String>;

/// Takes the answer, and returns whether who has asked is still there. It is dropped where the run ends before there is one.
pub type Reply = Box<dyn FnOnce(Answer) -> bool + Send>;

/// What is asked of the script's thread.
pub enum Request {
    /// Call a function of the table `device`, in a task of its own.
    Call {
        /// Its name; `uart.read` and `uart.write` are the methods of a port, whose number is the first argument.
        name: String,
        /// Its arguments.
        arguments: Vec<Json>,
        /// Takes what it returns.
        reply: Reply,
    },
    /// From now on all changes are told (true), or those alone that are always told: lines of the log.
    Watch(bool),
}

/// The other thread's end.
pub type Asker = asker::Asker<Request>;

/// The script's end. While it is there, the run does not end by itself.
pub(super) struct Board {
    requests: Receiver<Request>,
    /// Who waits for the answers to the calls that were taken; the number of a call is its place here and `first`.
    replies: VecDeque<Option<Reply>>,
    /// Number of the first of them.
    first: u64,
}

impl Source for Board {
    fn drive(&mut self, _: Cause, _: &mut Context<'_>) {}

    fn status(&mut self) -> Status {
        Status { activity: Activity::Waiting, deadline: None, has_news: !self.requests.is_empty() }
    }

    fn flight(&self) -> Flight {
        Flight::Possible
    }
}

impl Board {
    /// Notes who waits for an answer. Returns the number of the call.
    fn keep(&mut self, reply: Reply) -> u64 {
        self.replies.push_back(Some(reply));
        self.first + self.replies.len() as u64 - 1
    }

    /// Who waits for the answer to that call, once.
    fn take(&mut self, number: u64) -> Option<Reply> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let reply = self.replies.get_mut(place)?.take();
        while self.replies.front().is_some_and(Option::is_none) {
            self.replies.pop_front();
            self.first += 1;
        }
        reply
    }
}

struct Announcer;

impl Announce for Announcer {
    fn message(&self, _: &Lua, _: &Runtime) -> Result<Option<(Value, Value)>> {
        Ok(Some((Value::Integer(MSG_BOARD), Value::Nil)))
    }
}

/// Opens the board of a Lua state in which the runtime is switched on. `told` is called, in the script's thread, with
/// what happens; it must not wait, and returns whether there was room for it. Returns also the names of what can be called.
///
/// # Errors
/// The Lua half failed to load.
pub fn open(lua: &Lua, told: impl Fn(News) -> bool + 'static) -> Result<(Asker, Vec<String>)> {
    let runtime = Runtime::of(lua)?;
    let mut reactor = runtime.reactor.borrow_mut();
    let id = reactor.new_id();
    let (asker, requests) = Asker::new(&reactor, id);
    let board = Rc::new(RefCell::new(Board { requests, replies: VecDeque::new(), first: 1 }));
    reactor.register(id, board.clone());
    drop(reactor);
    runtime.announce(id, Rc::new(Announcer));
    *runtime.remote.borrow_mut() = Some(board);
    runtime.watched.tell_to(Box::new(told));
    let remote: Table = lua.unpack(super::use_module(lua, "device.remote")?)?;
    let mut names: Vec<String> = remote.get::<Function>("start")?.call(())?;
    names.sort();
    Ok((asker, names))
}

/// Makes the table, whose functions do nothing without `--board`.
///
/// - `next()` → what is asked, "call" with the number of the call, its name and its arguments (a table with `n`), or
///   "watch" with a boolean: whether all changes are told from now on; nothing if nothing is asked.
/// - `answer(call, ok, ...)` → whether who has asked is still there: what the call has returned, or false and a text.
/// - `answer_state(call, further)`: the state, with further fields.
/// - `published(text, ...)`: something is published; `text` is what `--trace` prints of it.
pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    let runtime = Runtime::of(lua)?;
    table.set("next", lua.create_function(move |lua, ()| next(lua, &runtime))?)?;
    let runtime = Runtime::of(lua)?;
    let answer = move |_: &Lua, (number, ok, values): (u64, bool, MultiValue)| {
        let answer = match ok {
            true => json::from_values(&values),
            false => {
                Err(values.front().and_then(Value::as_string).map(|text| text.to_string_lossy()).unwrap_or_default())
            }
        };
        Ok(reply(&runtime, number, answer))
    };
    table.set("answer", lua.create_function(answer)?)?;
    let runtime = Runtime::of(lua)?;
    let answer_state = move |_: &Lua, (number, further): (u64, Table)| {
        reply(&runtime, number, state(&runtime, &further).map(|state| vec![state]));
        Ok(())
    };
    table.set("answer_state", lua.create_function(answer_state)?)?;
    let runtime = Runtime::of(lua)?;
    let published = move |_: &Lua, (text, values): (mlua::LuaString, MultiValue)| {
        // What has no form in JSON is none of the others' fault.
        let values = values.iter().map(|value| json::from_value(value).unwrap_or_else(Json::String)).collect();
        runtime.watched.publish(runtime.uptime(), values, text.to_string_lossy());
        Ok(())
    };
    table.set("published", lua.create_function(published)?)?;
    Ok(table)
}

fn next(lua: &Lua, runtime: &Runtime) -> Result<MultiValue> {
    let board = runtime.remote.borrow().clone();
    let Some(board) = board else { return Ok(MultiValue::new()) };
    loop {
        let request = board.borrow().requests.try_recv();
        match request {
            Err(_) => return Ok(MultiValue::new()),
            Ok(Request::Watch(is_on)) => {
                runtime.watched.watch(is_on);
                return Ok([lua.pack("watch")?, Value::Boolean(is_on)].into_iter().collect());
            }
            Ok(Request::Call { name, arguments, reply }) => match json::to_arguments(lua, &arguments) {
                Ok(arguments) => {
                    let number = board.borrow_mut().keep(reply);
                    let values = [lua.pack("call")?, lua.pack(number)?, lua.pack(name)?, Value::Table(arguments)];
                    return Ok(values.into_iter().collect());
                }
                Err(error) => {
                    reply(Err(match error {
                        Error::RuntimeError(text) => text,
                        other => other.to_string(),
                    }));
                }
            },
        }
    }
}

/// Answers a call. Returns whether who has asked is still there.
fn reply(runtime: &Runtime, number: u64, answer: Answer) -> bool {
    let board = runtime.remote.borrow().clone();
    let reply = board.and_then(|board| board.borrow_mut().take(number));
    reply.is_some_and(|reply| reply(answer))
}

/// The state as JSON, with fields that the Lua half knows.
fn state(runtime: &Runtime, further: &Table) -> std::result::Result<Json, String> {
    let mut state = serde_json::to_value(runtime.state()).map_err(|error| error.to_string())?;
    let Json::Object(fields) = json::from_value(&Value::Table(further.clone()))? else { return Ok(state) };
    if let Json::Object(known) = &mut state {
        known.extend(fields);
    }
    Ok(state)
}
