--- The blocks of examples/README.md.
require("snippets").page "examples/README.md"
