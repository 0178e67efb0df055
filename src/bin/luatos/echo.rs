//! `--echo`: a WebSocket server in this process that sends every message back.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// Starts the server on a port of the loopback interface, 0 for any free one; it runs until the
/// process ends.
///
/// # Errors
/// The port is taken, or no thread could be had; the text names the port.
pub fn start(port: u16) -> Result<SocketAddr, String> {
    let problem = |error: std::io::Error| {
        let advice =
            if error.kind() == std::io::ErrorKind::AddrInUse { "; --echo without a port takes a free one" } else { "" };
        format!("--echo: cannot listen on 127.0.0.1:{port}: {error}{advice}")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(problem)?;
    let address = listener.local_addr().map_err(problem)?;
    let accept = move || {
        for stream in listener.incoming().flatten() {
            // A connection that gets no thread is dropped, which the script sees.
            let _ = thread::Builder::new().name("echo-connection".into()).spawn(move || serve(stream));
        }
    };
    thread::Builder::new().name("echo".into()).spawn(accept).map_err(problem)?;
    Ok(address)
}

/// `luatos --echo=PORT` without a script: the echo server alone, for so long.
///
/// # Errors
/// As for [`start`].
pub fn serve_alone(port: u16, timeout: Option<Duration>) -> Result<(), String> {
    let address = start(port)?;
    println!("echo server on ws://{address}/");
    match timeout {
        Some(timeout) => thread::sleep(timeout),
        None => loop {
            thread::park();
        },
    }
    Ok(())
}

fn serve(stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let Ok(mut socket) = tungstenite::accept(stream) else { return };
    while let Ok(message) = socket.read() {
        let is_data = message.is_text() || message.is_binary();
        if is_data && socket.send(message).is_err() {
            return;
        }
    }
}
