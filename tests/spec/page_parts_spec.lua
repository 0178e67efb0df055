--- The blocks of docs/parts.md.
require("snippets").page "docs/parts.md"
