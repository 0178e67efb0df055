#!/bin/sh
# Installs what this archive holds: the runner, the module for each Lua, types, completions and the man page.
# usage: ./install.sh [--prefix DIR] [--uninstall]
set -eu
cd "$(dirname "$0")"
prefix=/usr/local
action=install
while [ $# -gt 0 ]; do
    case $1 in
    --prefix)
        prefix=${2:?--prefix needs a folder}
        shift 2
        ;;
    --prefix=*)
        prefix=${1#*=}
        shift
        ;;
    --uninstall)
        action=uninstall
        shift
        ;;
    *)
        echo "usage: ./install.sh [--prefix DIR] [--uninstall]" >&2
        exit 2
        ;;
    esac
done

# Files below these folders of the archive have the same place below the prefix.
files=$(find bin lib share -type f | sort)

if [ "$action" = uninstall ]; then
    echo "$files" | while read -r file; do
        rm -f "$prefix/$file"
    done
    # Folders of its own; what else is in them stays.
    rmdir "$prefix/share/lua/5.3/luatos" 2>/dev/null || true
    for folder in "$prefix/lib/luatos" "$prefix/share/luatos"; do
        [ ! -d "$folder" ] || find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
    echo "luatos is removed from $prefix."
    exit
fi

if ! mkdir -p "$prefix" || [ ! -w "$prefix" ]; then
    echo "$prefix cannot be written to. Run it as root, or with --prefix \"\$HOME/.local\"." >&2
    exit 1
fi
# Each file becomes a new one: a running program keeps the one that it has.
echo "$files" | while read -r file; do
    mkdir -p "$prefix/$(dirname "$file")"
    rm -f "$prefix/$file"
    cp -p "$file" "$prefix/$file"
done
echo "luatos is installed below $prefix."

case ":$PATH:" in
*":$prefix/bin:"*) ;;
*) echo "PATH does not have $prefix/bin, where luatos is." ;;
esac
# Which Luas are there and do not look there by themselves.
elsewhere=
for version in 5.1 5.2 5.3 5.4; do
    command -v lua$version >/dev/null || continue
    [ -f "$prefix/lib/lua/$version/websocket.so" ] || continue
    echo 'os.exit((";" .. package.cpath .. ";"):find(";" .. arg[1] .. ";", 1, true) and 0 or 1)' |
        lua$version - "$prefix/lib/lua/$version/?.so" || elsewhere="$elsewhere $version"
done
if [ -n "$elsewhere" ]; then
    echo "Lua$elsewhere: not on its path. Set LUA_CPATH='$prefix/lib/lua/VERSION/?.so;;', and in 5.3 for the runtime of LuatOS"
    echo "    LUA_PATH='$prefix/share/lua/5.3/?.lua;;'"
fi
if [ -f "$prefix/lib/luatos/luajit/websocket.so" ] && command -v luajit >/dev/null; then
    echo "LuaJIT looks where Lua 5.1 does, and has a module of its own. Set LUA_CPATH='$prefix/lib/luatos/luajit/?.so;;'"
fi
