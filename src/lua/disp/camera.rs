//! The camera, which is part of `disp`.

use mlua::{Lua, Result, Table, Value};

use super::super::{
    arguments::{Arguments, define},
    convert::{integer, show},
    rtos::numbers::MSG_ZBAR,
    runtime::Runtime,
};
use crate::{
    device::{
        camera::{Area, Camera, Opening, Scene},
        change::Change,
        display::{DisplayChange, LCD},
        files::mode::Mode,
    },
    reactor::{Body, Field},
};

/// What the firmware calls a QR code.
const CODE: &[u8] = b"QR-Code";

/// The quality of photos, if it is not given.
const QUALITY: i64 = 50;

impl Runtime {
    /// Puts something in front of the camera, or takes the camera away.
    pub(in crate::lua) fn see(&self, scene: Option<Scene>) {
        self.board.borrow_mut().camera.see(scene);
        self.show_preview();
        self.read_codes();
    }

    /// Shows the preview over what is on the display.
    fn show_preview(&self) {
        let board = &mut *self.board.borrow_mut();
        if let Some(screen) = board.screens.get_mut(LCD) {
            board.camera.draw(screen);
        }
    }

    /// Tells the script of the codes that the camera sees.
    fn read_codes(&self) {
        let codes = self.board.borrow().camera.codes();
        for code in codes {
            let fields =
                vec![("result", true.into()), ("type", Field::Bytes(CODE.to_vec())), ("data", Field::Bytes(code))];
            self.reactor.borrow_mut().post(MSG_ZBAR, Body::Fields(fields));
        }
    }

    /// What the display has is a picture, with the camera's over it.
    pub(super) fn finish_picture(&self) {
        let count = {
            let board = &mut *self.board.borrow_mut();
            board.screens.get_mut(LCD).map(|screen| {
                board.camera.draw(screen);
                screen.show()
            })
        };
        if let Some(count) = count {
            self.tell(&Change::Display(DisplayChange::Picture(LCD.into(), count)));
        }
    }
}

/// Adds the camera's functions, which return 1, or 0 for what cannot be done; all 0 without `--camera` or
/// `device.camera`.
///
/// - `cameraopen([type, looks for codes, mirrors, leaves out every other pixel])`: type 1; `cameraopen_ext(settings)`: with
///   `sensor_width`, `sensor_height` and `zbar_scan`; `cameraclose()`. `camerawritereg(settings)` changes nothing.
/// - `camerapreview(x, y, left, top, right, bottom)`, of which x and y change nothing, and `camerapreviewclose()`. A QR
///   code that is looked for is told by `MSG_ZBAR`; bar codes are not read.
/// - `camerapreviewzoom(zoom)`, `camerapreviewxzoom(zoom)`: see [`Camera::set_zoom`]; `camerapreviewrotation(degrees)`.
/// - `cameracapture(width, height [, quality])`, `camerasavephoto(path)`.
pub(super) fn extend(lua: &Lua, disp: &Table) -> Result<()> {
    add_opening(lua, disp)?;
    on(lua, disp, "disp.camerapreview", |camera, call| {
        for (position, name) in [(1, "x offset"), (2, "y offset")] {
            call.integer(position, name)?;
        }
        let (left, top) = (call.integer(3, "left")?, call.integer(4, "top")?);
        let (right, bottom) = (call.integer(5, "right")?, call.integer(6, "bottom")?);
        let is_started = camera(&mut |camera| camera.start_preview(Area { left, top, right, bottom }));
        Runtime::of(call.lua)?.read_codes();
        Ok(is_started)
    })?;
    on(lua, disp, "disp.camerapreviewclose", |camera, _| Ok(camera(&mut Camera::stop_preview)))?;
    for name in ["disp.camerapreviewzoom", "disp.camerapreviewxzoom"] {
        on(lua, disp, name, |camera, call| {
            let zoom = call.integer(1, "zoom")?;
            Ok(camera(&mut |camera| camera.set_zoom(zoom)))
        })?;
    }
    on(lua, disp, "disp.camerapreviewrotation", |camera, call| {
        let degrees = call.integer(1, "rotation")?;
        Ok(camera(&mut |camera| camera.turn(degrees)))
    })?;
    on(lua, disp, "disp.cameracapture", |camera, call| {
        let (width, height) = (call.integer(1, "width")?, call.integer(2, "height")?);
        let quality = call.integer_or(3, "quality", QUALITY)?;
        Ok(camera(&mut |camera| camera.capture(width, height, quality)))
    })?;
    define(lua, disp, "disp.camerasavephoto", |call| save(call).map(i64::from))
}

fn add_opening(lua: &Lua, disp: &Table) -> Result<()> {
    on(lua, disp, "disp.cameraopen", |camera, call| {
        let flag = |position, name, absent| Ok::<_, mlua::Error>(call.integer_or(position, name, absent)? != 0);
        let (number, scans) = (call.integer_or(1, "type", 0)?, flag(2, "zbar scan", 0)?);
        let (mirrors, leaves_out) = (flag(3, "mirror", 1)?, flag(4, "jump", 1)?);
        let opening = Opening::of_type(number, scans, mirrors, leaves_out);
        Ok(opening.is_some_and(|opening| camera(&mut |camera| camera.open(opening))))
    })?;
    on(lua, disp, "disp.cameraopen_ext", |camera, call| {
        let settings = settings(call)?;
        let number = |field: &str| match settings.raw_get::<Value>(field)? {
            Value::Nil => Ok(0),
            value => integer(call.lua, &call.names(field), &value),
        };
        let opening = Opening::of_sensor(number("sensor_width")?, number("sensor_height")?, number("zbar_scan")? != 0);
        Ok(camera(&mut |camera| camera.open(opening)))
    })?;
    on(lua, disp, "disp.cameraclose", |camera, _| Ok(camera(&mut Camera::close)))?;
    define(lua, disp, "disp.camerawritereg", |call| {
        settings(call)?;
        Ok(i64::from(Runtime::of(call.lua)?.board.borrow().camera.is_open()))
    })
}

/// What has to be done to the camera. It is borrowed after the arguments are read: while a Lua value is made, a finalizer
/// may call another function.
type Doing<'a> = &'a dyn Fn(&mut dyn FnMut(&mut Camera) -> bool) -> bool;

/// A function of the camera, after which the preview is shown anew.
fn on(
    lua: &Lua,
    disp: &Table,
    name: &'static str,
    act: impl Fn(Doing<'_>, &Arguments<'_>) -> Result<bool> + 'static,
) -> Result<()> {
    define(lua, disp, name, move |call| {
        let runtime = Runtime::of(call.lua)?;
        let is_done = act(&|action| action(&mut runtime.board.borrow_mut().camera), call)?;
        if is_done {
            runtime.show_preview();
        }
        Ok(i64::from(is_done))
    })
}

fn settings<'a>(call: &'a Arguments<'_>) -> Result<&'a Table> {
    match call.value(1) {
        Value::Table(settings) => Ok(settings),
        other => Err(call.wrong("settings", &format!("table expected, got {}", show(other)))),
    }
}

/// Writes the last photo to a file of the device. Whether there is one, and room for it.
fn save(call: &Arguments<'_>) -> Result<bool> {
    let path = call.text(1, "path")?;
    let runtime = Runtime::of(call.lua)?;
    let Some(photo) = runtime.board.borrow().camera.photo().map(<[u8]>::to_vec) else { return Ok(false) };
    let opened = runtime.files.borrow().open(&path.as_bytes(), Mode::ANEW);
    let written = opened.and_then(|mut file| file.write(&photo).and_then(|_| file.flush()));
    Ok(written.is_ok())
}
