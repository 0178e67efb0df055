--- The blocks of docs/luas.md.
require("snippets").page "docs/luas.md"
