//! `disp`: the display and the camera. Facts: module `disp` of LuatOS-Air.

mod camera;

use std::{cell::RefCell, rc::Rc};

use mlua::{IntoLuaMulti, Lua, Result, Table, Value};

use super::{
    arguments::{Arguments, define},
    convert::show,
    diagnostics,
    runtime::Runtime,
};
use crate::device::{
    change::Change,
    display::{Cutting, Display, DisplayChange, FontFile, Image, LCD, MOST_PIXELS, Panel, Place, Screen, png_size},
    files::Access,
};

/// The number of a font that cannot be loaded.
const NO_FONT: i64 = -1;

/// Most pixels of an image that is put on the display.
const MOST_IMAGE_PIXELS: usize = 4 * MOST_PIXELS;

/// Constants with the firmware's numbers, as far as they are known.
const CONSTANTS: &[(&str, i64)] = &[
    ("BUS_SPI4LINE", 0),
    ("BUS_PARALLEL", 1),
    ("BUS_I2C", 2),
    ("BUS_SPI", 3),
    ("BUS_MIPI", 4),
    ("BASE_LAYER", 0),
    ("USER_LAYER1", 1),
    ("USER_LAYER2", 2),
    ("INVALID_LAYER", -1),
    ("CAMERA_SPI_MODE_LINE1", 0),
    ("CAMERA_SPI_MODE_LINE2", 1),
    ("CAMERA_SPI_MODE_LINE4", 2),
    ("CAMERA_SPEED_SDR", 0),
    ("CAMERA_SPEED_DDR", 1),
    ("CAMERA_SPEED_QDR", 2),
    ("CAMERA_SPI_OUT_Y0_U0_Y1_V0", 0),
    ("CAMERA_SPI_OUT_Y0_V0_Y1_U0", 1),
    ("CAMERA_SPI_OUT_U0_Y0_V0_Y1", 2),
    ("CAMERA_SPI_OUT_U0_Y1_V0_Y0", 3),
    ("CAMERA_SPI_OUT_V0_Y0_U0_Y1", 4),
    ("CAMERA_SPI_OUT_Y1_V0_Y0_U0", 5),
    ("CAMERA_SPI_OUT_Y1_U0_Y0_V0", 6),
];

/// Sets something of the display and returns what it was before.
type Set = fn(&mut Display, i64) -> i64;

/// Functions that do so, each with its argument.
const SETTINGS: [(&str, &str, Set); 5] = [
    ("disp.setcolor", "color", Display::set_color),
    ("disp.setbkcolor", "color", Display::set_background),
    ("disp.setfont", "id", Display::set_font),
    ("disp.setfontheight", "pixels", Display::set_font_height),
    ("disp.setactlayer", "id", Display::set_layer),
];

/// The display as the functions share it.
type Shared = Rc<RefCell<Display>>;

/// Makes the table. Coordinates with a fraction are cut off. What is drawn shows at `update`: by `device.picture`, and
/// `--trace` prints it as a text.
///
/// - `init(settings …)` → 1, or 0 of several: fields `width`, `height`, `bpp` (1, 16 or 24) and `initcmd`, a list.
///   `close()`.
/// - `clear()`, `update()`, `puttext(text, x, y)` with a text in GB2312, `putimage(path [, x, y [, transparent color
///   [, left, top, right, bottom [, mixing]]]])` with a PNG, BMP or JPEG image,
///   `drawrect(left, top, right, bottom [, color])`: filled, or without a color its edge,
///   `putqrcode(data, width, shown width [, x, y])` → 1, or 0 for data that are not width times width bytes, and where
///   there is no room.
/// - `setcolor(color)`, `setbkcolor(color)`, `setfont(id)`, `setfontheight(pixels)`, `setactlayer(id)` → what was
///   before; `getfontheight()`.
/// - `loadfont(path)` → id, or -1 if there is no such file, it is no font or there are ten.
/// - `getlcdinfo()`, `getlayerinfo()` → width, height, bits of a pixel; zeros before `init`.
/// - `getimageresolution(path)` → 1, width, height of a PNG image, or 0, 0, 0.
/// - `sleep(0 or 1)`; `write(command)`, `playgif(path [, x, y, times])` and `stopgif()` do nothing.
/// - Those of the camera: see [`camera::extend`].
pub fn table(lua: &Lua) -> Result<Table> {
    let disp = lua.create_table_from(CONSTANTS.iter().copied())?;
    let display = Shared::default();
    add_panel(lua, &disp, &display)?;
    add_items(lua, &disp, &display)?;
    add_settings(lua, &disp, &display)?;
    camera::extend(lua, &disp)?;
    Ok(disp)
}

