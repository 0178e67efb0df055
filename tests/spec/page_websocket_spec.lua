--- The blocks of docs/websocket.md.
require("snippets").page "docs/websocket.md"
