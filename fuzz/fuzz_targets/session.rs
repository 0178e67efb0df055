//! Any bytes from the server, in any pieces, against the whole connection state machine: no panic,
//! bounded memory, one `close` at the end.
#![no_main]

use std::{
    io::{self, ErrorKind, Read, Write},
    time::{Duration, Instant},
};

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::{
    Agreement, Buffers, Context, Event, Inbox, Kind, Outbox, Outgoing, Reading, Session, Settings, SharedPool, Stream,
    Take,
};

const MAX_MESSAGE: usize = 4096;

/// Returns `data` in pieces and accepts writes, within limits that the input sets.
struct Pipe<'a> {
    data: &'a [u8],
    piece: usize,
    room: usize,
    written: usize,
    eof: bool,
}

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.data.is_empty() {
            return if self.eof { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        let count = self.data.len().min(buffer.len()).min(self.piece);
        buffer[..count].copy_from_slice(&self.data[..count]);
        self.data = &self.data[count..];
        Ok(count)
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.room);
        if count == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.room -= count;
        self.written += count;
        Ok(count)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|data: &[u8]| {
    let [piece, early, action, compression, data @ ..] = data else { return };
    let (early, data) = data.split_at(data.len().min(usize::from(*early)));
    let mut now = Instant::now();
    let mut buffers = Buffers::default();
    // Eight windows, contexts kept or not; or no compression.
    let agreement = Agreement {
        client_window_bits: 8 + (compression & 7),
        server_window_bits: 8 + (compression >> 3 & 7),
        client_keeps_context: compression & 0x40 != 0,
        server_keeps_context: compression & 0x40 == 0,
    };
    let settings = Settings { threshold: 8, ..Settings::default() };
    let deflate = (compression & 0x80 != 0).then(|| Stream::new(settings, agreement, &SharedPool::default()));
    let mut session = Session::new(early.to_vec(), MAX_MESSAGE, deflate);
    session.keep_alive(Some(Duration::from_secs(10)), now);
    let mut inbox = Inbox::default();
    inbox.report_sent(true);
    let mut outbox = Outbox::new(1 << 16);
    let mut pipe = Pipe { data, piece: usize::from(*piece).max(1), room: 0, written: 0, eof: false };
    let mut closes = 0;
    for step in 0..200u32 {
        match (u32::from(*action) + step) % 7 {
            0 => {
                let (kind, data) = (Kind::Message { text: step % 2 == 0 }, vec![b'x'; usize::from(*piece) * 3]);
                if outbox.charge(kind, data.len()).is_ok()
                    && (outbox.waiting() > 0 || !session.send(&mut pipe, kind, &data, &mut buffers))
                {
                    outbox.push(Outgoing { kind, data });
                }
            }
            1 => pipe.room += 64,
            2 if step > 150 => {
                let report = (1000, String::new());
                let mut context = Context { inbox: &mut inbox, buffers: &mut buffers, now };
                session.close(vec![0x03, 0xe8], report, outbox.waiting(), &mut context);
            }
            3 if step > 100 => {
                now += Duration::from_secs(1);
                session.tick(&mut Context { inbox: &mut inbox, buffers: &mut buffers, now });
            }
            _ => {}
        }
        let mut context = Context { inbox: &mut inbox, buffers: &mut buffers, now };
        session.write(&mut pipe, &mut outbox, &mut context);
        while session.read(&mut pipe, &mut context) == Reading::Unfinished {}
        while let Some(event) = inbox.pop(if step % 3 == 0 { Take::AllButMessages } else { Take::All }) {
            match event {
                Event::Message { data, text } => {
                    assert!(data.len() <= MAX_MESSAGE);
                    assert!(!text || std::str::from_utf8(&data).is_ok());
                }
                Event::Close { .. } => closes += 1,
                _ => {}
            }
        }
        pipe.eof = step > 180;
    }
    now += Duration::from_secs(60);
    session.tick(&mut Context { inbox: &mut inbox, buffers: &mut buffers, now });
    while inbox.pop(Take::AllButMessages).is_some_and(|event| !matches!(event, Event::Close { .. })) {}
    assert!(closes <= 1);
});
