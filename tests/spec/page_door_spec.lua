--- The blocks of docs/door.md.
require("snippets").page "docs/door.md"
