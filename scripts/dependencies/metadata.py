"""What cargo knows of the project's dependencies."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read(*options):
    """`cargo metadata` with further options."""
    command = ["cargo", "metadata", "--format-version=1", "--locked", *options]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def foreign(metadata):
    """The packages that are not the project's own, by id."""
    return {package["id"]: package for package in metadata["packages"] if package["source"]}


def alternatives(expression):
    """Of an SPDX expression without nested parentheses: a list of sets, one of which must be accepted whole."""
    expression = expression.replace("/", " OR ")
    every = [set()]
    for part in _split(expression, " AND "):
        choices = [choice.strip() for choice in part.strip("() ").split(" OR ")]
        every = [chosen | {choice} for chosen in every for choice in choices]
    return every


def _split(expression, word):
    """The parts of an expression between `word` outside parentheses; OR outside of them binds less than AND."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(expression):
        depth += (character == "(") - (character == ")")
        if depth == 0 and expression.startswith(word, at):
            parts.append(expression[start:at])
            start = at + len(word)
    return parts + [expression[start:]]
