--- The display side of the door: what the displays show, and what the camera sees.
local use = ...
local native = use "device.natives"
local check = use "runtime.check"

local display = {}

--- What a display shows now, as a picture: after the last `disp.update`, or what a part with a screen has been sent.
-- @string[opt] name `lcd`, that of `disp`, or the name of a part; nil: `lcd`, or the first display that there is
-- @return the bytes of a PNG file; nil if there is no such display, as before `disp.init`
function display.picture(name)
    return native.picture(name ~= nil and check.text("device.picture: name", name) or nil)
end

--- Puts a picture in front of the camera: its preview shows it, its photos are of it, its QR codes are read.
-- Without one there is no camera.
-- @string[opt] path of a PNG, JPEG or BMP file of this computer; nil takes the camera away
function display.camera(path)
    native.camera(path ~= nil and check.text("device.camera: path", path) or nil)
end

return display
