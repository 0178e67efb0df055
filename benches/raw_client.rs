//! The limits: blocking tungstenite without Lua, and a raw TCP echo.
//!
//! Usage: raw_client KIND WORKLOAD PORT COUNT [SIZE], with KIND `tungstenite` (as the crate comes),
//! `tungstenite-4k` (read buffers of 4 KiB) or `tcp`. What each workload does and says: benches/run.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use tungstenite::{Message, client::client_with_config, protocol::WebSocketConfig};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [kind, workload, port, count, size @ ..] = &arguments[..] else {
        // `cargo bench` runs every target; this one is for the benchmark script.
        return;
    };
    let (port, count) = (port.parse::<u16>().unwrap(), count.parse::<usize>().unwrap());
    let size = size.first().map(|size| size.parse::<usize>().unwrap());
    let client = match kind.as_str() {
        "tungstenite" => Client { port, config: config() },
        "tungstenite-4k" => Client { port, config: config().read_buffer_size(4 * 1024) },
        "tcp" if workload == "tcp_big" => return tcp_exchange(port, 16 * count, 64 << 10),
        "tcp" if workload == "http" => return http(port, count),
        "tcp" if workload == "http_file" => return http_file(port, count),
        "tcp" => return tcp_exchange(port, count, 64),
        _ => panic!("no client {kind}"),
    };
    match workload.as_str() {
        "rtt" => client.exchange(count, 1, &[b'x'; 64], true),
        "pipeline" => client.exchange(count, 64, &[b'x'; 64], true),
        "big" => client.exchange(count, 1, &vec![b'x'; 1 << 20], false),
        "size" => client.exchange(count, 1, &vec![b'x'; size.unwrap()], false),
        "connect" => client.connections(count),
        "connect_tls" => client.tls_connections(count),
        "idle" => client.idle(count),
        "many" => client.many(count, size.unwrap_or(1000)),
        _ => panic!("no workload {workload}"),
    }
}

/// Prints that a measurement begins or ends, and waits until it has been taken.
fn mark(what: &str) {
    println!("{what}");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// One write per message, as the documentation of `WebSocket::send` advises.
fn config() -> WebSocketConfig {
    WebSocketConfig::default().write_buffer_size(0).max_frame_size(None).max_message_size(None)
}

struct Client {
    port: u16,
    config: WebSocketConfig,
}

type Socket = tungstenite::WebSocket<TcpStream>;

impl Client {
    fn connect(&self) -> Socket {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        client_with_config(format!("ws://127.0.0.1:{}/", self.port), stream, Some(self.config)).unwrap().0
    }

    fn exchange(&self, count: usize, in_flight: usize, payload: &[u8], text: bool) {
        let mut socket = self.connect();
        mark("begin");
        for _ in 0..count / in_flight {
            for _ in 0..in_flight {
                socket.send(message(payload, text)).unwrap();
            }
            for _ in 0..in_flight {
                assert_eq!(socket.read().unwrap().len(), payload.len());
            }
        }
        mark("end");
    }

    fn connections(&self, count: usize) {
        mark("begin");
        for _ in 0..count {
            let mut socket = self.connect();
            socket.close(None).unwrap();
            // The closing handshake: the server's close frame, then the end.
            while socket.read().is_ok() {}
        }
        mark("end");
    }

    /// With one connector, which trusts nothing but the server's certificate (BENCH_CERT).
    fn tls_connections(&self, count: usize) {
        let pem = std::fs::read(std::env::var("BENCH_CERT").unwrap()).unwrap();
        let connector = native_tls::TlsConnector::builder()
            .disable_built_in_roots(true)
            .add_root_certificate(native_tls::Certificate::from_pem(&pem).unwrap())
            .danger_accept_invalid_hostnames(true)
            .build()
            .unwrap();
        let url = format!("wss://127.0.0.1:{}/", self.port);
        mark("begin");
        for _ in 0..count {
            let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
            stream.set_nodelay(true).unwrap();
            let stream = connector.connect("127.0.0.1", stream).unwrap();
            let mut socket = client_with_config(url.as_str(), stream, Some(self.config)).unwrap().0;
            socket.close(None).unwrap();
            while socket.read().is_ok() {}
        }
        mark("end");
    }

    fn idle(&self, count: usize) {
        let mut held = vec![self.connect()];
        mark("begin");
        held.extend((1..count).map(|_| self.connect()));
        mark("end");
    }

    fn many(&self, count: usize, connections: usize) {
        let mut held: Vec<Socket> = (0..connections).map(|_| self.connect()).collect();
        mark("begin");
        for _ in 0..count / held.len() {
            for socket in &mut held {
                socket.send(message(&[b'x'; 64], true)).unwrap();
                assert_eq!(socket.read().unwrap().len(), 64);
            }
        }
        mark("end");
    }
}

fn message(payload: &[u8], text: bool) -> Message {
    if text { Message::text(std::str::from_utf8(payload).unwrap()) } else { Message::binary(payload.to_vec()) }
}

/// Sends messages of this size and reads as many bytes back, `count` times.
fn tcp_exchange(port: u16, count: usize, size: usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let (data, mut buffer) = (vec![b'x'; size], vec![0; size]);
    mark("begin");
    for _ in 0..count {
        stream.write_all(&data).unwrap();
        stream.read_exact(&mut buffer).unwrap();
    }
    mark("end");
}

/// Sends a request for so many bytes over a connection of its own. Returns the connection.
fn request(port: u16, size: usize) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let text = format!("GET /{size} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

/// Reads what follows the head of an answer. Returns how much that is.
fn read_body(stream: &mut TcpStream, buffer: &mut [u8], mut take: impl FnMut(&[u8])) -> usize {
    let count = stream.read(buffer).unwrap();
    let head = buffer[..count].windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    take(&buffer[head..count]);
    let mut length = count - head;
    loop {
        match stream.read(buffer).unwrap() {
            0 => return length,
            count => {
                take(&buffer[..count]);
                length += count;
            }
        }
    }
}

fn http(port: u16, count: usize) {
    let mut buffer = vec![0; 4096];
    mark("begin");
    for _ in 0..count {
        let mut stream = request(port, 256);
        assert_eq!(read_body(&mut stream, &mut buffer, |_| {}), 256);
    }
    mark("end");
}

/// Downloads to a file of the folder BENCH_FOLDER.
fn http_file(port: u16, count: usize) {
    let path = std::path::Path::new(&std::env::var("BENCH_FOLDER").unwrap()).join("raw_client");
    let mut buffer = vec![0; 64 << 10];
    mark("begin");
    for _ in 0..count {
        let mut stream = request(port, 16 << 20);
        let mut file = std::fs::File::create(&path).unwrap();
        assert_eq!(read_body(&mut stream, &mut buffer, |bytes| file.write_all(bytes).unwrap()), 16 << 20);
    }
    mark("end");
}
