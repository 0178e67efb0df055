//! Serial ports without what they lead to: bytes that have come in, and the forms in which a script reads them.

use std::collections::{HashMap, HashSet, VecDeque};

/// Most bytes that a port keeps for the script; what comes beyond is lost, as at the device.
pub const MAX_RECEIVED: usize = 64 << 10;

/// Most bytes that a port keeps for whoever asks what the script has sent; the oldest are lost beyond that.
pub const MAX_SENT: usize = 64 << 10;

/// In which pieces a script reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `"*l"`: up to a line feed and with it; without one, all.
    Line,
    /// `"*n"`: a sign and digits. The byte that ends them is lost.
    Number,
    /// `"*s"`: up to white space, which is lost.
    Word,
    /// So many bytes at most; 0 means all.
    Count(usize),
}

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn parse(name: &[u8]) -> Option<Self> {
        match name {
            b"*l" => Some(Format::Line),
            b"*n" => Some(Format::Number),
            b"*s" => Some(Format::Word),
            _ => None,
        }
    }

    /// Takes a piece of what has come in.
    pub fn take(self, received: &mut VecDeque<u8>) -> Vec<u8> {
        let until =
            |is_end: fn(usize, u8) -> bool| received.iter().enumerate().position(|(index, byte)| is_end(index, *byte));
        let (count, is_end_lost) = match self {
            Format::Line => (until(|_, byte| byte == b'\n').map(|end| end + 1), false),
            Format::Number => {
                (until(|index, byte| !(byte.is_ascii_digit() || index == 0 && b"+-".contains(&byte))), true)
            }
            Format::Word => (until(|_, byte| is_space(byte)), true),
            Format::Count(0) => (None, false),
            Format::Count(most) => (Some(most), false),
        };
        let count = count.unwrap_or(received.len()).min(received.len());
        let piece = received.drain(..count).collect();
        if is_end_lost {
            received.pop_front();
        }
        piece
    }
}

/// White space as C's `isspace` has it.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The number of what [`Format::Number`] has taken; 0 without one.
#[must_use]
pub fn number(text: &[u8]) -> i64 {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// What `uart.setup` says of a port beside the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// The script asks for bytes by itself and wants no message.
    pub is_polled: bool,
    /// It wants a message after each write.
    pub reports_sent: bool,
}

#[derive(Debug, Default)]
struct Uart {
    mode: Mode,
    received: VecDeque<u8>,
}

/// What the script has sent at a port since somebody last asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The bytes; at most [`MAX_SENT`], the newest.
    pub bytes: VecDeque<u8>,
    /// How many went before these and are lost.
    pub lost: usize,
}

/// The ports, by id.
#[derive(Debug, Default)]
pub struct Uarts {
    /// Those that are set up.
    ports: HashMap<i64, Uart>,
    /// What has left them, whether they are set up or not.
    sent: HashMap<i64, Sent>,
    /// Those whose other end somebody plays.
    played: HashSet<i64>,
    /// Bits per second of those that are set up.
    bauds: HashMap<i64, i64>,
}

impl Sent {
    /// Loses the oldest bytes where there are too many.
    fn keep_newest(&mut self) {
        let beyond = self.bytes.len().saturating_sub(MAX_SENT);
        self.bytes.drain(..beyond);
        self.lost += beyond;
    }
}

impl Uarts {
    /// Opens a port, or changes its mode.
    pub fn set_up(&mut self, id: i64, mode: Mode) {
        self.ports.entry(id).or_default().mode = mode;
    }

    /// Notes how fast an open port is, in bits per second.
    pub fn set_baud(&mut self, id: i64, baud: i64) {
        self.bauds.insert(id, baud);
    }

    /// How fast a port is, in bits per second; `None` for one that is not set up.
    #[must_use]
    pub fn baud(&self, id: i64) -> Option<i64> {
        self.bauds.get(&id).copied()
    }

    /// Closes a port; what it has received is lost.
    pub fn close(&mut self, id: i64) {
        self.bauds.remove(&id);
        self.ports.remove(&id);
    }

    /// The mode of a port; the default for one that is not open.
    #[must_use]
    pub fn mode(&self, id: i64) -> Mode {
        self.ports.get(&id).map_or(Mode::default(), |port| port.mode)
    }

    /// Bytes come in from outside. Returns whether the script is to be told: a port that already has some has
    /// told of them.
    pub fn receive(&mut self, id: i64, bytes: &[u8]) -> bool {
        let room = self.room(id);
        let Some(port) = self.ports.get_mut(&id) else { return false };
        let was_empty = port.received.is_empty();
        port.received.extend(&bytes[..bytes.len().min(room)]);
        was_empty && !port.received.is_empty() && !port.mode.is_polled
    }

    /// How many bytes may come in before some are lost; 0 for a port that is not set up.
    #[must_use]
    pub fn room(&self, id: i64) -> usize {
        self.ports.get(&id).map_or(0, |port| MAX_RECEIVED - port.received.len())
    }

    /// Whether a port is set up.
    #[must_use]
    pub fn is_set_up(&self, id: i64) -> bool {
        self.ports.contains_key(&id)
    }

