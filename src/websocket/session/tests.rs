use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read},
};

use super::*;
use crate::websocket::{deflate::SharedPool, inbox::Take};

/// A stream whose incoming bytes and outgoing room the test sets.
struct Pipe {
    incoming: VecDeque<u8>,
    outgoing: Vec<u8>,
    room: usize,
    eof: bool,
    reads: usize,
    /// Writes fail, as on a socket that the peer has reset.
    broken: bool,
}

impl Pipe {
    fn new() -> Self {
        Pipe { incoming: VecDeque::new(), outgoing: Vec::new(), room: usize::MAX, eof: false, reads: 0, broken: false }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        let count = self.incoming.len().min(buffer.len());
        if count == 0 {
            return if self.eof { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        for slot in &mut buffer[..count] {
            *slot = self.incoming.pop_front().unwrap();
        }
        Ok(count)
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let count = bytes.len().min(self.room);
        if count == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.room -= count;
        self.outgoing.extend_from_slice(&bytes[..count]);
        Ok(count)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One session with everything around it.
struct Bench {
    session: Session,
    pipe: Pipe,
    inbox: Inbox,
    outbox: Outbox,
    buffers: Buffers,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        let mut inbox = Inbox::default();
        inbox.report_sent(true);
        Bench {
            session: Session::new(Vec::new(), 1000, None),
            pipe: Pipe::new(),
            inbox,
            outbox: Outbox::new(1 << 20),
            buffers: Buffers::default(),
            now: Instant::now(),
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.pipe.incoming.extend(bytes);
        self.read();
        self.write();
    }

    fn read(&mut self) -> Reading {
        let mut context = Context { inbox: &mut self.inbox, buffers: &mut self.buffers, now: self.now };
        self.session.read(&mut self.pipe, &mut context)
    }

    fn end_of_stream(&mut self) {
        self.pipe.eof = true;
        self.read();
    }

    fn write(&mut self) -> bool {
        let mut context = Context { inbox: &mut self.inbox, buffers: &mut self.buffers, now: self.now };
        self.session.write(&mut self.pipe, &mut self.outbox, &mut context);
        !self.session.has_unsent(&self.outbox)
    }

    fn close(&mut self, code: u16, reason: &str, report: u16) {
        let payload = [&code.to_be_bytes(), reason.as_bytes()].concat();
        let unsent = self.outbox.waiting();
        let report = (report, reason.to_owned());
        let mut context = Context { inbox: &mut self.inbox, buffers: &mut self.buffers, now: self.now };
        self.session.close(payload, report, unsent, &mut context);
    }

    /// Looks at the clock, which shows `now`.
    fn tick(&mut self, now: Instant) {
        self.session.tick(&mut Context { inbox: &mut self.inbox, buffers: &mut self.buffers, now });
    }

    fn send(&mut self, data: &'static str, text: bool) {
        self.outbox.charge(Kind::Message { text }, data.len()).unwrap();
        self.outbox.push(Outgoing { kind: Kind::Message { text }, data: data.as_bytes().to_vec() });
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.inbox.pop(Take::All)).collect()
    }

    /// What has left, as (first byte, unmasked payload) of each frame.
    fn frames(&self) -> Vec<(u8, Vec<u8>)> {
        let mut rest = &self.pipe.outgoing[..];
        let mut frames = Vec::new();
        while let [first, length, more @ ..] = rest {
            assert_eq!(length & 0x80, 0x80, "a client masks (section 5.3)");
            let (size, more) = match length & 0x7f {
                126 => (usize::from(u16::from_be_bytes([more[0], more[1]])), &more[2..]),
                size => (usize::from(size), more),
            };
            let (mask, more) = more.split_at(4);
            if more.len() < size {
                break;
            }
            let payload = more[..size].iter().zip(mask.iter().cycle()).map(|(b, m)| b ^ m).collect();
            frames.push((*first, payload));
            rest = &more[size..];
        }
        frames
    }
}

/// A session with permessage-deflate, and a peer's side of it.
fn compressing(limit: usize) -> (Bench, deflate::Stream) {
    let agreement = deflate::Agreement {
        client_window_bits: 15,
        server_window_bits: 15,
        client_keeps_context: true,
        server_keeps_context: true,
    };
    let settings = deflate::Settings { threshold: 10, ..deflate::Settings::default() };
    let stream = || deflate::Stream::new(settings, agreement, &SharedPool::default());
    let mut bench = Bench::new();
    bench.session = Session::new(Vec::new(), limit, Some(stream()));
    (bench, stream())
}

fn text(data: &'static str) -> Event {
    Event::Message { data: data.as_bytes().to_vec(), text: true }
}

#[test]
fn rfc_6455_section_5_7_examples() {
    let mut bench = Bench::new();
    bench.receive(b"\x81\x05Hello");
    bench.receive(b"\x01\x03Hel\x80\x02lo");
    bench.receive(b"\x89\x05Hello");
    bench.receive(b"\x82\x7e\x01\x00");
    bench.receive(&[7; 256]);
    let binary = Event::Message { data: vec![7; 256], text: false };
    assert_eq!(bench.events(), [text("Hello"), text("Hello"), binary]);
    assert_eq!(bench.frames(), [(0x8a, b"Hello".to_vec())]);
}

#[test]
fn frames_split_anywhere_and_glued_together() {
    let stream = b"\x81\x03one\x01\x02fr\x89\x00\x80\x02ag\x82\x00";
    for cut in 1..stream.len() {
        let mut bench = Bench::new();
        bench.receive(&stream[..cut]);
        bench.receive(&stream[cut..]);
        let empty = Event::Message { data: Vec::new(), text: false };
        assert_eq!(bench.events(), [text("one"), text("frag"), empty], "cut at {cut}");
        assert_eq!(bench.frames(), [(0x8a, vec![])]);
    }
}

#[test]
fn every_send_is_a_frame_of_its_own_and_sent_when_the_kernel_has_it() {
    let mut bench = Bench::new();
    bench.send("binary", false);
    bench.send("text", true);
    bench.pipe.room = 6 + 6 + 3;
    assert!(!bench.write());
    assert_eq!(bench.events(), [Event::Sent(1)]);
    bench.pipe.room = usize::MAX;
    assert!(bench.write());
    assert_eq!(bench.events(), [Event::Sent(1)]);
    assert_eq!(bench.frames(), [(0x82, b"binary".to_vec()), (0x81, b"text".to_vec())]);
}

#[test]
fn a_lost_connection_leaves_the_unsent_message_whole() {
    let mut bench = Bench::new();
    bench.send("first", true);
    bench.send("second", true);
    bench.pipe.room = 6 + 5 + 4;
    bench.write();
    bench.end_of_stream();
    bench.outbox.connection_ended(bench.session.take_unsent());
    assert!(bench.session.has_ended());
    let events = bench.events();
    assert_eq!(events[0], Event::Sent(1));
    assert!(matches!(&events[1], Event::Error(why) if why.contains("without a close frame")), "{events:?}");
    assert!(matches!(events[2], Event::Close { code: 1006, .. }));
    assert_eq!(bench.outbox.take().unwrap().data, b"second");
}

#[test]
fn the_peers_close_is_echoed_and_reported() {
    let mut bench = Bench::new();
    bench.receive(b"\x88\x05\x0b\xb8bye");
    assert_eq!(bench.frames(), [(0x88, b"\x0b\xb8bye".to_vec())]);
    assert!(bench.session.is_closing() && !bench.session.has_ended());
    bench.end_of_stream();
    assert_eq!(bench.events(), [Event::Close { code: 3000, reason: "bye".into() }]);

    let mut bench = Bench::new();
    bench.receive(b"\x88\x00");
    bench.end_of_stream();
    assert_eq!(bench.events(), [Event::Close { code: 1005, reason: String::new() }]);
}

#[test]
fn our_close_comes_behind_what_was_queued_and_no_later() {
    let mut bench = Bench::new();
    bench.send("before", true);
    bench.close(1000, "bye", 1000);
    bench.send("after", true);
    bench.write();
    assert_eq!(bench.frames(), [(0x81, b"before".to_vec()), (0x88, b"\x03\xe8bye".to_vec())]);
    bench.receive(b"\x81\x04late\x88\x02\x03\xe8");
    bench.end_of_stream();
    let close = Event::Close { code: 1000, reason: "bye".into() };
    assert_eq!(bench.events(), [Event::Sent(1), text("late"), close]);
    bench.outbox.connection_ended(bench.session.take_unsent());
    assert_eq!(bench.outbox.take().unwrap().data, b"after");
}

#[test]
fn a_peer_that_never_answers_a_close_is_left_after_the_bound() {
    let mut bench = Bench::new();
    bench.close(1000, "", 1001);
    bench.write();
    assert_eq!(bench.session.deadline(), Some(bench.now + CLOSE_TIMEOUT));
    let later = bench.now + CLOSE_TIMEOUT;
    bench.tick(later);
    assert!(bench.session.has_ended());
    assert_eq!(bench.events(), [Event::Close { code: 1001, reason: String::new() }]);
}

#[test]
fn violations_are_answered_with_the_code_of_the_rfc() {
    let too_big = [b"\x82\x7e\x03\xe9".to_vec(), vec![0; 1001]].concat();
    let violations: [(&[u8], u16); 13] = [
        (b"\x80\x00", 1002),             // continuation of nothing
        (b"\x83\x00", 1002),             // reserved opcode
        (b"\x8b\x00", 1002),             // reserved control opcode
        (b"\xc1\x00", 1002),             // reserved bit
        (b"\x81\x81\0\0\0\0a", 1002),    // masked by the server
        (b"\x09\x00", 1002),             // fragmented ping
        (b"\x01\x01a\x81\x01b", 1002),   // message within a message
        (b"\x88\x01\x03", 1002),         // close code of one byte
        (b"\x88\x02\x03\xed", 1002),     // close code that is never on the wire
        (b"\x88\x03\x03\xe8\xff", 1007), // close reason that is not UTF-8
        (b"\x82\x7e\0\x01c", 1002),      // length in more bytes than it needs
        (b"\x81\x02\xc3\x28", 1007),     // not UTF-8
        (&too_big, 1009),
    ];
    for (bytes, code) in violations {
        let mut bench = Bench::new();
        bench.receive(bytes);
        assert_eq!(bench.frames(), [(0x88, code.to_be_bytes().to_vec())], "{bytes:?}");
        bench.receive(b"\x81\x01x");
        bench.end_of_stream();
        let events = bench.events();
        assert!(
            matches!(&events[..], [Event::Error(_), Event::Close { code: told, .. }] if *told == code),
            "{events:?}"
        );
    }
}

#[test]
fn a_flood_of_pings_to_a_peer_that_reads_nothing_is_bounded() {
    let mut bench = Bench::new();
    bench.pipe.room = 0;
    let flood = b"\x89\x7d".iter().chain(&[b'x'; 125]).copied().collect::<Vec<u8>>().repeat(100);
    for _ in 0..1000 {
        bench.receive(&flood);
    }
    assert!(bench.session.send_buffer.pending() < 2 * HIGH_WATER, "{}", bench.session.send_buffer.pending());
    assert!(bench.pipe.incoming.len() > HIGH_WATER, "reading stopped");
}

#[test]
fn a_peer_that_answers_before_it_reads_on_is_read() {
    let mut bench = Bench::new();
    bench.session = Session::new(Vec::new(), 1 << 20, None);
    bench.pipe.room = 1000;
    bench.outbox.charge(Kind::Message { text: false }, 500_000).unwrap();
    bench.outbox.push(Outgoing { kind: Kind::Message { text: false }, data: vec![0; 500_000] });
    bench.write();
    assert!(bench.session.send_buffer.pending() > HIGH_WATER);
    bench.receive(b"\x89\x02hi\x81\x05early");
    assert_eq!(bench.events(), [text("early")]);
    bench.pipe.room = usize::MAX;
    bench.write();
    assert_eq!((bench.session.send_buffer.pending(), bench.session.send_buffer.pending_answers()), (0, 0));
    assert_eq!(bench.outbox.cost(), 0);
}

#[test]
fn a_full_inbox_does_not_hide_the_answer_to_our_close() {
    let mut bench = Bench::new();
    for _ in 0..2000 {
        bench.pipe.incoming.extend(b"\x81\x01x");
    }
    bench.pipe.incoming.extend(b"\x88\x02\x03\xe8");
    bench.pipe.eof = true;
    while bench.read() == Reading::Unfinished {}
    assert!(bench.inbox.is_full());
    bench.close(1000, "", 1001);
    bench.write();
    while bench.read() == Reading::Unfinished {}
    assert!(bench.session.has_ended());
    assert_eq!(bench.events().len(), 2001);
}

#[test]
fn a_turn_of_empty_fragments_ends() {
    let mut bench = Bench::new();
    bench.pipe.incoming.extend(b"\x01\x01a");
    for _ in 0..100_000 {
        bench.pipe.incoming.extend(b"\x00\x00");
    }
    bench.pipe.incoming.extend(b"\x80\x01b");
    let mut turns = 1;
    while bench.read() == Reading::Unfinished {
        turns += 1;
    }
    assert!((5..50).contains(&turns), "{turns}");
    assert_eq!(bench.events(), [text("ab")]);
}

#[test]
fn messages_that_nobody_reads_stop_the_reading() {
    let mut bench = Bench::new();
    for _ in 0..100_000 {
        bench.pipe.incoming.extend(b"\x81\x03abc");
    }
    while bench.read() == Reading::Unfinished {}
    assert!(bench.inbox.is_full());
    assert!(!bench.pipe.incoming.is_empty());
    let mut count = bench.events().len();
    while bench.read() != Reading::Drained {
        count += bench.events().len();
    }
    assert_eq!(count + bench.events().len(), 100_000);
}

#[test]
fn frames_are_the_same_however_the_stream_is_cut() {
    let long = vec![b'z'; 40_000];
    let mut stream = b"\x81\x01a\x82\x00".to_vec();
    // A long message, one in three fragments with a ping and a pong between them, and a short one.
    stream.extend([0x82, 0x7e, 0x9c, 0x40]);
    stream.extend(&long);
    stream.extend(b"\x01\x02ab\x89\x01?\x00\x02cd\x8a\x01!\x80\x02ef\x81\x01b\x82\x01c\x88\x02\x03\xe8");
    let binary = |data: &[u8]| Event::Message { data: data.to_vec(), text: false };
    let expected = [
        text("a"),
        binary(b""),
        binary(&long),
        Event::Pong(b"!".to_vec()),
        text("abcdef"),
        text("b"),
        binary(b"c"),
        Event::Close { code: 1000, reason: String::new() },
    ];
    for piece in (1..64).chain([1000, 16_000, 39_990, 40_000, 40_020, 100_000]) {
        let mut bench = Bench::new();
        bench.session = Session::new(Vec::new(), 50_000, None);
        for part in stream.chunks(piece) {
            bench.receive(part);
        }
        bench.end_of_stream();
        assert_eq!(bench.events(), expected, "pieces of {piece}");
        assert_eq!(bench.frames(), [(0x8a, b"?".to_vec()), (0x88, b"\x03\xe8".to_vec())]);
    }
}

#[test]
fn a_long_message_that_is_only_announced_takes_little_memory() {
    let mut bench = Bench::new();
    bench.session = Session::new(Vec::new(), 1 << 30, None);
    bench.receive(b"\x82\x7f\0\0\0\0\x40\0\0\0begin");
    bench.receive(b"more");
    assert!(bench.session.deframer.message.as_ref().unwrap().allocated() < 1 << 20);
}

#[test]
fn heartbeat_pings_and_notices_silence() {
    let mut bench = Bench::new();
    bench.session.keep_alive(Some(Duration::from_secs(10)), bench.now);
    let start = bench.now;
    for seconds in [10, 20] {
        let now = start + Duration::from_secs(seconds);
        bench.tick(now);
        bench.write();
    }
    assert_eq!(bench.frames(), [(0x89, vec![]), (0x89, vec![])]);
    bench.tick(start + Duration::from_secs(30));
    let events = bench.events();
    assert!(matches!(&events[0], Event::Error(why) if why.contains("heartbeat missed")), "{events:?}");
    assert!(matches!(events[1], Event::Close { code: 1006, .. }));
}

#[test]
fn a_close_frame_sent_by_hand_starts_the_closing_handshake() {
    let mut bench = Bench::new();
    bench.send("before", true);
    bench.close(4000, "own", 4000);
    bench.send("after", true);
    bench.write();
    assert!(bench.session.is_closing());
    bench.receive(b"\x88\x02\x0f\xa0");
    bench.end_of_stream();
    assert_eq!(bench.frames(), [(0x81, b"before".to_vec()), (0x88, b"\x0f\xa0own".to_vec())]);
    assert_eq!(bench.events(), [Event::Sent(1), Event::Close { code: 4000, reason: "own".into() }]);
    assert_eq!(bench.outbox.waiting(), 1, "for the next connection");
}

#[test]
fn a_violation_waits_for_the_answers_to_the_messages_before_it() {
    let mut bench = Bench::new();
    bench.receive(b"\x81\x01a\x81\x01b\xff\x00");
    assert_eq!(bench.events(), [text("a"), text("b")]);
    assert!(!bench.session.is_closing());
    bench.send("answer", true);
    bench.write();
    bench.receive(b"");
    assert_eq!(bench.frames(), [(0x81, b"answer".to_vec()), (0x88, vec![0x03, 0xea])]);
}

#[test]
fn closing_after_a_violation_answers_the_violation_and_reads_no_further() {
    let mut bench = Bench::new();
    bench.receive(b"\x81\x01a\xa1\x05");
    bench.close(4000, "", 4000);
    bench.write();
    bench.receive(b"\x81\x03EVI\x81\x03EVI");
    bench.end_of_stream();
    let events = bench.events();
    assert!(
        matches!(&events[..], [_, Event::Error(why), Event::Close { code: 1002, .. }] if why.contains("reserved bits")),
        "{events:?}"
    );
    assert_eq!(bench.frames(), [(0x88, b"\x03\xea".to_vec())]);
}

#[test]
fn what_the_kernel_has_nothing_of_when_the_peer_closes_waits_for_the_next_connection() {
    let mut bench = Bench::new();
    bench.pipe.room = 10;
    for data in ["first", "second", "third"] {
        bench.send(data, true);
    }
    bench.write();
    bench.receive(b"\x89\x00\x88\x02\x03\xe8");
    bench.pipe.room = usize::MAX;
    bench.write();
    bench.end_of_stream();
    assert_eq!(bench.frames(), [(0x81, b"first".to_vec()), (0x8a, vec![]), (0x88, b"\x03\xe8".to_vec())]);
    assert_eq!(bench.events(), [Event::Sent(1), Event::Close { code: 1000, reason: String::new() }]);
    let unsent: Vec<_> = bench.session.take_unsent().into_iter().map(|entry| entry.data).collect();
    assert_eq!(unsent, [b"second".to_vec(), b"third".to_vec()]);
    assert_eq!(bench.session.send_buffer.pending_answers(), 0);
}

#[test]
fn every_code_that_may_be_sent_is_reported_and_echoed() {
    for code in (1000..=1003).chain(1007..=1014).chain([3000, 3999, 4000, 4999]) {
        let mut bench = Bench::new();
        let payload = [&u16::to_be_bytes(code)[..], b"why"].concat();
        bench.receive(&[&b"\x88\x05"[..], &payload].concat());
        bench.end_of_stream();
        assert_eq!(bench.events(), [Event::Close { code, reason: "why".into() }]);
        assert_eq!(bench.frames(), [(0x88, payload)]);
    }
}

#[test]
fn an_illegal_close_code_is_named() {
    let mut bench = Bench::new();
    bench.receive(b"\x88\x02\x03\xec");
    bench.end_of_stream();
    let events = bench.events();
    assert!(matches!(&events[0], Event::Error(why) if why.contains("illegal code 1004")), "{events:?}");
}

#[test]
fn a_write_error_loses_nothing_that_had_arrived() {
    for end in [true, false] {
        let mut bench = Bench::new();
        bench.pipe.incoming.extend(b"\x81\x03bye\x88\x06\x0f\xa1over");
        bench.pipe.broken = true;
        bench.pipe.eof = end;
        bench.send("too late", true);
        bench.write();
        assert!(bench.session.has_failed() && !bench.session.has_ended());
        while !bench.session.has_ended() {
            bench.read();
            bench.write();
        }
        assert_eq!(bench.events(), [text("bye"), Event::Close { code: 4001, reason: "over".into() }]);
        assert_eq!(bench.session.take_unsent().len(), 1);
    }
}

#[test]
fn after_a_write_error_the_connection_is_lost_when_all_was_read_and_not_before() {
    let mut bench = Bench::new();
    let messages = 3000;
    for _ in 0..messages {
        bench.pipe.incoming.extend(b"\x81\x03abc");
    }
    bench.pipe.broken = true;
    bench.send("too late", true);
    bench.write();
    let mut seen = 0;
    let mut last = None;
    while !bench.session.has_ended() || bench.inbox.has_messages() {
        bench.read();
        for event in bench.events() {
            seen += usize::from(event == text("abc"));
            last = Some(event);
        }
    }
    assert_eq!(seen, messages);
    assert_eq!(last, Some(Event::Close { code: 1006, reason: "broken pipe".into() }));
}

#[test]
fn invalid_text_fails_the_connection_before_the_rest_of_its_frame() {
    for start in [&b"\x81\x7e\x01\x00ab\xff"[..], b"\x01\x02ab\x80\x7e\x01\x00\xff", b"\x01\x03ab\xe4\x00\x05x"] {
        let mut bench = Bench::new();
        for byte in start {
            bench.receive(&[*byte]);
        }
        let events = bench.events();
        assert!(matches!(&events[..], [Event::Error(why)] if why.contains("UTF-8")), "{events:?}");
        assert_eq!(bench.frames(), [(0x88, b"\x03\xef".to_vec())]);
    }
}

#[test]
fn a_message_whose_length_no_memory_holds_is_no_problem_until_it_arrives() {
    for claim in [&b"\x82\x7f\0\0\0\x7f\0\0\0\0begin"[..], b"\x02\x01a\x80\x7f\0\0\0\x7f\0\0\0\0begin"] {
        let mut bench = Bench::new();
        bench.session = Session::new(Vec::new(), 1 << 40, None);
        bench.receive(claim);
        bench.receive(&[0; 100_000]);
        assert!(bench.session.deframer.message.as_ref().unwrap().len() > 100_000);
        assert!(bench.session.deframer.message.as_ref().unwrap().allocated() < 1 << 20);
    }
}

#[test]
fn messages_are_compressed_both_ways_however_the_stream_is_cut() {
    let words = "one two three two one two three ".repeat(20);
    for piece in [1, 2, 7, 100, 10_000] {
        let (mut bench, mut peer) = compressing(1000);
        let mut stream = b"\x81\x05plain".to_vec();
        for round in 0..3 {
            let mut payload = Vec::new();
            assert!(peer.deflate(words.as_bytes(), &mut payload));
            // In one frame, or in two with a ping in between; only the first is marked.
            let half = if round == 1 { payload.len() / 2 } else { payload.len() };
            stream.extend([if round == 1 { 0x41 } else { 0xc1 }, half as u8]);
            stream.extend(&payload[..half]);
            if round == 1 {
                stream.extend(b"\x89\x00");
                stream.extend([0x80, (payload.len() - half) as u8]);
                stream.extend(&payload[half..]);
            }
        }
        for part in stream.chunks(piece) {
            bench.receive(part);
        }
        let long = Event::Message { data: words.clone().into_bytes(), text: true };
        assert_eq!(bench.events(), [text("plain"), long.clone(), long.clone(), long], "pieces of {piece}");

        bench.pipe.outgoing.clear();
        bench.send("short", true);
        bench.send("long enough, long enough", true);
        bench.write();
        let frames = bench.frames();
        assert_eq!(frames[0], (0x81, b"short".to_vec()));
        assert_eq!(frames[1].0, 0xc1);
        let mut message = Vec::new();
        peer.inflate(&frames[1].1, &mut message, 1000).unwrap();
        peer.finish(&mut message, 1000).unwrap();
        assert_eq!(message, b"long enough, long enough");
        assert_eq!(bench.events(), [Event::Sent(1), Event::Sent(1)]);
    }
}

#[test]
fn violations_of_compressed_messages() {
    for (bytes, code, problem) in [
        (&b"\xc1\x03\xff\xff\xff"[..], 1007, "cannot be inflated"),
        (b"\x41\x01\xf2\xc0\x01\x00", 1002, "reserved bits"),
        (b"\xc9\x00", 1002, "reserved bits"),
        (b"\xa1\x00", 1002, "reserved bits"),
    ] {
        let (mut bench, _) = compressing(1000);
        bench.receive(bytes);
        let events = bench.events();
        assert!(matches!(&events[..], [Event::Error(why)] if why.contains(problem)), "{events:?}");
        assert_eq!(bench.frames(), [(0x88, u16::to_be_bytes(code).to_vec())]);
    }
    for (data, limit, code) in [(vec![b'x'; 1001], 1000, 1009u16), (b"ab\xff and more text".to_vec(), 1000, 1007)] {
        let (mut bench, mut peer) = compressing(limit);
        let mut payload = Vec::new();
        assert!(peer.deflate(&data, &mut payload));
        bench.receive(&[0xc1, payload.len() as u8]);
        bench.receive(&payload);
        assert_eq!(bench.frames(), [(0x88, code.to_be_bytes().to_vec())]);
    }
}

#[test]
fn a_compressed_message_that_was_not_sent_comes_back_as_it_was() {
    let (mut bench, _) = compressing(1000);
    bench.pipe.room = 3;
    bench.send("again and again and again", true);
    bench.write();
    bench.session.lost("test", &mut bench.inbox);
    let unsent = bench.session.take_unsent();
    assert_eq!(unsent[0].data, b"again and again and again");
    assert_eq!(bench.outbox.cost(), 25);
}
