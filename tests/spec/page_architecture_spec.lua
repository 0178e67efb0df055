--- The blocks of docs/architecture.md.
require("snippets").page "docs/architecture.md"
