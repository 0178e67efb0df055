//! A port: the bytes on their way between the script and the wire.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
};

use super::{
    Line, MAX_AWAITING, MAX_RECEIVED, MAX_UNSENT, News, Place,
    wire::{self, Wire, Written},
};
use crate::{
    io_error::in_words,
    reactor::{Activity, Cause, Context, Flight, Source, Status},
    time::Time,
};

/// Bytes of one read.
const READ_SIZE: usize = 4096;

/// Reads and writes of one turn, so that a fast port leaves room for the rest.
const STEPS_PER_TURN: usize = 16;

/// A serial port. Its wire is there as long as it lives; the script's `uart.setup` and `uart.close` only decide
/// whether the reactor drives it.
pub(crate) struct Port {
    wire: Box<dyn Wire>,
    is_set_up: bool,
    /// Nothing ever comes in again.
    has_ended: bool,
    received: VecDeque<u8>,
    unsent: VecDeque<u8>,
    reports_sent: bool,
    /// The script knows, or is about to know, that everything is sent.
    is_sent: bool,
    is_unfinished: bool,
    news: News,
}

impl Port {
    /// Makes the port with its wire; `is_restart` if the script has run before, in the same run.
    ///
    /// # Errors
    /// The place does not exist, or cannot be used so.
    pub fn open(place: &Place, is_restart: bool, time: &Time) -> io::Result<Self> {
        Ok(Port::new(wire::open(place, is_restart, time)?))
    }

    fn new(wire: Box<dyn Wire>) -> Self {
        Port {
            wire,
            is_set_up: false,
            has_ended: false,
            received: VecDeque::new(),
            unsent: VecDeque::new(),
            reports_sent: false,
            is_sent: true,
            is_unfinished: false,
            news: News::default(),
        }
    }

    /// What the other end needs to know to get there: the path of a pseudo terminal, the address of a listener.
    pub fn name(&self) -> Option<&str> {
        self.wire.name()
    }

    /// Sets the line up and watches it.
    ///
    /// # Errors
    /// The line cannot be set up so, such as an odd baud rate.
    pub fn set_up(&mut self, line: Line, reports_sent: bool, context: &Context<'_>) -> io::Result<()> {
        self.wire.set_up(line, context)?;
        self.reports_sent = reports_sent;
        self.is_set_up = true;
        Ok(())
    }

    /// Ends what [`set_up`](Self::set_up) has begun; bytes that are neither read nor sent are dropped.
    pub fn shut(&mut self) {
        self.is_set_up = false;
        self.received.clear();
        self.unsent.clear();
        self.is_sent = true;
        self.news = News::default();
    }

    /// Whether the script has set it up.
    pub fn is_set_up(&self) -> bool {
        self.is_set_up
    }

