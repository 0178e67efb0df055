---The display and the camera. What is drawn shows at `disp.update`: `device.picture` returns it.
---@class disp
disp = {}

---@class disp.Settings
---@field width integer pixels
---@field height integer pixels
---@field bpp 1|16|24 bits of a pixel
---@field initcmd integer[] commands that set the panel up
---@field bus? integer `disp.BUS_SPI4LINE` and so on
---@field pinrst? integer pin that resets the panel
---@field pinrs? integer pin that tells data from commands
---@field xoffset? integer pixels
---@field yoffset? integer pixels
---@field freq? integer Hz
---@field [string] any

---Sets up the display.
---@param settings disp.Settings
---@param ... disp.Settings further ones, of which the panel's own is found
---@return integer 1; of several, the number of the one that fits, from 0
function disp.init(settings, ...) end

---Turns the display off.
function disp.close() end

---Removes everything; it shows with `disp.update`.
function disp.clear() end

---Shows what was put.
function disp.update() end

---Puts a text.
---@param text string in GB2312
---@param x number pixels
---@param y number pixels
function disp.puttext(text, x, y) end

---Puts an image.
---@param path string of a PNG, BMP or JPEG file
---@param x? number pixels; default 0
---@param y? number pixels; default 0
---@param color? number that is left out; default -1, none
---@param left? number first column of the part that is shown; all four 0 or missing: the whole image
---@param top? number first row
---@param right? number last column
---@param bottom? number last row
---@param mixing? number 0: pixels of a PNG are transparent or not; 1 (default): as opaque as they are; 2: `color` is the opacity of those that are not transparent
function disp.putimage(path, x, y, color, left, top, right, bottom, mixing) end

---Puts a rectangle.
---@param left number pixels
---@param top number
---@param right number
---@param bottom number
---@param color? number that it is filled with; without one its edge is drawn
function disp.drawrect(left, top, right, bottom, color) end

---Puts a QR code.
---@param data string of `qrencode.encode`
---@param width number modules of it
---@param shown number pixels
---@param x? number pixels; default 0
---@param y? number pixels; default 0
---@return 0|1 done 0 for data that are not width times width bytes, or without room
function disp.putqrcode(data, width, shown, x, y) end

---Sets the colour of what is put.
---@param color number RGB565
---@return integer before
function disp.setcolor(color) end

---Sets the colour behind.
---@param color number RGB565
---@return integer before
function disp.setbkcolor(color) end

---Loads a font.
---@param path string|number path of a file, or number of the SPI bus of a font chip
---@return integer id -1 if there is no such file, or it is no font
function disp.loadfont(path) end

---Selects a font.
---@param id number of `disp.loadfont`
---@return integer before
function disp.setfont(id) end

---Sets the height of characters.
---@param pixels number 10 to 60
---@return integer before
function disp.setfontheight(pixels) end

---@return integer height of characters in pixels
function disp.getfontheight() end

---Selects the layer that is drawn on.
---@param id number `disp.BASE_LAYER`, `USER_LAYER1` or `USER_LAYER2`
---@return integer before
function disp.setactlayer(id) end

---Asks for the size of the panel.
---@return integer width pixels; 0 before `disp.init`, and so are the others
---@return integer height
---@return integer bpp bits of a pixel
function disp.getlcdinfo() end

---Asks for the size of the layer that is drawn on.
---@return integer width pixels; 0 before `disp.init`, and so are the others
---@return integer height
---@return integer bpp bits of a pixel
function disp.getlayerinfo() end

---Asks for the size of a PNG image.
---@param path string
---@return 0|1 found 0 if it is no such image
---@return integer width pixels
---@return integer height pixels
function disp.getimageresolution(path) end

---Puts the display to sleep, or wakes it up.
---@param flag number 0 or 1; 1: sleep
function disp.sleep(flag) end

---Sends a command to the panel.
---@param command number
function disp.write(command) end

---Plays a GIF: does nothing here.
---@param path string
---@param x? number pixels; default 0
---@param y? number pixels; default 0
---@param times? number
function disp.playgif(path, x, y, times) end

---Ends the GIF.
function disp.stopgif() end

---Opens the camera, which sees the picture of `--camera` or `device.camera`. Without one this is 0, and so are all
---functions of it.
---@param type? number 1
---@param zbar_scan? number 1: look for QR codes
---@param mirror? number 0: left and right stay; default 1
---@param jump? number 0: all 640 x 480 pixels; default 1: 240 x 320
---@return 0|1 done
function disp.cameraopen(type, zbar_scan, mirror, jump) end

---Opens the camera with settings.
---@param settings table
---@return 0|1 done
function disp.cameraopen_ext(settings) end

---Closes the camera.
---@return 0|1 done
function disp.cameraclose() end

---Shows what the camera sees.
---@param x number without effect
---@param y number without effect
---@param left number of the display
---@param top number
---@param right number
---@param bottom number
---@return 0|1 done
function disp.camerapreview(x, y, left, top, right, bottom) end

---Ends `disp.camerapreview`.
---@return 0|1 done
function disp.camerapreviewclose() end

---Makes the preview larger or smaller.
---@param zoom number 0xff: as large as the preview; 0: as it is; 2 to 8: so many times as large; -2 to -8: as small
---@return 0|1 done
function disp.camerapreviewzoom(zoom) end

---Makes the preview wider or narrower.
---@param zoom number 0xff: as large as the preview; 0: as it is; 2 to 8: so many times as large; -2 to -8: as small
---@return 0|1 done
function disp.camerapreviewxzoom(zoom) end

---Turns the preview.
---@param rotation number 0 or 90
---@return 0|1 done
function disp.camerapreviewrotation(rotation) end

---Takes a photo.
---@param width number pixels
---@param height number pixels
---@param quality? number 1 to 100; default 50
---@return 0|1 done
function disp.cameracapture(width, height, quality) end

---Stores the photo.
---@param path string of the JPEG file
---@return 0|1 done
function disp.camerasavephoto(path) end

---Writes registers of the camera.
---@param settings table
---@return 0|1 done
function disp.camerawritereg(settings) end
