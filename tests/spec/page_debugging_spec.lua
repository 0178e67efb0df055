--- The blocks of docs/debugging.md.
require("snippets").page "docs/debugging.md"
