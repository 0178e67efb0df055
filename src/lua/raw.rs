//! Raw C functions for the few native calls that a message, a wait or a timer costs.
//!
//! mlua calls a Rust function through a general path: it reserves memory for a failure, notes the
//! current coroutine, turns every argument into a Rust value and every result back. For the calls
//! that run once per message that path costs more than the call itself. A raw function takes the
//! usual arguments straight from the Lua stack. It leaves everything else, wrong arguments above
//! all, to the mlua function of the same name (its *slow* form), so that there is one definition of
//! the errors.
//!
//! By callgrind, in `lua5.3`, a round trip (`send` and `next_event`) takes 9,100 user instructions so
//! instead of 11,300: most of the difference is mlua's checks and borrows of the userdata and its
//! values for strings. A raw form of `rtos.receive`, which takes no argument, was tried: `sys.wait` took as many
//! instructions as before (5,600), so this stays with mlua.
//!
//! # What keeps this sound
//! Lua raises errors with `longjmp`, which skips Rust destructors. So a call has three parts
//! ([`entry`]):
//!
//! 1. [`Call::call`] runs under `catch_unwind` and cannot reach the Lua state but through
//!    [`Arguments`], none of whose methods allocates, runs Lua code or raises an error. It may borrow
//!    what it likes, and all borrows end with it.
//! 2. Its [`Reply`] is `Copy`. The bytes of a reply do not travel on the stack: they lie in the
//!    function's own [`Slot`], which the Lua state owns.
//! 3. The reply is pushed. That may raise an error for want of memory, or run a finalizer, which may
//!    call any native, this one included: the frame holds nothing to drop or to borrow then. What an
//!    error leaves in the slot goes when the next reply replaces it.

use std::{
    ffi::{CStr, c_char, c_int},
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    slice,
};

use mlua::{Function, Lua, Result, Table, ffi};

use super::runtime::Runtime;

/// A native call with a raw form.
pub trait Call {
    /// Does the call. `bytes` is empty at first; [`Out::Bytes`] stands for what is put there.
    fn call(runtime: &Runtime, arguments: &Arguments, bytes: &mut Vec<u8>) -> Reply;

    /// Takes the bytes of a reply back after they were copied into a Lua string.
    fn recycle(_core: &Runtime, _bytes: Vec<u8>) {}
}

/// What a call answers.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// One value.
    One(Out),
    /// Two values.
    Two(Out, Out),
    /// Three values.
    Three(Out, Out, Out),
    /// An error whose message is in `bytes`.
    Error,
    /// Nothing was done: the slow form is to be called with the same arguments.
    Slow,
}

/// One value of a [`Reply`].
#[derive(Clone, Copy, Debug)]
pub enum Out {
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A float.
    Number(f64),
    /// The call's `bytes` as a string.
    Bytes,
}

/// The arguments of a call, as far as they have the usual types.
pub struct Arguments<'a> {
    state: *mut ffi::lua_State,
    values: PhantomData<&'a ()>,
}

impl<'a> Arguments<'a> {
    /// The address of a full userdata, which identifies it as long as it lives.
    pub fn userdata(&self, index: c_int) -> Option<usize> {
        // SAFETY: `state` is the running state of the call. Any index up to the minimal stack of a
        // C function (20) may be asked for; beyond the arguments it is of no type. Neither function
        // allocates or raises errors.
        unsafe {
            (ffi::lua_type(self.state, index) == ffi::LUA_TUSERDATA)
                .then(|| ffi::lua_touserdata(self.state, index) as usize)
        }
    }

