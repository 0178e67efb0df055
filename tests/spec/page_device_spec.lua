--- The blocks of docs/device.md.
require("snippets").page "docs/device.md"
