--- The blocks of docs/options.md.
require("snippets").page "docs/options.md"
