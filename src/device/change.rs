//! What the device does to the world around it.

use std::fmt;

use super::{
    audio::AudioChange,
    bluetooth::BluetoothChange,
    buses::Transfer,
    clock::{Civil, ClockChange},
    display::DisplayChange,
    excerpt::Excerpt,
    pins::{Pattern, PinChange, Wave},
    pwm::Signal,
    topic::Topic,
};

/// One thing that the device does, as fields for whatever shows it. Its text is what `--trace` prints.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A pin changes.
    Pin(PinChange),
    /// A pin begins to blink, or stops.
    Led {
        /// Number of the pin.
        pin: i64,
        /// How it blinks.
        pattern: Pattern,
    },
    /// A rectangle wave starts at a pin.
    Wave(Wave),
    /// A channel of pulse-width modulation gets a signal, or is closed.
    Pwm {
        /// Number of the channel.
        channel: i64,
        /// The signal.
        signal: Option<Signal>,
    },
    /// Bytes go out at a serial port.
    Uart {
        /// Its id.
        id: i64,
        /// The bytes.
        sent: Vec<u8>,
    },
    /// A transfer on I2C or SPI.
    Bus(Transfer),
    /// A voltage domain is set to a level of 0 (off) to 15.
    Supply {
        /// Its name.
        domain: &'static str,
        /// The level.
        level: i64,
    },
    /// An update over the air is complete.
    Update {
        /// Its bytes.
        size: u64,
    },
    /// The device is switched off; perhaps until its alarm.
    PowerOff {
        /// When the alarm switches it on, in local time.
        until: Option<Civil>,
    },
    /// The device may sleep (true), or has to stay awake.
    Sleep(bool),
    /// A command goes to the modem.
    AtSent(String),
    /// A line comes from the modem.
    AtReceived(String),
    /// The device sends a text message; all its parts have come.
    Sms {
        /// To whom.
        to: String,
        /// What it says.
        text: String,
    },
    /// The script is given a text message that has come, or a part of one.
    SmsRead {
        /// From whom.
        from: String,
        /// What it says.
        text: String,
        /// Which part it is, from 1, of how many.
        part: Option<(u8, u8)>,
    },
    /// Something happens at a call.
    Call {
        /// The number of the other side.
        number: String,
        /// What.
        change: CallChange,
    },
    /// Something sounds or is recorded, or a setting of that changes.
    Audio(AudioChange),
    /// The display shows something, or a setting of it changes.
    Display(DisplayChange),
    /// The Bluetooth radio does something.
    Bluetooth(BluetoothChange),
    /// The WLAN radio looks for access points.
    WifiScan,
    /// The clock or its alarm is set.
    Clock(ClockChange),
    /// Something happens at a WebSocket object.
    WebSocket {
        /// Its URL, without user and password.
        peer: String,
        /// What.
        change: WebSocketChange,
    },
    /// A line is printed.
    Log {
        /// The line, without its end.
        line: String,
        /// Whether it is on standard error.
        is_error: bool,
    },
    /// Something happens at a socket.
    Socket {
        /// Its id, 0 to 9.
        id: usize,
        /// What.
        change: SocketChange,
    },
}

/// What happens at a socket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketChange {
    /// It begins to connect.
    Connect {
        /// `tcp`, `udp` or `tls`.
        protocol: &'static str,
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// It is connected.
    Connected,
    /// It could not connect, and why.
    Failed(String),
    /// The script sends bytes.
    Send(Excerpt),
    /// The script takes bytes.
    Receive(Excerpt),
    /// The script closes it.
    Close,
    /// The peer has closed it, or the connection is lost.
    ClosedByPeer,
}

impl fmt::Display for SocketChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SocketChange::Connect { protocol, host, port } => write!(f, "connects to {protocol} {host}:{port}"),
            SocketChange::Connected => f.write_str("is connected"),
            SocketChange::Failed(why) => f.write_str(why),
            SocketChange::Send(bytes) => write!(f, "sends {bytes}"),
            SocketChange::Receive(bytes) => write!(f, "receives {bytes}"),
            SocketChange::Close => f.write_str("closes"),
            SocketChange::ClosedByPeer => f.write_str("is closed by the peer"),
        }
    }
}

/// What happens at a WebSocket object.
#[derive(Clone, Debug, PartialEq)]
pub enum WebSocketChange {
    /// It begins to connect.
    Connect,
    /// The script sends a message or a frame.
    Send {
        /// Opcode (RFC 6455 section 5.2).
        opcode: u8,
        /// Its payload.
        data: Excerpt,
    },
    /// The script takes a message.
    Receive {
        /// Opcode: 1 text, 2 binary.
        opcode: u8,
        /// Its payload.
        data: Excerpt,
    },
    /// A pong has arrived.
    Pong(Excerpt),
    /// Something has failed.
    Failed(String),
    /// The connection has ended.
    Closed {
        /// Close code (RFC 6455 section 7.4).
        code: u16,
        /// The reason; may be empty.
        reason: String,
    },
}

