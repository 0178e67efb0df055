//! The limit we stand on: blocking tungstenite without Lua, and a raw TCP echo as the physical one.
//!
//! Usage: raw_client KIND WORKLOAD PORT COUNT, with KIND `tungstenite` or `tcp`. Prints seconds and
//! CPU seconds, tab-separated.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Instant,
};

use tungstenite::{Message, client::client_with_config, protocol::WebSocketConfig};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [kind, workload, port, count] = &arguments[..] else {
        // `cargo bench` runs every target; this one is for the benchmark script.
        return;
    };
    let (port, count) = (port.parse::<u16>().unwrap(), count.parse::<usize>().unwrap());
    let (start, cpu) = (Instant::now(), cpu_seconds());
    match (kind.as_str(), workload.as_str()) {
        ("tcp", "rtt") => tcp_rtt(port, count),
        ("tungstenite", "rtt") => exchange(port, count, 1, &[b'x'; 64], true),
        ("tungstenite", "pipeline") => exchange(port, count, 64, &[b'x'; 64], true),
        ("tungstenite", "big") => exchange(port, count, 1, &vec![b'x'; 1 << 20], false),
        ("tungstenite", "connect") => (0..count).for_each(|_| connect(port).close(None).unwrap()),
        _ => panic!("no workload {workload} for {kind}"),
    }
    println!("{:.6}\t{:.6}", start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
}

fn connect(port: u16) -> tungstenite::WebSocket<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let config = WebSocketConfig::default().write_buffer_size(0).max_frame_size(None).max_message_size(None);
    client_with_config(format!("ws://127.0.0.1:{port}/"), stream, Some(config)).unwrap().0
}

fn exchange(port: u16, count: usize, in_flight: usize, payload: &[u8], text: bool) {
    let mut socket = connect(port);
    let message = || {
        if text { Message::text(std::str::from_utf8(payload).unwrap()) } else { Message::binary(payload.to_vec()) }
    };
    for _ in 0..count / in_flight {
        for _ in 0..in_flight {
            socket.send(message()).unwrap();
        }
        for _ in 0..in_flight {
            assert_eq!(socket.read().unwrap().len(), payload.len());
        }
    }
}

fn tcp_rtt(port: u16, count: usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0; 64];
    for _ in 0..count {
        stream.write_all(&[b'x'; 64]).unwrap();
        stream.read_exact(&mut buffer).unwrap();
    }
}

/// User and system time of this process.
fn cpu_seconds() -> f64 {
    // SAFETY: getrusage only writes the struct it is given.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
