//! The echo server of the benchmarks: one thread, one epoll, TCP_NODELAY, small buffers.
//!
//! Usage: echo_server PORT, then for as long as its standard input stays open. `--raw`: echoes bytes
//! instead of WebSocket messages.

use std::{
    collections::HashMap,
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
};

use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};
use tungstenite::{
    HandshakeError, ServerHandshake, WebSocket,
    handshake::{MidHandshake, server::NoCallback},
    protocol::WebSocketConfig,
};

const LISTENER: Token = Token(0);

type Handshake = MidHandshake<ServerHandshake<TcpStream, NoCallback>>;

enum Peer {
    Raw(TcpStream),
    Opening(Option<Box<Handshake>>),
    Open(Box<WebSocket<TcpStream>>),
}

impl Peer {
    /// Echoes what has come; false at the end of the connection.
    fn serve(&mut self) -> bool {
        match self {
            Peer::Raw(stream) => {
                let mut buffer = [0; 16 * 1024];
                loop {
                    match stream.read(&mut buffer) {
                        Ok(0) => return false,
                        Ok(count) => {
                            let mut rest = &buffer[..count];
                            while !rest.is_empty() {
                                match stream.write(rest) {
                                    Ok(written) => rest = &rest[written..],
                                    Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
                                    Err(_) => return false,
                                }
                            }
                        }
                        Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                        Err(_) => return false,
                    }
                }
            }
            Peer::Opening(slot) => {
                let Some(handshake) = slot.take() else { return false };
                match handshake.handshake() {
                    Ok(socket) => {
                        *self = Peer::Open(Box::new(socket));
                        self.serve()
                    }
                    Err(HandshakeError::Interrupted(more)) => {
                        *slot = Some(Box::new(more));
                        true
                    }
                    Err(_) => false,
                }
            }
            Peer::Open(socket) => loop {
                match socket.read() {
                    Ok(message) if message.is_text() || message.is_binary() => {
                        // A full socket keeps the message in the buffer.
                        match socket.write(message) {
                            Ok(()) => {}
                            Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {}
                            Err(_) => return false,
                        }
                    }
                    Ok(_) => {}
                    Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                        return match socket.flush() {
                            Ok(()) => true,
                            Err(tungstenite::Error::Io(error)) => error.kind() == ErrorKind::WouldBlock,
                            Err(_) => false,
                        };
                    }
                    Err(_) => return false,
                }
            },
        }
    }
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let raw = arguments.iter().position(|argument| argument == "--raw").map(|at| arguments.remove(at)).is_some();
    let Some(port) = arguments.first().and_then(|port| port.parse().ok()) else {
        // `cargo bench` runs every target; this one is for the benchmark script.
        return;
    };
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    serve(SocketAddr::from(([127, 0, 0, 1], port)), raw).unwrap();
}

fn serve(address: SocketAddr, raw: bool) -> std::io::Result<()> {
    let config = WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(64 * 1024)
        .max_frame_size(None)
        .max_message_size(None);
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(address)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut peers: HashMap<Token, Peer> = HashMap::new();
    let mut next = 1;
    let mut events = Events::with_capacity(1024);
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            let token = event.token();
            if token == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    let token = Token(next);
                    next += 1;
                    poll.registry().register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
                    let mut peer = if raw {
                        Peer::Raw(stream)
                    } else {
                        Peer::Opening(Some(Box::new(ServerHandshake::start(stream, NoCallback, Some(config)))))
                    };
                    if peer.serve() {
                        peers.insert(token, peer);
                    }
                }
            } else if let Some(peer) = peers.get_mut(&token)
                && !peer.serve()
            {
                peers.remove(&token);
            }
        }
    }
}
