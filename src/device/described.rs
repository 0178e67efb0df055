//! A change as a name and plain values: what listeners in Lua get, and what others get as JSON.

use std::{borrow::Cow, time::Duration};

use super::{
    audio::{AudioChange, Playing, Sound, Target},
    buses::Transfer,
    change::{CallChange, Change, SocketChange, WebSocketChange, frame_name},
    display::DisplayChange,
    excerpt::Excerpt,
    pins::Pattern,
    plain::Plain,
    topic::Topic,
};

/// What can be listened to, and the topic that it belongs to.
pub const NAMES: &[(&str, Topic)] = &[
    ("adc", Topic::Adc),
    ("answer", Topic::Call),
    ("at", Topic::At),
    ("audio", Topic::Audio),
    ("bluetooth", Topic::Bluetooth),
    ("call", Topic::Call),
    ("clock", Topic::Clock),
    ("dtmf", Topic::Call),
    ("fota", Topic::Fota),
    ("hang_up", Topic::Call),
    ("i2c", Topic::I2c),
    ("lcd", Topic::Lcd),
    ("led", Topic::Led),
    ("log", Topic::Log),
    ("missed", Topic::Call),
    ("net", Topic::Net),
    ("picture", Topic::Lcd),
    ("pin", Topic::Pin),
    ("power", Topic::Power),
    ("pwm", Topic::Pwm),
    ("sms", Topic::Sms),
    ("sms_read", Topic::Sms),
    ("socket", Topic::Socket),
    ("spi", Topic::Spi),
    ("uart", Topic::Uart),
    ("wifi", Topic::Wifi),
    ("ws", Topic::Ws),
];

/// Name and values of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Described<'a> {
    /// What it is listened to by: one of [`NAMES`].
    pub name: &'static str,
    /// What there is to say about it.
    pub values: Vec<Plain<'a>>,
}

impl Change {
    /// Its name and values.
    #[must_use]
    pub fn described(&self) -> Described<'_> {
        Described { name: name(self), values: values(self) }
    }
}

fn values(change: &Change) -> Vec<Plain<'_>> {
    match change {
        Change::Pin(pin) => vec![pin.pin.into(), i64::from(pin.level).into(), pin.direction.name().into()],
        Change::Uart { id, sent } => vec![(*id).into(), octets(sent)],
        Change::Bus(Transfer::I2cWrite { bus, address, sent }) => {
            vec![(*bus).into(), (*address).into(), octets(sent)]
        }
        Change::Bus(Transfer::I2cRead { bus, address, count }) => {
            vec![(*bus).into(), (*address).into(), (*count).into()]
        }
        Change::Bus(Transfer::Spi { bus, sent }) => vec![(*bus).into(), octets(sent)],
        Change::Pwm { channel, signal } => {
            vec![(*channel).into(), signal.as_ref().map(ToString::to_string).into()]
        }
        Change::Supply { domain, level } => vec!["supply".into(), (*domain).into(), (*level).into()],
        Change::PowerOff { until } => vec!["off".into(), until.map(|time| time.to_string()).into()],
        Change::Sleep(may_sleep) => vec![if *may_sleep { "sleep" } else { "awake" }.into()],
        Change::Update { size } => vec![(*size).into()],
        Change::AtSent(line) => vec![line.into(), "sent".into()],
        Change::AtReceived(line) => vec![line.into(), "received".into()],
        Change::Sms { to, text } => vec![to.into(), text.into()],
        Change::SmsRead { from, text, part } => {
            let (index, total) = part.unwrap_or((1, 1));
            vec![from.into(), text.into(), index.into(), total.into()]
        }
        Change::Call { number, change: CallChange::Dtmf(keys) } => vec![keys.into(), number.into()],
        Change::Call { number, change: CallChange::Missed(why) } => vec![number.into(), (*why).into()],
        Change::Call { number, .. } => vec![number.into()],
        Change::Audio(audio) => {
            let (what, detail) = heard_sound(audio);
            [what.into(), detail.map_or(Plain::Nil, Plain::Text)].into_iter().chain(about_sound(audio)).collect()
        }
        Change::Display(DisplayChange::Picture(name, count)) => vec![name.into(), (*count).into()],
        Change::Display(display) => vec![shown(display).into(), display.to_string().into()],
        Change::Log { line, is_error } => vec![line.into(), if *is_error { "stderr" } else { "stdout" }.into()],
        Change::Socket { id, change } => {
            let mut values = vec![(*id).into(), change.to_string().into()];
            values.extend(carried_by_socket(change));
            values
        }
        Change::WebSocket { peer, change: carried } => {
            let mut values = vec![change.to_string().into(), peer.into()];
            values.extend(carried_by_web_socket(carried));
            values
        }
        Change::Led { pin, pattern: Pattern::Blinks { on, off } } => {
            vec![(*pin).into(), milliseconds(*on), milliseconds(*off)]
        }
        Change::Led { pin, pattern: Pattern::Stays(level) } => vec![(*pin).into(), (*level).into()],
        other => vec![other.to_string().into()],
    }
}

/// What a socket carries: which way, the first bytes, and how many there are.
fn carried_by_socket(change: &SocketChange) -> Vec<Plain<'_>> {
    let (way, bytes) = match change {
        SocketChange::Send(bytes) => ("sent", bytes),
        SocketChange::Receive(bytes) => ("received", bytes),
        _ => return Vec::new(),
    };
    [way.into()].into_iter().chain(excerpt(bytes)).collect()
}

