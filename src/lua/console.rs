//! `native.console`: what the script's side of `luatos --console` needs. Another thread reads what is typed; it puts
//! [`Request`]s, which a message of the loop, `MSG_CONSOLE`, has the Lua half take one after the other.

use std::{cell::RefCell, rc::Rc};

use crossbeam_channel::{Receiver, Sender};
use mlua::{Function, IntoLua, Lua, MultiValue, Result, Table, Value};

use super::{
    asker,
    rtos::numbers::MSG_CONSOLE,
    runtime::{Announce, Runtime},
};
pub use crate::dialect::is_incomplete;
use crate::reactor::{Activity, Cause, Context, Flight, Source, SourceId, Status};

/// What a console asks of the script's thread.
#[derive(Debug)]
pub enum Request {
    /// Run an input, which is complete. `done` of [`open`] follows.
    Run(String),
    /// Leave the input that waits. `done` follows if there is one.
    Abandon,
    /// Say how the text before the cursor may go on.
    Complete {
        /// The text.
        before: String,
        /// Takes the names that the last word of the text may become.
        reply: Sender<Vec<String>>,
    },
    /// End the run as a script's end does.
    End,
    /// No more will be asked: the run may end by itself.
    Close,
}

/// The other thread's end.
pub type Asker = asker::Asker<Request>;

/// The script's end. While it is open, the run does not end by itself.
pub(super) struct Console {
    id: SourceId,
    is_open: bool,
    requests: Receiver<Request>,
    /// Who waits for names.
    reply: Option<Sender<Vec<String>>>,
    done: Rc<dyn Fn()>,
}

impl Source for Console {
    fn drive(&mut self, _: Cause, _: &mut Context<'_>) {}

    fn status(&mut self) -> Status {
        let activity = if self.is_open { Activity::Waiting } else { Activity::Idle };
        Status { activity, deadline: None, has_news: !self.requests.is_empty() }
    }

    fn flight(&self) -> Flight {
        if self.is_open { Flight::Possible } else { Flight::Nothing }
    }
}

struct Announcer;

impl Announce for Announcer {
    fn message(&self, _: &Lua, _: &Runtime) -> Result<Option<(Value, Value)>> {
        Ok(Some((Value::Integer(MSG_CONSOLE), Value::Nil)))
    }
}

/// Opens the console of a Lua state in which the runtime is switched on. `done` is called, in the script's thread, when
/// an input has come to its end or was left.
///
/// # Errors
/// The Lua half failed to load.
pub fn open(lua: &Lua, done: impl Fn() + 'static) -> Result<Asker> {
    let runtime = Runtime::of(lua)?;
    let mut reactor = runtime.reactor.borrow_mut();
    let id = reactor.new_id();
    let (asker, requests) = Asker::new(&reactor, id);
    let console = Console { id, is_open: true, requests, reply: None, done: Rc::new(done) };
    let console = Rc::new(RefCell::new(console));
    reactor.register(id, console.clone());
    drop(reactor);
    runtime.announce(id, Rc::new(Announcer));
    *runtime.console.borrow_mut() = Some(console);
    let start: Table = lua.unpack(super::use_module(lua, "device.console")?)?;
    start.get::<Function>("start")?.call::<()>(())?;
    Ok(asker)
}

/// Makes the table, whose functions do nothing where there is no console.
///
/// - `next()` → what is asked, such as "run", and its text; nothing if nothing is.
/// - `answer(names)`: the names that "complete" has asked for.
/// - `done()`: the input has come to its end.
/// - `close()`: the run may end.
pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    let runtime = Runtime::of(lua)?;
    let next = move |lua: &Lua, ()| {
        let console = runtime.console.borrow().clone();
        let request = console.as_ref().and_then(|console| console.borrow().requests.try_recv().ok());
        let (Some(console), Some(request)) = (console, request) else { return Ok(MultiValue::new()) };
        let (name, text) = match request {
            Request::Run(text) => ("run", Some(text)),
            Request::Abandon => ("abandon", None),
            Request::Complete { before, reply } => {
                console.borrow_mut().reply = Some(reply);
                ("complete", Some(before))
            }
            Request::End => ("end", None),
            Request::Close => ("close", None),
        };
        Ok([name.into_lua(lua)?, text.into_lua(lua)?].into_iter().collect())
    };
    table.set("next", lua.create_function(next)?)?;
    let runtime = Runtime::of(lua)?;
    let answer = move |_: &Lua, names: Vec<String>| {
        let console = runtime.console.borrow().clone();
        if let Some(reply) = console.and_then(|console| console.borrow_mut().reply.take()) {
            // Who has asked may have given up.
            let _ = reply.send(names);
        }
        Ok(())
    };
    table.set("answer", lua.create_function(answer)?)?;
    let runtime = Runtime::of(lua)?;
    let done = move |_: &Lua, ()| {
        let done = runtime.console.borrow().as_ref().map(|console| console.borrow().done.clone());
        if let Some(done) = done {
            done();
        }
        Ok(())
    };
    table.set("done", lua.create_function(done)?)?;
    let runtime = Runtime::of(lua)?;
    let close = move |_: &Lua, ()| {
        if let Some(console) = runtime.console.borrow().as_ref() {
            let mut console = console.borrow_mut();
            console.is_open = false;
            let id = console.id;
            runtime.reactor.borrow_mut().update(id, &mut *console);
        }
        Ok(())
    };
    table.set("close", lua.create_function(close)?)?;
    Ok(table)
}
