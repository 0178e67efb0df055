--- The blocks of docs/modules.md.
require("snippets").page "docs/modules.md"
