--- The blocks of docs/testing.md.
require("snippets").page "docs/testing.md"
