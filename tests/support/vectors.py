#!/usr/bin/python3
"""Prints test vectors that Python's own implementations make, as Lua.

usage: vectors.py pack|iconv|json
"""
import json
import random
import struct
import sys


def quoted(data):
    """A Lua string."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


def number(value):
    """A Lua number."""
    return repr(value) if isinstance(value, int) else value.hex()


def pack(chance):
    """Formats, values and the bytes that struct makes of them."""
    # The firmware's letters, struct's, and bits.
    integers = {"b": ("B", 8, False), "c": ("b", 8, True), "H": ("H", 16, False), "h": ("h", 16, True),
                "I": ("I", 32, False), "i": ("i", 32, True), "L": ("I", 32, False), "l": ("i", 32, True)}
    prefixes = {"p": "B", "P": "H", "a": "I"}
    for _ in range(400):
        order = chance.choice("<>")
        letters, values, data = order, [], b""
        for _ in range(chance.randrange(8)):
            letter = chance.choice("bcHhIiLlfdnzpPa")
            letters += letter
            if letter in integers:
                code, bits, signed = integers[letter]
                low = -(1 << bits - 1) if signed else 0
                value = chance.choice([low, low + (1 << bits) - 1, chance.randrange(low, low + (1 << bits))])
                data += struct.pack(order + code, value)
                values.append(number(value))
            elif letter in "fdn":
                value = chance.choice([0.5, -1.25, 3.0, 1e10, chance.uniform(-1e6, 1e6)])
                code = "f" if letter == "f" else "d"
                packed = struct.pack(order + code, value)
                data += packed
                values.append(number(struct.unpack(order + code, packed)[0]))
            else:
                text = bytes(chance.randrange(1, 256) for _ in range(chance.randrange(12)))
                values.append(quoted(text))
                data += text + b"\0" if letter == "z" else struct.pack(order + prefixes[letter], len(text)) + text
        print(f"{{ format = {quoted(letters.encode())}, data = {quoted(data)}, {{ {', '.join(values)} }} }},")


def iconv(_):
    """Every character of GB2312, and of the Basic Multilingual Plane in UTF-8, with its UCS-2."""
    def characters(codec):
        for code in range(0x10000):
            if 0xD800 <= code < 0xE000:
                continue
            try:
                yield chr(code), chr(code).encode(codec)
            except UnicodeEncodeError:
                pass

    for name, codec in (("gb2312", "gb2312"), ("utf8", "utf-8")):
        for character, encoded in characters(codec):
            # Python's GB2312 has the Unicode consortium's old opinion of these two; the rest of the world has GBK's.
            if name == "gb2312" and character in "\u30fb\u2015":
                continue
            print(f'{{ "{name}", {quoted(encoded)}, {quoted(character.encode("utf-16-be"))} }},')


def json_texts(chance):
    """JSON texts and what they hold, as nested Lua tables."""
    def value(depth):
        kind = chance.randrange(8 if depth else 6)
        if kind == 0:
            return chance.choice([True, False])
        if kind == 1:
            return chance.randrange(-10**6, 10**6)
        if kind == 2:
            return chance.uniform(-1, 1) * 10 ** chance.randrange(-10, 10)
        if kind < 6:
            return "".join(chr(chance.choice([34, 92, 47, 10, 127, 233, 0x6211, 0x1F600, chance.randrange(1, 128)]))
                           for _ in range(chance.randrange(8)))
        if kind == 6:
            return [value(depth - 1) for _ in range(chance.randrange(1, 5))]
        return {f"k{index}": value(depth - 1) for index in range(chance.randrange(5))}

    def lua(item):
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, (int, float)):
            return number(item)
        if isinstance(item, str):
            return quoted(item.encode())
        if isinstance(item, list):
            return "{ " + ", ".join(map(lua, item)) + " }"
        return "{ " + ", ".join(f"{key} = {lua(member)}" for key, member in item.items()) + " }"

    for index in range(400):
        item = value(4)
        text = json.dumps(item, ensure_ascii=bool(index % 2), indent=chance.choice([None, 1]))
        print(f"{{ text = {quoted(text.encode())}, value = {lua(item)} }},")


print("return {")
{"pack": pack, "iconv": iconv, "json": json_texts}[sys.argv[1]](random.Random(7))
print("}")
