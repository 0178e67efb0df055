--- The blocks of docs/running.md.
require("snippets").page "docs/running.md"