    /// The bytes of a string; not of a number, which `lua_tolstring` would convert in place.
    pub fn string(&self, index: c_int) -> Option<&'a [u8]> {
        let mut length = 0;
        // SAFETY: as in `userdata`; for a value that is a string, `lua_tolstring` only reads. The
        // pointer is not null and stays valid while the string is on the stack, where the arguments
        // stay during the whole call: `'a` is that call.
        unsafe {
            (ffi::lua_type(self.state, index) == ffi::LUA_TSTRING).then(|| {
                let data = ffi::lua_tolstring(self.state, index, &mut length);
                slice::from_raw_parts(data.cast(), length)
            })
        }
    }

    /// An integer, or a float that is one; not a string.
    pub fn integer(&self, index: c_int) -> Option<i64> {
        let mut is_integer = 0;
        // SAFETY: as in `userdata`; `lua_tointegerx` converts without changing the stack.
        unsafe {
            let number = ffi::lua_tointegerx(self.state, index, &mut is_integer);
            (is_integer != 0 && ffi::lua_type(self.state, index) == ffi::LUA_TNUMBER).then_some(number)
        }
    }

    /// A number; not a string.
    pub fn number(&self, index: c_int) -> Option<f64> {
        // SAFETY: as in `integer`.
        unsafe {
            (ffi::lua_type(self.state, index) == ffi::LUA_TNUMBER)
                .then(|| ffi::lua_tonumberx(self.state, index, std::ptr::null_mut()))
        }
    }

    /// Whether the value counts as true; nothing and nil do not.
    pub fn is_true(&self, index: c_int) -> bool {
        // SAFETY: as in `userdata`.
        unsafe { ffi::lua_toboolean(self.state, index) != 0 }
    }
}

/// Makes a table of integers by their names, in one protected call where mlua needs one for each.
///
/// # Errors
/// Not enough memory.
pub fn integers(lua: &Lua, fields: &[(&CStr, i64)]) -> Result<Table> {
    // SAFETY: the closure leaves one value, the table, and uses two more places of the 20 that Lua grants. An error may
    // leave it anywhere: it owns nothing.
    unsafe {
        lua.exec_raw((), |state| {
            ffi::lua_createtable(state, 0, fields.len() as c_int);
            for (name, value) in fields {
                ffi::lua_pushinteger(state, *value);
                ffi::lua_setfield(state, -2, name.as_ptr());
            }
        })
    }
}

/// What a raw function owns; the first of its upvalues, as a userdata. The second is the slow form.
#[derive(Default)]
struct Slot {
    /// Nothing before [`function`] has filled it in, nor after the Lua state has released it.
    runtime: Option<Rc<Runtime>>,
    /// The bytes of the last reply, until they were pushed.
    bytes: Vec<u8>,
}

/// Makes the raw function of a call.
///
/// # Errors
/// Not enough memory.
pub fn function<C: Call>(lua: &Lua, slow: Function) -> Result<Function> {
    let runtime = Runtime::of(lua)?;
    // SAFETY: the closure follows Lua's stack discipline: it takes its one argument, the slow form,
    // and leaves one value, the function; mlua has made room for them, and Lua grants a C function
    // 20 more. An error may leave the closure anywhere: it captures nothing and owns nothing.
    let function: Function = unsafe {
        lua.exec_raw(slow, |state| {
            let slot = ffi::lua_newuserdata(state, size_of::<Slot>()).cast::<Slot>();
            slot.write(Slot::default());
            ffi::lua_createtable(state, 0, 1);
            ffi::lua_pushvalue(state, -1);
            ffi::lua_pushcclosure(state, release, 1);
            ffi::lua_setfield(state, -2, c"__gc".as_ptr());
            ffi::lua_setmetatable(state, -2);
            ffi::lua_rotate(state, -2, 1);
            ffi::lua_pushcclosure(state, entry::<C>, 2);
        })?
    };
    // SAFETY: the argument is the function made above, so its first upvalue is a slot. Nothing in
    // here raises an error once mlua has called it; before that, `runtime` would be leaked at the worst.
    unsafe {
        lua.exec_raw::<()>(&function, |state| {
            ffi::lua_getupvalue(state, 1, 1);
            (*ffi::lua_touserdata(state, -1).cast::<Slot>()).runtime = Some(runtime);
            ffi::lua_settop(state, 0);
        })?;
    }
    Ok(function)
}

