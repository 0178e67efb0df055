--- The blocks of docs/ci.md.
require("snippets").page "docs/ci.md"
