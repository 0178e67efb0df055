--- The blocks of docs/files.md.
require("snippets").page "docs/files.md"