    /// Writes what the system takes at once and queues the rest, up to [`MAX_UNSENT`]; returns how many bytes it
    /// has accepted: none unless the port is set up. The status is to be looked at afterwards.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        if !self.is_set_up {
            return 0;
        }
        let count = bytes.len().min(MAX_UNSENT - self.unsent.len());
        self.unsent.extend(&bytes[..count]);
        self.is_sent = false;
        let sent = self.send();
        self.note(sent);
        count
    }

    /// Bytes come in that are not from the wire. Returns whether the port takes them: only one that is set up does.
    pub fn insert(&mut self, bytes: &[u8]) -> bool {
        if self.is_set_up {
            self.take_in(bytes);
        }
        self.is_set_up
    }

    /// The bytes that have arrived. After taking some, resume the port if [`is_paused`](Self::is_paused)
    /// was true before.
    pub fn received(&mut self) -> &mut VecDeque<u8> {
        &mut self.received
    }

    /// Whether reading waits for the script.
    pub fn is_paused(&self) -> bool {
        self.received.len() >= MAX_RECEIVED
    }

    /// Takes the news.
    pub fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    fn take_in(&mut self, bytes: &[u8]) {
        self.news.received |= self.received.is_empty() && !bytes.is_empty();
        self.received.extend(bytes);
    }

    /// Writes what is queued; true if the bound of a turn ended it.
    fn send(&mut self) -> io::Result<bool> {
        let mut steps = STEPS_PER_TURN;
        while !self.unsent.is_empty() && steps > 0 {
            steps -= 1;
            match self.wire.write(self.unsent.as_slices().0)? {
                Written::Taken(count) => drop(self.unsent.drain(..count)),
                Written::Blocked => return Ok(false),
                Written::Awaiting => {
                    // As on a wire, all is sent, whether somebody has it or not.
                    self.note_sent();
                    self.unsent.drain(..self.unsent.len().saturating_sub(MAX_AWAITING));
                    return Ok(false);
                }
                Written::Lost => self.unsent.clear(),
            }
        }
        if self.unsent.is_empty() {
            self.note_sent();
        }
        Ok(!self.unsent.is_empty())
    }

    fn note_sent(&mut self) {
        let is_new = !std::mem::replace(&mut self.is_sent, true);
        self.news.sent |= is_new && self.reports_sent;
    }

    /// Reads what has arrived; true if the bound of a turn ended it.
    fn receive(&mut self) -> io::Result<bool> {
        let mut chunk = [0; READ_SIZE];
        for _ in 0..STEPS_PER_TURN {
            let room = MAX_RECEIVED.saturating_sub(self.received.len()).min(READ_SIZE);
            if room == 0 || self.has_ended {
                return Ok(false);
            }
            match self.wire.read(&mut chunk[..room]) {
                Ok(0) => self.has_ended = true,
                Ok(count) => self.take_in(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(!self.has_ended)
    }

    fn note(&mut self, progress: io::Result<bool>) {
        match progress {
            Ok(is_unfinished) => self.is_unfinished = is_unfinished,
            Err(error) => {
                self.is_set_up = false;
                self.news.failure = Some(in_words(&error));
            }
        }
    }
}

impl Source for Port {
    fn drive(&mut self, cause: Cause, context: &mut Context<'_>) {
        if let Some(problem) = self.wire.advance(cause, context) {
            self.news.problem = Some(problem);
        }
        let progress = self.send().and_then(|sending| Ok(sending | self.receive()?));
        self.note(progress);
    }

    fn status(&mut self) -> Status {
        let activity = match &self.news {
            News { failure: Some(_), .. } => Activity::Idle,
            _ if self.is_unfinished => Activity::Unfinished,
            // It is open, but can bring nothing.
            _ if self.has_ended && self.unsent.is_empty() => Activity::Idle,
            _ => Activity::Waiting,
        };
        Status { activity, deadline: self.wire.deadline(), has_news: self.news != News::default() }
    }

    fn flight(&self) -> Flight {
        Flight::Possible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wire that does what is in its lists, and then nothing.
    #[derive(Default)]
    struct Fake {
        reads: VecDeque<&'static [u8]>,
        writes: VecDeque<Written>,
    }

    impl Wire for Fake {
        fn set_up(&mut self, _: Line, _: &Context<'_>) -> io::Result<()> {
            Ok(())
        }

        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let bytes = self.reads.pop_front().ok_or(ErrorKind::WouldBlock)?;
            buffer[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }

        fn write(&mut self, _: &[u8]) -> io::Result<Written> {
            self.writes.pop_front().ok_or(ErrorKind::BrokenPipe.into())
        }
    }

    fn port(fake: Fake) -> Port {
        let mut port = Port::new(Box::new(fake));
        port.is_set_up = true;
        port.reports_sent = true;
        port
    }

    #[test]
    fn what_waits_for_the_first_peer_is_bounded_and_counts_as_sent() {
        let mut port = port(Fake { writes: VecDeque::from([Written::Awaiting; 2]), ..Fake::default() });
        assert_eq!(port.write(&[b'a'; MAX_AWAITING + 5]), MAX_AWAITING + 5);
        assert_eq!(port.unsent.len(), MAX_AWAITING);
        assert!(port.take_news().sent);
        assert!(!port.send().unwrap() && !port.take_news().sent);
        assert_eq!(port.status().activity, Activity::Waiting);
    }

    #[test]
    fn what_nobody_hears_is_lost_and_counts_as_sent() {
        let mut port = port(Fake { writes: VecDeque::from([Written::Lost]), ..Fake::default() });
        assert_eq!(port.write(b"abc"), 3);
        assert!(port.unsent.is_empty() && port.take_news().sent);
    }

    #[test]
    fn all_is_sent_once_the_last_byte_is_with_the_system() {
        let writes = [Written::Taken(2), Written::Blocked, Written::Taken(1)];
        let mut port = port(Fake { writes: writes.into(), ..Fake::default() });
        assert_eq!(port.write(b"abc"), 3);
        assert!(!port.take_news().sent);
        assert!(!port.send().unwrap());
        assert!(port.take_news().sent);
    }

    #[test]
    fn a_wire_that_breaks_ends_the_port() {
        let mut port = port(Fake::default());
        assert_eq!(port.write(b"abc"), 3);
        assert_eq!(port.status().activity, Activity::Idle);
        assert!(port.take_news().failure.is_some() && !port.is_set_up());
        assert_eq!(port.write(b"abc"), 0);
    }

    #[test]
    fn at_its_end_it_can_bring_nothing_but_is_open() {
        let mut port =
            port(Fake { reads: VecDeque::from([b"ab".as_slice(), b""]), writes: [Written::Taken(1)].into() });
        assert!(!port.receive().unwrap());
        assert_eq!(port.received.len(), 2);
        assert!(port.take_news().received);
        assert_eq!(port.status().activity, Activity::Idle);
        assert_eq!(port.write(b"x"), 1);
        assert!(port.is_set_up() && port.take_news().failure.is_none());
    }

    #[test]
    fn bytes_of_another_hand_come_in_at_a_port_that_is_set_up() {
        let mut port = port(Fake::default());
        assert!(port.insert(b"ab"));
        assert!(port.take_news().received);
        port.shut();
        assert!(!port.insert(b"c") && port.received.is_empty());
    }
}
