//! The server of the benchmarks: one thread, one epoll, TCP_NODELAY, small buffers.
//!
//! Usage: echo_server PORT, then for as long as its standard input stays open: echoes WebSocket messages. `--raw`:
//! echoes bytes. `--http`: answers requests for `/SIZE` with so many bytes, and closes. `--tls=FOLDER`: WebSocket
//! over TLS, with FOLDER's cert.pem and key.pem.

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

type Handshake = MidHandshake<ServerHandshake<Stream, NoCallback>>;

/// What the server speaks.
#[derive(Clone, Copy, PartialEq)]
enum Protocol {
    WebSocket,
    Raw,
    Http,
}

enum Peer {
    Raw(TcpStream),
    Http(Box<Exchange>),
    Opening(Option<Box<Handshake>>),
    Open(Box<WebSocket<Stream>>),
}

/// Bytes of one client; TLS does its handshake at the first read.
enum Stream {
    Plain(TcpStream),
    #[cfg(target_os = "linux")]
    Tls(openssl::ssl::SslStream<TcpStream>),
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.read(buffer),
            #[cfg(target_os = "linux")]
            Stream::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.write(bytes),
            #[cfg(target_os = "linux")]
            Stream::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Stream::Plain(stream) => stream.flush(),
            #[cfg(target_os = "linux")]
            Stream::Tls(stream) => stream.flush(),
        }
    }
}

/// One request over HTTP/1.1 and its answer.
struct Exchange {
    stream: TcpStream,
    request: Vec<u8>,
    /// What is left of the answer: its head, then so many bytes of the body.
    head: Vec<u8>,
    left: usize,
}

/// What bodies consist of.
static BODY: [u8; 64 * 1024] = [b'x'; 64 * 1024];

impl Exchange {
    /// Reads the request, and writes what the system takes of the answer; false at the end.
    fn serve(&mut self) -> bool {
        while self.head.is_empty() && self.left == 0 {
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer) {
                Ok(0) => return false,
                Ok(count) => self.request.extend_from_slice(&buffer[..count]),
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
            if self.request.ends_with(b"\r\n\r\n") {
                let line = String::from_utf8_lossy(&self.request);
                self.left = line.split([' ', '/']).nth(2).and_then(|size| size.parse().ok()).unwrap_or(0);
                self.head = format!(
                    "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/octet-stream\r\n\
                     Content-Length: {}\r\nConnection: close\r\n\r\n",
                    self.left
                )
                .into_bytes();
                // A short answer leaves in one segment, as every server sends it.
                let short = self.left.min(1024);
                self.head.extend_from_slice(&BODY[..short]);
                self.left -= short;
            }
        }
        while !self.head.is_empty() || self.left > 0 {
            let next = if self.head.is_empty() { &BODY[..self.left.min(BODY.len())] } else { &self.head[..] };
            match self.stream.write(next) {
                Ok(count) if self.head.is_empty() => self.left -= count,
                Ok(count) => drop(self.head.drain(..count)),
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
        false
    }
}

/// Makes the stream of an accepted connection.
type Accept = Box<dyn Fn(TcpStream) -> Stream>;

#[cfg(target_os = "linux")]
fn tls(folder: &str) -> Accept {
    use openssl::ssl::{Ssl, SslAcceptor, SslFiletype, SslMethod, SslStream};
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    builder.set_certificate_chain_file(format!("{folder}/cert.pem")).unwrap();
    builder.set_private_key_file(format!("{folder}/key.pem"), SslFiletype::PEM).unwrap();
    builder.set_session_id_context(b"echo_server").unwrap();
    let context = builder.build().into_context();
    Box::new(move |stream| {
        let mut ssl = Ssl::new(&context).unwrap();
        ssl.set_accept_state();
        Stream::Tls(SslStream::new(ssl, stream).unwrap())
    })
}

#[cfg(not(target_os = "linux"))]
fn tls(_folder: &str) -> Accept {
    panic!("--tls works on Linux only");
}

impl Peer {
    /// Echoes the received data; false at the end of the connection.
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
            Peer::Http(exchange) => exchange.serve(),
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
    let mut has = |option: &str| {
        arguments.iter().position(|argument| argument == option).map(|at| arguments.remove(at)).is_some()
    };
    let protocol = match (has("--raw"), has("--http")) {
        (true, _) => Protocol::Raw,
        (_, true) => Protocol::Http,
        _ => Protocol::WebSocket,
    };
    let folder = arguments.iter().position(|argument| argument.starts_with("--tls=")).map(|at| arguments.remove(at));
    let accept: Accept = match folder.as_deref().and_then(|argument| argument.strip_prefix("--tls=")) {
        Some(folder) => tls(folder),
        None => Box::new(Stream::Plain),
    };
    let Some(port) = arguments.first().and_then(|port| port.parse().ok()) else {
        // `cargo bench` runs every target; this one is for the benchmark script.
        return;
    };
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    serve(SocketAddr::from(([127, 0, 0, 1], port)), protocol, &accept).unwrap();
}

fn serve(address: SocketAddr, protocol: Protocol, accept: &Accept) -> std::io::Result<()> {
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
                    let mut peer = match protocol {
                        Protocol::Raw => Peer::Raw(stream),
                        Protocol::Http => {
                            Peer::Http(Box::new(Exchange { stream, request: Vec::new(), head: Vec::new(), left: 0 }))
                        }
                        Protocol::WebSocket => {
                            let stream = accept(stream);
                            Peer::Opening(Some(Box::new(ServerHandshake::start(stream, NoCallback, Some(config)))))
                        }
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
