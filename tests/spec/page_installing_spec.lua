--- The blocks of docs/installing.md.
require("snippets").page "docs/installing.md"
