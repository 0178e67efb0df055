--- The panels of `--board` that show streams, in Chromium: log, traffic, serial ports, plots, files, displays, sounds.
require("browser").checks "views"