/// A function that has to do with the display. It borrows the display after it has read its arguments: while a Lua
/// value is made, a finalizer may call another one.
fn on<R: IntoLuaMulti>(
    lua: &Lua,
    disp: &Table,
    display: &Shared,
    name: &'static str,
    act: impl Fn(&RefCell<Display>, &Arguments<'_>) -> Result<R> + 'static,
) -> Result<()> {
    let display = display.clone();
    define(lua, disp, name, move |call| act(&display, call))
}

fn add_panel(lua: &Lua, disp: &Table, display: &Shared) -> Result<()> {
    on(lua, disp, display, "disp.init", init)?;
    on(lua, disp, display, "disp.close", |display, call| {
        display.borrow_mut().close();
        Runtime::of(call.lua)?.board.borrow_mut().screens.detach(LCD);
        emit(call, DisplayChange::Close)
    })?;
    on(lua, disp, display, "disp.clear", |display, _| {
        display.borrow_mut().clear();
        Ok(())
    })?;
    on(lua, disp, display, "disp.update", |display, call| {
        let content = display.borrow().content();
        emit(call, DisplayChange::Show(content))?;
        let runtime = Runtime::of(call.lua)?;
        if let Some(screen) = runtime.board.borrow_mut().screens.get_mut(LCD) {
            display.borrow_mut().show(screen);
        }
        runtime.finish_picture();
        Ok(())
    })?;
    for name in ["disp.getlcdinfo", "disp.getlayerinfo"] {
        on(lua, disp, display, name, |display, _| {
            let panel = display.borrow().panel();
            Ok((panel.width, panel.height, panel.bits))
        })?;
    }
    define(lua, disp, "disp.sleep", |call| {
        let is_asleep = call.integer(1, "0 or 1")? != 0;
        if let Some(screen) = Runtime::of(call.lua)?.board.borrow_mut().screens.get_mut(LCD) {
            screen.is_asleep = is_asleep;
        }
        emit(call, DisplayChange::Sleep(is_asleep))
    })?;
    define(lua, disp, "disp.write", |call| call.integer(1, "command").map(|_| ()))?;
    define(lua, disp, "disp.stopgif", |_| Ok(()))
}

fn init(display: &RefCell<Display>, call: &Arguments<'_>) -> Result<i64> {
    let Value::Table(settings) = call.value(1) else {
        return Err(call.wrong("settings", &format!("table expected, got {}", show(call.value(1)))));
    };
    let number = |field: &str| -> Result<i64> {
        match settings.raw_get::<Value>(field)? {
            Value::Nil => Ok(0),
            value => super::convert::integer(call.lua, &format!("disp.init: {field}"), &value),
        }
    };
    let panel = Panel { width: number("width")?, height: number("height")?, bits: number("bpp")? };
    for (field, pixels) in [("width", panel.width), ("height", panel.height)] {
        if pixels <= 0 {
            return Err(call.wrong(field, &format!("a number of pixels expected, got {pixels}")));
        }
    }
    if panel.width.checked_mul(panel.height).is_none_or(|pixels| pixels > MOST_PIXELS as i64) {
        let size = format!("{} x {}", panel.width, panel.height);
        return Err(call.wrong("width", &format!("up to {MOST_PIXELS} pixels in all expected, got {size}")));
    }
    if !matches!(panel.bits, 1 | 16 | 24) {
        return Err(call.wrong("bpp", &format!("1, 16 or 24 expected, got {}", panel.bits)));
    }
    for field in ["bus", "pinrst", "pinrs", "xoffset", "yoffset", "freq"] {
        number(field)?;
    }
    match settings.raw_get::<Value>("initcmd")? {
        Value::Table(_) => {}
        other => return Err(call.wrong("initcmd", &format!("table expected, got {}", show(&other)))),
    }
    display.borrow_mut().init(panel);
    let screen = Screen::new(panel.width as usize, panel.height as usize, panel.bits as u8);
    let hides_camera = number("camera_preview_no_update_screen")? == 1;
    let runtime = Runtime::of(call.lua)?;
    let board = &mut *runtime.board.borrow_mut();
    board.screens.attach(LCD, screen);
    board.camera.is_hidden = hides_camera;
    emit(call, DisplayChange::Init(panel))?;
    // With several the device says which of them fits, beginning with 0.
    Ok(i64::from(call.value(2).is_nil()))
}

fn add_items(lua: &Lua, disp: &Table, display: &Shared) -> Result<()> {
    on(lua, disp, display, "disp.puttext", |display, call| {
        let text = call.text(1, "text")?;
        let place = Place { x: call.integer(2, "x")?, y: call.integer(3, "y")? };
        display.borrow_mut().put_text(&text.as_bytes(), place);
        Ok(())
    })?;
    on(lua, disp, display, "disp.putimage", put_image)?;
    define(lua, disp, "disp.playgif", |call| {
        call.text(1, "path")?;
        for (position, name) in [(2, "x"), (3, "y"), (4, "times")] {
            call.integer_or(position, name, 0)?;
        }
        diagnostics::unsupported(call.lua, "disp.playgif", Some("GIF images are not shown"))
    })?;
    on(lua, disp, display, "disp.drawrect", |display, call| {
        let from = Place { x: call.integer(1, "left")?, y: call.integer(2, "top")? };
        let to = Place { x: call.integer(3, "right")?, y: call.integer(4, "bottom")? };
        let fill = call.integer_or(5, "color", -1)?;
        display.borrow_mut().put_rectangle(from, to, Some(fill).filter(|fill| *fill != -1));
        Ok(())
    })?;
    on(lua, disp, display, "disp.putqrcode", |display, call| {
        let data = call.text(1, "data")?;
        let (width, shown) = (call.integer(2, "width")?, call.integer(3, "shown width")?);
        let place = Place { x: call.integer_or(4, "x", 0)?, y: call.integer_or(5, "y", 0)? };
        let is_square = i64::try_from(data.as_bytes().len()).ok() == width.checked_mul(width);
        let is_drawn = is_square && display.borrow_mut().put_code(&data.as_bytes(), width, shown, place);
        Ok(i64::from(is_drawn))
    })?;
    define(lua, disp, "disp.getimageresolution", |call| {
        call.text(1, "path")?;
        let size = read(call, 1)?.and_then(|data| png_size(&data));
        let (width, height) = size.unwrap_or_default();
        Ok((i64::from(size.is_some()), width, height))
    })
}

fn add_settings(lua: &Lua, disp: &Table, display: &Shared) -> Result<()> {
    for (name, argument, set) in SETTINGS {
        on(lua, disp, display, name, move |display, call| {
            let value = call.integer(1, argument)?;
            Ok(set(&mut display.borrow_mut(), value))
        })?;
    }
    on(lua, disp, display, "disp.getfontheight", |display, _| Ok(display.borrow().font_height()))?;
    on(lua, disp, display, "disp.loadfont", load_font)
}

/// The image is read before the display is borrowed.
fn put_image(display: &RefCell<Display>, call: &Arguments<'_>) -> Result<()> {
    let path = call.text(1, "path")?.to_string_lossy();
    let place = Place { x: call.integer_or(2, "x", 0)?, y: call.integer_or(3, "y", 0)? };
    let cutting = Cutting {
        transparent: call.integer_or(4, "color", -1)?,
        left: call.integer_or(5, "left", 0)?,
        top: call.integer_or(6, "top", 0)?,
        right: call.integer_or(7, "right", 0)?,
        bottom: call.integer_or(8, "bottom", 0)?,
        mixing: call.integer_or(9, "mixing", 1)?,
    };
    let Some(file) = read(call, 1)? else {
        return emit(call, DisplayChange::Missing(path));
    };
    let image = match Image::decode(&file, MOST_IMAGE_PIXELS) {
        Ok(image) => image,
        Err(problem) => return unusable(call, "disp.putimage", path, problem.to_string()),
    };
    if !image.is_portable {
        let what = format!("{path}, a PNG image of other colours than 8 bits each of red, green and blue,");
        diagnostics::works_here_only(call.lua, "disp.putimage", &what, "the device does not show it")?;
    }
    let drawn = display.borrow_mut().put_image(&image, path.clone(), place, &cutting);
    drawn.or_else(|why| unusable(call, "disp.putimage", path, why.to_owned()))
}

fn load_font(display: &RefCell<Display>, call: &Arguments<'_>) -> Result<i64> {
    // A number is a SPI bus with a font chip.
    if matches!(call.value(1), Value::Integer(_) | Value::Number(_)) {
        return Ok(display.borrow_mut().add_font_chip().unwrap_or(NO_FONT));
    }
    let path = call.text(1, "path")?.to_string_lossy();
    let Some(file) = read(call, 1)? else { return Ok(NO_FONT) };
    match FontFile::parse(&file) {
        Ok(font) => Ok(display.borrow_mut().add_font(font).unwrap_or(NO_FONT)),
        Err(problem) => unusable(call, "disp.loadfont", path, problem.to_string()).map(|()| NO_FONT),
    }
}

/// Says that a file cannot be shown or used, and why.
fn unusable(call: &Arguments<'_>, function: &str, path: String, why: String) -> Result<()> {
    diagnostics::warn_once(call.lua, function, &format!("{path}: {why}"))?;
    emit(call, DisplayChange::Unusable(path, why))
}

/// The content of the file that an argument names, if there is one.
fn read(call: &Arguments<'_>, position: usize) -> Result<Option<Vec<u8>>> {
    let path = call.text(position, "path")?;
    let found = Runtime::of(call.lua)?.files.borrow().resolve(&path.as_bytes(), Access::Read);
    Ok(found.ok().and_then(|path| std::fs::read(path).ok()))
}

fn emit(call: &Arguments<'_>, change: DisplayChange) -> Result<()> {
    Runtime::of(call.lua)?.emit(&Change::Display(change));
    Ok(())
}
