--- The blocks of README.md.
require("snippets").page "README.md"
