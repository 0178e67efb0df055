--- The blocks of docs/editors.md.
require("snippets").page "docs/editors.md"
