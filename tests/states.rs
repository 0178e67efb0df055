//! Several Lua states in one process: each has its own event loop. Closing one that has connections, tasks and
//! attempts does not affect the others and leaves no connection open.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use mlua::{Lua, LuaOptions, StdLib};

/// Long enough for any machine; only a broken test reaches it.
const LIMIT: Duration = Duration::from_secs(60);

/// An echo server; the receiver gets the path of each connection that has ended.
#[expect(clippy::result_large_err, reason = "the type of a callback of tungstenite")]
fn echo_server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (ended, endings) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let ended: Sender<String> = ended.clone();
            thread::spawn(move || {
                let mut path = String::new();
                let note = |request: &tungstenite::handshake::server::Request, response| {
                    path = request.uri().path().to_owned();
                    Ok(response)
                };
                let mut socket = tungstenite::accept_hdr(stream, note).unwrap();
                while let Ok(message) = socket.read() {
                    if message.is_text() || message.is_binary() {
                        socket.send(message).unwrap();
                    }
                }
                let _ = ended.send(path);
            });
        }
    });
    (port, endings)
}

/// A server that accepts and never answers; the receiver learns of each connection and of its end.
fn silent_server() -> (u16, Receiver<&'static str>) {
    use std::io::Read;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let tell = tell.clone();
            thread::spawn(move || {
                let _ = tell.send("accepted");
                while stream.read(&mut [0; 1024]).is_ok_and(|size| size > 0) {}
                let _ = tell.send("ended");
            });
        }
    });
    (port, told)
}

fn state(port: u16) -> Lua {
    // SAFETY: the scripts of this file use neither C modules nor `debug`.
    let lua = unsafe { Lua::unsafe_new_with(StdLib::ALL, LuaOptions::new().catch_rust_panics(true)) };
    websocket::lua::open_websocket(&lua).unwrap();
    lua.globals().set("URL", format!("ws://127.0.0.1:{port}")).unwrap();
    lua
}

/// Sends and receives on two connections at once, one of them in a coroutine of ours.
const TALK: &str = r#"
    local name = ...
    local a, b = websocket.new(URL .. "/" .. name .. "/a"), websocket.new(URL .. "/" .. name .. "/b")
    assert(a:connect(20000))
    assert(b:connect(20000))
    for count = 1, 300 do
        local text = name .. count
        assert(a:send(text, true) and b:send(text:rep(100)))
        local ok, data = a:recv(20000)
        assert(ok and data == text, data)
        ok, data = b:recv(20000)
        assert(ok and data == text:rep(100), data)
    end
    kept = { a, b }
"#;

#[test]
fn states_in_threads_do_not_meet() {
    let (port, _endings) = echo_server();
    let talk = |name: &'static str| {
        thread::spawn(move || {
            let lua = state(port);
            lua.load(TALK).call::<()>(name).unwrap();
        })
    };
    let threads: Vec<_> = ["one", "two", "three"].into_iter().map(talk).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn states_in_one_thread_do_not_meet() {
    let (port, _endings) = echo_server();
    let (one, two) = (state(port), state(port));
    one.load(TALK).call::<()>("one").unwrap();
    two.load(TALK).call::<()>("two").unwrap();
    drop(one);
    two.load(TALK).call::<()>("again").unwrap();
}

#[test]
fn a_state_that_is_closed_closes_its_connections_and_no_other() {
    let (port, endings) = echo_server();
    let (silent_port, silent) = silent_server();
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let other = thread::spawn(move || {
        let lua = state(port);
        lua.load(TALK).call::<()>("other").unwrap();
        begin.send(()).unwrap();
        ended.recv_timeout(LIMIT).unwrap();
        lua.load("for _, ws in ipairs(kept) do ws:send('on') assert(ws:recv(20000)) end").exec().unwrap();
    });

    let lua = state(port);
    lua.load(TALK).call::<()>("closed").unwrap();
    // A task that waits on an open connection, and two attempts: an address is dialled by the loop,
    // a name on a worker thread.
    let waiting = r#"
        local port = ...
        waiting = coroutine.wrap(function() kept[1]:recv() end)
        waiting()
        for _, host in ipairs { "127.0.0.1", "localhost" } do
            local ws = websocket.new("ws://" .. host .. ":" .. port)
            coroutine.wrap(function() ws:connect(100000) end)()
        end
        -- Runs the loop for a moment.
        kept[2]:recv(200)
    "#;
    lua.load(waiting).call::<()>(silent_port).unwrap();
    for _ in 0..2 {
        assert_eq!(silent.recv_timeout(LIMIT), Ok("accepted"));
    }
    begun.recv_timeout(LIMIT).unwrap();
    drop(lua);

    let mut paths: Vec<_> = (0..2).map(|_| endings.recv_timeout(LIMIT).unwrap()).collect();
    paths.sort();
    assert_eq!(paths, ["/closed/a", "/closed/b"]);
    for _ in 0..2 {
        assert_eq!(silent.recv_timeout(LIMIT), Ok("ended"));
    }
    assert_eq!(endings.recv_timeout(Duration::from_millis(200)), Err(RecvTimeoutError::Timeout));
    end.send(()).unwrap();
    other.join().unwrap();
}

#[test]
fn a_coroutine_that_nobody_references_waits_on_and_goes_with_its_state() {
    let (port, endings) = echo_server();
    let lua = state(port);
    let abandoned = r#"
        for index = 1, 20 do
            coroutine.wrap(function()
                local ws = websocket.new(URL .. "/abandoned")
                assert(ws:connect(20000))
                ws:send "x"
                assert(ws:recv())
                answered = (answered or 0) + 1
                ws:recv()
            end)()
        end
        collectgarbage() collectgarbage()
        local idle = websocket.new(URL .. "/idle")
        assert(idle:connect(20000))
        for _ = 1, 200 do
            if answered == 20 then break end
            idle:recv(100)
        end
        assert(answered == 20, answered)
    "#;
    lua.load(abandoned).exec().unwrap();
    drop(lua);
    let mut paths: Vec<_> = (0..21).map(|_| endings.recv_timeout(LIMIT).unwrap()).collect();
    paths.sort();
    assert_eq!(paths.iter().filter(|path| *path == "/abandoned").count(), 20);
}
