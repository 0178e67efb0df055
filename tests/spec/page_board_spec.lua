--- The blocks of docs/board.md.
require("snippets").page "docs/board.md"