/// What a WebSocket object carries: which way, the kind of frame, the first bytes, and how many there are.
fn carried_by_web_socket(change: &WebSocketChange) -> Vec<Plain<'_>> {
    /// RFC 6455 section 11.8.
    const PONG: u8 = 10;
    let (way, opcode, bytes) = match change {
        WebSocketChange::Send { opcode, data } => ("sent", *opcode, data),
        WebSocketChange::Receive { opcode, data } => ("received", *opcode, data),
        WebSocketChange::Pong(data) => ("received", PONG, data),
        _ => return Vec::new(),
    };
    [way.into(), frame_name(opcode).into()].into_iter().chain(excerpt(bytes)).collect()
}

fn excerpt(bytes: &Excerpt) -> [Plain<'_>; 2] {
    [octets(&bytes.first), bytes.size.into()]
}

fn octets(octets: &[u8]) -> Plain<'_> {
    Plain::Bytes(octets.into())
}

fn milliseconds(time: Duration) -> Plain<'static> {
    Plain::Integer(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}

/// What a change is listened to by.
fn name(change: &Change) -> &'static str {
    match change {
        Change::Call { change, .. } => match change {
            CallChange::Dialled => "call",
            CallChange::Answered => "answer",
            CallChange::HungUp => "hang_up",
            CallChange::Dtmf(_) => "dtmf",
            CallChange::Missed(_) => "missed",
        },
        Change::SmsRead { .. } => "sms_read",
        Change::Display(DisplayChange::Picture(..)) => "picture",
        other => other.topic().name(),
    }
}

/// What happens to a sound, and a path, text or reason.
fn heard_sound(change: &AudioChange) -> (&'static str, Option<Cow<'_, str>>) {
    match change {
        AudioChange::Play(Sound { what: Playing::File(path, _), .. }) => ("play", Some(path.into())),
        AudioChange::Play(Sound { what: Playing::Speech(text), .. }) => ("speak", Some(text.into())),
        AudioChange::Play(_) => ("stream", None),
        AudioChange::Missing(path) => ("missing", Some(path.into())),
        AudioChange::Stopped => ("stop", None),
        AudioChange::Ended => ("end", None),
        AudioChange::Failed => ("fail", None),
        AudioChange::Record { target: Target::File(path), .. } => ("record", Some(String::from_utf8_lossy(path))),
        AudioChange::Record { target: Target::Stream(_), .. } => ("record", None),
        AudioChange::Recorded => ("recorded", None),
        AudioChange::RecordLost(why) => ("lost", Some(why.into())),
        AudioChange::Set(setting) => ("set", Some(setting.to_string().into())),
    }
}

/// What begins to sound or is recorded.
fn about_sound(change: &AudioChange) -> Option<Plain<'_>> {
    let seconds = |length: &Duration| Plain::Number(length.as_secs_f64());
    match change {
        AudioChange::Play(Sound { what, length, is_repeated, volume }) => Some(Plain::Table(vec![
            ("kind", what.kind().name().into()),
            ("format", what.format().map_or(Plain::Nil, |format| format.name().into())),
            ("seconds", length.as_ref().map_or(Plain::Nil, seconds)),
            ("volume", (*volume).into()),
            ("loop", (*is_repeated).into()),
        ])),
        AudioChange::Record { target, format, length } => Some(Plain::Table(vec![
            ("kind", if matches!(target, Target::File(_)) { "file" } else { "stream" }.into()),
            ("format", format.name().into()),
            ("seconds", seconds(length)),
        ])),
        _ => None,
    }
}

fn shown(change: &DisplayChange) -> &'static str {
    match change {
        DisplayChange::Init(_) => "init",
        DisplayChange::Show(_) => "show",
        DisplayChange::Picture(..) => "picture",
        DisplayChange::Sleep(_) => "sleep",
        DisplayChange::Missing(_) => "missing",
        DisplayChange::Unusable(..) => "unusable",
        DisplayChange::Close => "close",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_a_socket_carries_are_told() {
        let received = Change::Socket { id: 3, change: SocketChange::Receive(Excerpt::of(b"a\xff")) };
        let expected = [
            Plain::Integer(3),
            "receives 2 bytes: a\\xff".into(),
            "received".into(),
            octets(b"a\xff"),
            Plain::Integer(2),
        ];
        assert_eq!(received.described().values, expected);
        let closed = Change::Socket { id: 3, change: SocketChange::Close };
        assert_eq!(closed.described().values, [Plain::Integer(3), "closes".into()]);
    }

    #[test]
    fn frames_that_a_web_socket_carries_are_told() {
        let of = |change| Change::WebSocket { peer: "ws://a".into(), change };
        let sent = of(WebSocketChange::Send { opcode: 1, data: Excerpt::of(b"hi") });
        let expected = [
            "ws://a > text, 2 bytes: hi".into(),
            "ws://a".into(),
            "sent".into(),
            "text".into(),
            octets(b"hi"),
            Plain::Integer(2),
        ];
        assert_eq!(sent.described().values, expected);
        let connects = of(WebSocketChange::Connect);
        assert_eq!(connects.described().values, ["ws://a connects".into(), "ws://a".into()]);
    }
}