/// What a frame with this opcode is called (RFC 6455 section 11.8).
pub(super) fn frame_name(opcode: u8) -> &'static str {
    match opcode {
        0 => "continuation",
        1 => "text",
        2 => "binary",
        8 => "close",
        9 => "ping",
        10 => "pong",
        _ => "reserved frame",
    }
}

impl fmt::Display for WebSocketChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WebSocketChange::Connect => f.write_str("connects"),
            WebSocketChange::Send { opcode, data } => write!(f, "> {}, {data}", frame_name(*opcode)),
            WebSocketChange::Receive { opcode, data } => write!(f, "< {}, {data}", frame_name(*opcode)),
            WebSocketChange::Pong(data) => write!(f, "< pong, {data}"),
            WebSocketChange::Failed(why) => write!(f, "fails: {why}"),
            WebSocketChange::Closed { code, reason } => write!(f, "is closed: {code} {reason}"),
        }
    }
}

/// What happens at a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallChange {
    /// The device calls that number.
    Dialled,
    /// It answers a call from there.
    Answered,
    /// It ends the call, or refuses it.
    HungUp,
    /// It sends the tones of these keys.
    Dtmf(String),
    /// A call from there cannot come through, and why.
    Missed(&'static str),
}

impl fmt::Display for CallChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallChange::Dialled => f.write_str("is called"),
            CallChange::Answered => f.write_str("is answered"),
            CallChange::HungUp => f.write_str("is hung up"),
            CallChange::Dtmf(keys) => write!(f, "hears the keys {keys}"),
            CallChange::Missed(why) => write!(f, "does not come through: {why}"),
        }
    }
}

impl Change {
    /// What it is about.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Change::Pin(_) | Change::Wave(_) => Topic::Pin,
            Change::Led { .. } => Topic::Led,
            Change::WebSocket { .. } => Topic::Ws,
            Change::Pwm { .. } => Topic::Pwm,
            Change::Uart { .. } => Topic::Uart,
            Change::Bus(Transfer::Spi { .. }) => Topic::Spi,
            Change::Bus(_) => Topic::I2c,
            Change::Update { .. } => Topic::Fota,
            Change::Supply { .. } | Change::PowerOff { .. } | Change::Sleep(_) => Topic::Power,
            Change::AtSent(_) | Change::AtReceived(_) => Topic::At,
            Change::Sms { .. } | Change::SmsRead { .. } => Topic::Sms,
            Change::Call { .. } => Topic::Call,
            Change::Audio(_) => Topic::Audio,
            Change::Display(_) => Topic::Lcd,
            Change::Bluetooth(_) => Topic::Bluetooth,
            Change::WifiScan => Topic::Wifi,
            Change::Clock(_) => Topic::Clock,
            Change::Socket { .. } => Topic::Socket,
            Change::Log { .. } => Topic::Log,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Pin(change) => change.fmt(f),
            Change::Led { pin, pattern } => write!(f, "pin {pin} {pattern}"),
            Change::Wave(wave) => wave.fmt(f),
            Change::WebSocket { peer, change } => write!(f, "{peer} {change}"),
            Change::Pwm { channel, signal: Some(signal) } => write!(f, "{channel}: {signal}"),
            Change::Pwm { channel, signal: None } => write!(f, "{channel}: closed"),
            Change::Uart { id, sent } => write!(f, "{id}: sent {}", sent.escape_ascii()),
            Change::Bus(transfer) => transfer.fmt(f),
            Change::Supply { domain, level } => write!(f, "{domain} = level {level}"),
            Change::Update { size } => write!(f, "{size} bytes"),
            Change::PowerOff { until: None } => f.write_str("off"),
            Change::PowerOff { until: Some(time) } => write!(f, "off until {time}"),
            Change::Sms { to, text } => write!(f, "to {to}: {text:?}"),
            Change::SmsRead { from, text, part: None } => write!(f, "read, from {from}: {text:?}"),
            Change::SmsRead { from, text, part: Some((index, total)) } => {
                write!(f, "read, from {from}, part {index} of {total}: {text:?}")
            }
            Change::Call { number, change } => write!(f, "{number} {change}"),
            Change::Sleep(true) => f.write_str("may sleep"),
            Change::Sleep(false) => f.write_str("stays awake"),
            Change::AtSent(text) => write!(f, "> {text}"),
            Change::AtReceived(text) => write!(f, "< {text}"),
            Change::Audio(change) => change.fmt(f),
            Change::Display(change) => change.fmt(f),
            Change::Bluetooth(change) => change.fmt(f),
            Change::WifiScan => f.write_str("looks for access points"),
            Change::Clock(change) => change.fmt(f),
            Change::Socket { id, change } => write!(f, "{id} {change}"),
            Change::Log { line, .. } => f.write_str(line),
        }
    }
}
