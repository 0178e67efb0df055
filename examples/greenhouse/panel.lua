-- Shows the climate on a display of 128 by 160 pixels, an ST7735.
module(..., package.seeall)

local WIDTH = 128
local INK, GROUND, ACCENT = 0xffff, 0x0124, 0x07f0

disp.init {
    width = WIDTH, height = 160, bpp = 16, bus = disp.BUS_SPI4LINE,
    pinrst = pio.P0_6, pinrs = pio.P0_1, initcmd = { 0x00020011, 0x00020029 },
}

local function text(words, y, size, color)
    disp.setfontheight(size)
    disp.setcolor(color)
    disp.puttext(words, math.floor((WIDTH - #words * size / 2) / 2), y)
end

local function draw()
    disp.setbkcolor(GROUND)
    disp.clear()
    text("Greenhouse", 10, 16, ACCENT)
    text(("%.1f C"):format(climate.temperature), 44, 32, INK)
    text(("%.0f %%"):format(climate.humidity), 84, 32, INK)
    if fan.isOn() then
        disp.drawrect(0, 132, WIDTH - 1, 159, ACCENT)
        text("FAN", 138, 16, GROUND)
    end
    disp.update()
end

sys.subscribe("CLIMATE", draw)
sys.subscribe("FAN", draw)
