//! The userdata of an open file.

use std::{
    cell::{Cell, RefCell},
    fmt, io,
    rc::Rc,
};

use mlua::{AnyUserData, IntoLuaMulti, Lua, MultiValue, Result, Value};

use super::{failure, misuse};
use crate::{device::files::open_file::OpenFile, lua::runtime::Runtime};

/// An open file, as the raw functions and its userdata share it.
pub type SharedFile = Rc<RefCell<OpenFile>>;

/// The userdata of a file.
pub struct Handle {
    runtime: Rc<Runtime>,
    /// None once it is closed.
    file: RefCell<Option<SharedFile>>,
    /// Where Lua keeps this userdata, once it does.
    address: Cell<usize>,
}

/// Whether a file is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Closed,
}

impl State {
    /// That of a value, if it is a file of ours.
    pub fn of(value: &Value) -> Option<State> {
        let Value::UserData(userdata) = value else { return None };
        let handle = userdata.borrow::<Handle>().ok()?;
        let is_open = handle.file.borrow().is_some();
        Some(if is_open { State::Open } else { State::Closed })
    }

    /// As `io.type` has it.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "file",
            State::Closed => "closed file",
        }
    }
}

impl Handle {
    /// Makes the userdata.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn create(lua: &Lua, runtime: &Rc<Runtime>, file: OpenFile) -> Result<AnyUserData> {
        let file = Rc::new(RefCell::new(file));
        let handle =
            Handle { runtime: runtime.clone(), file: RefCell::new(Some(file.clone())), address: Cell::default() };
        let userdata = lua.create_any_userdata(handle)?;
        let address = userdata.to_pointer() as usize;
        userdata.borrow::<Handle>()?.address.set(address);
        runtime.open_files.borrow_mut().insert(address, file);
        Ok(userdata)
    }

    /// Forgets the file, and with it closes it.
    fn close(&self) {
        if self.file.borrow_mut().take().is_some() {
            // Borrowed only while a raw function runs, which frees no file.
            match self.runtime.open_files.try_borrow_mut() {
                Ok(mut files) => drop(files.remove(&self.address.get())),
                Err(_) => log::error!("a file was closed while a native call ran"),
            }
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self.file.borrow() {
            Some(_) => write!(f, "file ({:#x})", self.address.get()),
            None => f.write_str("file (closed)"),
        }
    }
}

/// Closes a file of ours.
pub fn close(value: &Value) {
    if let Value::UserData(userdata) = value
        && let Ok(handle) = userdata.borrow::<Handle>()
    {
        handle.close();
    }
}

/// The open file that a value is; or why it is not one.
pub fn file_of(value: &Value) -> std::result::Result<SharedFile, String> {
    let wrong = || format!("file expected, got {}", crate::lua::convert::show(value));
    let Value::UserData(userdata) = value else { return Err(wrong()) };
    let handle = userdata.borrow::<Handle>().map_err(|_| wrong())?;
    let file = handle.file.borrow().clone();
    file.ok_or_else(|| "attempt to use a closed file".to_owned())
}

/// Does something with an open file that answers one value.
pub fn with(lua: &Lua, value: &Value, act: impl FnOnce(&mut OpenFile) -> io::Result<Value>) -> Result<MultiValue> {
    let file = match file_of(value) {
        Ok(file) => file,
        Err(message) => return misuse(lua, &message),
    };
    let done = act(&mut file.borrow_mut());
    match done {
        Ok(value) => value.into_lua_multi(lua),
        Err(error) => failure(lua, b"", &error),
    }
}