/// `__gc` of a slot. Its upvalue is the metatable of that one slot.
unsafe extern "C-unwind" fn release(state: *mut ffi::lua_State) -> c_int {
    // SAFETY: a userdata with our metatable is a slot: only `function` sets it, and a script without
    // the debug library gets hold of neither. The slot stays valid, and empty, for later calls.
    unsafe {
        if ffi::lua_getmetatable(state, 1) != 0 && ffi::lua_rawequal(state, -1, ffi::lua_upvalueindex(1)) != 0 {
            let slot = ffi::lua_touserdata(state, 1).cast::<Slot>();
            let old = std::mem::take(&mut *slot);
            let _ = catch_unwind(AssertUnwindSafe(move || drop(old)));
        }
    }
    0
}

/// The C function of a call.
unsafe extern "C-unwind" fn entry<C: Call>(state: *mut ffi::lua_State) -> c_int {
    // SAFETY: only `function` makes closures of this function, so the first upvalue is a slot, which
    // the running function keeps alive. (The debug library can replace upvalues; mlua trusts its own
    // in the same way.) No reference into the slot is held while Lua may run anything: each part
    // makes its own. No value in this frame has a destructor while Lua may raise an error.
    unsafe {
        let slot = ffi::lua_touserdata(state, ffi::lua_upvalueindex(1)).cast::<Slot>();
        match answer::<C>(state, &mut *slot) {
            Reply::One(first) => {
                push::<C>(state, slot, first);
                1
            }
            Reply::Two(first, second) => {
                push::<C>(state, slot, first);
                push::<C>(state, slot, second);
                2
            }
            Reply::Three(first, second, third) => {
                push::<C>(state, slot, first);
                push::<C>(state, slot, second);
                push::<C>(state, slot, third);
                3
            }
            Reply::Error => {
                push::<C>(state, slot, Out::Bytes);
                ffi::lua_error(state)
            }
            Reply::Slow => {
                let count = ffi::lua_gettop(state);
                ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
                ffi::lua_rotate(state, 1, 1);
                ffi::lua_call(state, count, ffi::LUA_MULTRET);
                ffi::lua_gettop(state)
            }
        }
    }
}

/// The part of a call that is all Rust.
#[inline(always)]
fn answer<C: Call>(state: *mut ffi::lua_State, slot: &mut Slot) -> Reply {
    let Slot { runtime: Some(runtime), bytes } = slot else { return Reply::Slow };
    bytes.clear();
    let arguments = Arguments { state, values: PhantomData };
    match catch_unwind(AssertUnwindSafe(|| C::call(runtime, &arguments, bytes))) {
        Ok(reply) => reply,
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().copied();
            let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            *bytes = format!("internal error: {}", text.unwrap_or("a panic without text")).into_bytes();
            // Dropping a payload may panic as well; it is not worth that.
            std::mem::forget(panic);
            Reply::Error
        }
    }
}

/// Pushes one value. May raise an error.
///
/// # Safety
/// `slot` is the slot of the function that runs in `state`, with a free place on its stack. The
/// caller holds nothing to drop and no reference into the slot.
#[inline(always)]
unsafe fn push<C: Call>(state: *mut ffi::lua_State, slot: *mut Slot, out: Out) {
    // SAFETY: the caller's promise. `lua_pushlstring` copies the bytes before it collects garbage, and
    // only that may run finalizers, and with them this function once more: whatever they put into the
    // slot, the pointer is not used any more.
    unsafe {
        match out {
            Out::Boolean(flag) => ffi::lua_pushboolean(state, c_int::from(flag)),
            Out::Integer(number) => ffi::lua_pushinteger(state, number),
            Out::Number(number) => ffi::lua_pushnumber(state, number),
            Out::Bytes => {
                let (data, length) = ((*slot).bytes.as_ptr().cast::<c_char>(), (*slot).bytes.len());
                ffi::lua_pushlstring(state, data, length);
                give_back::<C>(&mut *slot);
            }
        }
    }
}

/// Gives the bytes of a reply back.
fn give_back<C: Call>(slot: &mut Slot) {
    let bytes = std::mem::take(&mut slot.bytes);
    if let Some(runtime) = &slot.runtime {
        // After a panic there the bytes leak; nothing else is affected.
        let _ = catch_unwind(AssertUnwindSafe(|| C::recycle(runtime, bytes)));
    }
}
