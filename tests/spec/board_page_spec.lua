--- The page of `--board` in Chromium: what one sees and does there is what happens at the device.
require("browser").checks "page"
