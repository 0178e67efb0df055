--- The blocks of docs/tls.md.
require("snippets").page "docs/tls.md"
