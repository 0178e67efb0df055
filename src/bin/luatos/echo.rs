//! `--echo`: a WebSocket server in this process that sends every message back.

use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

/// Starts the server on a free port of the loopback interface; it runs until the process ends.
///
/// # Errors
/// No port or no thread could be had.
pub fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::Builder::new().name("echo".into()).spawn(move || {
        for stream in listener.incoming().flatten() {
            // A connection that gets no thread is dropped, which the script sees.
            let _ = thread::Builder::new().name("echo-connection".into()).spawn(move || serve(stream));
        }
    })?;
    Ok(address)
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
