//! Parts that show something, for `native.parts`.

use mlua::{Error, Function, Lua, LuaString, Result, Table};

use super::super::runtime::Runtime;
use crate::device::{
    buses::RELEASED,
    display::{MOST_PIXELS, Screen},
    parts::{
        Controller,
        dcs::{Dcs, Panel},
        ssd1306::Ssd1306,
    },
};

/// Adds to `native.parts`:
///
/// - `screen(name, width, height, bits)`: a display of that many pixels is there from now on; `remove_screen(name)`.
/// - `pixel(name, x, y, red, green, blue)`, `fill(name, red, green, blue)`: 0 to 255 each; `sleep(name, is_asleep)`.
/// - `size(name)` → width and height; nothing if there is no such display.
/// - `has_touch(name, flag)`: one more part notices a finger on that display, also where the display comes later, or one
///   less.
/// - `ssd1306(name, width, height)` → function for transfers: `transfer(bytes, is_data)` on SPI, `transfer(bytes)` on I2C.
///   It returns the bytes that come back, or on I2C the one that is read.
/// - `dcs(name, panel)` → likewise for SPI. `panel` is a table of the fields of [`Panel`]; without those of the memory it is
///   as large as the panel.
pub(super) fn extend(lua: &Lua, parts: &Table) -> Result<()> {
    parts.set("screen", lua.create_function(screen)?)?;
    let runtime = Runtime::of(lua)?;
    let remove_screen = move |_: &Lua, name: String| {
        runtime.board.borrow_mut().screens.detach(&name);
        Ok(())
    };
    parts.set("remove_screen", lua.create_function(remove_screen)?)?;
    on_screen(lua, parts, "pixel", |screen, (x, y, red, green, blue): (i64, i64, u8, u8, u8)| {
        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) {
            screen.set_pixel(x, y, [red, green, blue]);
        }
    })?;
    on_screen(lua, parts, "fill", |screen, (red, green, blue)| screen.fill([red, green, blue]))?;
    on_screen(lua, parts, "sleep", |screen, is_asleep| screen.is_asleep = is_asleep)?;
    let runtime = Runtime::of(lua)?;
    let size = move |_: &Lua, name: LuaString| {
        let board = runtime.board.borrow();
        let screen = board.screens.get(&name.to_string_lossy());
        Ok((screen.map(Screen::width), screen.map(Screen::height)))
    };
    parts.set("size", lua.create_function(size)?)?;
    let runtime = Runtime::of(lua)?;
    let has_touch = move |_: &Lua, (name, flag): (LuaString, bool)| {
        runtime.board.borrow_mut().screens.set_touch(&name.to_string_lossy(), flag);
        Ok(())
    };
    parts.set("has_touch", lua.create_function(has_touch)?)?;
    parts.set("ssd1306", lua.create_function(ssd1306)?)?;
    parts.set("dcs", lua.create_function(dcs)?)
}

fn screen(lua: &Lua, (name, width, height, bits): (String, usize, usize, u8)) -> Result<()> {
    let pixels = width.checked_mul(height).filter(|pixels| (1..=MOST_PIXELS).contains(pixels));
    if pixels.is_none() {
        let text = format!("screen: 1 to {MOST_PIXELS} pixels expected, got {width} x {height}");
        return Err(Error::runtime(text));
    }
    let runtime = Runtime::of(lua)?;
    let screens = &mut runtime.board.borrow_mut().screens;
    if screens.get(&name).is_some() || name == crate::device::display::LCD {
        return Err(Error::runtime(format!("screen: the name {name:?} is that of another display")));
    }
    screens.attach(&name, Screen::new(width, height, bits));
    Ok(())
}

/// Adds a function that draws: the name of the display comes first. Without such a display nothing is drawn.
fn on_screen<A: mlua::FromLuaMulti>(
    lua: &Lua,
    parts: &Table,
    function: &str,
    draw: impl Fn(&mut Screen, A) + 'static,
) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let draw = move |lua: &Lua, mut values: mlua::MultiValue| {
        let name: String = lua.unpack(values.pop_front().unwrap_or(mlua::Value::Nil))?;
        let values = A::from_lua_multi(values, lua)?;
        if let Some(screen) = runtime.board.borrow_mut().screens.get_mut(&name) {
            draw(screen, values);
        }
        Ok(())
    };
    parts.set(function, lua.create_function(draw)?)
}

fn ssd1306(lua: &Lua, (name, width, height): (String, usize, usize)) -> Result<Function> {
    let runtime = Runtime::of(lua)?;
    let mut chip = Ssd1306::new(width, height);
    begin(&runtime, &name, &mut chip);
    lua.create_function_mut(move |lua, (bytes, is_data): (LuaString, Option<bool>)| {
        let mut board = runtime.board.borrow_mut();
        let answer = match (board.screens.get_mut(&name), is_data) {
            (None, _) => Vec::new(),
            (Some(screen), Some(is_data)) => exchange(&mut chip, screen, &bytes.as_bytes(), is_data),
            (Some(screen), None) => {
                chip.i2c(&bytes.as_bytes(), screen);
                vec![chip.status()]
            }
        };
        drop(board);
        lua.create_string(answer)
    })
}

fn dcs(lua: &Lua, (name, panel): (String, Table)) -> Result<Function> {
    let (width, height): (usize, usize) = (panel.get("width")?, panel.get("height")?);
    let or = |field: &str, default: usize| panel.get::<Option<usize>>(field).map(|value| value.unwrap_or(default));
    let id: Vec<u8> = panel.get::<Option<Vec<u8>>>("id")?.unwrap_or_default();
    let panel = Panel {
        width,
        height,
        memory_width: or("memory_width", width)?,
        memory_height: or("memory_height", height)?,
        left: or("left", 0)?,
        top: or("top", 0)?,
        is_bgr: panel.get("is_bgr")?,
        is_inverted: panel.get("is_inverted")?,
        id: [0, 1, 2].map(|index| id.get(index).copied().unwrap_or(0)),
    };
    let runtime = Runtime::of(lua)?;
    let mut chip = Dcs::new(panel);
    begin(&runtime, &name, &mut chip);
    lua.create_function_mut(move |lua, (bytes, is_data): (LuaString, bool)| {
        let mut board = runtime.board.borrow_mut();
        let screen = board.screens.get_mut(&name);
        let answer = screen.map_or_else(Vec::new, |screen| exchange(&mut chip, screen, &bytes.as_bytes(), is_data));
        drop(board);
        lua.create_string(answer)
    })
}

/// The display is as its controller has it at the start: dark.
fn begin(runtime: &Runtime, name: &str, chip: &mut impl Controller) {
    if let Some(screen) = runtime.board.borrow_mut().screens.get_mut(name) {
        chip.settle(screen);
    }
}

/// A transfer on SPI; what comes back.
fn exchange(chip: &mut impl Controller, screen: &mut Screen, bytes: &[u8], is_data: bool) -> Vec<u8> {
    let mut answer = Vec::with_capacity(bytes.len());
    for byte in bytes {
        let answered = if is_data { chip.read() } else { None };
        answer.push(answered.unwrap_or(RELEASED));
        if is_data { chip.data(*byte, screen) } else { chip.command(*byte, screen) }
    }
    chip.settle(screen);
    answer
}
