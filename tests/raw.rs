//! The raw functions of the Lua boundary, when memory runs out and when finalizers call them.

use std::{net::TcpListener, thread};

use mlua::{Lua, LuaOptions, StdLib, Table};

/// Port of an echo server that lives as long as the test program.
fn echo() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let stream = stream.unwrap();
                stream.set_nodelay(true).unwrap();
                let mut socket = tungstenite::accept(stream).unwrap();
                while let Ok(message) = socket.read() {
                    if (message.is_text() || message.is_binary()) && socket.send(message).is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}

/// Runs `script` with the module in the global `websocket` and `open()`, which connects to an echo
/// server. `budget(n)` leaves Lua `n` bytes from then on, without limit below 0.
fn run(script: &str) -> i64 {
    // SAFETY: the scripts below load no C modules and use nothing of `debug` that breaks Lua.
    let lua = unsafe { Lua::unsafe_new_with(StdLib::ALL, LuaOptions::new()) };
    let websocket = websocket::lua::open_websocket(&lua).unwrap();
    let globals: Table = lua.globals();
    globals.set("websocket", websocket).unwrap();
    let budget = lua.create_function(|lua, bytes: i64| {
        let limit = usize::try_from(bytes).map_or(0, |bytes| lua.used_memory() + bytes);
        lua.set_memory_limit(limit).map(|_| ())
    });
    globals.set("budget", budget.unwrap()).unwrap();
    globals.set("url", format!("ws://127.0.0.1:{}/", echo())).unwrap();
    let open = "function open() local ws = websocket.new(url) assert(ws:connect(20000)) return ws end\n";
    lua.load(format!("{open}{script}")).eval().unwrap()
}

#[test]
fn the_state_stays_usable_wherever_memory_runs_out() {
    let failures = run(r#"
        local ws, failures, successes = open(), 0, 0
        for budget_left = 0, 12000, 100 do
            local data = ("x"):rep(8000) .. budget_left
            collectgarbage()
            budget(budget_left)
            pcall(ws.send, ws, data)
            budget(-1)
            assert(ws:send(data))
            budget(budget_left)
            local ok, received, got = pcall(ws.recv, ws)
            budget(-1)
            if ok then
                assert(received == true and got == data)
                got, successes = nil, successes + 1
            else
                assert(tostring(received):find("not enough memory", 1, true), received)
                failures = failures + 1
            end
            data = nil
            -- What did not fit may be lost, or come now.
            assert(ws:send "again")
            repeat
                local _, later = ws:recv()
            until later == "again"
        end
        assert(successes > 10)
        return failures
    "#);
    assert!(failures > 10, "{failures}");
}

#[test]
fn finalizers_may_call_what_they_interrupt() {
    let finalized = run(r#"
        local outer, inner, finalized = open(), open(), 0
        local function trap()
            setmetatable({}, { __gc = function()
                finalized = finalized + 1
                local data = "inner" .. finalized
                assert(inner:send(data))
                local ok, got = inner:recv()
                assert(ok and got == data)
                trap()
            end })
        end
        trap()
        collectgarbage("setpause", 1)
        collectgarbage("setstepmul", 100000)
        for index = 1, 500 do
            local data = ("o"):rep(index * 37) .. index
            assert(outer:send(data))
            local ok, got = outer:recv()
            assert(ok and got == data)
        end
        return finalized
    "#);
    assert!(finalized > 100, "{finalized}");
}

#[test]
fn an_object_that_was_finalized_is_refused() {
    run(r#"
        local answers, methods = {}, open()
        local holder = setmetatable({}, { __gc = function(self)
            for _, call in ipairs { "send", "recv" } do
                answers[#answers + 1] = { pcall(methods[call], self.ws) }
            end
        end })
        -- Made later, so finalized earlier.
        holder.ws = open()
        holder = nil
        collectgarbage()
        collectgarbage()
        assert(#answers == 2)
        for _, answer in ipairs(answers) do
            assert(answer[1] == false)
        end
        return 0
    "#);
}