    /// From now on somebody plays the other end of a port.
    pub fn play(&mut self, id: i64) {
        self.played.insert(id);
    }

    /// Whether somebody plays the other end of a port.
    #[must_use]
    pub fn is_played(&self, id: i64) -> bool {
        self.played.contains(&id)
    }

    /// The script sends.
    pub fn note_sent(&mut self, id: i64, bytes: &[u8]) {
        let sent = self.sent.entry(id).or_default();
        sent.bytes.extend(bytes);
        sent.keep_newest();
    }

    /// Puts back what was taken last: who wanted it has gone.
    pub fn give_back(&mut self, id: i64, bytes: Vec<u8>) {
        let sent = self.sent.entry(id).or_default();
        let mut all = VecDeque::from(bytes);
        all.append(&mut sent.bytes);
        sent.bytes = all;
        sent.keep_newest();
    }

    /// Takes what the script has sent at a port.
    pub fn take_sent(&mut self, id: i64) -> Sent {
        self.sent.remove(&id).unwrap_or_default()
    }

    /// What has come in at a port that is open.
    pub fn received(&mut self, id: i64) -> Option<&mut VecDeque<u8>> {
        self.ports.get_mut(&id).map(|port| &mut port.received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes pieces until nothing is left.
    fn pieces(format: Format, bytes: &[u8]) -> Vec<String> {
        let mut received: VecDeque<u8> = bytes.iter().copied().collect();
        let mut pieces = Vec::new();
        while !received.is_empty() {
            pieces.push(String::from_utf8(format.take(&mut received)).unwrap());
        }
        pieces
    }

    #[test]
    fn lines_keep_their_ends() {
        assert_eq!(pieces(Format::Line, b"one\r\n\ntwo"), ["one\r\n", "\n", "two"]);
        assert!(Format::Line.take(&mut VecDeque::new()).is_empty());
    }

    #[test]
    fn words_and_numbers_lose_theirs() {
        assert_eq!(pieces(Format::Word, b"one  two\r\nthree"), ["one", "", "two", "", "three"]);
        assert_eq!(pieces(Format::Number, b"-12,+7x3-4"), ["-12", "+7", "3", "4"]);
    }

    #[test]
    fn counts_are_limits_and_zero_is_none() {
        assert_eq!(pieces(Format::Count(2), b"abc"), ["ab", "c"]);
        assert_eq!(pieces(Format::Count(0), b"abc"), ["abc"]);
    }

    #[test]
    fn digits_are_a_number() {
        assert_eq!([number(b"-12"), number(b"+7"), number(b""), number(b"-")], [-12, 7, 0, 0]);
    }

    #[test]
    fn formats_have_names() {
        assert_eq!(Format::parse(b"*s"), Some(Format::Word));
        assert_eq!([b"*a".as_slice(), b"l", b""].map(Format::parse), [None; 3]);
    }

    #[test]
    fn an_open_port_tells_of_bytes_once_until_they_are_read() {
        let mut uarts = Uarts::default();
        assert!(!uarts.receive(1, b"lost"));
        uarts.set_up(1, Mode::default());
        assert!(!uarts.receive(1, b""));
        assert!(uarts.receive(1, b"ab"));
        assert!(!uarts.receive(1, b"c"));
        assert_eq!(Format::Count(0).take(uarts.received(1).unwrap()), b"abc");
        assert!(uarts.receive(1, b"d"));
        uarts.set_up(1, Mode { is_polled: true, ..Mode::default() });
        uarts.received(1).unwrap().clear();
        assert!(!uarts.receive(1, b"e"));
        uarts.close(1);
        assert!(uarts.received(1).is_none());
    }

    #[test]
    fn the_newest_of_what_was_sent_is_kept() {
        let mut uarts = Uarts::default();
        assert_eq!(uarts.take_sent(1), Sent::default());
        uarts.note_sent(1, b"ab");
        uarts.note_sent(2, b"c");
        uarts.note_sent(1, b"d");
        assert_eq!(uarts.take_sent(1), Sent { bytes: b"abd".to_vec().into(), lost: 0 });
        assert_eq!(uarts.take_sent(1), Sent::default());
        uarts.note_sent(1, b"ef");
        uarts.give_back(1, b"abd".to_vec());
        assert_eq!(uarts.take_sent(1), Sent { bytes: b"abdef".to_vec().into(), lost: 0 });
        uarts.note_sent(2, &[b'x'; MAX_SENT]);
        let sent = uarts.take_sent(2);
        assert_eq!((sent.bytes.len(), sent.bytes[0], sent.lost), (MAX_SENT, b'x', 1));
    }

    #[test]
    fn a_full_port_loses_the_rest() {
        let mut uarts = Uarts::default();
        uarts.set_up(1, Mode::default());
        uarts.receive(1, &[b'a'; MAX_RECEIVED - 1]);
        uarts.receive(1, b"bc");
        let received = uarts.received(1).unwrap();
        assert_eq!((received.len(), received.back()), (MAX_RECEIVED, Some(&b'b')));
    }
}
